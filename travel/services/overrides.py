"""Leaving before the end of a started course, with a reason and a second person (R109)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import services as case_services
from cases.models import Commitment
from core import overrides, records
from core.clock import today
from core.exceptions import Refused
from travel import policies
from travel.enums import EventKind, JourneyStatus
from travel.models import Journey, TravelOverride
from travel.services import moves
from travel.services.planning import put_on
from travel.workflow import AFTER_DEPARTURE, BEFORE_DEPARTURE


@transaction.atomic
def request_override(
    journey: Journey, *, day: datetime.date, cause: str, reason: str, by: Any
) -> TravelOverride:
    """Ask for a day of travel inside a started course (R109).

    A day that has passed is asked for to record that the person left then; for a journey that was
    made, only such a day. Raises ValidationError when the day needs no exception, is impossible
    or taken otherwise.
    """
    journey = moves.lock(journey)
    if not policies.can_request_override(by, journey):
        raise Refused(_("You may not change this journey."), journey)
    if journey.status in AFTER_DEPARTURE and day >= today():
        raise ValidationError(
            {"day": _("The person has left. Enter the day on which it happened.")}, code="future"
        )
    moves.require_plausible(day, case=journey.case, today=today(), field="day")
    courses = case_policies.travel_conflicts(journey.case.person, day)
    if not courses:
        raise ValidationError(
            {
                "day": _(
                    "No started course is in the way of this day. Change the day of travel instead."
                )
            },
            code="no_conflict",
        )
    _refuse_other_engagements(journey, day, courses)
    override = TravelOverride(
        journey=journey,
        day=day,
        cause=cause,
        reason=reason.strip(),
        lost=moves.described([*courses, *case_policies.courses_given_up(journey.case.person, day)]),
        requested_on=today(),
        requested_by=by,
    )
    return records.save(override, by=by)


@transaction.atomic
def approve_override(override: TravelOverride, *, by: Any, answer: str = "") -> TravelOverride:
    """Allow the day: the courses end the day before, and the journey moves (R109).

    Ending the course's commitment early is what tells training that the person did not complete
    it for the programme's cause. A journey that was made keeps its day until it is corrected.
    Raises Refused for the person who asked.
    """
    override, journey = _locked(override)
    _require_second_person(override, by)
    if journey.status == JourneyStatus.CANCELLED:
        raise ValidationError(_("This journey was cancelled meanwhile."), code="too_late")
    if override.day < today() and not override.is_of_the_past:
        raise ValidationError(
            _("The day asked for has passed. The request can only be refused."), code="past"
        )
    courses = case_policies.travel_conflicts(journey.case.person, override.day)
    approved = overrides.approve(override, answer=answer, by=by)
    eve = override.day - datetime.timedelta(days=1)
    for course in courses:
        case_services.end_early(course, last=eve, by=by, reason=override.reason)
    approved.cut.set(courses)
    moves.give_up_courses(journey.case, override.day, agreed=True, by=by)
    if journey.status in BEFORE_DEPARTURE:
        put_on(journey, override.day, kind=EventKind.OVERRIDDEN, reason=override.reason, by=by)
    return approved


@transaction.atomic
def refuse_override(override: TravelOverride, *, by: Any, answer: str) -> TravelOverride:
    """Keep to the end of the course; the person who asked reads why."""
    override, _journey = _locked(override)
    _require_second_person(override, by)
    return overrides.refuse(override, answer=answer, by=by)


@transaction.atomic
def withdraw_override(override: TravelOverride, *, by: Any) -> TravelOverride:
    """Take a request back that was not decided yet, whatever happened to the journey."""
    override, journey = _locked(override)
    if not policies.plans_for(by, journey.case):
        raise Refused(_("You may not change this journey."), override)
    return overrides.withdraw(override, by=by)


def _locked(override: TravelOverride) -> tuple[TravelOverride, Journey]:
    """The request and its journey, locked in the order of all verbs."""
    journey = moves.lock(override.journey)
    override = records.lock(override)
    override.journey = journey
    return override, journey


def _require_second_person(override: TravelOverride, by: Any) -> None:
    may_decide = policies.can_decide_override(by, override)
    overrides.require_second_person(override, by, may_decide=may_decide)


def _refuse_other_engagements(
    journey: Journey, day: datetime.date, courses: list[Commitment]
) -> None:
    known = [journey.commitment_id, *(course.pk for course in courses)]
    other = (
        Commitment.objects.live()
        .filter(person=journey.case.person, days__contains=day)
        .exclude(pk__in=known)
        .first()
    )
    if other is not None:
        raise ValidationError(
            {
                "day": _("On this day the person is engaged otherwise: %(label)s.")
                % {"label": other.label}
            },
            code="overlap",
        )
