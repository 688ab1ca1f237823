"""Departing, and correcting what was noted of a departure (R106, R111, R113, R117)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import services as case_services
from cases.enums import CaseStatus
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from travel import policies
from travel.enums import EventKind, JourneyStatus
from travel.models import Journey
from travel.services import moves


@transaction.atomic
def depart(
    journey: Journey,
    *,
    on: datetime.date,
    by: Any,
    reason: str = "",
    handover_reason: str = "",
) -> Journey:
    """Note that the person has left, and why on another day than confirmed (R106, R113).

    Needs a confirmed journey, the papers and safeguards still in force, the answers of the
    authorities, a closed checklist (R111), and a handover that the office of origin saw on that
    day or the reason why not (R117). What was signed or sent later does not count.
    Raises ValidationError with everything that is missing; Refused.
    """
    journey = moves.lock(journey)
    if not policies.can_plan(by, journey.case):
        raise Refused(_("You may not record this departure."), journey)
    _require_possible(journey, on)
    if found := policies.obstacles_to_departure(journey, on):
        raise ValidationError(found, code="not_ready")
    if on != journey.confirmed_for and not reason.strip():
        raise ValidationError({"reason": _why_another_day(journey)}, code="other_day")
    no_handover = _no_handover(journey, on, handover_reason)
    case_services.require_after_last_step(journey.case, on, field="on")
    _put_in_calendar(journey, on, by=by)
    moved = moves.move(
        journey,
        JourneyStatus.DEPARTED,
        kind=EventKind.DEPARTED,
        on=on,
        by=by,
        reason=reason,
        values={"departed_on": on, "handover_reason": no_handover},
    )
    moves.withdraw_requests(moved, by=by)
    case_services.advance(moved.case, CaseStatus.DEPARTED, on=on, by=by)
    return moved


@transaction.atomic
def correct_departure(
    journey: Journey,
    *,
    departed_on: datetime.date,
    reason: str,
    by: Any,
    handover_reason: str = "",
) -> Journey:
    """Correct the day of departure; the wrong day, the author and the reason stay (R106).

    The papers, safeguards, courses and the handover are asked for again, for the new day.
    """
    journey = moves.lock(journey)
    if not policies.can_correct_departure(by, journey):
        raise Refused(_("You may not correct this departure."), journey)
    moves.require_reason(reason)
    before = journey.travels_on
    if departed_on == before:
        raise ValidationError(
            {"departed_on": _("This is the day that is recorded already.")}, code="same_day"
        )
    _require_possible(journey, departed_on, field="departed_on")
    if journey.arrived_on and departed_on > journey.arrived_on:
        raise ValidationError(
            {
                "departed_on": _("The person arrived on %(day)s. Enter that day or an earlier one.")
                % {"day": date_format(journey.arrived_on)}
            },
            code="after_arrival",
        )
    case = journey.case
    if found := [
        *policies.unready(case, departed_on, by_day=departed_on),
        *policies.courses_in_the_way(case, departed_on),
    ]:
        raise ValidationError({"departed_on": found}, code="not_ready")
    given = handover_reason.strip() or journey.handover_reason
    journey.handover_reason = _no_handover(journey, departed_on, given)
    _put_in_calendar(journey, departed_on, by=by, field="departed_on")
    journey.departed_on = departed_on
    records.save(journey, by=by, reason=reason)
    moves.note(
        journey,
        kind=EventKind.DEPARTURE_CORRECTED,
        from_status=journey.status,
        day_before=before,
        on=today(),
        by=by,
        reason=reason,
    )
    case_services.correct_step_day(
        journey.case,
        CaseStatus.DEPARTED,
        on=departed_on,
        reason=reason,
        by=by,
        field="departed_on",
    )
    return journey


@transaction.atomic
def undo_departure(journey: Journey, *, reason: str, by: Any) -> Journey:
    """The person did not leave after all: journey confirmed, case ready to travel again."""
    journey = moves.lock(journey)
    if not policies.can_undo_departure(by, journey):
        raise Refused(_("You may not take this departure back."), journey)
    moves.require_reason(reason)
    moved = moves.move(
        journey,
        JourneyStatus.CONFIRMED,
        kind=EventKind.DEPARTURE_UNDONE,
        on=today(),
        by=by,
        reason=reason,
        values={"departed_on": None, "handover_reason": ""},
    )
    _put_in_calendar(moved, moved.travels_on, by=by)
    moves.take_back(moved.case, CaseStatus.DEPARTED, reason=reason, by=by)
    return moved


def _require_possible(journey: Journey, on: datetime.date, field: str = "on") -> None:
    workflow.require_not_future(on, today=today(), field=field)
    if journey.confirmed_on is not None and on < journey.confirmed_on:
        raise ValidationError(
            {
                field: _(
                    "The journey was confirmed on %(day)s. Enter that day or a later one, or take "
                    "the confirmation back first."
                )
                % {"day": date_format(journey.confirmed_on)}
            },
            code="before_confirmation",
        )


def _why_another_day(journey: Journey) -> str:
    return _("The journey was confirmed for %(day)s. Write why the person left on another day.") % {
        "day": date_format(journey.confirmed_for) if journey.confirmed_for else ""
    }


def _no_handover(journey: Journey, on: datetime.date, reason: str) -> str:
    """The reason why the office of origin did not see the case on the day of departure (R117).

    Empty where it did. Raises ValidationError under ``handover_reason`` when nobody gave one.
    """
    if case_policies.was_shared(journey.case, on=on):
        return ""
    if not reason.strip():
        raise ValidationError({"handover_reason": _why_asked(journey, on)}, code="no_handover")
    return reason.strip()


def _why_asked(journey: Journey, on: datetime.date) -> str:
    sent_at = journey.case.handed_over_at
    if sent_at is not None and timezone.localtime(sent_at).date() > on:
        return _(
            "The file was handed over to the office of the country of origin after this day. "
            "Write why there was no handover before the departure."
        )
    if sent_at is not None:
        return _(
            "The person no longer agrees that the office of the country of origin sees the file. "
            "Write why there is no handover."
        )
    return _(
        "Nothing was handed over to the office of the country of origin. Send the handover first, "
        "or write why there is none."
    )


def _put_in_calendar(journey: Journey, day: datetime.date, *, by: Any, field: str = "on") -> None:
    commitment = journey.commitment
    if commitment.first_day != day:
        case_services.move_commitment(commitment, first=day, last=day, by=by, field=field)
