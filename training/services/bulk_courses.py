"""Many editions and enrolments at once, for imports and demonstration data: rules in sets."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.models import Office
from cases import services as case_services
from cases.enums import CommitmentKind, ConsentPurpose
from cases.models import Case, Commitment
from cases.services.calendar import days
from core import records
from core.clock import today
from partners.models import Organisation
from training import policies, references
from training.days import days_of
from training.enums import ApplicationStatus, EnrolmentStatus
from training.models import (
    Application,
    Edition,
    EditionStep,
    Enrolment,
    EnrolmentStep,
    Invitation,
    ModuleVersion,
    SelectionCriterion,
)
from training.services.criteria import checked_criteria, criteria_of
from training.services.editions import check_edition
from training.services.enrolments import preparation_errors
from training.services.steps import first_step

BATCH = 2_000


@dataclass(frozen=True, kw_only=True)
class PlannedEdition:
    """One edition to plan."""

    module_version: ModuleVersion
    office: Office
    starts_on: datetime.date
    trainer_organisation: Organisation
    support_organisation: Organisation | None = None
    capacity: int = 15
    room: str = ""
    transit_reason: str = ""
    criteria: Sequence[str] = ()


@transaction.atomic
def plan_editions_many(plans: Iterable[PlannedEdition], *, by: Any) -> list[Edition]:
    """Plan editions; days, references, support and criteria as in ``plan_edition`` (R076, R087)."""
    rows, lines = [], []
    for plan in plans:
        values = dict(vars(plan))
        criteria = values.pop("criteria")
        row = Edition(planned_by=by, **values)
        check_edition(row)
        lines.append(checked_criteria(plan.module_version, criteria))
        held_on = days_of(row)
        row.starts_on, row.ends_on = held_on[0], held_on[-1]
        if row.support_organisation is None:
            row.support_organisation = policies.default_support(row.office, row.starts_on)
        rows.append(row)
    kept = Edition.objects.filter(office__in={row.office_id for row in rows})
    taken = Counter(r.rpartition("-")[0] for r in kept.values_list("reference", flat=True))
    for row in rows:
        stem = references.stem("E", row.office, row.starts_on)
        row.reference = references.numbered(stem, taken[stem])
        taken[stem] += 1
    records.create_many(Edition, rows, by=by)
    criteria = [c for row, texts in zip(rows, lines, strict=True) for c in criteria_of(row, texts)]
    records.create_many(SelectionCriterion, criteria, by=by)
    EditionStep.objects.bulk_create(
        [first_step(row, on=min(row.starts_on, today()), by=by) for row in rows],
        batch_size=BATCH,
    )
    return rows


@dataclass(frozen=True, kw_only=True)
class Place:
    """One person's place in one edition."""

    edition: Edition
    case: Case
    nominated_on: datetime.date | None = None


@transaction.atomic
def enrol_many(places: Iterable[Place], *, by: Any, have_started: bool = False) -> list[Enrolment]:
    """Enrol people whose places the partner has confirmed (R073–R075, R080).

    The rules of ``enrol`` in sets; one broken rule refuses all. Vocational modules need the
    preparatory ones completed and the people selected by earlier calls. ``have_started``: for
    courses of the past, whose marks are entered next; they bind the calendar at once.
    """
    wanted = list(places)
    accepted = _accepted(wanted)
    _check_places(wanted, accepted)
    _check_journeys(wanted)
    commitments = [
        Commitment(
            person=place.case.person,
            kind=CommitmentKind.COURSE,
            label=str(place.edition),
            days=days(place.edition.starts_on, place.edition.ends_on),
            is_binding=have_started,
        )
        for place in wanted
    ]
    held = case_services.commit_many(commitments, by=by)
    rows = []
    for place, commitment in zip(wanted, held, strict=True):
        day = place.nominated_on or min(today(), place.edition.starts_on)
        rows.append(
            Enrolment(
                edition=place.edition,
                case=place.case,
                status=EnrolmentStatus.ENROLLED,
                nominated_on=day,
                acknowledged_on=day,
                commitment=commitment,
                application=accepted.get((place.edition.pk, place.case.pk)),
            )
        )
    records.create_many(Enrolment, rows, by=by)
    EnrolmentStep.objects.bulk_create(
        [first_step(row, on=row.nominated_on, by=by) for row in rows], batch_size=BATCH
    )
    return rows


def _accepted(places: Sequence[Place]) -> dict[tuple[int, int], Application]:
    """The accepted applications of these people, by edition and case."""
    rows = Application.objects.filter(
        edition__in={place.edition.pk for place in places}, status=ApplicationStatus.ACCEPTED
    )
    return {(row.edition_id, row.case_id): row for row in rows}


def _check_places(places: Sequence[Place], accepted: Mapping[tuple[int, int], Application]) -> None:
    cases = {place.case.pk for place in places}
    agreed = set(
        Case.objects.filter(pk__in=cases)
        .with_current_consent(ConsentPurpose.TRAINING_PARTNER)
        .values_list("pk", flat=True)
    )
    oriented = oriented_since(places)
    done = completed_modules(places)
    worth = policies.wholes()
    seats = Counter(
        Enrolment.objects.filter(edition__in={p.edition.pk for p in places})
        .seated()
        .values_list("edition", flat=True)
    )
    promised = set(
        Application.objects.filter(edition__in={p.edition.pk for p in places})
        .promised()
        .values_list("edition", "case")
    )
    seats.update(edition for edition, _case in promised)
    for place in places:
        edition, case = place.edition, place.case
        seats[edition.pk] += (edition.pk, case.pk) not in promised
        first = oriented.get(case.pk)
        if not edition.is_open:
            raise refused(place, _("The course is over or cancelled."))
        if place.nominated_on is not None and place.nominated_on > edition.ends_on:
            raise refused(place, _("The last day of the course had passed."), "over")
        if first is None or first > edition.starts_on:
            raise refused(place, _("A course presupposes orientation."), "not_oriented")
        if case.pk not in agreed:
            raise refused(place, _("The person has not agreed to share."), "no_consent")
        if seats[edition.pk] > edition.capacity:
            raise refused(place, _("All places are taken."), "full")
        if edition.module_version.is_vocational:
            modules = {m for m, on in done[case.person_id] if on <= edition.starts_on}
            for error in preparation_errors(policies.groups_missing(modules, worth)):
                raise refused(place, str(error.message), "preparation_missing")
            if (edition.pk, case.pk) not in accepted:
                raise refused(place, _("Nobody has accepted an application."), "not_selected")


class Wanted(Protocol):
    """One person for one course."""

    @property
    def edition(self) -> Edition: ...
    @property
    def case(self) -> Case: ...


def refused(wanted: Wanted, message: str, code: str = "invalid") -> ValidationError:
    """Which course and whose case a broken rule concerns."""
    return ValidationError(
        f"{wanted.edition.reference} · {wanted.case.reference}: {message}", code=code
    )


def oriented_since(places: Sequence[Wanted]) -> dict[int, datetime.date]:
    """Per case, the first day of orientation."""
    rows = (
        Invitation.objects.filter(
            case__in={place.case.pk for place in places}, attended_on__isnull=False
        )
        .order_by()
        .values_list("case")
        .annotate(first=Min("attended_on"))
    )
    return dict(rows)


def completed_modules(places: Sequence[Wanted]) -> Mapping[int, set[tuple[str, datetime.date]]]:
    """Per person, the modules completed and when."""
    rows = Enrolment.objects.filter(
        case__person__in={place.case.person_id for place in places},
        status=EnrolmentStatus.COMPLETED,
    ).values_list("case__person", "edition__module_version__module", "ended_on")
    done: dict[int, set[tuple[str, datetime.date]]] = defaultdict(set)
    for person, module, on in rows:
        if on is not None:
            done[person].add((module, on))
    return done


def _check_journeys(places: Sequence[Place]) -> None:
    """No course ends on or after the day its participant travels."""
    journeys = dict(
        Commitment.objects.live()
        .filter(kind=CommitmentKind.TRAVEL, person__in={place.case.person_id for place in places})
        .order_by()
        .values_list("person")
        .annotate(first=Min("days__startswith"))
    )
    for place in places:
        travels_on = journeys.get(place.case.person_id)
        if travels_on is not None and travels_on <= place.edition.ends_on:
            raise refused(
                place, _("The person travels before the course ends."), "course_after_travel"
            )
