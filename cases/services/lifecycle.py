"""Moving a case along its way (R034, R035)."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import CaseOutcome, CaseStatus
from cases.models import Case, CaseEvent
from cases.workflow import TRANSITIONS, is_at_or_beyond
from core import records, workflow
from core.clock import today
from core.exceptions import Refused


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
    before = case.status
    moved = workflow.move(case, to, transitions=TRANSITIONS, by=by, values=values, reason=note)
    CaseEvent.objects.create(
        case=moved, from_status=before, to_status=to, on=on, by=by, note=note[:500]
    )
    return moved


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
    if not policies.can_close(by, case):
        raise Refused(_("You may not close this case."), case)
    if outcome not in CaseOutcome.values:
        raise ValidationError({"outcome": _("Choose an outcome.")})
    if on < case.registered_on:
        raise ValidationError({"on": _("This day lies before the registration.")})
    values = {"outcome": outcome, "closed_on": on, "closed_by": by}
    return _move(case, CaseStatus.CLOSED, on=on, by=by, note=note, values=values)


@transaction.atomic
def close_many(cases: Iterable[Case], *, outcome: str, on: datetime.date, by: Any) -> list[Case]:
    """Close many cases with one outcome, at the end of a programme."""
    closed, events = [], []
    for case in cases:
        if CaseStatus.CLOSED not in TRANSITIONS[case.status]:
            continue
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
def correct_last_step(case: Case, *, reason: str, by: Any) -> Case:
    """Take back the last step recorded by mistake; both events stay in the history (R034).

    Raises ValidationError when there is no step to take back.
    """
    case = records.lock(case)
    last = case.events.filter(corrects__isnull=True, correction__isnull=True).last()
    if last is None or not last.from_status or last.to_status != case.status:
        raise ValidationError(_("There is no step to take back."), code="nothing_to_correct")
    case.status = last.from_status
    if last.to_status == CaseStatus.CLOSED:
        case.outcome, case.closed_on, case.closed_by = "", None, None
    records.save(case, by=by, reason=reason)
    CaseEvent.objects.create(
        case=case,
        from_status=last.to_status,
        to_status=last.from_status,
        on=last.on,
        by=by,
        note=reason[:500],
        corrects=last,
    )
    return case
