"""The one door through which a journey changes its status or its day."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import services as case_services
from cases.models import Case, Commitment, Person
from core import jobs, overrides, records, workflow
from travel.models import Journey, JourneyEvent
from travel.workflow import TRANSITIONS

FARTHEST_DAYS = 730
#: Training withdraws the enrolments whose days were given up; the schedule runs it too.
SETTLE = "training.tasks.settle_departures"


def lock(journey: Journey) -> Journey:
    """The freshly read journey with its case, locked in the order of all verbs: case, person, it.

    So that nothing is decided on what somebody else is just changing, and nobody waits in a ring.
    """
    case = records.lock(journey.case)
    case.person = Person.objects.select_for_update().get(pk=case.person_id)
    journey = records.lock(journey)
    journey.case = case
    return journey


def move(
    journey: Journey,
    to: str,
    *,
    kind: str,
    on: datetime.date,
    by: Any,
    reason: str = "",
    values: Mapping[str, Any] | None = None,
) -> Journey:
    """Take the journey to another status and note it with day, author and reason."""
    before, day_before = journey.status, journey.travels_on
    moved = workflow.move(journey, to, transitions=TRANSITIONS, by=by, values=values, reason=reason)
    moved.case = journey.case
    note(moved, kind=kind, from_status=before, day_before=day_before, on=on, by=by, reason=reason)
    return moved


def note(
    journey: Journey,
    *,
    kind: str,
    from_status: str,
    day_before: datetime.date | None,
    on: datetime.date,
    by: Any,
    reason: str = "",
    day_after: datetime.date | None = None,
) -> JourneyEvent:
    """Write one line of the journey's history. Raises ValidationError without a needed reason."""
    event = JourneyEvent(
        journey=journey,
        kind=kind,
        from_status=from_status,
        to_status=journey.status,
        day_before=day_before,
        day_after=day_after or journey.travels_on,
        on=on,
        by=by,
        reason=reason.strip()[:500],
    )
    event.full_clean()
    event.save()
    return event


def require_reason(reason: str) -> None:
    """A change of day or a step back never goes without saying why (R106)."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why this is changed.")}, code="no_reason")


def require_plausible(day: datetime.date, *, case: Case, today: datetime.date, field: str) -> None:
    """A day of travel lies after the registration and within two years."""
    if day < case.registered_on:
        raise ValidationError(
            {
                field: _("This day lies before the registration on %(day)s.")
                % {"day": date_format(case.registered_on)}
            },
            code="before_registration",
        )
    if (day - today).days > FARTHEST_DAYS:
        raise ValidationError(
            {field: _("This day is more than two years away. Check the year.")},
            code="too_far",
        )


def give_up_courses(case: Case, day: datetime.date, *, agreed: bool, by: Any) -> None:
    """Courses that would begin after the journey are lost, once somebody has said so (R108).

    Raises ValidationError under ``gives_up_courses`` naming them.
    """
    courses = case_policies.courses_given_up(case.person, day)
    if not courses:
        return
    if not agreed:
        raise ValidationError(
            {
                "gives_up_courses": _(
                    "These courses are lost: %(courses)s. Say so here, or choose a later day."
                )
                % {"courses": described(courses)}
            },
            code="courses_lost",
        )
    reason = _("The journey on %(day)s comes first.") % {"day": date_format(day)}
    for course in courses:
        case_services.release(course, by=by, reason=reason)
    jobs.enqueue(SETTLE)


def described(courses: Sequence[Commitment]) -> str:
    """The courses with their last days, as they stood when somebody asked."""
    parts = (f"{course.label} ({date_format(course.last_day)})" for course in courses)
    return ", ".join(parts)[:500]


def withdraw_requests(journey: Journey, *, by: Any) -> None:
    """Nobody decides any more on an exception for a journey that was made or given up."""
    for override in journey.overrides.waiting():
        overrides.withdraw(override, by=by)


def take_back(case: Case, status: str, *, reason: str, by: Any) -> Case:
    """Undo the case's step to ``status`` when it is still there."""
    case = records.lock(case)
    if case.status != status:
        return case
    return case_services.correct_last_step(case, reason=reason, by=by)
