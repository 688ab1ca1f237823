"""Steps, closings and handovers of many cases at once, for imports and demonstration data."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import CaseStatus, ConsentPurpose, HandoverStatus
from cases.models import Case, CaseEvent, Handover
from cases.services.guard import require, require_open
from cases.services.lifecycle import require_after, require_free, require_outcome
from cases.workflow import TRANSITIONS, is_at_or_beyond
from core import records, workflow
from core.clock import today
from core.exceptions import Refused

SHARING = ["handed_over_at", "is_shared_with_origin", "version"]


def _locked(cases: Iterable[Case]) -> dict[int, Case]:
    """The freshly read rows, locked in the order of their numbers."""
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in={case.pk for case in cases})
    return {row.pk: row for row in rows.order_by("pk")}


def _last_steps(cases: Iterable[int]) -> dict[int, CaseEvent]:
    return {step.case_id: step for step in CaseEvent.objects.standing().filter(case__in=cases)}


@transaction.atomic
def advance_many(steps: Iterable[tuple[Case, str, datetime.date]], *, by: Any) -> list[Case]:
    """``advance`` for many: (case, step, day) triples, each case once.

    The rules of ``advance`` are asked for each; one refusal refuses all.
    """
    given = list(steps)
    locked = _locked(case for case, _to, _on in given)
    last = _last_steps(locked)
    moved, events = [], []
    for sent, to, on in given:
        case = locked[sent.pk]
        require_open(case, by=by)
        if not is_at_or_beyond(case.status, to):
            _require_arrow(case, to)
            workflow.require_not_future(on, today=today(), field="on")
            require_after(last.get(case.pk), on)
            events.append(CaseEvent(case=case, from_status=case.status, to_status=to, on=on, by=by))
            case.status = to
            case.version += 1
            moved.append(case)
        sent.status, sent.version = case.status, case.version
    records.update_many(Case, moved, ["status", "version"], by=by)
    CaseEvent.objects.bulk_create(events, batch_size=2_000)
    return moved


def _require_arrow(case: Case, to: str) -> None:
    if to not in TRANSITIONS[case.status]:
        raise ValidationError(
            _("Case %(reference)s cannot go from “%(old)s” to “%(new)s”."),
            code="invalid_transition",
            params={
                "reference": case.reference,
                "old": case.get_status_display(),
                "new": CaseStatus(to).label,
            },
        )


@transaction.atomic
def close_many(cases: Iterable[Case], *, outcome: str, on: datetime.date, by: Any) -> list[Case]:
    """Close many cases with one outcome, at the end of a programme; closed ones stay as they are.

    The rules of ``close`` are asked for each; one refusal refuses all.
    """
    require_outcome(outcome)
    workflow.require_not_future(on, today=today(), field="on")
    closed = [case for case in _locked(cases).values() if not case.is_closed]
    last = _last_steps(case.pk for case in closed)
    for case in closed:
        require(policies.can_close, case, by=by)
        require_after(last.get(case.pk), on)
    require_free(closed, on)
    events = [
        CaseEvent(case=case, from_status=case.status, to_status=CaseStatus.CLOSED, on=on, by=by)
        for case in closed
    ]
    for case in closed:
        case.status, case.outcome = CaseStatus.CLOSED, outcome
        case.closed_on, case.closed_by = on, by
        case.version += 1
    fields = ["status", "outcome", "closed_on", "closed_by", "version"]
    records.update_many(Case, closed, fields, by=by)
    CaseEvent.objects.bulk_create(events, batch_size=2_000)
    return closed


@transaction.atomic
def record_handovers_many(
    rows: Iterable[tuple[Case, datetime.datetime]], *, by: Any, accepted_by: Any
) -> list[Handover]:
    """Handovers already sent and accepted, of many cases: (case, moment it was sent) pairs.

    The rules of ``send_handover`` are checked in sets; one refusal refuses all.
    """
    pairs = list(rows)
    locked = _locked(case for case, _at in pairs)
    agreed = set(
        Case.objects.filter(pk__in=locked)
        .with_current_consent(ConsentPurpose.SHARE_WITH_ORIGIN)
        .values_list("pk", flat=True)
    )
    handovers = []
    for given, at in pairs:
        case = locked[given.pk]
        if not policies.can_send_handover(by, case) or not policies.works_in_origin(
            accepted_by, case
        ):
            raise Refused(_("You may not hand over this case."), case)
        if case.pk not in agreed:
            raise ValidationError(
                _("Case %(reference)s: the person has not agreed to share the file."),
                code="no_consent",
                params={"reference": case.reference},
            )
        case.handed_over_at = at
        case.is_shared_with_origin = True
        case.version += 1
        handovers.append(
            Handover(
                case=case,
                status=HandoverStatus.ACCEPTED,
                sent_at=at,
                sent_by=by,
                answered_at=at,
                answered_by=accepted_by,
            )
        )
    records.update_many(Case, list(locked.values()), SHARING, by=by)
    return records.create_many(Handover, handovers, by=by)
