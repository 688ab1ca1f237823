"""Planning a journey: opening, moving, confirming, cancelling (R020, R078, R106, R108)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind
from cases.models import Case
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from travel import policies
from travel.enums import EventKind, JourneyStatus
from travel.models import Journey
from travel.services import moves

TICKET_FIELDS = ("route", "ticket_source", "flight", "escorts", "travels_with")


def label(case: Case) -> str:
    """The journey's line in the person's calendar, the same in every language."""
    return f"{case.office.country_id} → {case.country_id}"


@transaction.atomic
def plan(
    case: Case,
    *,
    planned_on: datetime.date,
    by: Any,
    gives_up_courses: bool = False,
    **ticket: str,
) -> Journey:
    """Open the journey of a case on a day of the person's calendar (R106, R078).

    Raises ValidationError under ``planned_on`` for an impossible day, a day that is taken, or a
    day on or before the end of a started course (the message has the earliest day); under
    ``gives_up_courses`` while nobody has agreed that courses begun later are lost (R108); Refused.
    """
    case = records.lock(case)
    if not policies.can_plan(by, case):
        raise Refused(_("You may not plan a journey for this case."), case)
    if case.journeys.current().exists():
        raise ValidationError(
            _("This case has a journey already. Change or cancel that one."), code="has_journey"
        )
    moves.require_plausible(planned_on, case=case, today=today(), field="planned_on")
    commitment = case_services.commit(
        case.person,
        kind=CommitmentKind.TRAVEL,
        first=planned_on,
        last=planned_on,
        label=label(case),
        by=by,
        field="planned_on",
    )
    moves.give_up_courses(case, planned_on, agreed=gives_up_courses, by=by)
    journey = Journey(case=case, planned_on=planned_on, commitment=commitment, **ticket)
    records.save(journey, by=by)
    moves.note(journey, kind=EventKind.PLANNED, from_status="", day_before=None, on=today(), by=by)
    return journey


@transaction.atomic
def change_day(
    journey: Journey,
    *,
    day: datetime.date,
    reason: str,
    by: Any,
    gives_up_courses: bool = False,
) -> Journey:
    """Put a journey still to be made on another day; author and reason stay (R106, R108).

    The rules of ``plan`` run again. A confirmed journey stays confirmed, for the new day.
    """
    journey = _prepare(journey, by)
    moves.require_reason(reason)
    if day == journey.travels_on:
        raise ValidationError({"day": _("The journey is on this day already.")}, code="same_day")
    if day < today():
        raise ValidationError(
            {"day": _("This day has passed. Enter today or a later day.")}, code="past"
        )
    moves.require_plausible(day, case=journey.case, today=today(), field="day")
    moved = put_on(journey, day, kind=EventKind.MOVED, reason=reason, by=by)
    moves.give_up_courses(moved.case, day, agreed=gives_up_courses, by=by)
    return moved


def put_on(journey: Journey, day: datetime.date, *, kind: str, reason: str, by: Any) -> Journey:
    """Move the calendar and the journey to ``day``; the calling verb has checked who and why."""
    before = journey.travels_on
    case_services.move_commitment(journey.commitment, first=day, last=day, by=by, field="day")
    if journey.status == JourneyStatus.CONFIRMED:
        journey.confirmed_for = day
    else:
        journey.planned_on = day
    records.save(journey, by=by, reason=reason)
    moves.note(
        journey,
        kind=kind,
        from_status=journey.status,
        day_before=before,
        on=today(),
        by=by,
        reason=reason,
    )
    return journey


@transaction.atomic
def change_ticket(journey: Journey, *, by: Any, **ticket: str) -> Journey:
    """Write the route, who pays, the flight and the escorts (R106)."""
    journey = _prepare(journey, by)
    _fill(journey, ticket)
    return records.save(journey, by=by)


@transaction.atomic
def confirm(
    journey: Journey,
    *,
    on: datetime.date,
    by: Any,
    gives_up_courses: bool = False,
    **ticket: str,
) -> Journey:
    """Confirm the planned day of travel; the case is ready to travel (R020, R106).

    The papers and safeguards were there ``on`` that day, and are on the day of travel.
    Raises ValidationError naming each that is missing and each conflict, under ``travels_with``
    for a child of whom nobody said with whom, and under ``gives_up_courses`` as ``plan`` does.
    """
    journey = moves.lock(journey)
    if not policies.can_plan(by, journey.case):
        raise Refused(_("You may not confirm this journey."), journey)
    workflow.require_not_future(on, today=today(), field="on")
    if journey.planned_on < on:
        raise ValidationError(
            {
                "on": _(
                    "The planned day of travel, %(day)s, lies before this day. Enter the day on "
                    "which the journey was confirmed, or change the day of travel first."
                )
                % {"day": date_format(journey.planned_on)}
            },
            code="planned_day_passed",
        )
    if found := policies.obstacles(journey, journey.planned_on, confirmed_on=on):
        raise ValidationError(found, code="not_ready")
    _fill(journey, ticket)
    if policies.needs_company(journey.case, journey.planned_on) and not journey.travels_with:
        raise ValidationError(
            {"travels_with": policies.why_with_whom(journey.case)}, code="required"
        )
    for name in ("route", "ticket_source"):
        if not getattr(journey, name):
            raise ValidationError({name: _("A confirmed journey needs this.")}, code="required")
    case_services.require_after_last_step(journey.case, on, field="on")
    moves.give_up_courses(journey.case, journey.planned_on, agreed=gives_up_courses, by=by)
    values = {name: getattr(journey, name) for name in TICKET_FIELDS}
    values |= {"confirmed_for": journey.planned_on, "confirmed_on": on}
    moved = moves.move(
        journey, JourneyStatus.CONFIRMED, kind=EventKind.CONFIRMED, on=on, by=by, values=values
    )
    case_services.advance(moved.case, CaseStatus.READY_TO_TRAVEL, on=on, by=by)
    return moved


@transaction.atomic
def put_back(journey: Journey, *, reason: str, by: Any) -> Journey:
    """Take a confirmation back: the journey is planned again, the case no longer ready."""
    journey = _prepare(journey, by)
    moves.require_reason(reason)
    values = {
        "planned_on": journey.travels_on,
        "confirmed_for": None,
        "confirmed_on": None,
    }
    moved = moves.move(
        journey,
        JourneyStatus.PLANNED,
        kind=EventKind.PUT_BACK,
        on=today(),
        by=by,
        reason=reason,
        values=values,
    )
    moves.take_back(moved.case, CaseStatus.READY_TO_TRAVEL, reason=reason, by=by)
    return moved


@transaction.atomic
def cancel(journey: Journey, *, reason: str, by: Any) -> Journey:
    """Give the journey up; its days are free again and another one can be planned."""
    journey = moves.lock(journey)
    if not policies.can_cancel(by, journey):
        raise Refused(_("You may not cancel this journey."), journey)
    moves.require_reason(reason)
    moved = moves.move(
        journey,
        JourneyStatus.CANCELLED,
        kind=EventKind.CANCELLED,
        on=today(),
        by=by,
        reason=reason,
    )
    moves.withdraw_requests(moved, by=by)
    case_services.release(moved.commitment, by=by, reason=reason)
    moves.take_back(moved.case, CaseStatus.READY_TO_TRAVEL, reason=reason, by=by)
    return moved


def _prepare(journey: Journey, by: Any) -> Journey:
    journey = moves.lock(journey)
    if not policies.can_prepare(by, journey):
        raise Refused(_("You may not change this journey."), journey)
    return journey


def _fill(journey: Journey, ticket: Mapping[str, str]) -> None:
    for name in TICKET_FIELDS:
        if name in ticket:
            setattr(journey, name, ticket[name])
