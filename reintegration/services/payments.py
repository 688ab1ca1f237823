"""Paying approved items, once, by finance; taking a payment back; deliveries (R138)."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from core.text import fold
from reintegration import policies
from reintegration.enums import NEEDS_ACCOUNT, ItemStatus, SupportForm
from reintegration.models import (
    AssistanceItem,
    Delivery,
    Disbursement,
    PayeeAccount,
    Receipt,
    Reversal,
)
from reintegration.services.items import move_item
from reintegration.workflow import PAID


@transaction.atomic
def pay(
    item: AssistanceItem,
    *,
    paid_on: datetime.date,
    amount: Decimal,
    method: str,
    payee_name: str,
    by: Any,
    account_number: str = "",
    receipt: dict[str, Any] | None = None,
    note: str = "",
) -> Disbursement:
    """Pay an approved item, once. ``receipt`` is what ``core.uploads.describe`` gives.

    Payee and account are those that were approved: another one is proposed and approved first.
    Raises Refused for whoever proposed or approved it and outside one's programmes;
    ValidationError for an item that is not approved or paid already.
    """
    item = records.lock(item)
    if refusal := policies.refusal_to_pay(by, item):
        raise Refused(refusal, item)
    if item.status in PAID:
        raise ValidationError(_("This item is paid already."), code="paid_already")
    if item.status != ItemStatus.APPROVED:
        raise ValidationError(
            _("This item is not approved. Only approved items are paid."), code="not_approved"
        )
    _check_payment(item, paid_on, amount)
    account = _approved_account(item, method, payee_name, account_number)
    disbursement = Disbursement(
        item=item,
        paid_on=paid_on,
        amount=amount,
        currency=item.currency,
        method=method,
        payee_name=payee_name,
        account=account,
        note=note,
        by=by,
    )
    records.save(disbursement, by=by)
    move_item(item, ItemStatus.PAID, by=by, on=paid_on, values={"paid_by": by})
    if receipt:
        _file(disbursement, receipt, by=by)
    return disbursement


def _approved_account(
    item: AssistanceItem, method: str, payee_name: str, account_number: str
) -> PayeeAccount | None:
    """The approved account, where the way of payment needs one; nobody else is paid (R138)."""
    account = item.accounts.current().first()
    other = {}
    if payee_name and fold(payee_name) != fold(item.payee_name):
        other["payee_name"] = _(
            "Another payee was approved. Ask a manager of the programme to withdraw the approval; "
            "the item is then changed and approved again."
        )
    if account_number and (account is None or _bare(account.number) != _bare(account_number)):
        other["account_number"] = _(
            "This number was not approved. Ask a manager of the programme to withdraw the "
            "approval; the item is then changed and approved again."
        )
    if other:
        raise ValidationError(other, code="not_as_approved")
    if method not in NEEDS_ACCOUNT:
        return None
    if account is None:
        raise ValidationError(
            {
                "account_number": _(
                    "No number was approved for this way of payment. Ask a manager of the "
                    "programme to withdraw the approval; the item is then changed and approved "
                    "again."
                )
            },
            code="no_account",
        )
    return account


def _bare(number: str) -> str:
    """A number without the spaces people write in it."""
    return "".join(number.split())


def _check_payment(item: AssistanceItem, paid_on: datetime.date, amount: Decimal) -> None:
    workflow.require_not_future(paid_on, today=today(), field="paid_on")
    last = item.approvals.filter(round=item.round).order_by("on").last()
    if last is not None and paid_on < last.on:
        raise ValidationError(
            {"paid_on": _("This day lies before the approval. Enter a later day.")},
            code="before_approval",
        )
    if amount > item.amount:
        raise ValidationError(
            {
                "amount": _(
                    "%(amount)s %(currency)s were approved. Pay that amount or less, or have a "
                    "higher value approved first."
                )
                % {
                    "amount": number_format(item.amount, 2, force_grouping=True),
                    "currency": item.currency,
                }
            },
            code="over_approved",
        )


@transaction.atomic
def add_receipt(disbursement: Disbursement, *, file: dict[str, Any], by: Any) -> Receipt:
    """File the proof of a payment."""
    disbursement = records.lock(disbursement)
    if not policies.pays_for(by, disbursement.item):
        raise Refused(
            _("Only a finance officer of the programme files its receipts."), disbursement
        )
    return _file(disbursement, file, by=by)


def _file(disbursement: Disbursement, file: dict[str, Any], *, by: Any) -> Receipt:
    receipt = Receipt(disbursement=disbursement, added_on=today(), added_by=by, **file)
    return records.save(receipt, by=by)


@transaction.atomic
def reverse_disbursement(
    disbursement: Disbursement, *, reason: str, by: Any, on: datetime.date | None = None
) -> Disbursement:
    """Take a payment back: it stays with its reversal, and the item can be paid again.

    The plan is locked too: it is not closed meanwhile as one without open items.
    """
    records.lock(disbursement.item.plan)
    disbursement = records.lock(disbursement)
    item = records.lock(disbursement.item)
    if not policies.pays_for(by, item):
        raise Refused(
            _("Only a finance officer of the programme takes a payment back."), disbursement
        )
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    if disbursement.is_reversed:
        raise ValidationError(_("This payment was taken back already."), code="reversed_already")
    if item.status == ItemStatus.DELIVERED:
        raise ValidationError(
            _("The item was delivered. Take the delivery back first."), code="delivered"
        )
    if day < disbursement.paid_on:
        raise ValidationError({"on": _("This day lies before the payment. Enter a later day.")})
    disbursement.is_reversed = True
    records.save(disbursement, by=by, reason=reason)
    records.save(Reversal(disbursement=disbursement, on=day, reason=reason, by=by), by=by)
    move_item(item, ItemStatus.APPROVED, by=by, on=day, note=reason, values={"paid_by": None})
    return disbursement


@transaction.atomic
def deliver(
    item: AssistanceItem, *, delivered_on: datetime.date, by: Any, note: str = ""
) -> Delivery:
    """A thing given in kind has reached the person; whoever writes it has checked it."""
    item = records.lock(item)
    if not policies.can_follow(by, item.plan):
        raise Refused(_("The office of the country of origin checks deliveries."), item)
    if item.form != SupportForm.IN_KIND:
        raise ValidationError(_("Only what is given in kind is delivered."), code="not_in_kind")
    if item.status == ItemStatus.DELIVERED:
        raise ValidationError(_("This item is delivered already."), code="delivered_already")
    if item.status != ItemStatus.PAID:
        raise ValidationError(
            _("This item is not paid yet. It is delivered after the payment."), code="not_paid"
        )
    workflow.require_not_future(delivered_on, today=today(), field="delivered_on")
    delivery = Delivery(item=item, delivered_on=delivered_on, checked_by=by, note=note)
    records.save(delivery, by=by)
    move_item(item, ItemStatus.DELIVERED, by=by, on=delivered_on)
    return delivery


@transaction.atomic
def take_back_delivery(item: AssistanceItem, *, reason: str, by: Any) -> AssistanceItem:
    """Take back a delivery recorded by mistake; it stays in the history."""
    item = records.lock(item)
    if not policies.can_take_back_delivery(by, item):
        raise Refused(_("You may not take this delivery back."), item)
    delivery = item.deliveries.get(is_taken_back=False)
    delivery.is_taken_back = True
    records.save(delivery, by=by, reason=reason)
    return move_item(item, ItemStatus.PAID, by=by, note=reason)
