"""Addresses of the reference data, under ``/reference/``."""

from django.urls import path

from reference import views

app_name = "reference"

urlpatterns = [
    path("", views.ReferenceIndex.as_view(), name="index"),
    path("rules/", views.RuleList.as_view(), name="rules"),
    path("rules/<slug:code>/", views.RuleDetail.as_view(), name="rule_detail"),
    path("rules/<slug:code>/change/", views.RuleChange.as_view(), name="rule_change"),
    path("holidays/", views.HolidayList.as_view(), name="holidays"),
    path("holidays/add/", views.HolidayCreate.as_view(), name="holiday_create"),
    path("holidays/<int:pk>/change/", views.HolidayChange.as_view(), name="holiday_change"),
    path("places/", views.PlaceList.as_view(), name="places"),
    path("places/add/", views.PlaceCreate.as_view(), name="place_create"),
    path("places/<int:pk>/", views.PlaceDetail.as_view(), name="place_detail"),
    path("places/<int:pk>/change/", views.PlaceChange.as_view(), name="place_change"),
    path("lists/<slug:name>/", views.CodedRowList.as_view(), name="list"),
    path("lists/<slug:name>/add/", views.CodedRowCreate.as_view(), name="list_create"),
    path(
        "lists/<slug:name>/<slug:code>/change/", views.CodedRowChange.as_view(), name="list_change"
    ),
]
