"""What the pages show of a journey: its steps, its history, what may be done next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases import policies as case_policies
from cases.models import Case, Commitment
from core.clock import today
from travel import policies
from travel.enums import StepKind
from travel.models import Journey
from travel.workflow import TONES


@dataclass(frozen=True, kw_only=True)
class Action:
    """A verb of the journey, where it is done, and who may do it now."""

    route: str
    label: Any
    icon: str
    allowed: Callable[[Any, Journey], bool]
    is_next: bool = False


ACTIONS = (
    Action(
        route="confirm",
        label=_("Confirm the journey"),
        icon="check-circle",
        allowed=policies.can_confirm,
        is_next=True,
    ),
    Action(
        route="depart",
        label=_("Record the departure"),
        icon="airplane",
        allowed=policies.can_depart,
        is_next=True,
    ),
    Action(
        route="arrive",
        label=_("Confirm the arrival"),
        icon="geo-alt",
        allowed=policies.can_confirm_arrival,
        is_next=True,
    ),
    Action(
        route="move",
        label=_("Change the day of travel"),
        icon="calendar-event",
        allowed=policies.can_prepare,
    ),
    Action(
        route="ticket",
        label=_("Change the ticket"),
        icon="pencil",
        allowed=policies.can_prepare,
    ),
    Action(
        route="override",
        label=_("Ask for an exception"),
        icon="flag",
        allowed=policies.can_request_override,
    ),
    Action(
        route="put-back",
        label=_("Take the confirmation back"),
        icon="arrow-left",
        allowed=policies.can_put_back,
    ),
    Action(
        route="cancel",
        label=_("Cancel the journey"),
        icon="x-circle",
        allowed=policies.can_cancel,
    ),
    Action(
        route="correct-departure",
        label=_("Correct the day of departure"),
        icon="pencil",
        allowed=policies.can_correct_departure,
    ),
    Action(
        route="undo-departure",
        label=_("Take the departure back"),
        icon="arrow-left",
        allowed=policies.can_undo_departure,
    ),
    Action(
        route="correct-arrival",
        label=_("Correct the day of arrival"),
        icon="pencil",
        allowed=policies.can_correct_arrival,
    ),
    Action(
        route="undo-arrival",
        label=_("Take the arrival back"),
        icon="arrow-left",
        allowed=policies.can_undo_arrival,
    ),
)


def actions_of(user: Any, journey: Journey) -> dict[str, list[dict[str, Any]]]:
    """What this user may do now: the next step of the way, and the other verbs."""
    found: dict[str, list[dict[str, Any]]] = {"next": [], "other": []}
    for action in ACTIONS:
        if action.allowed(user, journey):
            found["next" if action.is_next else "other"].append(
                {
                    "label": action.label,
                    "icon": action.icon,
                    "url": reverse(f"travel:{action.route}", args=[journey.reference]),
                }
            )
    return found


def timeline_of(journey: Journey) -> list[dict[str, Any]]:
    """The history of a journey, newest first (R106)."""
    events = journey.events.select_related("by").order_by("-at", "-id")
    return [
        {
            "title": event.get_kind_display(),
            "on": date_format(event.on),
            "by": event.by.name,
            "text": " ".join(part for part in (event.change, event.reason) if part),
            "tone": TONES[event.to_status],
        }
        for event in events
    ]


def procedures_of(journey: Journey) -> list[dict[str, Any]]:
    """Each procedure with its lines; one that was never asked for has none (R107)."""
    rows = list(journey.steps.all())
    for row in rows:
        row.waited = (today() - row.asked_on).days if row.requested_on else None
    return [
        {"label": kind.label, "steps": [row for row in rows if row.kind == kind]}
        for kind in StepKind
    ]


def calendar_of(case: Case) -> dict[str, Any]:
    """The person's days from today on, and the earliest day of travel, before a day is typed."""
    coming = Commitment.objects.live().filter(person=case.person_id, days__endswith__gt=today())
    return {
        "commitments": list(coming.order_by("days")),
        "earliest": case_policies.earliest_travel_day(case.person),
    }
