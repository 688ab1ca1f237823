"""Who may do what to a plan, an item or a payment now."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.permissions import Permission, Role
from cases.enums import CaseStatus, FamilySituation
from cases.models import Case
from cases.policies import works_at_host, works_in_origin
from cases.workflow import BEFORE_DEPARTURE, is_at_or_beyond
from programmes.models import GrantCeiling
from reference import rules
from reintegration.enums import SOCIAL_ASSISTANCE, ItemStatus, PlanStatus, SupportForm
from reintegration.models import AssistanceItem, Disbursement, Plan, PlanVersion
from reintegration.workflow import ENDED, PLAN_TRANSITIONS, RUNNING, SIGNED

# --- first contact ------------------------------------------------------------------------------


def can_record_first_contact(user: Any, case: Case) -> bool:
    """The office of the country the person returned to makes the first contact (R118)."""
    return (
        user.has_permission(Permission.RECORD_CONTACT)
        and case.status != CaseStatus.CLOSED
        and works_in_origin(user, case)
    )


# --- plan ---------------------------------------------------------------------------------------


def can_write_for(user: Any, case: Case) -> bool:
    """The host office writes until departure, the office of origin from then on (R048, R126)."""
    if not user.has_permission(Permission.WRITE_PLANS) or case.status == CaseStatus.CLOSED:
        return False
    if case.status in BEFORE_DEPARTURE:
        return works_at_host(user, case)
    return works_in_origin(user, case)


def can_write(user: Any, plan: Plan) -> bool:
    return plan.status not in ENDED and can_write_for(user, plan.case)


def can_edit(user: Any, plan: Plan) -> bool:
    """A submitted plan does not change while somebody decides on it."""
    return plan.status != PlanStatus.SUBMITTED and can_write(user, plan)


def can_carry(user: Any, plan: Plan) -> bool:
    """May the user submit the plan, propose items and follow the project? Only in the origin."""
    return plan.case.status not in BEFORE_DEPARTURE and can_write(user, plan)


def wrote(user: Any, plan: Plan) -> bool:
    """Has the user begun the plan, written its latest version or submitted it?"""
    if user.pk in {plan.opened_by_id, plan.submitted_by_id}:
        return True
    if plan.pk is None:
        return False
    authors = PlanVersion.objects.filter(plan=plan.pk).order_by("number")
    return bool(user.pk == authors.values_list("by", flat=True).last())


def refusal_to_agree(user: Any, plan: Plan) -> str:
    """Why this user cannot agree to the plan; empty when they can."""
    allowed = user.has_permission(Permission.AGREE_PLANS) and (
        works_in_origin(user, plan.case)
        or plan.case.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)
    )
    if not allowed:
        return _("You may not agree to this plan.")
    if wrote(user, plan):
        return _("Nobody agrees to their own plan. Ask a colleague or the programme manager.")
    return ""


def can_agree(user: Any, plan: Plan) -> bool:
    return plan.status == PlanStatus.SUBMITTED and not refusal_to_agree(user, plan)


def names_no_family(plan: Plan) -> bool:
    """Has the plan the ceiling of a family where the file speaks of none (R132)?"""
    case = plan.case
    return plan.grant_category == GrantCeiling.Category.FAMILY and not (
        case.person.family_situation == FamilySituation.COUPLE
        or case.person.family_note
        or case.children_in_care
    )


def can_send_back(user: Any, plan: Plan) -> bool:
    """Whoever may agree to it, and its office, which recalls it."""
    return can_carry(user, plan) or not refusal_to_agree(user, plan)


def can_take_back_agreement(user: Any, plan: Plan) -> bool:
    return can_follow(user, plan) or not refusal_to_agree(user, plan)


def can_follow(user: Any, plan: Plan) -> bool:
    """May the user correct steps of the plan, also those that ended it?"""
    return user.has_permission(Permission.WRITE_PLANS) and works_in_origin(user, plan.case)


def can_change_ceiling(user: Any, plan: Plan) -> bool:
    """Once a plan is agreed: a manager of its programme who has proposed nothing of it (R132)."""
    return (
        plan.status in SIGNED - ENDED
        and user.has_permission(Permission.APPROVE_ITEMS)
        and plan.case.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)
        and not plan.items.filter(proposed_by=user).exists()
    )


def may_move(plan: Plan, to: str) -> bool:
    return to in PLAN_TRANSITIONS[plan.status]


# --- items and payments -------------------------------------------------------------------------
#: That of the amount above which two managers approve.
BAND_CURRENCY = "EUR"


def needs_second_approval(amount: Decimal, currency: str, on: datetime.date) -> bool:
    """Above the dated amount two managers approve; in another currency than its own always (R138).

    The amount is in euro, and no rule gives a rate to compare another currency with it.
    """
    return currency != BAND_CURRENCY or amount > rules.current(
        rules.APPROVAL_SECOND_PERSON_ABOVE, on=on
    )


def can_propose(user: Any, plan: Plan) -> bool:
    """Focal points and reintegration officers propose, in the country of origin (R138).

    So does its protection officer, whose children nobody else there sees (R006); that role goes
    together neither with approving nor with paying.
    """
    return can_carry(user, plan) and is_at_or_beyond(plan.case.status, CaseStatus.ARRIVED)


def can_change(user: Any, item: AssistanceItem) -> bool:
    return item.status in {ItemStatus.PROPOSED, ItemStatus.REJECTED} and can_propose(
        user, item.plan
    )


def can_propose_again(user: Any, item: AssistanceItem) -> bool:
    return item.status in {ItemStatus.REJECTED, ItemStatus.CANCELLED} and can_propose(
        user, item.plan
    )


def can_cancel(user: Any, item: AssistanceItem) -> bool:
    return item.status in {
        ItemStatus.PROPOSED,
        ItemStatus.REJECTED,
        ItemStatus.APPROVED,
    } and can_follow(user, item.plan)


def manages(user: Any, item: AssistanceItem) -> bool:
    """Is the user a manager of the programme that pays?"""
    return user.has_permission(
        Permission.APPROVE_ITEMS
    ) and item.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)


def refusal_to_decide(user: Any, item: AssistanceItem) -> str:
    """Why this user cannot decide on the item; empty when they can (R138)."""
    if user.pk == item.proposed_by_id:
        return _("You proposed this item. Somebody else has to approve it.")
    if not manages(user, item):
        return _("Only a manager of the programme that pays decides on this item.")
    if user.pk == item.approved_by_id:
        return _("You have approved this item already. The second approval is for a colleague.")
    return ""


def waits_for_plan(item: AssistanceItem) -> bool:
    """Items wait for the signed plan, except help that cannot wait (R123)."""
    return item.kind not in SOCIAL_ASSISTANCE and item.plan.status not in RUNNING


def can_decide(user: Any, item: AssistanceItem) -> bool:
    return (
        item.status == ItemStatus.PROPOSED
        and not waits_for_plan(item)
        and not refusal_to_decide(user, item)
    )


def can_withdraw_approval(user: Any, item: AssistanceItem) -> bool:
    """A manager takes an approval back; the first of two is taken back by its author."""
    if item.is_half_approved:
        return bool(item.approved_by_id == user.pk)
    return item.status == ItemStatus.APPROVED and manages(user, item)


def pays_for(user: Any, item: AssistanceItem) -> bool:
    """Is the user a finance officer of the programme that pays?"""
    return user.has_permission(Permission.PAY) and item.programme_id in user.programmes_for(
        Role.FINANCE_OFFICER
    )


def refusal_to_pay(user: Any, item: AssistanceItem) -> str:
    """Why this user cannot pay the item; empty when they can (R138)."""
    if user.pk in {item.proposed_by_id, item.approved_by_id, item.second_approved_by_id}:
        return _("You proposed or approved this item. Somebody else has to pay it.")
    if not pays_for(user, item):
        return _("Only a finance officer of the programme pays this item.")
    return ""


def can_pay(user: Any, item: AssistanceItem) -> bool:
    return item.status == ItemStatus.APPROVED and not refusal_to_pay(user, item)


def can_reverse(user: Any, disbursement: Disbursement) -> bool:
    """A payment is taken back by finance, before anything was delivered for it."""
    return (
        not disbursement.is_reversed
        and disbursement.item.status == ItemStatus.PAID
        and pays_for(user, disbursement.item)
    )


def can_deliver(user: Any, item: AssistanceItem) -> bool:
    return (
        item.status == ItemStatus.PAID
        and item.form == SupportForm.IN_KIND
        and can_follow(user, item.plan)
    )


def can_take_back_delivery(user: Any, item: AssistanceItem) -> bool:
    return item.status == ItemStatus.DELIVERED and can_follow(user, item.plan)
