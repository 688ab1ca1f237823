"""The project of a plan: begun, done, taken back (R120)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from reintegration import policies
from reintegration.enums import PlanStatus, ProjectStep
from reintegration.models import Plan, ProjectEvent
from reintegration.services.lifecycle import move_plan


@transaction.atomic
def begin_project(plan: Plan, *, on: datetime.date, by: Any, note: str = "") -> Plan:
    """The project has begun; the case goes to “Project running” (R120)."""
    plan = _carried(plan, by)
    check_begun(on, plan.signed_on)
    plan = move_plan(plan, PlanStatus.IN_PROGRESS, on=on, by=by, note=note)
    _record(plan, ProjectStep.BEGUN, on, note, by)
    case_services.advance(plan.case, CaseStatus.PROJECT_RUNNING, on=on, by=by)
    return plan


@transaction.atomic
def finish_project(plan: Plan, *, on: datetime.date, by: Any, note: str = "") -> Plan:
    """The project is done as planned; the plan is completed (R120)."""
    plan = _carried(plan, by)
    begun = plan.project_events.standing().filter(step=ProjectStep.BEGUN).first()
    check_done(on, begun.on if begun else None)
    plan = move_plan(plan, PlanStatus.COMPLETED, on=on, by=by, note=note)
    _record(plan, ProjectStep.DONE, on, note, by)
    return plan


@transaction.atomic
def take_back_project_step(plan: Plan, *, reason: str, by: Any) -> Plan:
    """Take back the last step of the project; it stays in the history as taken back."""
    plan = records.lock(plan)
    if not policies.can_follow(by, plan):
        raise Refused(_("You may not change this plan."), plan)
    event = plan.project_events.standing().order_by("on", "id").last()
    if event is None:
        raise ValidationError(_("There is no step to take back."), code="nothing_to_correct")
    event.is_taken_back = True
    records.save(event, by=by, reason=reason)
    begun = event.step == ProjectStep.DONE
    to = PlanStatus.IN_PROGRESS if begun else PlanStatus.AGREED
    plan = move_plan(plan, to, on=today(), by=by, note=reason)
    if not begun and plan.case.status == CaseStatus.PROJECT_RUNNING:
        case_services.correct_last_step(plan.case, reason=reason, by=by)
    return plan


def check_begun(on: datetime.date, signed_on: datetime.date | None) -> None:
    workflow.require_not_future(on, today=today(), field="on")
    if signed_on and on < signed_on:
        raise ValidationError(
            {"on": _("This day lies before the signature of the plan. Enter a later day.")},
            code="before_signature",
        )


def check_done(on: datetime.date, begun_on: datetime.date | None) -> None:
    workflow.require_not_future(on, today=today(), field="on")
    if begun_on and on < begun_on:
        raise ValidationError(
            {"on": _("This day lies before the project was begun. Enter a later day.")},
            code="before_begin",
        )


def _carried(plan: Plan, by: Any) -> Plan:
    plan = records.lock(plan)
    if not policies.can_carry(by, plan):
        raise Refused(_("You may not change this plan."), plan)
    return plan


def _record(plan: Plan, step: str, on: datetime.date, note: str, by: Any) -> None:
    records.save(ProjectEvent(plan=plan, step=step, on=on, note=note, by=by), by=by)
