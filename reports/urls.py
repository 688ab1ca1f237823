"""Addresses of indicators and reports."""

from django.urls import path

from reports import views

app_name = "reports"

RUN = "reports/<str:reference>/"

urlpatterns = [
    path("indicators/", views.Indicators.as_view(), name="indicators"),
    path("reports/", views.ReportList.as_view(), name="list"),
    path("reports/new/", views.NewReport.as_view(), name="new"),
    path(RUN, views.ReportDetail.as_view(), name="run"),
    path(f"{RUN}preview/", views.Preview.as_view(), name="preview"),
    path(f"{RUN}pdf/", views.Download.as_view(), name="pdf"),
    path(f"{RUN}try-again/", views.TryAgain.as_view(), name="try-again"),
    path(f"{RUN}same-figures/", views.SameFigures.as_view(), name="same-figures"),
    path(f"{RUN}release/", views.ReleaseReport.as_view(), name="release"),
    path(f"{RUN}withdraw/", views.WithdrawReport.as_view(), name="withdraw"),
]
