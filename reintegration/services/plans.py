"""Writing a reintegration plan: the plan, its goals and the kind of its project (R119, R120)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cases.enums import CaseStatus
from cases.models import Case
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from programmes.models import GrantCeiling
from reintegration import policies
from reintegration.enums import PlanStatus
from reintegration.models import Goal, Plan, PlanEvent, ProjectKindChange
from reintegration.services.versions import keep_version
from reintegration.workflow import SIGNED


@transaction.atomic
def open_plan(
    case: Case,
    *,
    project_kind: str,
    by: Any,
    sector: Any = None,
    description: str = "",
    grant_category: str = GrantCeiling.Category.STANDARD,
    opened_on: datetime.date | None = None,
) -> Plan:
    """Begin a plan, before the return by the host office or after it in the origin (R126).

    Raises ValidationError when the case has a plan, Refused outside one's cases.
    """
    case = records.lock(case)
    if case.status == CaseStatus.CLOSED:
        raise ValidationError(_("The case is closed."), code="closed")
    if not policies.can_write_for(by, case):
        raise Refused(_("You may not write a plan for this case."), case)
    on = opened_on or today()
    workflow.require_not_future(on, today=today(), field="opened_on")
    if Plan.objects.live().filter(case=case).exists():
        raise ValidationError(
            _("This case has a plan already. Work on that plan."), code="plan_exists"
        )
    plan = Plan(
        case=case,
        project_kind=project_kind,
        sector=sector,
        description=description,
        grant_category=grant_category,
        opened_on=on,
        opened_by=by,
    )
    records.save(plan, by=by)
    PlanEvent.objects.create(plan=plan, to_status=plan.status, on=on, by=by)
    ProjectKindChange.objects.create(plan=plan, kind=project_kind, from_on=on, by=by)
    keep_version(plan, by=by)
    return plan


@transaction.atomic
def edit_plan(
    plan: Plan,
    *,
    by: Any,
    sector: Any = None,
    description: str = "",
    grant_category: str | None = None,
    reason: str = "",
) -> Plan:
    """Change the words of a plan; after the signature this makes a new version with its reason."""
    plan = _writable(plan, by)
    _require_reason(plan, reason)
    plan.sector, plan.description = sector, description
    if grant_category and grant_category != plan.grant_category:
        plan.grant_category = grant_category
        _refuse_lower_ceiling(plan)
    records.save(plan, by=by, reason=reason)
    keep_version(plan, by=by, reason=reason)
    return plan


@transaction.atomic
def add_goal(
    plan: Plan,
    *,
    side: str,
    text: str,
    due_on: datetime.date,
    by: Any,
    steps: str = "",
    support: str = "",
    reason: str = "",
) -> Goal:
    """Add a goal to one side of the plan (R119)."""
    plan = _writable(plan, by)
    _require_reason(plan, reason)
    _check_due(plan, due_on)
    goal = Goal(plan=plan, side=side, text=text, steps=steps, support=support, due_on=due_on)
    records.save(goal, by=by, reason=reason)
    _forget_not_needed(plan, side, by)
    keep_version(plan, by=by, reason=reason)
    return goal


@transaction.atomic
def change_goal(
    goal: Goal,
    *,
    side: str,
    text: str,
    due_on: datetime.date,
    by: Any,
    steps: str = "",
    support: str = "",
    reason: str = "",
) -> Goal:
    """Change a goal; the version before keeps it as it was."""
    plan = _writable(goal.plan, by)
    goal = records.lock(goal)
    _require_reason(plan, reason)
    _check_due(plan, due_on)
    goal.side, goal.text, goal.due_on = side, text, due_on
    goal.steps, goal.support = steps, support
    records.save(goal, by=by, reason=reason)
    _forget_not_needed(plan, side, by)
    keep_version(plan, by=by, reason=reason)
    return goal


@transaction.atomic
def remove_goal(goal: Goal, *, by: Any, reason: str) -> Plan:
    """Take a goal out of the plan; earlier versions and the audit keep it."""
    plan = _writable(goal.plan, by)
    records.delete(records.lock(goal), by=by, reason=reason)
    keep_version(plan, by=by, reason=reason)
    return plan


@transaction.atomic
def change_project_kind(
    plan: Plan, *, kind: str, from_on: datetime.date, reason: str, by: Any
) -> Plan:
    """Make the project individual, collective or community-based from a day on (R120).

    Earlier kinds stay in the history with their days.
    """
    plan = _writable(plan, by)
    workflow.require_not_future(from_on, today=today(), field="from_on")
    last = plan.kind_changes.last()
    if kind == plan.project_kind:
        raise ValidationError({"kind": _("The project is of this kind already.")}, code="same_kind")
    if last is not None and from_on < last.from_on:
        raise ValidationError(
            {
                "from_on": _("The kind was set on %(day)s; enter that day or a later one.")
                % {"day": last.from_on}
            },
            code="before_last_change",
        )
    plan.project_kind = kind
    records.save(plan, by=by, reason=reason)
    ProjectKindChange.objects.create(plan=plan, kind=kind, from_on=from_on, reason=reason, by=by)
    keep_version(plan, by=by, reason=reason)
    return plan


def _writable(plan: Plan, by: Any) -> Plan:
    plan = records.lock(plan)
    if not policies.can_write(by, plan):
        raise Refused(_("You may not change this plan."), plan)
    if plan.status == PlanStatus.SUBMITTED:
        raise ValidationError(
            _("The plan is submitted and cannot change meanwhile. Recall it first."),
            code="submitted",
        )
    return plan


def _require_reason(plan: Plan, reason: str) -> None:
    if plan.status in SIGNED and not reason.strip():
        raise ValidationError(
            {"reason": _("The plan is signed. Say why it changes.")}, code="reason_missing"
        )


def _check_due(plan: Plan, due_on: datetime.date) -> None:
    if due_on < plan.opened_on:
        raise ValidationError(
            {"due_on": _("This day lies before the plan was begun. Enter a later day.")},
            code="before_plan",
        )


def _forget_not_needed(plan: Plan, side: str, by: Any) -> None:
    """A side with a goal is needed after all."""
    if plan.not_needed(side):
        setattr(plan, f"{side}_not_needed", "")
        records.save(plan, by=by)


def _refuse_lower_ceiling(plan: Plan) -> None:
    for grant in policies.grants_of(plan, today()):
        if grant.used > grant.ceiling:
            raise ValidationError(
                {
                    "grant_category": _(
                        "The items of %(programme)s already exceed this ceiling by %(excess)s "
                        "%(currency)s."
                    )
                    % {
                        "programme": grant.programme,
                        "excess": number_format(grant.used - grant.ceiling, 2),
                        "currency": grant.currency,
                    }
                },
                code="over_ceiling",
            )
