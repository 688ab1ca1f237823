"""Who may do what to a plan, an item or a payment now, and what the grant still allows."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from accounts.permissions import Permission, Role
from cases.enums import CaseOutcome, CaseStatus, ContactResult
from cases.models import Case, CaseEvent, CaseQuerySet, ContactAttempt
from cases.policies import works_at_host, works_in_origin
from cases.workflow import BEFORE_DEPARTURE, IN_COUNTRY_OF_ORIGIN, is_at_or_beyond
from programmes.models import GrantCeiling, Programme
from reference import rules
from reintegration.enums import SOCIAL_ASSISTANCE, ItemStatus, PlanStatus, Reachability, SupportForm
from reintegration.models import AssistanceItem, Disbursement, Plan
from reintegration.workflow import ENDED, PLAN_TRANSITIONS, RUNNING, SIGNED

# --- first contact ------------------------------------------------------------------------------


def arrival_day(case: Case) -> datetime.date | None:
    """The day on which the person arrived, as it stands after corrections."""
    return arrival_days([case]).get(case.pk)


def arrival_days(cases: Iterable[Case]) -> dict[int, datetime.date]:
    """``arrival_day`` of many cases, in one query."""
    return dict(arrivals().filter(case__in=cases).values_list("case", "on"))


def arrivals() -> Any:
    """Case events that say when somebody arrived and were not taken back."""
    return CaseEvent.objects.filter(
        to_status=CaseStatus.ARRIVED, corrects__isnull=True, correction__isnull=True
    )


def can_record_first_contact(user: Any, case: Case) -> bool:
    """The office of the country the person returned to makes the first contact (R118)."""
    return (
        user.has_permission(Permission.RECORD_CONTACT)
        and case.status != CaseStatus.CLOSED
        and works_in_origin(user, case)
    )


def hard_to_reach(on: datetime.date) -> CaseQuerySet:
    """Cases with so many failed attempts over so many channels since anybody answered (R155)."""
    reached = ContactAttempt.objects.filter(case=OuterRef("pk"), result=ContactResult.REACHED)
    failed = ~Q(contact_attempts__result=ContactResult.REACHED) & (
        Q(last_reached_on__isnull=True) | Q(contact_attempts__on__gt=F("last_reached_on"))
    )
    channels = Count("contact_attempts__channel", filter=failed, distinct=True)
    return (
        Case.objects.filter(status__in=IN_COUNTRY_OF_ORIGIN)
        .annotate(last_reached_on=Subquery(reached.order_by("-on").values("on")[:1]))
        .annotate(failed_attempts=Count("contact_attempts", filter=failed), channels=channels)
        .filter(
            failed_attempts__gte=rules.current(rules.FAILED_CONTACTS_BEFORE_LOST, on=on),
            channels__gte=rules.current(rules.CHANNELS_BEFORE_LOST, on=on),
        )
    )


def reachability(case: Case, on: datetime.date) -> Reachability:
    """Reachable, hard to reach after failed attempts, or closed without news (R155)."""
    if case.outcome == CaseOutcome.SILENT:
        return Reachability.LOST
    if hard_to_reach(on).filter(pk=case.pk).exists():
        return Reachability.HARD
    return Reachability.REACHABLE


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


def refusal_to_agree(user: Any, plan: Plan) -> str:
    """Why this user cannot agree to the plan; empty when they can."""
    allowed = user.has_permission(Permission.AGREE_PLANS) and (
        works_in_origin(user, plan.case)
        or plan.case.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)
    )
    if not allowed:
        return _("You may not agree to this plan.")
    if user.pk == plan.submitted_by_id:
        return _("Nobody agrees to their own plan. Ask a colleague or the programme manager.")
    return ""


def can_agree(user: Any, plan: Plan) -> bool:
    return plan.status == PlanStatus.SUBMITTED and not refusal_to_agree(user, plan)


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


# --- the grant ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one programme may give one person, and how much of it is taken."""

    programme: Programme
    ceiling: Decimal
    currency: str
    used: Decimal

    @property
    def code(self) -> str:
        """Name of its bar on the page."""
        return f"grant-{self.programme.pk}"

    @property
    def left(self) -> Decimal:
        return max(self.ceiling - self.used, Decimal(0))

    @property
    def percent(self) -> int:
        return int(min(self.used * 100 / self.ceiling, Decimal(100))) if self.ceiling else 100


def ceiling_of(programme: Programme, category: str, on: datetime.date) -> GrantCeiling | None:
    """The ceiling in force on a day for a category, else the standard one (R132)."""
    return _ceilings([programme.pk], category, on).get(programme.pk)


def _ceilings(
    programmes: Iterable[int], category: str, on: datetime.date
) -> dict[int, GrantCeiling]:
    wanted = (GrantCeiling.Category.STANDARD, category)
    rows = GrantCeiling.objects.filter(
        programme__in=programmes, category__in=wanted, valid_from__lte=on
    ).select_related("programme")
    best: dict[int, GrantCeiling] = {}
    for row in sorted(rows, key=lambda r: (r.category == category, r.valid_from)):
        best[row.programme_id] = row
    return best


def grants_of(plan: Plan, on: datetime.date) -> list[Grant]:
    """The grant of the case's programme and of every programme that gives something."""
    used: dict[int, Decimal] = dict(
        AssistanceItem.objects.counted()
        .filter(plan__case__person=plan.case.person_id)
        .order_by()
        .values_list("programme")
        .annotate(total=Sum("amount"))
    )
    programmes = set(used) | ({plan.case.programme_id} if plan.case.programme_id else set())
    ceilings = _ceilings(programmes, plan.grant_category, on)
    return [
        Grant(
            programme=row.programme,
            ceiling=row.amount,
            currency=row.currency,
            used=used.get(pk, Decimal(0)),
        )
        for pk, row in sorted(ceilings.items())
    ]


# --- items and payments -------------------------------------------------------------------------


def needs_second_approval(amount: Decimal, on: datetime.date) -> bool:
    """Above the dated amount two managers approve (R138)."""
    return amount > rules.current(rules.APPROVAL_SECOND_PERSON_ABOVE, on=on)


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
