"""Addresses of the organisations we work with; included at the root."""

from django.urls import path

from partners import views

app_name = "partners"

urlpatterns = [
    path("partners/", views.OrganisationList.as_view(), name="list"),
    path("partners/new/", views.AddOrganisation.as_view(), name="add"),
    path("partners/<slug:code>/", views.OrganisationDetail.as_view(), name="detail"),
    path("partners/<slug:code>/change/", views.ChangeOrganisation.as_view(), name="change"),
    path(
        "partners/<slug:code>/agreements/new/", views.AddAgreement.as_view(), name="add-agreement"
    ),
    path("agreements/<int:pk>/change/", views.ChangeAgreement.as_view(), name="change-agreement"),
    path("agreements/<int:pk>/end/", views.EndAgreement.as_view(), name="end-agreement"),
    path("agreements/<int:pk>/duties/new/", views.AddCityDuty.as_view(), name="add-duty"),
    path("city-duties/<int:pk>/end/", views.EndCityDuty.as_view(), name="end-duty"),
]
