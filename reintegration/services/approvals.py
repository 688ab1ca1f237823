"""Approving and rejecting items: never the proposer, two managers above the band (R138)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from reintegration import policies
from reintegration.enums import NEEDS_ACCOUNT, Decision, ItemStatus
from reintegration.models import Approval, AssistanceItem, ItemEvent
from reintegration.services.items import move_item


@transaction.atomic
def approve(
    item: AssistanceItem, *, by: Any, on: datetime.date | None = None, note: str = ""
) -> AssistanceItem:
    """Approve an item. Above the dated amount the first of two approvals waits for the second.

    Raises Refused for the proposer, for who has approved already and for other programmes;
    ValidationError while it is open who is paid, because nobody else is paid later.
    """
    item = _to_decide(item, by)
    _require_payee(item)
    _decide(item, Decision.APPROVED, by=by, on=on, reason=note)
    if item.needs_second and item.approved_by_id is None:
        item.approved_by = by
        return records.save(item, by=by, reason=note)
    first = item.approved_by if item.needs_second else by
    second = by if item.needs_second else None
    values = {"approved_by": first, "second_approved_by": second}
    return move_item(item, ItemStatus.APPROVED, by=by, on=on, note=note, values=values)


@transaction.atomic
def reject(
    item: AssistanceItem, *, reason: str, by: Any, on: datetime.date | None = None
) -> AssistanceItem:
    """Reject an item with a reason; it can be changed and proposed again."""
    item = _to_decide(item, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the item is rejected.")})
    _decide(item, Decision.REJECTED, by=by, on=on, reason=reason)
    values = {"approved_by": None, "second_approved_by": None}
    return move_item(item, ItemStatus.REJECTED, by=by, on=on, note=reason, values=values)


@transaction.atomic
def withdraw_approval(item: AssistanceItem, *, reason: str, by: Any) -> AssistanceItem:
    """Take an approval back before anything is paid; a new round of approval begins."""
    item = records.lock(item)
    if not policies.can_withdraw_approval(by, item):
        raise Refused(_("You may not withdraw this approval."), item)
    if item.status == ItemStatus.PROPOSED:
        item.round += 1
        item.approved_by = None
        records.save(item, by=by, reason=reason)
        ItemEvent.objects.create(
            item=item,
            from_status=item.status,
            to_status=item.status,
            on=today(),
            by=by,
            note=reason[:500],
        )
        return item
    values = {"approved_by": None, "second_approved_by": None, "round": item.round + 1}
    return move_item(item, ItemStatus.PROPOSED, by=by, note=reason, values=values)


def _to_decide(item: AssistanceItem, by: Any) -> AssistanceItem:
    """The plan is locked too: nobody suspends it or takes its agreement back meanwhile."""
    records.lock(item.plan)
    item = records.lock(item)
    if refusal := policies.refusal_to_decide(by, item):
        raise Refused(refusal, item)
    if item.status != ItemStatus.PROPOSED:
        raise ValidationError(_("This item has been decided on already."), code="decided_already")
    if policies.waits_for_plan(item):
        raise ValidationError(
            _("The plan is not agreed yet. This item can be decided on once it is signed."),
            code="plan_not_agreed",
        )
    return item


def _require_payee(item: AssistanceItem) -> None:
    if not item.payee_name:
        raise ValidationError(
            _("It does not say who is paid. Reject the item, so that the payee is added."),
            code="no_payee",
        )
    if item.payment_method in NEEDS_ACCOUNT and not item.accounts.current().exists():
        raise ValidationError(
            _(
                "The account or wallet number for this way of payment is missing. Reject the item, "
                "so that it is added."
            ),
            code="no_account",
        )


def _decide(
    item: AssistanceItem, decision: str, *, by: Any, on: datetime.date | None, reason: str
) -> None:
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    records.save(
        Approval(
            item=item,
            round=item.round,
            decision=decision,
            reason=reason,
            on=day,
            by=by,
            proposed_by=item.proposed_by,
        ),
        by=by,
    )
