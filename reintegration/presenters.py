"""What the pages show of a plan and an item: sides, histories, and what may be done now."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from cases.models import Case, ProtectionEntry
from reference.models import Vulnerability
from reintegration import policies, reach
from reintegration.enums import Decision, ItemStatus, PlanStatus, ProjectStep, Side
from reintegration.grants import grants_of
from reintegration.models import AssistanceItem, Disbursement, Goal, Plan
from reintegration.workflow import ITEM_TONES, PLAN_TONES


def _move(label: str, route: str, *args: Any, primary: bool = False) -> dict[str, Any]:
    return {
        "label": label,
        "url": reverse(f"reintegration:{route}", args=args),
        "primary": primary,
    }


def plan_moves(user: Any, plan: Plan) -> list[dict[str, Any]]:
    """The steps this user may take with the plan now."""
    status, reference, moves = plan.status, plan.reference, []
    if status == PlanStatus.DRAFT and policies.can_carry(user, plan):
        moves.append(_move(_("Submit the plan"), "submit-plan", reference, primary=True))
    if policies.can_agree(user, plan):
        moves.append(_move(_("Agree to the plan"), "agree-plan", reference, primary=True))
    if status == PlanStatus.SUBMITTED:
        if policies.wrote(user, plan) and policies.can_carry(user, plan):
            moves.append(_move(_("Recall the plan"), "send-back-plan", reference))
        elif not policies.refusal_to_agree(user, plan):
            moves.append(_move(_("Send the plan back"), "send-back-plan", reference))
    if policies.can_carry(user, plan):
        moves += _project_moves(plan)
    if policies.can_change_ceiling(user, plan):
        moves.append(_move(_("Change the ceiling"), "change-ceiling", reference))
    if status == PlanStatus.AGREED and policies.can_follow(user, plan):
        moves.append(_move(_("Take the agreement back"), "take-back-agreement", reference))
    if policies.can_follow(user, plan) and status in {PlanStatus.IN_PROGRESS, PlanStatus.COMPLETED}:
        moves.append(_move(_("Take the last step back"), "take-back-project", reference))
    return moves


def _project_moves(plan: Plan) -> list[dict[str, Any]]:
    status, reference, moves = plan.status, plan.reference, []
    if status == PlanStatus.AGREED:
        moves.append(_move(_("The project has begun"), "begin-project", reference, primary=True))
    if status == PlanStatus.IN_PROGRESS:
        moves.append(_move(_("The project is done"), "finish-project", reference, primary=True))
    if status == PlanStatus.SUSPENDED:
        moves.append(_move(_("Resume the plan"), "resume-plan", reference, primary=True))
    if policies.may_move(plan, PlanStatus.SUSPENDED):
        moves.append(_move(_("Suspend the plan"), "suspend-plan", reference))
    if policies.may_move(plan, PlanStatus.CLOSED_INCOMPLETE):
        moves.append(_move(_("Close before its end"), "close-plan", reference))
    return moves


def item_moves(user: Any, item: AssistanceItem) -> list[dict[str, Any]]:
    """The steps this user may take with the item now."""
    reference, moves = item.reference, []
    if policies.can_decide(user, item):
        moves.append(_move(_("Approve"), "approve-item", reference, primary=True))
        moves.append(_move(_("Reject"), "reject-item", reference))
    if policies.can_pay(user, item):
        moves.append(_move(_("Pay"), "pay-item", reference, primary=True))
    if policies.can_deliver(user, item):
        moves.append(_move(_("Record the delivery"), "deliver-item", reference, primary=True))
    if policies.can_change(user, item) and item.status == ItemStatus.PROPOSED:
        moves.append(_move(_("Change"), "change-item", reference))
    if policies.can_propose_again(user, item):
        moves.append(_move(_("Propose again"), "propose-again", reference, primary=True))
    if policies.can_cancel(user, item):
        moves.append(_move(_("Cancel the item"), "cancel-item", reference))
    if policies.can_withdraw_approval(user, item):
        moves.append(_move(_("Withdraw the approval"), "withdraw-approval", reference))
    if policies.can_take_back_delivery(user, item):
        moves.append(_move(_("Take the delivery back"), "take-back-delivery", reference))
    return moves


def disbursement_moves(user: Any, disbursement: Disbursement) -> list[dict[str, Any]]:
    moves = []
    if policies.pays_for(user, disbursement.item):
        moves.append(_move(_("Add a receipt"), "add-receipt", disbursement.reference))
    if policies.can_reverse(user, disbursement):
        moves.append(_move(_("Take the payment back"), "reverse-payment", disbursement.reference))
    return moves


def sides_of(plan: Plan, user: Any) -> list[dict[str, Any]]:
    """The three sides with their goals; what the user may not read is only counted."""
    readable = list(Goal.objects.visible_to(user).filter(plan=plan))
    total = plan.goals.count()
    hidden = total - len(readable)
    return [
        {
            "side": side.value,
            "label": side.label,
            "goals": [goal for goal in readable if goal.side == side],
            "not_needed": plan.not_needed(side),
            "hidden": hidden if side == Side.PSYCHOSOCIAL else 0,
        }
        for side in Side
    ]


def plan_timeline(plan: Plan) -> list[dict[str, Any]]:
    """Steps of the plan, changes of the kind of project and of the ceiling, newest first."""
    rows = [
        {
            "title": event.get_to_status_display(),
            "day": event.on,
            "at": event.at,
            "by": event.by.name,
            "text": event.note,
            "tone": PLAN_TONES[event.to_status],
        }
        for event in plan.events.select_related("by")
    ]
    rows += [
        {
            "title": _("Kind of project: %(kind)s") % {"kind": change.get_kind_display()},
            "day": change.from_on,
            "at": change.at,
            "by": change.by.name,
            "text": change.reason,
            "tone": "neutral",
        }
        for change in plan.kind_changes.select_related("by")
    ]
    rows += [
        {
            "title": _("Ceiling that applies: %(ceiling)s")
            % {"ceiling": change.get_category_display()},
            "day": change.from_on,
            "at": change.at,
            "by": change.by.name,
            "text": change.grounds,
            "tone": "neutral",
        }
        for change in plan.ceiling_changes.select_related("by")
    ]
    return _newest_first(rows)


def project_days(plan: Plan) -> dict[str, Any]:
    """When the project was begun and done."""
    days = dict(plan.project_events.standing().values_list("step", "on"))
    return {"begun_on": days.get(ProjectStep.BEGUN), "done_on": days.get(ProjectStep.DONE)}


def ceiling_facts(user: Any, case: Case, plan: Plan | None = None) -> list[tuple[str, Any]]:
    """What stands beside the choice of a ceiling: its grounds, and what the file says (R132)."""
    person = case.person
    situation = (person.get_family_situation_display(), person.family_note)
    facts: list[tuple[Any, Any]] = [
        (_("Family situation"), " · ".join(str(part) for part in situation if part)),
        (capfirst(Case._meta.get_field("children_in_care").verbose_name), case.children_in_care),
    ]
    if user.has_permission(Permission.VIEW_PROTECTION):
        entries = ProtectionEntry.objects.visible_to(user).filter(case=case)
        found = Vulnerability.objects.filter(pk__in=entries.values("vulnerabilities"))
        facts.append((_("Vulnerabilities"), ", ".join(row.label for row in found)))
    if plan is None:
        return facts
    grounds = plan.ceiling_changes.last()
    return [
        (_("Ceiling that applies"), plan.get_grant_category_display()),
        (_("Grounds of the ceiling"), grounds.grounds if grounds else ""),
        *facts,
    ]


def like(user: Any, item: AssistanceItem) -> list[AssistanceItem]:
    """What the person is given under much the same words, as far as the user may see it (R132)."""
    rows = AssistanceItem.objects.visible_to(user).like(item)
    return list(rows.select_related("programme"))


def grant_of(user: Any, item: AssistanceItem) -> dict[str, Any] | None:
    """The ceiling that applies and how much of the grant is taken, for whoever decides (R132).

    The finance office pays without it: the category says something about the person. A manager of
    another programme than that of the case reads their own grant only.
    """
    plan = item.plan
    sees_plan = Plan.objects.visible_to(user).filter(pk=plan.pk).exists()
    if not sees_plan and not policies.manages(user, item):
        return None
    grants = grants_of(plan, item.proposed_on)
    return {
        "category": plan.grant_category,
        "label": plan.get_grant_category_display(),
        "grants": [g for g in grants if sees_plan or g.programme.pk == item.programme_id],
    }


def item_timeline(item: AssistanceItem) -> list[dict[str, Any]]:
    """Steps of the item and each manager's decision, newest first."""
    rows = [
        {
            "title": event.get_to_status_display(),
            "day": event.on,
            "at": event.at,
            "by": event.by.name,
            "text": event.note,
            "tone": ITEM_TONES[event.to_status],
        }
        for event in item.events.select_related("by")
    ]
    firsts = item.approvals.select_related("by") if item.needs_second else []
    rows += [
        {
            "title": _("One of two approvals"),
            "day": approval.on,
            "at": approval.at,
            "by": approval.by.name,
            "text": approval.reason,
            "tone": "info",
        }
        for approval in firsts
        if approval.by_id != item.second_approved_by_id and approval.decision == Decision.APPROVED
    ]
    return _newest_first(rows)


def _newest_first(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    ordered = sorted(rows, key=lambda row: (row["day"], row["at"]), reverse=True)
    return [row | {"on": date_format(row["day"])} for row in ordered]


def case_moves(user: Any, case: Case, contact: Any, plan: Plan | None) -> dict[str, bool]:
    """What may be done on the case tab besides the plan's own steps."""
    may_contact = policies.can_record_first_contact(user, case)
    return {
        "can_contact": contact is None and may_contact and bool(reach.arrival_day(case)),
        "can_correct_contact": contact is not None and may_contact,
        "can_open": (plan is None or plan.status == PlanStatus.CLOSED_INCOMPLETE)
        and policies.can_write_for(user, case),
        "can_edit": plan is not None and policies.can_edit(user, plan),
        "can_propose": plan is not None and policies.can_propose(user, plan),
    }
