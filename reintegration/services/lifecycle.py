"""A plan from draft to its end (R119, R126)."""

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from cases.workflow import is_at_or_beyond
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from programmes.models import GrantCeiling
from reintegration import policies
from reintegration.enums import SOCIAL_ASSISTANCE, ItemStatus, PlanStatus, Side
from reintegration.models import FirstContact, Plan, PlanEvent
from reintegration.services.versions import keep_version, sealed
from reintegration.workflow import FOR_FINANCE, PLAN_TRANSITIONS


def move_plan(
    plan: Plan,
    to: str,
    *,
    on: datetime.date,
    by: Any,
    note: str = "",
    values: Mapping[str, Any] | None = None,
) -> Plan:
    """Move a plan along its arrows and leave the event of it."""
    before = plan.status
    moved = workflow.move(plan, to, transitions=PLAN_TRANSITIONS, by=by, values=values, reason=note)
    PlanEvent.objects.create(
        plan=moved, from_status=before, to_status=to, on=on, by=by, note=note[:500]
    )
    return moved


def empty_sides(plan: Plan) -> list[Side]:
    """Sides without a goal."""
    filled = set(plan.goals.values_list("side", flat=True))
    return [side for side in Side if side not in filled]


def check_sides(filled: Collection[str], not_needed: Mapping[str, str]) -> None:
    """A side without a goal needs a reason (R119)."""
    missing = {
        f"{side}_not_needed": _("This side has no goal. Add one, or say why it is not needed.")
        for side in Side
        if side not in filled and not not_needed.get(side, "").strip()
    }
    if missing:
        raise ValidationError(missing, code="empty_side")


@transaction.atomic
def submit(
    plan: Plan,
    *,
    by: Any,
    not_needed: Mapping[str, str] | None = None,
    on: datetime.date | None = None,
) -> Plan:
    """Submit the plan for agreement. Each empty side asks for “not needed because” (R119)."""
    plan = records.lock(plan)
    if not policies.can_carry(by, plan):
        raise Refused(_("The office of the country of origin submits the plan."), plan)
    empty = empty_sides(plan)
    given = {side: plan.not_needed(side) for side in Side.values} | dict(not_needed or {})
    check_sides(set(Side) - set(empty), given)
    reasons = {f"{side}_not_needed": given[side] if side in empty else "" for side in Side}
    values = {"submitted_on": on or today(), "submitted_by": by} | reasons
    plan = move_plan(plan, PlanStatus.SUBMITTED, on=on or today(), by=by, values=values)
    keep_version(plan, by=by, is_written=False)
    return plan


@transaction.atomic
def send_back(plan: Plan, *, by: Any, reason: str) -> Plan:
    """Return a submitted plan to its author with what to change; the author may recall it too."""
    plan = records.lock(plan)
    if not policies.can_send_back(by, plan):
        raise Refused(_("You may not send this plan back."), plan)
    return move_plan(plan, PlanStatus.DRAFT, on=today(), by=by, note=reason)


def check_signature(case: Case, signed_on: datetime.date, contact_on: datetime.date | None) -> None:
    """A plan is signed after the first contact, not in the future."""
    workflow.require_not_future(signed_on, today=today(), field="signed_on")
    if contact_on is None or not is_at_or_beyond(case.status, CaseStatus.CONTACTED):
        raise ValidationError(
            _("Record the first contact before the plan is agreed."), code="not_contacted"
        )
    if signed_on < contact_on:
        raise ValidationError(
            {"signed_on": _("This day lies before the first contact. Enter a later day.")},
            code="before_contact",
        )


@transaction.atomic
def agree(
    plan: Plan,
    *,
    signed_on: datetime.date,
    by: Any,
    note: str = "",
    grant_category: str = GrantCeiling.Category.STANDARD,
) -> Plan:
    """The returnee has signed and somebody who neither wrote nor submitted it agrees (R119).

    Whoever agrees names the ceiling they confirm, where it is another than the standard one (R132).
    The case goes to “Plan agreed”. Raises Refused for one's own plan, ValidationError.
    """
    plan = records.lock(plan)
    if refusal := policies.refusal_to_agree(by, plan):
        raise Refused(refusal, plan)
    _require_confirmed(plan, grant_category)
    contact = FirstContact.objects.filter(case=plan.case_id).first()
    check_signature(plan.case, signed_on, contact.on if contact else None)
    values = {"signed_on": signed_on, "agreed_by": by}
    plan = move_plan(plan, PlanStatus.AGREED, on=signed_on, by=by, note=note, values=values)
    _keep_agreement(plan, signed_on, by=by)
    case_services.advance(plan.case, CaseStatus.PLAN_AGREED, on=signed_on, by=by)
    return plan


def _require_confirmed(plan: Plan, category: str) -> None:
    if category != plan.grant_category:
        raise ValidationError(
            {
                "grant_category": _(
                    "The ceiling of this plan is “%(ceiling)s”. Confirm it, or send the plan back."
                )
                % {"ceiling": plan.get_grant_category_display()}
            },
            code="ceiling_not_confirmed",
        )


def _keep_agreement(plan: Plan, signed_on: datetime.date, *, by: Any) -> None:
    """The version that was submitted is the one that was signed."""
    latest = plan.versions.last()
    if latest is not None:
        latest.sealed_content = sealed(plan, list(plan.goals.all()))
        latest.made_on = signed_on
        records.save(latest, by=by)


@transaction.atomic
def take_back_agreement(plan: Plan, *, reason: str, by: Any) -> Plan:
    """Take back an agreement recorded by mistake; nothing may rest on it yet.

    Help that did not wait for the signature does not rest on it (R123).
    """
    plan = records.lock(plan)
    if not policies.can_take_back_agreement(by, plan):
        raise Refused(_("You may not take this agreement back."), plan)
    approved = plan.items.filter(status__in=sorted(FOR_FINANCE))
    if approved.exclude(kind__in=sorted(SOCIAL_ASSISTANCE)).exists():
        raise ValidationError(
            _("Approved items rest on this plan. Withdraw their approval first."),
            code="items_approved",
        )
    values = {"signed_on": None, "agreed_by": None}
    plan = move_plan(plan, PlanStatus.SUBMITTED, on=today(), by=by, note=reason, values=values)
    if plan.case.status == CaseStatus.PLAN_AGREED:
        case_services.correct_last_step(plan.case, reason=reason, by=by)
    keep_version(plan, by=by, reason=reason, is_written=False)
    return plan


@transaction.atomic
def suspend(plan: Plan, *, on: datetime.date, reason: str, by: Any) -> Plan:
    """Pause a plan; no item of it is approved meanwhile."""
    plan = _followed(plan, on, by)
    return move_plan(plan, PlanStatus.SUSPENDED, on=on, by=by, note=reason)


@transaction.atomic
def resume(plan: Plan, *, on: datetime.date, by: Any, note: str = "") -> Plan:
    """Take a suspended plan up where it was."""
    plan = _followed(plan, on, by)
    begun = plan.project_events.standing().exists()
    to = PlanStatus.IN_PROGRESS if begun else PlanStatus.AGREED
    return move_plan(plan, to, on=on, by=by, note=note)


@transaction.atomic
def close_incomplete(plan: Plan, *, on: datetime.date, reason: str, by: Any) -> Plan:
    """End a plan before its time, with the reason; another plan may follow.

    Raises ValidationError while items of it wait for approval or payment.
    """
    plan = _followed(plan, on, by)
    if plan.items.filter(status__in=[ItemStatus.PROPOSED, ItemStatus.APPROVED]).exists():
        raise ValidationError(
            _("Items of this plan wait for approval or payment. Cancel them first."),
            code="open_items",
        )
    values = {"closed_reason": reason[:300]}
    return move_plan(plan, PlanStatus.CLOSED_INCOMPLETE, on=on, by=by, note=reason, values=values)


def _followed(plan: Plan, on: datetime.date, by: Any) -> Plan:
    plan = records.lock(plan)
    if not policies.can_write(by, plan):
        raise Refused(_("You may not change this plan."), plan)
    workflow.require_not_future(on, today=today(), field="on")
    return plan
