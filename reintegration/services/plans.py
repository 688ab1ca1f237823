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
from reintegration.enums import PlanStatus, Side
from reintegration.grants import grants_of
from reintegration.models import CeilingChange, Goal, Plan, PlanEvent, ProjectKindChange
from reintegration.services.lifecycle import check_sides
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
    grant_grounds: str = "",
    opened_on: datetime.date | None = None,
) -> Plan:
    """Begin a plan, before the return by the host office or after it in the origin (R126).

    Any other than the standard ceiling needs its grounds (R132). Raises ValidationError when the
    case has a plan, Refused outside one's cases.
    """
    case = records.lock(case)
    if case.status == CaseStatus.CLOSED:
        raise ValidationError(_("The case is closed."), code="closed")
    if not policies.can_write_for(by, case):
        raise Refused(_("You may not write a plan for this case."), case)
    on = opened_on or today()
    check_opened(on)
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
    if grant_category != GrantCeiling.Category.STANDARD:
        _ground_ceiling(plan, grant_grounds, on=on, by=by)
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
    grant_grounds: str = "",
    reason: str = "",
) -> Plan:
    """Change the words of a plan; after the signature this makes a new version with its reason.

    Until then also the ceiling, with its grounds; later ``change_ceiling`` does (R132).
    """
    plan = _writable(plan, by)
    _require_reason(plan, reason)
    plan.sector, plan.description = sector, description
    if grant_category and grant_category != plan.grant_category:
        if plan.status in SIGNED:
            raise ValidationError(
                {
                    "grant_category": _(
                        "The plan is agreed. A manager of its programme changes the ceiling."
                    )
                },
                code="agreed",
            )
        _set_ceiling(plan, grant_category, grant_grounds, by=by)
    records.save(plan, by=by, reason=reason)
    keep_version(plan, by=by, reason=reason)
    return plan


@transaction.atomic
def change_ceiling(plan: Plan, *, category: str, grounds: str, by: Any) -> Plan:
    """Let another ceiling apply to an agreed plan, on grounds that stay in its history (R132).

    Never whoever proposes its items: a manager of the programme. Raises Refused, ValidationError.
    """
    plan = records.lock(plan)
    if not policies.can_change_ceiling(by, plan):
        raise Refused(_("Only a manager of the programme changes the ceiling now."), plan)
    if category == plan.grant_category:
        raise ValidationError(
            {"grant_category": _("This ceiling applies already.")}, code="same_ceiling"
        )
    if not grounds.strip():
        raise ValidationError({"grant_grounds": _("Say on what grounds.")}, code="grounds_missing")
    _set_ceiling(plan, category, grounds, by=by)
    records.save(plan, by=by)
    keep_version(plan, by=by)
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
    check_due(due_on, plan.opened_on)
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
    not_needed: str = "",
) -> Goal:
    """Change a goal; the version before keeps it as it was.

    ``not_needed`` says why the side it leaves is not needed, where a signed plan has no other goal
    there (R119).
    """
    plan = _writable(goal.plan, by)
    goal = records.lock(goal)
    _require_reason(plan, reason)
    check_due(due_on, plan.opened_on)
    left = goal.side
    goal.side, goal.text, goal.due_on = side, text, due_on
    goal.steps, goal.support = steps, support
    records.save(goal, by=by, reason=reason)
    _forget_not_needed(plan, side, by)
    _leave_side(plan, left, not_needed, by=by, reason=reason)
    keep_version(plan, by=by, reason=reason)
    return goal


@transaction.atomic
def remove_goal(goal: Goal, *, by: Any, reason: str, not_needed: str = "") -> Plan:
    """Take a goal out of the plan; earlier versions and the audit keep it.

    The last goal on a side of a signed plan goes with ``not_needed``, why that side is not (R119).
    """
    plan = _writable(goal.plan, by)
    left = goal.side
    records.delete(records.lock(goal), by=by, reason=reason)
    _leave_side(plan, left, not_needed, by=by, reason=reason)
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


def check_opened(on: datetime.date) -> None:
    workflow.require_not_future(on, today=today(), field="opened_on")


def check_due(due_on: datetime.date, opened_on: datetime.date) -> None:
    if due_on < opened_on:
        raise ValidationError(
            {"due_on": _("This day lies before the plan was begun. Enter a later day.")},
            code="before_plan",
        )


def _forget_not_needed(plan: Plan, side: str, by: Any) -> None:
    """A side with a goal is needed after all."""
    if plan.not_needed(side):
        setattr(plan, f"{side}_not_needed", "")
        records.save(plan, by=by)


def _leave_side(plan: Plan, side: str, not_needed: str, *, by: Any, reason: str) -> None:
    """No side of a signed plan becomes empty without a reason, as none did before it (R119)."""
    if plan.status not in SIGNED or plan.goals.filter(side=side).exists():
        return
    check_sides(set(Side) - {side}, {side: not_needed})
    setattr(plan, f"{side}_not_needed", not_needed.strip())
    records.save(plan, by=by, reason=reason)


def _set_ceiling(plan: Plan, category: str, grounds: str, *, by: Any) -> None:
    plan.grant_category = category
    _refuse_lower_ceiling(plan)
    _ground_ceiling(plan, grounds, on=today(), by=by)


def _ground_ceiling(plan: Plan, grounds: str, *, on: datetime.date, by: Any) -> None:
    """The day, the author and the grounds of a ceiling; the standard one needs none."""
    if plan.grant_category != GrantCeiling.Category.STANDARD and not grounds.strip():
        raise ValidationError(
            {"grant_grounds": _("Say on what grounds another than the standard ceiling applies.")},
            code="grounds_missing",
        )
    CeilingChange.objects.create(
        plan=plan, category=plan.grant_category, grounds=grounds.strip(), from_on=on, by=by
    )


def _refuse_lower_ceiling(plan: Plan) -> None:
    for grant in grants_of(plan, today()):
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
