"""Moving a case along its way (R034, R035)."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import CaseOutcome, CaseStatus
from cases.models import Case, CaseEvent
from cases.services.guard import require
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
    _require_after(case.events.standing().last(), on, field=field)


def _require_after(last: CaseEvent | None, on: datetime.date, *, field: str = "on") -> None:
    if last is None or on >= last.on:
        return
    words = _("The case reached “%(step)s” on %(day)s. Enter that day or a later one.")
    params = {"step": last.get_to_status_display(), "day": date_format(last.on)}
    raise ValidationError({field: ValidationError(words, code="before_last_step", params=params)})


@transaction.atomic
def advance(case: Case, to: str, *, on: datetime.date, by: Any, note: str = "") -> Case:
    """Take a case to a step of its way; nothing happens when it is there or beyond (R034).

    Raises ValidationError (``invalid_transition``) for a jump, e.g. from registered to
    project running.
    """
    case = records.lock(case)
    if is_at_or_beyond(case.status, to):
        return case
    return _move(case, to, on=on, by=by, note=note)


@transaction.atomic
def advance_many(steps: Iterable[tuple[Case, str, datetime.date]], *, by: Any) -> list[Case]:
    """``advance`` in bulk for imports and demonstration data: (case, step, day) triples.

    Each case appears once. The same arrows are checked; one illegal step refuses all.
    """
    moved, events = [], []
    for case, to, on in steps:
        if is_at_or_beyond(case.status, to):
            continue
        if to not in TRANSITIONS[case.status]:
            raise ValidationError(
                _("Case %(reference)s cannot go from “%(old)s” to “%(new)s”."),
                code="invalid_transition",
                params={"reference": case.reference, "old": case.status, "new": to},
            )
        events.append(CaseEvent(case=case, from_status=case.status, to_status=to, on=on, by=by))
        case.status = to
        case.version += 1
        moved.append(case)
    records.update_many(Case, moved, ["status", "version"], by=by)
    CaseEvent.objects.bulk_create(events, batch_size=2_000)
    return moved


@transaction.atomic
def close(case: Case, *, outcome: str, on: datetime.date, by: Any, note: str = "") -> Case:
    """Close a case with an outcome; withdrawing is possible at every step (R034, R035)."""
    require(policies.can_close, case, by=by)
    if outcome not in CaseOutcome.values:
        raise ValidationError({"outcome": _("Choose an outcome.")})
    if outcome == CaseOutcome.DUPLICATE:
        registered_twice = ValidationError(
            _("Join this file with the other one instead, so that the person counts once."),
            code="join_instead",
        )
        raise ValidationError({"outcome": registered_twice})
    values = {"outcome": outcome, "closed_on": on, "closed_by": by}
    return _move(case, CaseStatus.CLOSED, on=on, by=by, note=note, values=values)


@transaction.atomic
def close_many(cases: Iterable[Case], *, outcome: str, on: datetime.date, by: Any) -> list[Case]:
    """Close many cases with one outcome, at the end of a programme; closed ones stay as they are.

    The rules of ``close`` are asked for each; one refusal refuses all.
    """
    closed, events = [], []
    cases = list(cases)
    steps = CaseEvent.objects.standing().filter(case__in=cases)
    last = {step.case_id: step for step in steps}
    for case in cases:
        if CaseStatus.CLOSED not in TRANSITIONS[case.status]:
            continue
        require(policies.can_close, case, by=by)
        _require_after(last.get(case.pk), on)
        events.append(
            CaseEvent(
                case=case,
                from_status=case.status,
                to_status=CaseStatus.CLOSED,
                on=on,
                by=by,
            )
        )
        case.status, case.outcome = CaseStatus.CLOSED, outcome
        case.closed_on, case.closed_by = on, by
        case.version += 1
        closed.append(case)
    fields = ["status", "outcome", "closed_on", "closed_by", "version"]
    records.update_many(Case, closed, fields, by=by)
    CaseEvent.objects.bulk_create(events, batch_size=2_000)
    return closed


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
