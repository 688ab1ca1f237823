"""Addresses of programmes; included at the root."""

from django.urls import path

from programmes import views

app_name = "programmes"

urlpatterns = [
    path("programmes/", views.ProgrammeList.as_view(), name="list"),
    path("programmes/<str:code>/", views.ProgrammeDetail.as_view(), name="detail"),
    path(
        "programmes/<str:code>/countries/new/",
        views.AddTargetCountry.as_view(),
        name="add-country",
    ),
    path("programmes/<str:code>/ceilings/new/", views.SetCeiling.as_view(), name="set-ceiling"),
    path(
        "target-countries/<int:pk>/change/",
        views.AmendTargetCountry.as_view(),
        name="amend-country",
    ),
    path(
        "target-countries/<int:pk>/take-back/",
        views.TakeBackTargetCountry.as_view(),
        name="take-back-country",
    ),
]
