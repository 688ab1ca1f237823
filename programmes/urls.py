"""Addresses of programmes; included at the root."""

from django.urls import path

from programmes import views

app_name = "programmes"

urlpatterns = [
    path("programmes/", views.ProgrammeList.as_view(), name="list"),
    path("programmes/new/", views.AddProgramme.as_view(), name="add"),
    path("programmes/<str:code>/", views.ProgrammeDetail.as_view(), name="detail"),
    path("programmes/<str:code>/donor/", views.CorrectDonor.as_view(), name="correct-donor"),
    path("programmes/<str:code>/change/", views.AmendProgramme.as_view(), name="amend"),
    path(
        "programmes/<str:code>/agreements/link/",
        views.LinkAgreement.as_view(),
        name="link-agreement",
    ),
    path(
        "programmes/<str:code>/conditions/new/", views.AddCondition.as_view(), name="add-condition"
    ),
    path("conditions/<int:pk>/end/", views.EndCondition.as_view(), name="end-condition"),
    path(
        "conditions/<int:pk>/take-back/",
        views.TakeBackCondition.as_view(),
        name="take-back-condition",
    ),
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
