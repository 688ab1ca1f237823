"""Scheduled work of courses."""

from celery import shared_task

from accounts.models import User
from core.clock import today
from core.context import origin
from training import services
from training.models import Enrolment


@shared_task(name="training.tasks.settle_departures")
def settle_departures() -> int:
    """Courses that a journey cut short count as the programme's cause (R109).

    Courses not begun that a journey comes before are withdrawn (R108). Run daily and after each
    such journey; a second run finds nothing to do. Returns how many were settled.
    """
    system = User.objects.system()
    with origin(channel="job"):
        rows = list(Enrolment.objects.cut_short().select_related("edition"))
        for enrolment in rows:
            services.settle_cut_short(enrolment, by=system)
        given_up = list(Enrolment.objects.given_up_for_travel(on=today()))
        for enrolment in given_up:
            services.settle_given_up(enrolment, by=system)
    return len(rows) + len(given_up)
