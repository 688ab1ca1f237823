"""Many applications with their decisions at once, for imports and demonstration data."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from cases.models import Case
from core import records
from core.clock import today
from training import policies
from training.enums import ApplicationStatus, Fit
from training.models import (
    Application,
    ApplicationStep,
    CriterionAnswer,
    Edition,
    Enrolment,
    SelectionCriterion,
)
from training.services.bulk_courses import completed_modules, oriented_since, refused
from training.services.enrolments import preparation_errors
from training.workflow import DECISIONS

BATCH = 2_000


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One person who applied for one vocational place, and what was decided."""

    edition: Edition
    case: Case
    motivation: str
    #: How far each criterion of the course is met, in their order.
    fits: Sequence[str]
    applied_on: datetime.date
    decision: str = ApplicationStatus.ACCEPTED
    reason: str = ""
    decided_on: datetime.date


@transaction.atomic
def select_many(candidates: Iterable[Candidate], *, by: Any, decided_by: Any) -> list[Application]:
    """Applications of the past with their decisions (R074).

    The rules of ``apply`` and ``decide`` in sets; one broken rule refuses all.
    """
    given = list(candidates)
    criteria = _criteria_of(given)
    _check(given, criteria)
    rows = [
        Application(
            edition=one.edition,
            case=one.case,
            status=one.decision,
            applied_on=one.applied_on,
            applied_by=by,
            motivation=one.motivation,
            decided_on=one.decided_on,
            decided_by=decided_by,
            reason=one.reason,
        )
        for one in given
    ]
    records.create_many(Application, rows, by=by)
    answers = [
        CriterionAnswer(application=row, criterion=criterion, fit=fit)
        for row, one in zip(rows, given, strict=True)
        for criterion, fit in zip(criteria[one.edition.pk], one.fits, strict=True)
    ]
    records.create_many(CriterionAnswer, answers, by=by)
    ApplicationStep.objects.bulk_create(
        [
            step
            for row, one in zip(rows, given, strict=True)
            for step in _steps(row, one, by=by, decided_by=decided_by)
        ],
        batch_size=BATCH,
    )
    return rows


def _steps(
    row: Application, one: Candidate, *, by: Any, decided_by: Any
) -> tuple[ApplicationStep, ApplicationStep]:
    made = ApplicationStatus.SUBMITTED
    return (
        ApplicationStep(application=row, to_status=made, on=one.applied_on, by=by),
        ApplicationStep(
            application=row,
            from_status=made,
            to_status=one.decision,
            on=one.decided_on,
            by=decided_by,
            note=one.reason,
        ),
    )


def _criteria_of(candidates: Sequence[Candidate]) -> dict[int, list[SelectionCriterion]]:
    editions = {one.edition.pk for one in candidates}
    found: dict[int, list[SelectionCriterion]] = {pk: [] for pk in editions}
    for row in SelectionCriterion.objects.filter(edition__in=editions).order_by("position"):
        found[row.edition_id].append(row)
    return found


def _check(candidates: Sequence[Candidate], criteria: dict[int, list[SelectionCriterion]]) -> None:
    oriented = oriented_since(candidates)
    done = completed_modules(candidates)
    worth = policies.wholes()
    given = _places_given(candidates)
    for one in candidates:
        edition = one.edition
        first = oriented.get(one.case.pk)
        given[edition.pk] += one.decision == ApplicationStatus.ACCEPTED
        if not edition.is_open:
            raise refused(one, _("The course is over or cancelled."))
        if not edition.module_version.is_vocational:
            raise refused(one, _("Only vocational places are given by selection."))
        if one.decision not in DECISIONS or not one.motivation.strip():
            raise refused(one, _("The motivation or the decision is missing."))
        if one.decision == ApplicationStatus.REFUSED and not one.reason.strip():
            raise refused(one, _("A refusal needs its reason."))
        if not one.applied_on <= one.decided_on <= today():
            raise refused(one, _("The decision lies before the application or in the future."))
        if len(one.fits) != len(criteria[edition.pk]):
            raise refused(one, _("Each criterion of the course is answered once."))
        if any(fit not in Fit.values for fit in one.fits):
            raise refused(one, _("An answer to a criterion of this kind does not exist."))
        if first is None or first > one.applied_on:
            raise refused(one, _("A course presupposes orientation."), "not_oriented")
        if given[edition.pk] > edition.capacity:
            raise refused(one, _("All places are taken."), "full")
        modules = {m for m, on in done[one.case.person_id] if on <= one.applied_on}
        for error in preparation_errors(policies.groups_missing(modules, worth)):
            raise refused(one, str(error.message), "preparation_missing")


def _places_given(candidates: Sequence[Candidate]) -> Counter[int]:
    editions = {one.edition.pk for one in candidates}
    seated = Enrolment.objects.filter(edition__in=editions).seated()
    promised = Application.objects.filter(edition__in=editions).promised()
    given: Counter[int] = Counter()
    for rows in (seated, promised):
        counted = rows.order_by().values_list("edition").annotate(total=Count("pk"))
        given.update(dict(counted))
    return given
