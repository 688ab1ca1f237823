"""Many half-days and many ended courses at once, for imports and demonstration data."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus, HandoverItemKind
from cases.models import Case, HandoverItem
from core import records
from core.clock import today
from training.days import days_of
from training.enums import EditionStatus, EnrolmentStatus, Half, Mark
from training.models import AttendanceMark, Edition, EditionStep, Enrolment, EnrolmentStep
from training.services.attendance import learned, settle_cut_short, verdict_of
from training.services.enrolments import free_days, require_chosen
from training.workflow import ATTENDED, ENROLMENT_TRANSITIONS, LIVE

BATCH = 2_000


@dataclass(frozen=True, kw_only=True)
class DayMark:
    """One half-day of one person."""

    enrolment: Enrolment
    day: datetime.date
    half: str
    mark: str


@transaction.atomic
def mark_many(marks: Iterable[DayMark], *, by: Any) -> int:
    """Enter half-days of attendance not marked before; what follows is as for one (R077, R078).

    Returns how many were entered. One day outside its course refuses all.
    """
    given = list(marks)
    ids = {mark.enrolment.pk for mark in given}
    people = {
        row.pk: row
        for row in Enrolment.objects.filter(pk__in=ids, status__in=LIVE).select_related(
            "edition__module_version", "edition__office", "case", "commitment"
        )
    }
    _check_marks(given, people)
    rows = [
        AttendanceMark(
            enrolment=people[mark.enrolment.pk],
            day=mark.day,
            half=mark.half,
            mark=mark.mark,
            marked_by=by,
        )
        for mark in given
    ]
    records.create_many(AttendanceMark, rows, by=by)
    first: dict[int, datetime.date] = {}
    for mark in given:
        if mark.mark in ATTENDED:
            pk = mark.enrolment.pk
            first[pk] = min(mark.day, first.get(pk, mark.day))
    _start([(people[pk], day) for pk, day in first.items()], by)
    return len(rows)


def _check_marks(marks: Sequence[DayMark], people: Mapping[int, Enrolment]) -> None:
    held: dict[int, set[datetime.date]] = {}
    for row in people.values():
        if row.edition_id not in held:
            held[row.edition_id] = set(days_of(row.edition))
    for mark in marks:
        found = people.get(mark.enrolment.pk)
        if (
            found is None
            or mark.day not in held[found.edition_id]
            or mark.day > today()
            or found.case.was_closed_before(mark.day)
        ):
            raise ValidationError(
                _("A mark of %(day)s does not belong to the course."),
                code="not_a_course_day",
                params={"day": mark.day},
            )
        if mark.half not in Half.values or mark.mark not in Mark.values:
            raise ValidationError(_("A mark of this kind does not exist."), code="invalid_choice")


def _start(started: Sequence[tuple[Enrolment, datetime.date]], by: Any) -> None:
    """First attendances: the course binds, the case is in training, the edition runs."""
    fresh = [(row, day) for row, day in started if row.status != EnrolmentStatus.STARTED]
    _move_enrolments([(row, EnrolmentStatus.STARTED, day, {}) for row, day in fresh], by)
    for row, _day in fresh:
        if row.commitment is not None and not row.commitment.is_binding:
            case_services.bind(row.commitment, by=by)
    steps: dict[int, tuple[Case, str, datetime.date]] = {}
    going_on = [pair for pair in fresh if not pair[0].case.is_closed]
    for row, day in sorted(going_on, key=lambda pair: pair[1]):
        steps.setdefault(row.case_id, (row.case, CaseStatus.IN_TRAINING, day))
    case_services.advance_many(steps.values(), by=by)
    begun: dict[int, tuple[Edition, datetime.date]] = {}
    for row, day in fresh:
        if row.edition.status == EditionStatus.PLANNED:
            known = begun.get(row.edition_id, (row.edition, day))
            begun[row.edition_id] = (known[0], min(day, known[1]))
    _move_editions([(edition, EditionStatus.RUNNING, day) for edition, day in begun.values()], by)


@transaction.atomic
def complete_many(
    editions: Iterable[Edition], *, by: Any, reasons: Mapping[int, str] | None = None
) -> list[Edition]:
    """End running courses that are over; who attended enough completed them (R077, R100).

    ``reasons`` by enrolment id for those who did not. What was learned is deposited.
    """
    ended = list(Edition.objects.filter(pk__in={e.pk for e in editions}))
    if any(e.status != EditionStatus.RUNNING or e.ends_on > today() for e in ended):
        raise ValidationError(_("Only running courses that are over can be ended."))
    live = Enrolment.objects.filter(edition__in=ended, status__in=LIVE).with_list_data()
    require_chosen((reasons or {}).values())
    verdicts = {row: verdict_of(row) for row in live}
    for row in [row for row, verdict in verdicts.items() if verdict.is_programmes_cause]:
        settle_cut_short(row, by=by)
        del verdicts[row]
    moves = [
        (
            row,
            verdict.status,
            row.edition.ends_on,
            verdict.values(row.edition.ends_on, (reasons or {}).get(row.pk, "")),
        )
        for row, verdict in verdicts.items()
    ]
    _move_enrolments(moves, by)
    texts: dict[int, str] = {}
    items = []
    for row, to, on, _values in moves:
        if to == EnrolmentStatus.COMPLETED:
            text = texts.setdefault(row.edition_id, learned(row.edition))
            item = HandoverItem(
                case=row.case,
                kind=HandoverItemKind.LEARNED,
                text=text,
                source=row.edition.reference,
                on=on,
                by=by,
            )
            items.append(item)
        elif to == EnrolmentStatus.WITHDRAWN:
            free_days(row, on=on, was_started=False, by=by, note="")
    case_services.deposit_many(items, by=by)
    _move_editions([(row, EditionStatus.COMPLETED, row.ends_on) for row in ended], by)
    return ended


def _move_enrolments(
    moves: Sequence[tuple[Enrolment, str, datetime.date, Mapping[str, Any]]], by: Any
) -> None:
    steps = []
    for row, to, on, values in moves:
        if to not in ENROLMENT_TRANSITIONS[row.status]:
            raise ValidationError(
                _("An enrolment cannot take this step."), code="invalid_transition"
            )
        steps.append(
            EnrolmentStep(enrolment=row, from_status=row.status, to_status=to, on=on, by=by)
        )
        row.status, row.version = to, row.version + 1
        for name, value in values.items():
            setattr(row, name, value)
    columns = ["status", "version", *sorted({name for *_rest, values in moves for name in values})]
    records.update_many(Enrolment, [row for row, *_rest in moves], columns, by=by)
    EnrolmentStep.objects.bulk_create(steps, batch_size=BATCH)


def _move_editions(moves: Sequence[tuple[Edition, str, datetime.date]], by: Any) -> None:
    steps = [
        EditionStep(edition=row, from_status=row.status, to_status=to, on=on, by=by)
        for row, to, on in moves
    ]
    for row, to, _on in moves:
        row.status, row.version = to, row.version + 1
    records.update_many(Edition, [row for row, *_rest in moves], ["status", "version"], by=by)
    EditionStep.objects.bulk_create(steps, batch_size=BATCH)
