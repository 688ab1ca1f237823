"""Calling the roll of courses, half-day by half-day, and what follows from it (R077, R078)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind, HandoverItemKind
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from training import policies
from training.days import days_of
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus
from training.models import AttendanceMark, Edition, Enrolment
from training.services.enrolments import drop, free_days, require_chosen, restore
from training.services.steps import move, withdraw_requests
from training.workflow import LIVE


@dataclass(frozen=True, kw_only=True)
class HalfDay:
    """One mark as it arrives: who, which half of the day, there or not."""

    enrolment: Enrolment
    half: str
    mark: str


@transaction.atomic
def record_attendance(
    edition: Edition, *, day: datetime.date, marks: Iterable[HalfDay], by: Any
) -> Edition:
    """Note who was there on a day of a course; a mark already there is changed (R077).

    The first attendance starts the enrolment: the course binds the person's calendar and the case
    is in training (R078). Raises Refused, and ValidationError for a day that is not one of the
    course, lies in the future, or for people who are not on its roll.
    """
    edition = records.lock(edition)
    if not policies.can_mark(by, edition):
        raise Refused(_("You may not call the roll of this course."), edition)
    check_day(edition, day)
    given = {(m.enrolment.pk, m.half): m.mark for m in marks}
    if not given:
        raise ValidationError(_("Mark at least one person."))
    people = _people(edition, {pk for pk, _half in given})
    for enrolment in people:
        name = enrolment.name_for(by)
        case_services.require_not_gone(enrolment.case, day, name=name, field="marks")
    _write_marks(given, day, by)
    for enrolment in people:
        _follow(enrolment, by)
    if edition.status == EditionStatus.PLANNED:
        edition = move(edition, EditionStatus.RUNNING, on=day, by=by)
    return edition


def check_day(edition: Edition, day: datetime.date) -> None:
    """Refuse a day in the future, or on which the course is not held."""
    workflow.require_not_future(day, today=today(), field="day")
    if day not in days_of(edition):
        raise ValidationError(
            {
                "day": _("The course is not held on %(day)s. Choose one of its days.")
                % {"day": date_format(day)}
            }
        )


def _people(edition: Edition, wanted: set[int]) -> list[Enrolment]:
    rows = edition.enrolments.filter(pk__in=wanted, status__in=LIVE)
    people = list(rows.select_related("commitment", "case__person", "edition"))
    if len(people) < len(wanted):
        raise ValidationError(
            {"marks": _("Somebody on this list is not, or no longer, on the roll of this course.")}
        )
    return people


def _write_marks(given: Mapping[tuple[int, str], str], day: datetime.date, by: Any) -> None:
    existing = {
        (row.enrolment_id, row.half): row
        for row in AttendanceMark.objects.select_for_update().filter(
            enrolment__in={pk for pk, _half in given}, day=day
        )
    }
    new = []
    for (enrolment, half), mark in given.items():
        row = existing.get((enrolment, half))
        if row is None:
            row = AttendanceMark(
                enrolment_id=enrolment, day=day, half=half, mark=mark, marked_by=by
            )
            row.full_clean(exclude=["enrolment", "marked_by"], validate_constraints=False)
            new.append(row)
        elif row.mark != mark:
            row.mark, row.marked_by = mark, by
            records.save(row, by=by)
    records.create_many(AttendanceMark, new, by=by)


def _follow(enrolment: Enrolment, by: Any) -> None:
    """Start with the first attendance; take the start back when none is left."""
    first = enrolment.marks.attended().order_by("day").values_list("day", flat=True).first()
    started = enrolment.status == EnrolmentStatus.STARTED
    if first is not None and not started:
        _start(enrolment, first, by)
    elif first is None and started:
        _take_back_start(enrolment, by)


def _start(enrolment: Enrolment, day: datetime.date, by: Any) -> None:
    if not policies.has_attended_orientation(enrolment.case, day):
        raise ValidationError(
            _("%(name)s had not attended an orientation session by that day."),
            code="not_oriented",
            params={"name": enrolment.name_for(by)},
        )
    if enrolment.commitment is not None:
        case_services.bind(enrolment.commitment, by=by)
    move(enrolment, EnrolmentStatus.STARTED, on=day, by=by)
    if not enrolment.case.is_closed:
        case_services.advance(enrolment.case, CaseStatus.IN_TRAINING, on=day, by=by)


def _take_back_start(enrolment: Enrolment, by: Any) -> None:
    """The only marks were a mistake: the course no longer binds, the case is not in training."""
    note = _("Attendance corrected: nothing was attended.")
    held = enrolment.commitment
    values = {}
    if held is not None:
        case_services.release(held, by=by, reason=note)
        values["commitment"] = case_services.commit(
            enrolment.case.person,
            kind=CommitmentKind.COURSE,
            first=held.first_day,
            last=held.last_day,
            label=held.label,
            by=by,
        )
    move(enrolment, EnrolmentStatus.ENROLLED, on=today(), by=by, note=note, values=values)
    case = records.lock(enrolment.case)
    if case.status == CaseStatus.IN_TRAINING and not policies.is_trained(case):
        case_services.correct_last_step(case, reason=note, by=by)


@transaction.atomic
def complete_edition(
    edition: Edition, *, by: Any, reasons: Mapping[int, str] | None = None
) -> Edition:
    """End a course: who attended enough completed it, who did not has a reason (R077, R100).

    ``reasons`` by enrolment id for those who did not. What was learned is deposited for the office
    of the country of origin. Raises ValidationError before the last day, and for a reason that is
    not one to choose.
    """
    edition = records.lock(edition)
    if not policies.can_settle(by, edition):
        raise Refused(_("You may not end this course."), edition)
    require_chosen((reasons or {}).values())
    if edition.ends_on > today():
        raise ValidationError(
            _("The course ends on %(day)s. Its attendance can be settled from that day on."),
            code="not_over",
            params={"day": date_format(edition.ends_on)},
        )
    edition = move(edition, EditionStatus.COMPLETED, on=edition.ends_on, by=by)
    rows = edition.enrolments.filter(status__in=LIVE).with_list_data()
    for enrolment in rows:
        _settle(enrolment, (reasons or {}).get(enrolment.pk, ""), by)
    withdraw_requests(edition, by=by)
    return edition


def _settle(enrolment: Enrolment, reason: str, by: Any) -> None:
    verdict = verdict_of(enrolment)
    if verdict.is_programmes_cause:
        settle_cut_short(enrolment, by=by)
        return
    ended_on = enrolment.edition.ends_on
    values = verdict.values(ended_on, reason)
    done = move(enrolment, verdict.status, on=ended_on, by=by, values=values)
    if verdict.status == EnrolmentStatus.WITHDRAWN:
        free_days(done, on=ended_on, was_started=False, by=by, note="")
    elif verdict.status == EnrolmentStatus.COMPLETED:
        case_services.deposit(
            done.case,
            kind=HandoverItemKind.LEARNED,
            text=learned(enrolment.edition),
            source=enrolment.edition.reference,
            on=ended_on,
            by=by,
        )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the end of a course makes of an enrolment, and why unless another reason is given."""

    status: str
    reason: str = ""

    @property
    def is_programmes_cause(self) -> bool:
        return self.reason == EnrolmentReason.PROGRAMME

    def values(self, on: datetime.date, reason: str) -> dict[str, Any]:
        """What is written with the status; ``reason`` is the one somebody chose."""
        why = (reason or self.reason) if self.reason else ""
        return {"ended_on": on, "reason": why, "is_ended_by_closing": True}


def verdict_of(enrolment: Enrolment) -> Verdict:
    """The one rule of how a course ends for somebody on its roll (R077, R100, R109)."""
    if enrolment.status != EnrolmentStatus.STARTED:
        return Verdict(status=EnrolmentStatus.WITHDRAWN, reason=EnrolmentReason.NO_SHOW)
    if is_cut_short(enrolment):
        return Verdict(status=EnrolmentStatus.NOT_COMPLETED, reason=EnrolmentReason.PROGRAMME)
    if has_attended_enough(enrolment):
        return Verdict(status=EnrolmentStatus.COMPLETED)
    return Verdict(status=EnrolmentStatus.NOT_COMPLETED, reason=EnrolmentReason.ABSENCES)


def has_attended_enough(enrolment: Enrolment) -> bool:
    """Half-days attended against the share that the version asks for; late counts as there."""
    version = enrolment.edition.module_version
    attended: int = enrolment.attended  # type: ignore[attr-defined]
    return attended * 100 >= version.half_days * version.completion_percent


def learned(edition: Edition) -> str:
    """What the office of the country of origin reads, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(module)s: course of %(days)s days, completed on %(day)s") % {
            "module": edition.module_version.module.label,
            "days": edition.module_version.days,
            "day": date_format(edition.ends_on),
        }


def is_cut_short(enrolment: Enrolment) -> bool:
    """Did an approved departure end the person's time before the course (R109)?"""
    held = enrolment.commitment
    return held is not None and (held.is_released or held.last_day < enrolment.edition.ends_on)


@transaction.atomic
def settle_cut_short(enrolment: Enrolment, *, by: Any) -> Enrolment:
    """Mark a started course that an approved departure cut short: the programme's cause (R109)."""
    marks = enrolment.marks.attended().order_by("-day").values_list("day", flat=True)
    on = max(marks.first() or enrolment.edition.starts_on, enrolment.nominated_on)
    values = {"ended_on": on, "reason": EnrolmentReason.PROGRAMME}
    enrolment = move(enrolment, EnrolmentStatus.NOT_COMPLETED, on=on, by=by, values=values)
    free_days(enrolment, on=on, was_started=True, by=by, note="")
    return enrolment


@transaction.atomic
def settle_given_up(enrolment: Enrolment, *, by: Any) -> Enrolment:
    """Withdraw an enrolment whose days were given up for an earlier journey (R108)."""
    return drop(
        enrolment,
        EnrolmentStatus.WITHDRAWN,
        reason=EnrolmentReason.TRAVEL_DATE,
        on=today(),
        by=by,
    )


@transaction.atomic
def reopen_edition(edition: Edition, *, reason: str, by: Any) -> Edition:
    """Open a completed course again to correct its attendance; the history keeps every step.

    Whoever it ended for with the closing is on the roll again, unless engaged otherwise on its days
    since. What was learned is no longer deposited until the course is ended again.
    """
    edition = records.lock(edition)
    if not policies.can_settle(by, edition):
        raise Refused(_("You may not open this course again."), edition)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the course is opened again.")})
    edition = move(edition, EditionStatus.RUNNING, on=today(), by=by, note=reason)
    ended = edition.enrolments.filter(is_ended_by_closing=True)
    rows = list(ended.select_related("case__person", "commitment", "edition"))
    case_services.take_back_deposits(
        [row.case_id for row in rows if row.status == EnrolmentStatus.COMPLETED],
        kind=HandoverItemKind.LEARNED,
        source=edition.reference,
        reason=reason,
        by=by,
    )
    for enrolment in rows:
        try:
            with transaction.atomic():
                restore(enrolment, reason=reason, by=by)
        except ValidationError:
            if enrolment.status != EnrolmentStatus.WITHDRAWN:  # only their days were free meanwhile
                raise
    return edition
