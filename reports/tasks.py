"""Compiling reports in the worker, and picking up what a crash has left."""

from celery import shared_task
from django.utils import timezone

from core.context import origin
from reports import services
from reports.models import ReportRun


@shared_task(name="reports.tasks.compile_run")  # type: ignore[untyped-decorator]
def compile_run(run_id: int) -> str:
    """Compile one report; a run that has ended is left alone. Returns the status it ends with."""
    with origin(channel="job"):
        run = ReportRun.objects.select_related("programme", "requested_by").get(pk=run_id)
        return str(services.compile_run(run).status)


@shared_task(name="reports.tasks.revive_runs")  # type: ignore[untyped-decorator]
def revive_runs() -> int:
    """Queue reports again that wait or run for too long; to be scheduled every few minutes."""
    with origin(channel="job"):
        return services.revive_runs(timezone.now())
