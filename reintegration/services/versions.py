"""Versions of a plan: 0 is the host office's draft, then one per agreement or later edit (R119)."""

import datetime
import json
from typing import Any

from django.utils import timezone

from cases.workflow import BEFORE_DEPARTURE
from core import records
from core.clock import today
from reintegration.enums import Side
from reintegration.models import Goal, Plan, PlanVersion
from reintegration.workflow import SIGNED, UNSIGNED


def content_of(plan: Plan, goals: list[Goal], *, after_signature: bool) -> dict[str, Any]:
    """What a version keeps; the signature stands in the version that was signed only."""
    return {
        "status": plan.status,
        "project_kind": plan.project_kind,
        "sector": plan.sector_id,
        "description": plan.description,
        "grant_category": plan.grant_category,
        "signed_on": None if after_signature else _day(plan.signed_on),
        "after_signature": after_signature,
        "not_needed": {side: plan.not_needed(side) for side in Side.values},
        "goals": [
            {
                "side": goal.side,
                "text": goal.text,
                "steps": goal.steps,
                "support": goal.support,
                "due_on": _day(goal.due_on),
            }
            for goal in goals
        ],
    }


def sealed(plan: Plan, goals: list[Goal], *, after_signature: bool = False) -> str:
    """The content as the database keeps it."""
    return json.dumps(content_of(plan, goals, after_signature=after_signature))


def version_of(
    plan: Plan,
    goals: list[Goal],
    *,
    number: int,
    by: Any,
    after_signature: bool = False,
    **values: Any,
) -> PlanVersion:
    """A new version row, not saved yet."""
    return PlanVersion(
        plan=plan,
        number=number,
        sealed_content=sealed(plan, goals, after_signature=after_signature),
        by=by,
        **values,
    )


def keep_version(plan: Plan, *, by: Any, reason: str = "", is_written: bool = True) -> PlanVersion:
    """Keep the plan as it stands now; a step that writes nothing leaves the version its author.

    Before departure that is always version 0. Until the signature the office of origin works on
    one version; every edit after it makes the next one, which nobody signed. The caller holds the
    plan's lock.
    """
    goals = list(plan.goals.all())
    latest = plan.versions.last()
    number = _number(plan, latest)
    author = by if is_written or latest is None else latest.by
    if latest is None or latest.number != number:
        row = version_of(
            plan,
            goals,
            number=number,
            by=author,
            after_signature=plan.status in SIGNED,
            made_on=today(),
            reason=reason,
        )
        return records.save(row, by=by)
    latest.sealed_content = sealed(plan, goals)
    latest.made_on, latest.reason = today(), reason
    latest.by, latest.at = author, timezone.now()
    return records.save(latest, by=by)


def _number(plan: Plan, latest: PlanVersion | None) -> int:
    if plan.case.status in BEFORE_DEPARTURE:
        return 0
    if latest is None or latest.number == 0:
        return 1
    return latest.number if plan.status in UNSIGNED else latest.number + 1


def _day(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
