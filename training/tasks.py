"""Scheduled work of courses."""

from celery import shared_task

from accounts.models import User
from core.context import origin
from training import services
from training.models import Enrolment


@shared_task(name="training.tasks.settle_departures")
def settle_departures() -> int:
    """Courses that an approved departure cut short count as the programme's cause (R109).

    Run daily; a second run finds nothing to do. Returns how many were settled.
    """
    system = User.objects.system()
    with origin(channel="job"):
        rows = list(Enrolment.objects.cut_short().select_related("edition"))
        for enrolment in rows:
            services.settle_cut_short(enrolment, by=system)
    return len(rows)
