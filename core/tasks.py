"""Recurring work of the kernel."""

import datetime

from celery import shared_task
from django.utils import timezone

from core import uploads

STAGED_FOR = datetime.timedelta(days=1)


@shared_task(name="core.tasks.sweep_staged_files")  # type: ignore[untyped-decorator]
def sweep_staged_files() -> int:
    """Remove files whose form never came back. Returns how many."""
    return uploads.sweep(before=timezone.now() - STAGED_FOR)
