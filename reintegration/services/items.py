"""Proposing assistance against the grant ceiling (R121, R122, R132)."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from cases.services.registration import candidate
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from core.text import Fold, fold
from programmes import eligibility
from programmes import policies as programme_policies
from programmes.models import GrantCeiling, Programme
from reintegration import policies
from reintegration.enums import ItemKind, ItemStatus
from reintegration.grants import ceiling_of
from reintegration.models import AssistanceItem, ItemEvent, KindExclusion, PayeeAccount, Plan
from reintegration.workflow import ITEM_TRANSITIONS


class ItemValues(TypedDict, total=False):
    """What of a proposal can change; what is not named stays."""

    programme: Programme
    kind: str
    form: str
    description: str
    amount: Decimal
    due_on: datetime.date
    local_amount: str
    payee_name: str
    payment_method: str
    account_number: str


def move_item(
    item: AssistanceItem,
    to: str,
    *,
    by: Any,
    on: datetime.date | None = None,
    note: str = "",
    values: Mapping[str, Any] | None = None,
) -> AssistanceItem:
    """Move an item along its arrows and leave the event of it."""
    before = item.status
    moved = workflow.move(item, to, transitions=ITEM_TRANSITIONS, by=by, values=values, reason=note)
    ItemEvent.objects.create(
        item=moved, from_status=before, to_status=to, on=on or today(), by=by, note=note[:500]
    )
    return moved


@transaction.atomic
def propose_item(
    plan: Plan,
    *,
    programme: Programme,
    kind: str,
    form: str,
    description: str,
    amount: Decimal,
    due_on: datetime.date,
    by: Any,
    local_amount: str = "",
    payee_name: str = "",
    payment_method: str = "",
    account_number: str = "",
    proposed_on: datetime.date | None = None,
) -> AssistanceItem:
    """Propose one thing a programme gives, in kind or in cash (R121).

    Plan and person are locked, so that two people at once cannot pass the ceiling together. Raises
    ValidationError for a programme that is over or does not cover the person, for what exceeds the
    ceiling (and by how much), for a use the programme does not pay (and by which rule), and for
    what is in the plan already; Refused outside one's plans.
    """
    plan = _locked_plan(plan)
    if not policies.can_propose(by, plan):
        raise Refused(
            _("The office of the country of origin proposes items, once the person has arrived."),
            plan,
        )
    on = proposed_on or today()
    workflow.require_not_future(on, today=today(), field="proposed_on")
    item = AssistanceItem(
        plan=plan,
        programme=programme,
        kind=kind,
        form=form,
        description=description,
        amount=amount,
        local_amount=local_amount,
        proposed_on=on,
        due_on=due_on,
        payee_name=payee_name,
        payment_method=payment_method,
        proposed_by=by,
    )
    item = _write(item, account_number, by=by)
    ItemEvent.objects.create(item=item, to_status=item.status, on=on, by=by)
    return item


@transaction.atomic
def change_item(
    item: AssistanceItem, *, by: Any, reason: str = "", **values: Unpack[ItemValues]
) -> AssistanceItem:
    """Change an item that is not approved; an approval given meanwhile no longer counts.

    Whoever changed it last proposes it, and hence neither approves nor pays it (R138).
    """
    _locked_plan(item.plan)
    item = records.lock(item)
    if not policies.can_change(by, item):
        raise Refused(_("You may not change this item any more."), item)
    return _rewrite(item, values, by=by, reason=reason)


@transaction.atomic
def propose_again(
    item: AssistanceItem, *, by: Any, note: str = "", **values: Unpack[ItemValues]
) -> AssistanceItem:
    """Propose a rejected or cancelled item again, changed or not: a new round (R138).

    It is a proposal of today and meets the rules of today.
    """
    _locked_plan(item.plan)
    item = records.lock(item)
    if not policies.can_propose_again(by, item):
        raise Refused(_("You may not propose this item again."), item)
    item.proposed_on = today()
    item = _rewrite(item, values, by=by, reason=note)
    return move_item(item, ItemStatus.PROPOSED, by=by, note=note)


@transaction.atomic
def cancel_item(item: AssistanceItem, *, reason: str, by: Any) -> AssistanceItem:
    """Give an unpaid item up; its part of the grant is free again."""
    item = records.lock(item)
    if not policies.can_cancel(by, item):
        raise Refused(_("You may not cancel this item."), item)
    return move_item(item, ItemStatus.CANCELLED, by=by, note=reason)


@transaction.atomic
def exclude_kind(
    *, programme: Programme, kind: str, rule: str, from_on: datetime.date, by: Any
) -> KindExclusion:
    """Say that a programme does not pay for a use from a day on, and which rule says so (R122)."""
    _require_manager(programme, by)
    row = KindExclusion(programme=programme, kind=kind, rule=rule, from_on=from_on)
    return records.save(row, by=by)


@transaction.atomic
def end_exclusion(row: KindExclusion, *, until_on: datetime.date, by: Any) -> KindExclusion:
    """The last day on which the programme does not pay for the use; it stays in the history."""
    row = records.lock(row)
    _require_manager(row.programme, by)
    row.until_on = until_on
    return records.save(row, by=by)


def _require_manager(programme: Programme, by: Any) -> None:
    if not programme_policies.can_manage(by, programme):
        raise Refused(_("Only a manager of the programme changes its rules."), programme)


def _locked_plan(plan: Plan) -> Plan:
    """With its person: what was given is looked up over all plans and cases.

    The plan first, because pages and API lock the record of their address before they come here.
    """
    plan = records.lock(plan)
    records.lock(plan.case.person)
    return plan


def _rewrite(item: AssistanceItem, values: ItemValues, *, by: Any, reason: str) -> AssistanceItem:
    """A new round: it is the proposal of whoever wrote it last, approved by nobody yet (R138)."""
    number = values.pop("account_number", "")
    for name, value in values.items():
        setattr(item, name, value)
    item.proposed_by = by
    item.round += 1
    item.approved_by = item.second_approved_by = None
    return _write(item, number, by=by, reason=reason)


def _write(
    item: AssistanceItem, account_number: str, *, by: Any, reason: str = ""
) -> AssistanceItem:
    """Check and save an item, and the number its money goes to."""
    _check(item)
    records.save(item, by=by, reason=reason)
    if account_number:
        _set_account(item, account_number, by=by)
    return item


def _set_account(item: AssistanceItem, number: str, *, by: Any) -> None:
    """Another number replaces the earlier one, which stays."""
    current = item.accounts.current().first()
    if current is not None:
        if current.number == number:
            return
        current.is_current = False
        records.save(current, by=by)
    records.save(PayeeAccount(item=item, number=number, added_by=by), by=by)


def _check(item: AssistanceItem) -> None:
    """The rules of the grant, plan and person locked. Sets currency and number of approvals."""
    _check_once(item)
    _check_programme(item)
    _check_days(item)
    _check_kind(item)
    ceiling = _check_ceiling(item)
    item.currency = ceiling.currency
    item.needs_second = policies.needs_second_approval(item.amount, item.currency, item.proposed_on)


def _check_programme(item: AssistanceItem) -> None:
    """It runs, and is that of the case or covers the person that day (R121, R132)."""
    programme, case = item.programme, item.plan.case
    if not programme.runs_on(item.proposed_on):
        raise ValidationError(
            {
                "programme": _("%(programme)s runs from %(first)s to %(last)s only.")
                % {
                    "programme": programme,
                    "first": date_format(programme.starts_on),
                    "last": date_format(programme.ends_on),
                }
            },
            code="not_running",
        )
    if programme.pk == case.programme_id:
        return
    who = replace(candidate(case, case.person), on=item.proposed_on)
    (verdict,) = eligibility.explain(who, [programme])
    if not verdict.eligible:
        raise ValidationError({"programme": verdict.reason}, code="not_covered")


def _check_days(item: AssistanceItem) -> None:
    """Needed between the proposal and the end of the programme (R121)."""
    if item.due_on < item.proposed_on:
        raise ValidationError(
            {"due_on": _("The item is needed before it is proposed.")}, code="before_proposal"
        )
    if item.due_on > item.programme.ends_on:
        raise ValidationError(
            {
                "due_on": _("%(programme)s ends on %(day)s. Enter that day or an earlier one.")
                % {"programme": item.programme, "day": date_format(item.programme.ends_on)}
            },
            code="after_programme",
        )


def _check_kind(item: AssistanceItem) -> None:
    exclusion = (
        KindExclusion.objects.on(item.proposed_on)
        .filter(programme=item.programme, kind=item.kind)
        .first()
    )
    if exclusion is not None:
        raise ValidationError(
            {
                "kind": _(
                    "%(programme)s does not pay for “%(kind)s” since %(day)s. Rule: %(rule)s."
                )
                % {
                    "programme": item.programme,
                    "kind": ItemKind(item.kind).label,
                    "day": date_format(exclusion.from_on),
                    "rule": exclusion.rule.rstrip("."),
                }
            },
            code="kind_excluded",
        )


def _check_once(item: AssistanceItem) -> None:
    """The same thing is given to a person once, in whichever plan and for whichever use (R132)."""
    twin = (
        AssistanceItem.objects.counted()
        .of_person(item.plan.case.person_id)
        .alias(key=Fold("description"))
        .filter(key=fold(item.description))
        .exclude(pk=item.pk)
        .select_related("programme")
        .first()
    )
    if twin is not None:
        raise ValidationError(
            {
                "description": _(
                    "%(programme)s gives this item already (%(reference)s). The same thing is not "
                    "paid twice, also not by another programme."
                )
                % {"programme": twin.programme, "reference": twin.reference}
            },
            code="same_item",
        )


def _check_ceiling(item: AssistanceItem) -> GrantCeiling:
    plan = item.plan
    ceiling = ceiling_of(item.programme, plan.grant_category, item.proposed_on)
    if ceiling is None:
        raise ValidationError(
            {
                "programme": _(
                    "%(programme)s has no grant ceiling on that day. Choose another programme, or "
                    "ask its manager to set one."
                )
                % {"programme": item.programme}
            },
            code="no_ceiling",
        )
    others = AssistanceItem.objects.counted().of_person(plan.case.person_id).exclude(pk=item.pk)
    given = others.filter(programme=item.programme)
    used = given.aggregate(total=Sum("amount", default=Decimal(0)))["total"]
    excess = used + item.amount - ceiling.amount
    if excess > 0:
        raise ValidationError(
            {"amount": _over(item.programme, ceiling, used, excess)}, code="over_ceiling"
        )
    return ceiling


def _over(programme: Programme, ceiling: GrantCeiling, used: Decimal, excess: Decimal) -> str:
    values = {
        "programme": programme,
        "currency": ceiling.currency,
        "ceiling": _money(ceiling.amount),
        "used": _money(used),
        "excess": _money(excess),
        "left": _money(max(ceiling.amount - used, Decimal(0))),
    }
    return (
        _(
            "This exceeds the grant of %(programme)s by %(excess)s %(currency)s: %(used)s of "
            "%(ceiling)s %(currency)s are taken. Enter at most %(left)s %(currency)s."
        )
        % values
    )


def _money(amount: Decimal) -> str:
    return number_format(amount, 2, force_grouping=True)
