"""The addresses of the yardsticks."""

from django.urls import include, path

from scripts.benchmarks.yardsticks import page, rest

urlpatterns = [
    path("bare/api/cases/", rest.CaseList.as_view()),
    path("bare/cases/", page.case_list),
    path("", include("avrr.urls")),
]
