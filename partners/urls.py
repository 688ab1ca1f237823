"""Addresses of the organisations we work with; included at the root."""

from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("partners/", views.OrganisationList.as_view(), name="list"),
    path("partners/<slug:code>/", views.OrganisationDetail.as_view(), name="detail"),
]
