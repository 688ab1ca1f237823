"""What the case page shows of the way and the history."""

from typing import Any

from django.utils.formats import date_format

from cases.enums import CaseStatus
from cases.models import Case
from cases.workflow import TONES, WAY


def steps_of(case: Case) -> list[dict[str, Any]]:
    """The way with the day of each step done; a closed case stops where it was."""
    events = [e for e in case.events.all() if e.corrects_id is None]
    corrected = {e.corrects_id for e in case.events.all() if e.corrects_id}
    days = {e.to_status: e.on for e in events if e.pk not in corrected}
    reached = [s for s in WAY if s in days and s != CaseStatus.CLOSED]
    current = WAY.index(reached[-1]) if reached else 0
    closed = case.status == CaseStatus.CLOSED
    steps = []
    for index, status in enumerate(WAY):
        if status == CaseStatus.CLOSED:
            state = "current" if closed else "upcoming"
        elif status in days:
            state = "current" if index == current and not closed else "done"
        else:
            state = "upcoming"
        on = date_format(days[status], "SHORT_DATE_FORMAT") if status in days else ""
        steps.append({"label": CaseStatus(status).label, "state": state, "on": on})
    return steps


def timeline_of(case: Case) -> list[dict[str, Any]]:
    """The history of the case, newest first."""
    return [
        {
            "title": event.get_to_status_display(),
            "on": date_format(event.on),
            "by": event.by.name,
            "text": event.note,
            "tone": "neutral" if event.corrects_id else TONES[event.to_status],
        }
        for event in case.events.select_related("by").order_by("-on", "-id")
    ]
