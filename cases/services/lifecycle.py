"""Moving a case along its way (R034, R035)."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import CaseOutcome, CaseStatus, CommitmentKind
from cases.models import Case, CaseEvent, Commitment
from cases.services.guard import require, require_open
from cases.workflow import TRANSITIONS, WAY, is_at_or_beyond
from core import records, workflow
from core.clock import today


def _move(
    case: Case,
    to: str,
    *,
    on: datetime.date,
    by: Any,
    note: str = "",
    values: Mapping[str, Any] | None = None,
) -> Case:
    workflow.require_not_future(on, today=today(), field="on")
    require_after_last_step(case, on)
    before = case.status
    moved = workflow.move(case, to, transitions=TRANSITIONS, by=by, values=values, reason=note)
    CaseEvent.objects.create(
        case=moved, from_status=before, to_status=to, on=on, by=by, note=note[:500]
    )
    return moved


def require_after_last_step(case: Case, on: datetime.date, *, field: str = "on") -> None:
    """The steps of a case follow each other in time (R034).

    Raises ValidationError under ``field`` (``before_last_step``).
    """
    require_after(case.events.standing().last(), on, field=field)


def require_after(last: CaseEvent | None, on: datetime.date, *, field: str = "on") -> None:
    """``require_after_last_step`` where the last step is known."""
    if last is None or on >= last.on:
        return
    words = _("The case reached “%(step)s” on %(day)s. Enter that day or a later one.")
    params = {"step": last.get_to_status_display(), "day": date_format(last.on)}
    raise ValidationError({field: ValidationError(words, code="before_last_step", params=params)})


@transaction.atomic
def advance(case: Case, to: str, *, on: datetime.date, by: Any, note: str = "") -> Case:
    """Take a case to a step of its way; nothing happens when it is there or beyond (R034).

    Raises Refused for a closed case, and ValidationError (``invalid_transition``) for a jump,
    e.g. from registered to project running.
    """
    case = records.lock(case)
    require_open(case, by=by)
    if is_at_or_beyond(case.status, to):
        return case
    return _move(case, to, on=on, by=by, note=note)


@transaction.atomic
def close(case: Case, *, outcome: str, on: datetime.date, by: Any, note: str = "") -> Case:
    """Close a case with an outcome; withdrawing is possible at every step (R034, R035).

    Raises Refused, and ValidationError naming each course, session and journey to give up first:
    a closed case keeps nobody's place, and no day of the person's calendar (R080).
    """
    case = records.lock(case)
    require(policies.can_close, case, by=by)
    require_outcome(outcome)
    require_free([case], on)
    values = {"outcome": outcome, "closed_on": on, "closed_by": by}
    return _move(case, CaseStatus.CLOSED, on=on, by=by, note=note, values=values)


def require_outcome(outcome: str) -> None:
    """Refuse what a case cannot be closed with."""
    if outcome not in CaseOutcome.values:
        raise ValidationError({"outcome": _("Choose an outcome.")})
    if outcome == CaseOutcome.DUPLICATE:
        registered_twice = ValidationError(
            _("Join this file with the other one instead, so that the person counts once."),
            code="join_instead",
        )
        raise ValidationError({"outcome": registered_twice})


def require_free(cases: Iterable[Case], on: datetime.date) -> None:
    """Refuse closing over engagements after a day, naming them and what to do (R080)."""
    if held := policies.engagements_after(cases, on):
        raise ValidationError([ValidationError(in_words(d), code="engaged") for d in held])


def in_words(days: Commitment) -> str:
    """An engagement that stands in the way of closing, and how it is given up."""
    text = {
        CommitmentKind.ORIENTATION: _(
            "%(name)s is expected at %(label)s on %(day)s. "
            "Note first that the person will not come."
        ),
        CommitmentKind.COURSE: _(
            "%(name)s is in the course %(label)s until %(day)s. Take the person out of it first."
        ),
        CommitmentKind.TRAVEL: _(
            "%(name)s has a journey on %(day)s: %(label)s. Cancel this journey first."
        ),
    }[CommitmentKind(days.kind)]
    return text % {
        "name": days.person.full_name,
        "label": days.label,
        "day": date_format(days.last_day),
    }


@transaction.atomic
def take_back_step(case: Case, *, reason: str, by: Any) -> Case:
    """Take the last step back on the case page, closing included (R034).

    Raises Refused for steps that a journey, a first contact or a plan stands behind.
    """
    case = records.lock(case)
    require(policies.can_take_back, case, by=by)
    return correct_last_step(case, reason=reason, by=by)


@transaction.atomic
def correct_last_step(case: Case, *, reason: str, by: Any) -> Case:
    """Take back the last step recorded by mistake; both events stay in the history (R034).

    The verb that calls this has checked who may. Raises ValidationError when there is no step.
    """
    case = records.lock(case)
    last = case.events.standing().filter(to_status=case.status).last()
    if last is None or not last.from_status:
        raise ValidationError(_("There is no step to take back."), code="nothing_to_correct")
    case.status = last.from_status
    if last.to_status == CaseStatus.CLOSED:
        case.outcome, case.closed_on, case.closed_by = "", None, None
    records.save(case, by=by, reason=reason)
    _annul(last, reason=reason, by=by)
    return case


@transaction.atomic
def correct_step_day(
    case: Case, step: str, *, on: datetime.date, reason: str, by: Any, field: str = "on"
) -> Case:
    """Put a step already taken on the day on which it happened; the wrong day stays (R034).

    For the verbs that correct a departure, an arrival or a first contact, also when later steps
    followed. Raises ValidationError under ``field`` when the steps would no longer follow each
    other.
    """
    case = records.lock(case)
    workflow.require_not_future(on, today=today(), field=field)
    taken = case.events.standing().filter(to_status=step).last()
    if taken is None or taken.on == on:
        return case
    _require_order(taken, on, field=field)
    _annul(taken, reason=reason, by=by)
    CaseEvent.objects.create(
        case=case,
        from_status=taken.from_status,
        to_status=taken.to_status,
        on=on,
        by=by,
        note=reason[:500],
    )
    return case


def _annul(event: CaseEvent, *, reason: str, by: Any) -> CaseEvent:
    """The entry that takes another one back."""
    return CaseEvent.objects.create(
        case=event.case,
        from_status=event.to_status,
        to_status=event.from_status,
        on=event.on,
        by=by,
        note=reason[:500],
        corrects=event,
    )


def _require_order(event: CaseEvent, on: datetime.date, *, field: str) -> None:
    """The step stays between the one before and the one after it."""
    steps = sorted(event.case.events.standing(), key=lambda e: (e.on, WAY.index(e.to_status), e.pk))
    place = [step.pk for step in steps].index(event.pk)
    before, after = steps[:place][-1:], steps[place + 1 :][:1]
    if before and on < before[0].on:
        words = _("The case reached “%(step)s” on %(day)s. Enter that day or a later one.")
        wrong = before[0]
    elif after and on > after[0].on:
        words = _("The case reached “%(step)s” on %(day)s. Enter that day or an earlier one.")
        wrong = after[0]
    else:
        return
    params = {"step": wrong.get_to_status_display(), "day": date_format(wrong.on)}
    raise ValidationError({field: ValidationError(words, code="out_of_order", params=params)})
