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
from travel.enums import JourneyStatus, OverrideStatus, StepStatus
from travel.models import ChildGate, Journey, TravelOverride, TravelStep
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
    return (
        override.status == OverrideStatus.REQUESTED
        and user.has_permission(Permission.APPROVE_OVERRIDES)
        and not override.is_own(user)
    )


def can_record_gate(user: Any, case: Case) -> bool:
    return (
        case.is_unaccompanied_child
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
    """Does a child travel alone on this day? Nobody can lift this."""
    return case.is_unaccompanied_child and not is_surely_adult_on(case.person, day)


def missing_safeguards(case: Case, day: datetime.date) -> list[str]:
    """What a child travelling alone still needs; empty for everybody else."""
    if not needs_gate(case, day):
        return []
    gate = ChildGate.objects.filter(case=case).first() or ChildGate(case=case)
    if missing := gate.missing:
        return missing
    return [] if gate.is_signed else [_("signature of a second person")]


def open_steps(journey: Journey) -> list[TravelStep]:
    """Of each procedure the last word, where it is “requested” or “refused” (R107)."""
    last: dict[str, TravelStep] = {}
    for step in journey.steps.all():
        last[step.kind] = step
    return [
        step for step in last.values() if step.status in {StepStatus.REQUESTED, StepStatus.REFUSED}
    ]


def obstacles(journey: Journey, day: datetime.date) -> list[str]:
    """Why nobody may travel on a day yet: papers, safeguards, courses, documents (R020, R078)."""
    case = journey.case
    found = []
    if case.status not in CASE_BEFORE_DEPARTURE:
        found.append(
            _("The case is at “%(status)s”: a journey is no longer possible.")
            % {"status": case.get_status_display()}
        )
    for paper in case_policies.missing_for_departure(case):
        found.append(_("This paper is missing: %(paper)s.") % {"paper": paper})
    for safeguard in missing_safeguards(case, day):
        found.append(
            _("A child travelling alone needs this first: %(safeguard)s.")
            % {"safeguard": safeguard}
        )
    for course in case_policies.travel_conflicts(case.person, day):
        found.append(
            _("%(course)s, which the person has started, ends on %(end)s.")
            % {"course": course.label, "end": date_format(course.last_day)}
        )
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
    check = getattr(journey, "check_list", None)
    if check is None or check.closed_on is None:
        found.append(_("The departure checklist is not closed."))
    return found
