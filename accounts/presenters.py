"""What the pages of accounts show beside the rows themselves."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.models import Assignment, MachineKey, Office, User
from accounts.permissions import (
    EXPIRING_ROLES,
    INCOMPATIBLE_ROLES,
    PERMISSION_LABELS,
    ROLE_PERMISSIONS,
    ROLE_SCOPES,
    Permission,
    Role,
)
from core.clock import today

SCOPE_LABELS = {
    (): _("The whole installation"),
    ("office",): _("An office"),
    ("office", "country"): _("An office or a country of origin"),
    ("country",): _("A country of origin"),
    ("programme",): _("A programme"),
    ("organisation",): _("An organisation"),
}


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """One assignment with where it stands today and what may be done with it."""

    assignment: Assignment
    state: Any
    tone: str
    can_change_end: bool = False
    can_take_back: bool = False


def held_roles(user: User, *, viewer: User) -> list[HeldRole]:
    """All roles somebody has or had, latest first."""
    day = today()
    rows = user.assignments.with_scope().order_by("-starts_on", "-id")
    return [_held(row, day, viewer) for row in rows]


def _held(row: Assignment, day: Any, viewer: User) -> HeldRole:
    if row.runs_on(day):
        state, tone = _("In force"), "success"
    elif row.starts_on > day:
        state, tone = _("Not yet"), "info"
    else:
        state, tone = _("Over"), "neutral"
    return HeldRole(
        assignment=row,
        state=state,
        tone=tone,
        can_change_end=policies.can_change_end(viewer, row, day),
        can_take_back=policies.can_take_back(viewer, row, day),
    )


def keys_of(user: User) -> list[dict[str, Any]]:
    """The keys of an account, newest first, with what each may do and whether it still opens."""
    labels = {p.value: label for p, label in PERMISSION_LABELS.items()}
    return [
        {
            "row": key,
            "limited_to": [labels[value] for value in key.permissions if value in labels],
            "state": _key_state(key),
            "is_valid": key.is_valid_on(today()),
        }
        for key in user.keys.order_by("-id")
    ]


def _key_state(key: MachineKey) -> Any:
    if key.revoked_at is not None:
        return _("Revoked")
    return _("Valid") if key.is_valid_on(today()) else _("Expired")


def role_guide() -> list[dict[str, Any]]:
    """Each role: what it is held over, and whether it has to end."""
    return [
        {
            "label": role.label,
            "held_over": SCOPE_LABELS[ROLE_SCOPES[role]],
            "ends": role in EXPIRING_ROLES,
        }
        for role in Role
    ]


def permission_table() -> list[dict[str, Any]]:
    """Each permission with one cell per role, in the order of ``Role``."""
    return [
        {
            "label": PERMISSION_LABELS[permission],
            "cells": [permission in ROLE_PERMISSIONS[role] for role in Role],
        }
        for permission in Permission
    ]


def rival_roles() -> list[tuple[Any, ...]]:
    """Pairs of roles that nobody holds at the same time."""
    order = list(Role)
    pairs = [sorted(pair, key=order.index) for pair in INCOMPATIBLE_ROLES]  # type: ignore[arg-type]
    return [tuple(Role(r).label for r in pair) for pair in sorted(pairs, key=lambda p: p[0])]


def duties_at(office: Office) -> dict[str, Any]:
    """What the host institution has agreed to, and who does what in the city, by agreements in
    force today (R016, R087, R203). Expects ``with_list_data``.
    """
    day, host = today(), office.host_organisation
    agreements = host.agreements.all() if host is not None else ()
    duties = [duty for duty in office.city_duties.all() if duty.runs_on(day)]
    return {
        "office": office,
        "host": host,
        "host_duties": [agreement.duties for agreement in agreements if agreement.runs_on(day)],
        "city_duties": sorted(
            duties, key=lambda duty: (duty.duty, str(duty.agreement.organisation))
        ),
    }
