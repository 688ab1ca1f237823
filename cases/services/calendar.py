"""The person's calendar: committing, moving and releasing days (design §4.4)."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import CommitmentKind
from cases.models import Commitment, Person
from cases.services.guard import require_not_joined
from core import records


def days(first: datetime.date, last: datetime.date) -> DateRange:
    """First and last day as the half-open range that is stored."""
    return DateRange(first, last + datetime.timedelta(days=1))


@transaction.atomic
def commit(
    person: Person,
    *,
    kind: str,
    first: datetime.date,
    last: datetime.date,
    label: str,
    by: Any,
    is_binding: bool = False,
    field: str = "__all__",
) -> Commitment:
    """Engage a person on these days (R080, R078, R108).

    Raises ValidationError under ``field`` when the days are taken, when a journey would fall on or
    before the last day of a started course (the message has the earliest day), or when a course
    would lie after the journey.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    require_not_joined(person)
    _check(person, kind, first, last, field=field)
    commitment = Commitment(
        person=person,
        kind=kind,
        days=days(first, last),
        label=label[:200],
        is_binding=is_binding,
    )
    return records.save(commitment, by=by)


@transaction.atomic
def commit_many(commitments: Sequence[Commitment], *, by: Any) -> list[Commitment]:
    """Insert many commitments; the database refuses overlaps. Journeys come after their courses."""
    return records.create_many(Commitment, commitments, by=by)


@transaction.atomic
def move_commitment(
    commitment: Commitment,
    *,
    first: datetime.date,
    last: datetime.date,
    by: Any,
    field: str = "__all__",
) -> Commitment:
    """Put a commitment on other days under the same rules as ``commit``."""
    Person.objects.select_for_update().get(pk=commitment.person_id)
    commitment = records.lock(commitment)
    _check(
        commitment.person,
        commitment.kind,
        first,
        last,
        field=field,
        itself=commitment,
        is_binding=commitment.is_binding,
    )
    commitment.days = days(first, last)
    return records.save(commitment, by=by)


@transaction.atomic
def bind(commitment: Commitment, *, by: Any) -> Commitment:
    """The person has started the course: a journey must now wait for its end (R078)."""
    commitment = records.lock(commitment)
    if commitment.is_binding:
        return commitment
    commitment.is_binding = True
    return records.save(commitment, by=by)


@transaction.atomic
def release(commitment: Commitment, *, by: Any, reason: str = "") -> Commitment:
    """The person is no longer engaged on these days."""
    commitment = records.lock(commitment)
    if commitment.is_released:
        return commitment
    commitment.is_released = True
    return records.save(commitment, by=by, reason=reason)


@transaction.atomic
def end_early(commitment: Commitment, *, last: datetime.date, by: Any, reason: str) -> Commitment:
    """Cut a commitment short, as an approved departure before the end of a course does (R109)."""
    commitment = records.lock(commitment)
    if last < commitment.first_day:
        return release(commitment, by=by, reason=reason)
    commitment.days = days(commitment.first_day, last)
    return records.save(commitment, by=by, reason=reason)


def _check(
    person: Person,
    kind: str,
    first: datetime.date,
    last: datetime.date,
    *,
    field: str,
    itself: Commitment | None = None,
    is_binding: bool = False,
) -> None:
    if last < first:
        raise ValidationError({field: _("The end lies before the beginning.")})
    others = Commitment.objects.live().filter(person=person)
    if itself is not None:
        others = others.exclude(pk=itself.pk)
    if kind == CommitmentKind.TRAVEL:
        _check_courses_are_over(person, first, field)
    if kind == CommitmentKind.COURSE:
        journey = others.filter(kind=CommitmentKind.TRAVEL, days__startswith__lte=last).first()
        if journey is not None:
            after_travel = ValidationError(
                _(
                    "%(name)s travels on %(travel)s; this course ends on %(end)s. "
                    "Choose an earlier course or move the journey first."
                ),
                code="course_after_travel",
                params={
                    "name": person.full_name,
                    "travel": date_format(journey.first_day),
                    "end": date_format(last),
                },
            )
            raise ValidationError({field: after_travel})
    taken = others.filter(days__overlap=days(first, last)).first()
    if taken is not None:
        overlap = ValidationError(
            _("%(name)s is already engaged from %(first)s to %(last)s: %(label)s."),
            code="overlap",
            params={
                "name": person.full_name,
                "first": date_format(taken.first_day),
                "last": date_format(taken.last_day),
                "label": taken.label,
            },
        )
        raise ValidationError({field: overlap})


def _check_courses_are_over(person: Person, day: datetime.date, field: str) -> None:
    conflicts = policies.travel_conflicts(person, day)
    if conflicts:
        earliest = max(course.days.upper for course in conflicts)
        too_early = ValidationError(
            _(
                "%(course)s, which the person has started, ends on %(end)s. "
                "The earliest day of travel is %(earliest)s."
            ),
            code="travel_during_course",
            params={
                "course": conflicts[-1].label,
                "end": date_format(conflicts[-1].last_day),
                "earliest": date_format(earliest),
            },
        )
        raise ValidationError({field: too_early})
