"""The same verbs for many people at once: imports and demonstration data."""

import contextlib
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies as case_policies
from cases import services as case_services
from cases.enums import CaseStatus, ContactResult
from cases.models import Case, ContactAttempt
from cases.workflow import BEFORE_DEPARTURE
from core import records
from core.exceptions import Refused
from reintegration import policies, reach
from reintegration.enums import Initiator, PlanStatus, ProjectStep, Side
from reintegration.models import (
    FirstContact,
    Goal,
    Plan,
    PlanEvent,
    PlanVersion,
    ProjectEvent,
    ProjectKindChange,
)
from reintegration.services.contacts import check_contact
from reintegration.services.lifecycle import check_sides, check_signature
from reintegration.services.plans import check_due, check_opened
from reintegration.services.projects import check_begun, check_done
from reintegration.services.versions import version_of


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """What ``record_first_contact`` takes, for one case."""

    case: Case
    on: datetime.date
    initiated_by: str
    channel: str
    note: str = ""


@transaction.atomic
def record_first_contacts_many(rows: Iterable[ContactRow], *, by: Any) -> list[FirstContact]:
    """``record_first_contact`` for many cases, in the name of one officer of their country.

    The same rules are checked in sets; one bad row refuses all and is named.
    """
    given = list(rows)
    _require_one_each([row.case for row in given])
    cases = [row.case for row in given]
    arrived = reach.arrival_days(cases)
    made = set(FirstContact.objects.filter(case__in=cases).values_list("case", flat=True))
    ours = [(row.case, row.on) for row in given if row.initiated_by == Initiator.OFFICE]
    refused = case_policies.refusals_of_follow_up(ours)
    for row in given:
        if not policies.can_record_first_contact(by, row.case):
            raise Refused(
                _("The office of the country of origin records the first contact."), row.case
            )
        with _naming(row.case):
            check_contact(row.case, row.on, arrived.get(row.case.pk), made=row.case.pk in made)
            if row.initiated_by == Initiator.OFFICE and (row.case.pk, row.on) in refused:
                raise ValidationError(
                    _("The person does not wish calls and visits after the return."),
                    code="no_follow_up",
                )
    attempts = records.create_many(
        ContactAttempt,
        [
            ContactAttempt(
                case=row.case,
                on=row.on,
                channel=row.channel,
                result=ContactResult.REACHED,
                initiated_by_person=row.initiated_by == Initiator.PERSON,
                note=row.note,
                by=by,
            )
            for row in given
        ],
        by=by,
    )
    contacts = [
        FirstContact(
            case=row.case,
            on=row.on,
            initiated_by=row.initiated_by,
            channel=row.channel,
            note=row.note,
            attempt=attempt,
            by=by,
        )
        for row, attempt in zip(given, attempts, strict=True)
    ]
    records.create_many(FirstContact, contacts, by=by)
    case_services.advance_many([(row.case, CaseStatus.CONTACTED, row.on) for row in given], by=by)
    return contacts


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One plan, as far as it has come: drafted, signed, project begun, project done.

    ``goals`` are (side, text, to be reached by). Without ``signed_on`` the plan stays a draft.
    """

    case: Case
    project_kind: str
    opened_on: datetime.date
    sector: Any = None
    description: str = ""
    goals: Sequence[tuple[str, str, datetime.date]] = ()
    not_needed: Mapping[str, str] = field(default_factory=dict)
    signed_on: datetime.date | None = None
    begun_on: datetime.date | None = None
    done_on: datetime.date | None = None

    @property
    def status(self) -> PlanStatus:
        if self.done_on:
            return PlanStatus.COMPLETED
        if self.begun_on:
            return PlanStatus.IN_PROGRESS
        return PlanStatus.AGREED if self.signed_on else PlanStatus.DRAFT


@transaction.atomic
def open_plans_many(rows: Iterable[PlanRow], *, by: Any, agreed_by: Any) -> list[Plan]:
    """``open_plan`` to ``finish_project`` for many cases: ``by`` writes, ``agreed_by`` agrees.

    The same rules are checked in sets; one bad row refuses all and is named.
    """
    given = list(rows)
    cases = [row.case for row in given]
    _require_one_each(cases)
    _check_rows(given, by=by, agreed_by=agreed_by)
    plans = records.create_many(
        Plan, [_plan(row, by=by, agreed_by=agreed_by) for row in given], by=by
    )
    pairs = list(zip(given, plans, strict=True))
    goals = [
        Goal(plan=plan, side=side, text=text, due_on=due_on)
        for row, plan in pairs
        for side, text, due_on in row.goals
    ]
    records.create_many(Goal, goals, by=by)
    _create_history(pairs, goals, by=by, agreed_by=agreed_by)
    signed = [(row.case, CaseStatus.PLAN_AGREED, row.signed_on) for row in given if row.signed_on]
    case_services.advance_many(signed, by=by)
    begun = [(row.case, CaseStatus.PROJECT_RUNNING, row.begun_on) for row in given if row.begun_on]
    case_services.advance_many(begun, by=by)
    return plans


def _check_rows(rows: Sequence[PlanRow], *, by: Any, agreed_by: Any) -> None:
    cases = [row.case for row in rows]
    if Plan.objects.live().filter(case__in=cases).exists():
        raise ValidationError(
            _("This case has a plan already. Work on that plan."), code="plan_exists"
        )
    contacts = dict(FirstContact.objects.filter(case__in=cases).values_list("case", "on"))
    for row in rows:
        if not policies.can_write_for(by, row.case):
            raise Refused(_("You may not write a plan for this case."), row.case)
        with _naming(row.case):
            _check_row(row, contacts.get(row.case.pk), by=by, agreed_by=agreed_by)


def _check_row(row: PlanRow, contact_on: datetime.date | None, *, by: Any, agreed_by: Any) -> None:
    check_opened(row.opened_on)
    for _side, _text, due_on in row.goals:
        check_due(due_on, row.opened_on)
    if row.signed_on is None:
        if row.begun_on or row.done_on:
            raise ValidationError(_("A project begins after the plan is signed."))
        return
    plan = Plan(case=row.case, opened_by=by, submitted_by=by)
    if refusal := policies.refusal_to_agree(agreed_by, plan):
        raise Refused(refusal, row.case)
    check_sides({side for side, *_rest in row.goals}, row.not_needed)
    check_signature(row.case, row.signed_on, contact_on)
    if row.begun_on:
        check_begun(row.begun_on, row.signed_on)
    if row.done_on:
        if row.begun_on is None:
            raise ValidationError(_("A project that is done was begun on a day."))
        check_done(row.done_on, row.begun_on)


def _plan(row: PlanRow, *, by: Any, agreed_by: Any) -> Plan:
    plan = Plan(
        case=row.case,
        status=row.status,
        project_kind=row.project_kind,
        sector=row.sector,
        description=row.description,
        opened_on=row.opened_on,
        opened_by=by,
    )
    filled = {side for side, *_rest in row.goals}
    for side in Side.values:
        if side not in filled:
            setattr(plan, f"{side}_not_needed", row.not_needed.get(side, ""))
    if row.signed_on:
        plan.submitted_on, plan.submitted_by = row.opened_on, by
        plan.signed_on, plan.agreed_by = row.signed_on, agreed_by
    return plan


def _create_history(
    pairs: Sequence[tuple[PlanRow, Plan]], goals: Sequence[Goal], *, by: Any, agreed_by: Any
) -> None:
    of_plan: dict[int, list[Goal]] = {}
    for goal in goals:
        of_plan.setdefault(goal.plan_id, []).append(goal)
    kinds, versions, events, steps = [], [], [], []
    for row, plan in pairs:
        kinds.append(
            ProjectKindChange(plan=plan, kind=row.project_kind, from_on=row.opened_on, by=by)
        )
        day = row.signed_on or row.opened_on
        versions.append(
            version_of(
                plan,
                of_plan.get(plan.pk, []),
                number=0 if row.case.status in BEFORE_DEPARTURE else 1,
                by=by,
                made_on=day,
            )
        )
        events += _plan_events(row, plan, by=by, agreed_by=agreed_by)
        if row.begun_on:
            steps.append(ProjectEvent(plan=plan, step=ProjectStep.BEGUN, on=row.begun_on, by=by))
        if row.done_on:
            steps.append(ProjectEvent(plan=plan, step=ProjectStep.DONE, on=row.done_on, by=by))
    ProjectKindChange.objects.bulk_create(kinds, batch_size=2_000)
    records.create_many(PlanVersion, versions, by=by)
    PlanEvent.objects.bulk_create(events, batch_size=2_000)
    records.create_many(ProjectEvent, steps, by=by)


def _plan_events(row: PlanRow, plan: Plan, *, by: Any, agreed_by: Any) -> list[PlanEvent]:
    way = [
        (PlanStatus.DRAFT, row.opened_on, by),
        (PlanStatus.SUBMITTED, row.opened_on if row.signed_on else None, by),
        (PlanStatus.AGREED, row.signed_on, agreed_by),
        (PlanStatus.IN_PROGRESS, row.begun_on, by),
        (PlanStatus.COMPLETED, row.done_on, by),
    ]
    events, before = [], ""
    for status, on, author in way:
        if on is not None:
            events.append(
                PlanEvent(plan=plan, from_status=before, to_status=status, on=on, by=author)
            )
            before = status
    return events


def _require_one_each(cases: Sequence[Case]) -> None:
    if len({case.pk for case in cases}) != len(cases):
        raise ValidationError(_("A case appears twice in this list."), code="twice")


@contextlib.contextmanager
def _naming(case: Case) -> Iterator[None]:
    """Put the reference of the case before what is wrong with its row."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError(
            _("Case %(reference)s: %(message)s")
            % {"reference": case.reference, "message": " ".join(error.messages)},
            code=getattr(error, "code", None),
        ) from error
