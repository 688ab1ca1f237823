"""The one door through which a journey changes its status or its day."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.models import Case
from core import records, workflow
from travel.models import Journey, JourneyEvent
from travel.workflow import TRANSITIONS

FARTHEST_DAYS = 730


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


def require_after_last_step(case: Case, on: datetime.date, *, field: str) -> None:
    """The steps of a case follow each other in time."""
    last = case.events.filter(corrects__isnull=True, correction__isnull=True).last()
    if last is not None and on < last.on:
        raise ValidationError(
            {
                field: _("The case reached “%(step)s” on %(day)s. Enter that day or a later one.")
                % {"step": last.get_to_status_display(), "day": date_format(last.on)}
            },
            code="before_last_step",
        )


def take_back(case: Case, status: str, *, reason: str, by: Any) -> Case:
    """Undo the case's step to ``status`` when it is still there."""
    case = records.lock(case)
    if case.status != status:
        return case
    return case_services.correct_last_step(case, reason=reason, by=by)
