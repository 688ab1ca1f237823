"""Arriving: confirmed by the office of origin, with the day and by whom (R112)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from surveys import services as survey_services
from travel import policies
from travel.enums import EventKind, JourneyStatus
from travel.models import Journey
from travel.services import moves


@transaction.atomic
def arrive(journey: Journey, *, on: datetime.date, by: Any, note: str = "") -> Journey:
    """Confirm that the person has arrived, and plan the follow-up visits (R112).

    Raises ValidationError for a day before the departure or in the future; Refused for anybody
    but the office of origin (the orientation point, when nothing was handed over).
    """
    journey = moves.lock(journey)
    if journey.status == JourneyStatus.DEPARTED and not policies.can_confirm_arrival(by, journey):
        raise Refused(_("You may not confirm this arrival."), journey)
    _require_possible(journey, on, field="on")
    moved = moves.move(
        journey,
        JourneyStatus.ARRIVED,
        kind=EventKind.ARRIVED,
        on=on,
        by=by,
        reason=note,
        values={
            "arrived_on": on,
            "arrival_confirmed_by": by,
            "arrival_confirmed_at": timezone.now(),
        },
    )
    case = case_services.advance(moved.case, CaseStatus.ARRIVED, on=on, by=by)
    survey_services.plan_follow_ups(case, arrived_on=on, by=by)
    return moved


@transaction.atomic
def correct_arrival(
    journey: Journey, *, arrived_on: datetime.date, reason: str, by: Any
) -> Journey:
    """Correct the day of arrival; the wrong day, the author and the reason stay (R112)."""
    journey = moves.lock(journey)
    if not policies.can_correct_arrival(by, journey):
        raise Refused(_("You may not correct this arrival."), journey)
    moves.require_reason(reason)
    before = journey.arrived_on
    if arrived_on == before:
        raise ValidationError(
            {"arrived_on": _("This is the day that is recorded already.")}, code="same_day"
        )
    _require_possible(journey, arrived_on, field="arrived_on")
    journey.arrived_on = arrived_on
    records.save(journey, by=by, reason=reason)
    moves.note(
        journey,
        kind=EventKind.ARRIVAL_CORRECTED,
        from_status=journey.status,
        day_before=before,
        day_after=arrived_on,
        on=today(),
        by=by,
        reason=reason,
    )
    case = case_services.correct_step_day(
        journey.case,
        CaseStatus.ARRIVED,
        on=arrived_on,
        reason=reason,
        by=by,
        field="arrived_on",
    )
    survey_services.plan_follow_ups(case, arrived_on=arrived_on, instead_of=before, by=by)
    return journey


@transaction.atomic
def undo_arrival(journey: Journey, *, reason: str, by: Any) -> Journey:
    """The arrival was confirmed by mistake: the person is under way, nothing to follow up yet."""
    journey = moves.lock(journey)
    if not policies.can_undo_arrival(by, journey):
        raise Refused(_("You may not take this arrival back."), journey)
    moves.require_reason(reason)
    moved = moves.move(
        journey,
        JourneyStatus.DEPARTED,
        kind=EventKind.ARRIVAL_UNDONE,
        on=today(),
        by=by,
        reason=reason,
        values={"arrived_on": None, "arrival_confirmed_by": None, "arrival_confirmed_at": None},
    )
    moves.take_back(moved.case, CaseStatus.ARRIVED, reason=reason, by=by)
    survey_services.cancel_follow_ups(moved.case, reason=reason, by=by)
    return moved


def _require_possible(journey: Journey, on: datetime.date, *, field: str) -> None:
    workflow.require_not_future(on, today=today(), field=field)
    if journey.departed_on is not None and on < journey.departed_on:
        raise ValidationError(
            {
                field: _("The person departed on %(day)s. Enter that day or a later one.")
                % {"day": date_format(journey.departed_on)}
            },
            code="before_departure",
        )
