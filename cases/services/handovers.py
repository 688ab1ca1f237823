"""Handing a case to the office of the country of origin (R002, R117)."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import WRITTEN_BY_HAND, ConsentPurpose, HandoverStatus
from cases.models import Case, Handover, HandoverItem
from cases.services.guard import require
from cases.workflow import HANDOVER_TRANSITIONS
from core import records, workflow
from core.clock import now, today
from core.exceptions import Refused


@transaction.atomic
def deposit(
    case: Case, *, kind: str, text: str, on: datetime.date, by: Any, source: str = ""
) -> HandoverItem:
    """Leave one thing for the office of origin; the same text is kept once.

    ``source`` is the reference of the session or course it comes from.
    """
    found: HandoverItem | None = case.handover_items.filter(kind=kind, text=text[:500]).first()
    if found is not None:
        return found
    item = HandoverItem(case=case, kind=kind, text=text[:500], source=source, on=on, by=by)
    return records.save(item, by=by)


@transaction.atomic
def deposit_many(items: Iterable[HandoverItem], *, by: Any) -> None:
    """``deposit`` in bulk."""
    given = {(item.case_id, item.kind, item.text): item for item in items}
    held = HandoverItem.objects.filter(case__in={case for case, _kind, _text in given})
    for key in held.values_list("case", "kind", "text"):
        given.pop(key, None)
    records.create_many(HandoverItem, list(given.values()), by=by)


@transaction.atomic
def take_back_deposits(cases: Any, *, kind: str, source: str, reason: str, by: Any) -> None:
    """Remove what a session or course left and turned out not to be so; the audit keeps it."""
    for item in HandoverItem.objects.filter(case__in=cases, kind=kind, source=source):
        records.delete(item, by=by, reason=reason)


@transaction.atomic
def add_handover_item(case: Case, *, kind: str, text: str, by: Any) -> HandoverItem:
    """Write down for the office of origin what the person was told, needs or wishes (R117).

    Raises Refused, and ValidationError for what is on the list already.
    """
    case = records.lock(case)
    require(policies.hands_over, case, by=by)
    if kind not in WRITTEN_BY_HAND:
        raise ValidationError({"kind": _("What was learned follows from the courses.")})
    if case.handover_items.filter(kind=kind, text=text.strip()).exists():
        raise ValidationError({"text": _("This is on the list already.")}, code="twice")
    item = HandoverItem(case=case, kind=kind, text=text.strip(), on=today(), by=by)
    return records.save(item, by=by)


@transaction.atomic
def withdraw_handover_item(item: HandoverItem, *, reason: str, by: Any) -> None:
    """Take back what was written by hand, before the handover is sent; the audit keeps it."""
    case = records.lock(item.case)
    item = records.lock(item)
    if not policies.can_withdraw_handover_item(by, item):
        raise Refused(_("This was sent already, or is not yours to withdraw."), case)
    records.delete(item, by=by, reason=reason)


@transaction.atomic
def send_handover(case: Case, *, by: Any, message: str = "") -> Handover:
    """Send the case to the office of origin, which sees it from this moment (R002).

    Needs the consent to share with that office. A question sent back can be answered by sending
    again. Raises ValidationError, Refused.
    """
    case = records.lock(case)
    require(policies.hands_over, case, by=by)
    if not policies.has_consent(case, ConsentPurpose.SHARE_WITH_ORIGIN):
        raise ValidationError(
            _(
                "The person has not agreed to share the file with the office of the country of "
                "origin. Record this consent first."
            ),
            code="no_consent",
        )
    handover = Handover.objects.filter(case=case).first()
    if handover is None:
        handover = records.save(Handover(case=case), by=by)
    moment = now()
    sent = {"message": message, "question": "", "sent_at": moment, "sent_by": by}
    handover = _move(
        handover,
        HandoverStatus.SENT,
        by=by,
        values=sent | {"answered_at": None, "answered_by": None},
    )
    if not case.is_shared_with_origin:
        case.handed_over_at = case.handed_over_at or moment
        case.is_shared_with_origin = True
        records.save(case, by=by)
    return handover


@transaction.atomic
def open_handover(case: Case, *, by: Any) -> Handover | None:
    """Note that the office of origin has looked at the handover; others may look unnoticed."""
    handover: Handover | None = getattr(case, "handover", None)
    if handover is None or not (handover.is_sent and policies.receives_handover(by, case)):
        return handover
    handover = records.lock(handover)
    return _move(handover, HandoverStatus.OPENED, by=by) if handover.is_sent else handover


@transaction.atomic
def accept_handover(case: Case, *, by: Any, version: int | None = None) -> Handover:
    """The office of origin takes the case over. ``version`` is that of the handover it read."""
    return _answer(case, HandoverStatus.ACCEPTED, by=by, version=version)


@transaction.atomic
def question_handover(
    case: Case, *, question: str, by: Any, version: int | None = None
) -> Handover:
    """The office of origin sends the handover back with a question."""
    if not question.strip():
        raise ValidationError({"question": _("Write your question.")})
    return _answer(case, HandoverStatus.QUESTIONED, by=by, version=version, question=question)


def _answer(
    case: Case, status: str, *, by: Any, version: int | None, question: str = ""
) -> Handover:
    case = records.lock(case)
    require(policies.receives_handover, case, by=by)
    handover: Handover | None = Handover.objects.filter(case=case).first()
    if handover is None:
        raise ValidationError(_("This case was not handed over yet."), code="not_sent")
    values = {"question": question, "answered_at": now(), "answered_by": by}
    return workflow.move(
        handover,
        status,
        transitions=HANDOVER_TRANSITIONS,
        by=by,
        version=version,
        values=values,
    )


def _move(
    handover: Handover, to: str, *, by: Any, values: Mapping[str, Any] | None = None
) -> Handover:
    return workflow.move(handover, to, transitions=HANDOVER_TRANSITIONS, by=by, values=values)
