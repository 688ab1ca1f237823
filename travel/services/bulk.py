"""Journeys already made, recorded in bulk under the rules of the single verbs."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind
from cases.models import Case, CaseEvent, Commitment, Person
from cases.services.calendar import days
from core import records
from core.clock import today
from surveys import services as survey_services
from travel import policies
from travel.enums import EventKind, JourneyStatus, StepStatus
from travel.models import (
    CHECK_ITEMS,
    ChildGate,
    DepartureCheck,
    Journey,
    JourneyEvent,
    TravelStep,
)
from travel.services.planning import label

SHOWN_REFUSALS = 20


@dataclass(frozen=True, kw_only=True)
class Travelled:
    """A journey that was made: its days, its ticket, its steps and what was not done."""

    case: Case
    confirmed_on: datetime.date
    departed_on: datetime.date
    route: str
    ticket_source: str
    arrived_on: datetime.date | None = None
    arrival_confirmed_by: Any = None
    planned_on: datetime.date | None = None
    flight: str = ""
    #: kind of step → day of the request, day on which it was obtained
    steps: Mapping[str, tuple[datetime.date, datetime.date]] = field(default_factory=dict)
    not_done: frozenset[str] = frozenset()
    missing_reason: str = ""
    handover_reason: str = ""
    travels_with: str = ""


@transaction.atomic
def record_departures_many(rows: Sequence[Travelled], *, by: Any) -> list[Journey]:
    """Record journeys made, and arrivals, of many cases at once (R106, R113).

    The rules of ``plan``, ``confirm``, ``depart`` and ``arrive`` are checked in sets; one refusal
    refuses all and names the cases.
    """
    cases = _locked(rows)
    shared = _shared(rows)
    refusals = [*_own_refusals(rows, cases, by), *_shared_refusals(rows, cases, shared)]
    if refusals:
        raise ValidationError(refusals[:SHOWN_REFUSALS], code="not_ready")
    commitments = case_services.commit_many(
        [
            Commitment(
                person_id=cases[row.case.pk].person_id,
                kind=CommitmentKind.TRAVEL,
                days=days(row.departed_on, row.departed_on),
                label=label(cases[row.case.pk]),
            )
            for row in rows
        ],
        by=by,
    )
    journeys = records.create_many(
        Journey,
        [
            _journey(row, cases[row.case.pk], commitment, shared=row.case.pk in shared)
            for row, commitment in zip(rows, commitments, strict=True)
        ],
        by=by,
    )
    made = list(zip(rows, journeys, strict=True))
    records.create_many(TravelStep, [s for r, j in made for s in _steps(r, j)], by=by)
    records.create_many(DepartureCheck, [_check(r, j, by) for r, j in made], by=by)
    JourneyEvent.objects.bulk_create(
        [event for row, journey in made for event in _events(row, journey, by)], batch_size=2_000
    )
    _advance(rows, cases, by)
    return journeys


def _locked(rows: Sequence[Travelled]) -> dict[int, Case]:
    ids = [row.case.pk for row in rows]
    if len(set(ids)) != len(ids):
        raise ValidationError(_("A case appears twice in this list."), code="twice")
    locked = Case.objects.select_for_update(of=("self",)).select_related("person", "office")
    cases = {case.pk: case for case in locked.filter(pk__in=ids).order_by("pk")}
    people = Person.objects.filter(pk__in={case.person_id for case in cases.values()})
    list(people.select_for_update().order_by("pk").values_list("pk"))
    return cases


def _own_refusals(rows: Sequence[Travelled], cases: Mapping[int, Case], by: Any) -> Iterable[str]:
    """What each line says by itself: who, days, ticket, checklist, company of a child."""
    for row in rows:
        case = cases[row.case.pk]
        known = [case.registered_on, row.confirmed_on, row.departed_on]
        known += [row.arrived_on] if row.arrived_on else []
        if not policies.can_plan(by, case):
            yield _("%(reference)s: no journey may be planned.") % _named(case)
        if [*known, today()] != sorted([*known, today()]):
            yield _("%(reference)s: the days do not follow each other.") % _named(case)
        if not all(a <= b <= row.departed_on for a, b in row.steps.values()):
            yield _("%(reference)s: a step lies after the departure.") % _named(case)
        if not row.route or not row.ticket_source:
            yield _("%(reference)s: the route or who pays the ticket is missing.") % _named(case)
        if row.not_done and not row.missing_reason:
            yield _("%(reference)s: the checklist has a gap without a reason.") % _named(case)
        if policies.needs_company(case, row.departed_on) and not row.travels_with:
            yield _("%(reference)s: a child; with whom does it travel?") % _named(case)
        author = row.arrival_confirmed_by
        if row.arrived_on and (author is None or not policies.receives_for(author, case)):
            yield _("%(reference)s: this person may not confirm the arrival.") % _named(case)


def _shared_refusals(
    rows: Sequence[Travelled], cases: Mapping[int, Case], shared: Set[int]
) -> Iterable[str]:
    """What the database knows: papers, handover, safeguards, started courses, other journeys."""
    ids = list(cases)
    by_case = {row.case.pk: row for row in rows}
    ready = _with_papers(rows)
    gates = {gate.case_id: gate for gate in ChildGate.objects.signed().filter(case__in=ids)}
    travelling = set(Journey.objects.current().filter(case__in=ids).values_list("case", flat=True))
    last_steps = dict(
        CaseEvent.objects.standing()
        .filter(case__in=ids)
        .order_by()
        .values_list("case")
        .annotate(day=Max("on"))
    )
    for pk, row in by_case.items():
        case = cases[pk]
        if pk not in ready:
            yield _("%(reference)s: declaration or consent is missing.") % _named(case)
        if policies.needs_gate(case, row.departed_on) and not (
            pk in gates and gates[pk].is_signed_by(row.confirmed_on)
        ):
            yield _("%(reference)s: the safeguards of the child are not signed.") % _named(case)
        if pk not in shared and not row.handover_reason:
            yield _("%(reference)s: no handover, and no reason why not.") % _named(case)
        if pk in travelling:
            yield _("%(reference)s: there is a journey already.") % _named(case)
        if last_steps.get(pk, row.confirmed_on) > row.confirmed_on:
            yield _("%(reference)s: confirmed before the last step of the case.") % _named(case)
    by_person = defaultdict(list)
    for row in rows:
        by_person[cases[row.case.pk].person_id].append(row)
    courses = Commitment.objects.live().filter(
        person__in=list(by_person), kind=CommitmentKind.COURSE, is_binding=True
    )
    for course in courses:
        for row in by_person[course.person_id]:
            if course.last_day >= row.departed_on:
                yield (
                    _("%(reference)s: a started course ends after the departure.")
                    % _named(row.case)
                )


def _with_papers(rows: Sequence[Travelled]) -> set[int]:
    """Cases whose papers were there both when the journey was confirmed and when it was made."""
    found = Case.objects.filter(pk__in=[row.case.pk for row in rows])
    for name in ("confirmed_on", "departed_on"):
        found = found.with_papers(on=_days(rows, name))
    return set(found.values_list("pk", flat=True))


def _shared(rows: Sequence[Travelled]) -> set[int]:
    """Cases that the office of origin saw on the day of departure (R117)."""
    found = Case.objects.filter(pk__in=[row.case.pk for row in rows])
    on = _days(rows, "departed_on")
    return set(found.shared_with_origin(on=on).values_list("pk", flat=True))


def _days(rows: Sequence[Travelled], name: str) -> models.Case:
    """SQL: this day of each line."""
    whens = (models.When(pk=row.case.pk, then=models.Value(getattr(row, name))) for row in rows)
    return models.Case(*whens, output_field=models.DateField())


def _named(case: Case) -> dict[str, str]:
    return {"reference": case.reference}


def _journey(row: Travelled, case: Case, commitment: Commitment, *, shared: bool) -> Journey:
    has_arrived = row.arrived_on is not None
    return Journey(
        case=case,
        status=JourneyStatus.ARRIVED if has_arrived else JourneyStatus.DEPARTED,
        planned_on=row.planned_on or row.departed_on,
        confirmed_for=row.departed_on,
        confirmed_on=row.confirmed_on,
        departed_on=row.departed_on,
        arrived_on=row.arrived_on,
        arrival_confirmed_by=row.arrival_confirmed_by if has_arrived else None,
        arrival_confirmed_at=timezone.now() if has_arrived else None,
        route=row.route,
        ticket_source=row.ticket_source,
        flight=row.flight,
        travels_with=row.travels_with,
        handover_reason="" if shared else row.handover_reason,
        commitment=commitment,
    )


def _steps(row: Travelled, journey: Journey) -> list[TravelStep]:
    return [
        TravelStep(
            journey=journey,
            kind=kind,
            status=StepStatus.OBTAINED,
            requested_on=requested_on,
            answered_on=obtained_on,
        )
        for kind, (requested_on, obtained_on) in row.steps.items()
    ]


def _check(row: Travelled, journey: Journey, by: Any) -> DepartureCheck:
    return DepartureCheck(
        journey=journey,
        missing_reason=row.missing_reason,
        closed_on=row.departed_on,
        closed_by=by,
        **{name: name not in row.not_done for name in CHECK_ITEMS},
    )


def _events(row: Travelled, journey: Journey, by: Any) -> list[JourneyEvent]:
    steps = [
        (EventKind.PLANNED, "", JourneyStatus.PLANNED, row.confirmed_on, by),
        (
            EventKind.CONFIRMED,
            JourneyStatus.PLANNED,
            JourneyStatus.CONFIRMED,
            row.confirmed_on,
            by,
        ),
        (
            EventKind.DEPARTED,
            JourneyStatus.CONFIRMED,
            JourneyStatus.DEPARTED,
            row.departed_on,
            by,
        ),
    ]
    if row.arrived_on is not None:
        steps.append(
            (
                EventKind.ARRIVED,
                JourneyStatus.DEPARTED,
                JourneyStatus.ARRIVED,
                row.arrived_on,
                row.arrival_confirmed_by,
            )
        )
    return [
        JourneyEvent(
            journey=journey,
            kind=kind,
            from_status=before,
            to_status=after,
            day_after=row.departed_on,
            on=on,
            by=author,
        )
        for kind, before, after, on, author in steps
    ]


def _advance(rows: Sequence[Travelled], cases: Mapping[int, Case], by: Any) -> None:
    """Each case through its steps; the follow-up visits of those who arrived."""
    ready = [(cases[r.case.pk], CaseStatus.READY_TO_TRAVEL, r.confirmed_on) for r in rows]
    departed = [(cases[r.case.pk], CaseStatus.DEPARTED, r.departed_on) for r in rows]
    arrived = [(cases[r.case.pk], CaseStatus.ARRIVED, r.arrived_on) for r in rows if r.arrived_on]
    for steps in (ready, departed, arrived):
        case_services.advance_many(steps, by=by)
    survey_services.plan_follow_ups_many([(case, day) for case, _to, day in arrived], by=by)
