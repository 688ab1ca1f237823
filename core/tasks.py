"""Recurring work of the kernel."""

import datetime

from celery import shared_task
from django.utils import timezone

from core import idempotency, uploads

STAGED_FOR = datetime.timedelta(days=1)
#: Longer than any form stays open (SESSION_COOKIE_AGE) and than a partner's system repeats a call.
KEPT_FOR = datetime.timedelta(days=7)


@shared_task(name="core.tasks.sweep_staged_files")  # type: ignore[untyped-decorator]
def sweep_staged_files() -> int:
    """Remove files whose form never came back. Returns how many."""
    return uploads.sweep(before=timezone.now() - STAGED_FOR)


@shared_task(name="core.tasks.sweep_idempotency_keys")  # type: ignore[untyped-decorator]
def sweep_idempotency_keys() -> int:
    """Forget keys that nobody repeats any more, with their answers. Returns how many."""
    return idempotency.sweep(before=timezone.now() - KEPT_FOR)
