"""Who may do what to a journey now, and what still stands in its way."""

import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from cases import policies as case_policies
from cases.enums import BirthPrecision, CaseStatus
from cases.models import Case, Person, age_on
from cases.models.person import ADULT_AGE
from cases.workflow import BEFORE_DEPARTURE as CASE_BEFORE_DEPARTURE
from core.clock import today
from travel.enums import JourneyStatus, StepStatus
from travel.models import ArrivalNeed, ChildGate, Journey, TravelOverride, TravelStep
from travel.workflow import AFTER_DEPARTURE, BEFORE_DEPARTURE


# --- who ------------------------------------------------------------------------------------------
def plans_for(user: Any, case: Case) -> bool:
    """Does the user organise journeys at the orientation point of the case?"""
    return bool(
        user.has_permission(Permission.PLAN_JOURNEYS) and case_policies.works_at_host(user, case)
    )


def receives_for(user: Any, case: Case) -> bool:
    """Does the user confirm arrivals of this case?

    The office of origin does. Where nothing was handed over, or the person no longer agrees to
    sharing, it does not know the case, and the orientation point writes down what it hears.
    """
    if not case.is_shared_with_origin:
        return plans_for(user, case)
    return bool(
        user.has_permission(Permission.CONFIRM_ARRIVAL)
        and case_policies.works_in_origin(user, case)
    )


def can_plan(user: Any, case: Case) -> bool:
    return plans_for(user, case) and case.status in CASE_BEFORE_DEPARTURE


def can_prepare(user: Any, journey: Journey) -> bool:
    """Change days, ticket, steps, checklist and needs of a journey still to be made."""
    return journey.status in BEFORE_DEPARTURE and can_plan(user, journey.case)


def can_confirm(user: Any, journey: Journey) -> bool:
    return journey.status == JourneyStatus.PLANNED and can_plan(user, journey.case)


def can_put_back(user: Any, journey: Journey) -> bool:
    return journey.status == JourneyStatus.CONFIRMED and can_plan(user, journey.case)


def can_depart(user: Any, journey: Journey) -> bool:
    return journey.status == JourneyStatus.CONFIRMED and can_plan(user, journey.case)


def can_cancel(user: Any, journey: Journey) -> bool:
    """Also when the case was closed meanwhile: its journey must not stay on the lists."""
    return journey.status in BEFORE_DEPARTURE and plans_for(user, journey.case)


def can_correct_departure(user: Any, journey: Journey) -> bool:
    return journey.status in AFTER_DEPARTURE and plans_for(user, journey.case)


def can_undo_departure(user: Any, journey: Journey) -> bool:
    return (
        journey.status == JourneyStatus.DEPARTED
        and journey.case.status == CaseStatus.DEPARTED
        and plans_for(user, journey.case)
    )


def can_confirm_arrival(user: Any, journey: Journey) -> bool:
    return (
        journey.status == JourneyStatus.DEPARTED
        and journey.case.status == CaseStatus.DEPARTED
        and receives_for(user, journey.case)
    )


def can_correct_arrival(user: Any, journey: Journey) -> bool:
    return journey.status == JourneyStatus.ARRIVED and receives_for(user, journey.case)


def can_undo_arrival(user: Any, journey: Journey) -> bool:
    return can_correct_arrival(user, journey) and journey.case.status == CaseStatus.ARRIVED


def can_acknowledge(user: Any, case: Case) -> bool:
    """Only the office of origin can say that it is ready for somebody (R114)."""
    return bool(
        user.has_permission(Permission.CONFIRM_ARRIVAL)
        and case_policies.works_in_origin(user, case)
    )


def is_overdue(journey: Journey, day: datetime.date, after_days: int) -> bool:
    """Departed so many days ago, and nobody has confirmed the arrival (R112)."""
    return (
        journey.status == JourneyStatus.DEPARTED
        and journey.departed_on is not None
        and (day - journey.departed_on).days >= after_days
    )


def can_decide_override(user: Any, override: TravelOverride) -> bool:
    """A second person, with the permission for exceptions (R109)."""
    return override.waits_for(user) and user.has_permission(Permission.APPROVE_OVERRIDES)


def can_request_override(user: Any, journey: Journey) -> bool:
    """For a journey to come; or for one that was made, to write down what happened (R109)."""
    return can_prepare(user, journey) or can_correct_departure(user, journey)


def can_withdraw_override(user: Any, override: TravelOverride) -> bool:
    """Also when the journey or its case went on or ended meanwhile."""
    return override.is_waiting and plans_for(user, override.journey.case)


def can_change_step(user: Any, step: TravelStep) -> bool:
    return can_prepare(user, step.journey)


def can_acknowledge_need(user: Any, need: ArrivalNeed) -> bool:
    return can_acknowledge(user, need.journey.case)


def can_withdraw_need(user: Any, need: ArrivalNeed) -> bool:
    return not need.withdrawn_reason and can_prepare(user, need.journey)


def can_record_gate(user: Any, case: Case) -> bool:
    return (
        case.is_restricted
        and case.status in CASE_BEFORE_DEPARTURE
        and user.has_permission(Permission.VIEW_PROTECTION)
        and (case_policies.works_at_host(user, case) or case_policies.works_in_origin(user, case))
    )


def can_sign_gate(user: Any, gate: ChildGate) -> bool:
    return (
        can_record_gate(user, gate.case)
        and user.has_permission(Permission.DECIDE_CHILD_RETURN)
        and not gate.is_signed
        and gate.recorded_by_id != user.pk
    )


# --- what is in the way ---------------------------------------------------------------------------
def is_surely_adult_on(person: Person, day: datetime.date) -> bool:
    """Of age on a day beyond doubt: with only the year known, the last day of that year counts."""
    born = person.birth_on
    if born is None:
        return False
    if person.birth_precision == BirthPrecision.YEAR:
        born = born.replace(month=12, day=31)
    return age_on(born, day) >= ADULT_AGE


def needs_gate(case: Case, day: datetime.date) -> bool:
    """Is this the file of a child travelling alone, not surely of age on a day?

    Nobody can lift this: the mark, and with it the restriction, is taken off by two people.
    """
    return case.is_restricted and not is_surely_adult_on(case.person, day)


def needs_company(case: Case, day: datetime.date) -> bool:
    """Is this a child of known age who does not travel alone: with whom, then?"""
    return (
        not case.is_restricted
        and case.person.birth_on is not None
        and not is_surely_adult_on(case.person, day)
    )


def missing_safeguards(case: Case, day: datetime.date, *, by_day: datetime.date) -> list[str]:
    """What a child who travels alone on ``day`` lacked ``by_day``; empty for everybody else."""
    if not needs_gate(case, day):
        return []
    gate = ChildGate.objects.filter(case=case).first() or ChildGate(case=case)
    if missing := gate.missing:
        return missing
    return [] if gate.is_signed_by(by_day) else [_("signature of a second person")]


def unready(case: Case, day: datetime.date, *, by_day: datetime.date) -> list[str]:
    """Papers and safeguards of a journey on ``day`` that were not there ``by_day`` (R020).

    What was signed since does not count: nobody may have left without it.
    """
    papers = case_policies.missing_for_departure(case, on=by_day)
    safeguards = missing_safeguards(case, day, by_day=by_day)
    if by_day < today():
        return [
            _("On %(day)s this was missing: %(paper)s.")
            % {"day": date_format(by_day), "paper": paper}
            for paper in [*papers, *safeguards]
        ]
    return [
        *(_("This paper is missing: %(paper)s.") % {"paper": paper} for paper in papers),
        *(
            _("A child travelling alone needs this first: %(safeguard)s.")
            % {"safeguard": safeguard}
            for safeguard in safeguards
        ),
    ]


def courses_in_the_way(case: Case, day: datetime.date) -> list[str]:
    """Started courses that end on a day of travel or after it (R078); left all the same: R109."""
    found = [
        _("%(course)s, which the person has started, ends on %(end)s.")
        % {"course": course.label, "end": date_format(course.last_day)}
        for course in case_policies.travel_conflicts(case.person, day)
    ]
    if found and day <= today():
        found.append(
            _(
                "If the person left all the same, ask for an exception for %(day)s; another "
                "person decides, and the course ends the day before."
            )
            % {"day": date_format(day)}
        )
    return found


def open_steps(journey: Journey) -> list[TravelStep]:
    """Of each procedure the last word, where it is “requested” or “refused” (R107)."""
    last: dict[str, TravelStep] = {}
    for step in journey.steps.all():
        last[step.kind] = step
    return [
        step for step in last.values() if step.status in {StepStatus.REQUESTED, StepStatus.REFUSED}
    ]


def obstacles(
    journey: Journey, day: datetime.date, *, confirmed_on: datetime.date | None = None
) -> list[str]:
    """Why nobody may travel on a day yet: papers, safeguards, courses, documents (R020, R078).

    Papers and safeguards are there on that day, and on ``confirmed_on`` where it is given.
    """
    case = journey.case
    found = []
    if case.status not in CASE_BEFORE_DEPARTURE:
        found.append(
            _("The case is at “%(status)s”: a journey is no longer possible.")
            % {"status": case.get_status_display()}
        )
    found += unready(case, day, by_day=day) or (
        unready(case, day, by_day=confirmed_on) if confirmed_on else []
    )
    found += courses_in_the_way(case, day)
    for step in journey.steps.all():
        if step.expires_on and step.is_expired_on(day):
            found.append(
                _("%(document)s is valid until %(end)s only, before the journey.")
                % {
                    "document": step.get_kind_display(),
                    "end": date_format(step.expires_on),
                }
            )
    return found


def why_with_whom(case: Case) -> str:
    """The question that somebody under 18 meets who is not marked as travelling alone."""
    return _(
        "%(name)s is under 18 and not marked as travelling alone. Write with whom the journey is "
        "made, or mark the child as travelling alone."
    ) % {"name": case.person.full_name}


def obstacles_to_departure(journey: Journey, day: datetime.date) -> list[str]:
    """What else must be there before somebody leaves: answers of the authorities, the checklist."""
    found = obstacles(journey, day)
    if journey.status == JourneyStatus.PLANNED:
        found.insert(0, _("The journey is not confirmed."))
    for step in open_steps(journey):
        found.append(
            _("%(step)s: %(state)s. Enter that it was obtained, or that it is not needed.")
            % {"step": step.get_kind_display(), "state": step.get_status_display()}
        )
    if needs_company(case := journey.case, day) and not journey.travels_with:
        found.append(why_with_whom(case))
    check = getattr(journey, "checklist", None)
    if check is None or check.closed_on is None:
        found.append(_("The departure checklist is not closed."))
    return found
