"""What waits for the administrator: rights that end, and days that are not certain yet."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Assignment, MachineKey
from accounts.permissions import Permission as P
from core.clock import today
from core.worklist import LIMIT, Item, Section
from reference.enums import Certainty
from reference.models import Holiday

#: Days before its end on which a role or key is listed: time to ask whether it is still needed.
ENDING_DAYS = 30
#: Days before an expected feast on which it is listed; it is announced a few days before.
ANNOUNCED_DAYS = 30
#: Days after it for which a feast that nobody confirmed stays listed: courses may have met then.
UNCONFIRMED_DAYS = 14


def sections(user: Any) -> list[Section]:
    """Roles and keys that end soon, feasts to confirm."""
    found = []
    if user.has_permission(P.MANAGE_ACCOUNTS):
        found += [_roles(user), _keys(user)]
    if user.has_permission(P.MANAGE_REFERENCE):
        found.append(_holidays())
    return found


def _soon(days: int) -> datetime.date:
    return today() + datetime.timedelta(days=days)


def _roles(user: Any) -> Section:
    rows = (
        Assignment.objects.visible_to(user)
        .on(today())
        .filter(ends_on__lte=_soon(ENDING_DAYS), user__is_active=True)
        .with_scope()
        .select_related("user")
        .order_by("ends_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Roles that end soon"),
        items=[
            Item(
                title=row.user.name,
                detail=" · ".join(filter(None, [row.get_role_display(), row.scope_label])),
                url=row.user.get_absolute_url(),
                due=row.ends_on,
            )
            for row in rows
        ],
        empty=_("No role ends in the next %(days)s days.") % {"days": ENDING_DAYS},
        url=reverse("accounts:list"),
        url_label=_("All accounts"),
    )


def _keys(user: Any) -> Section:
    rows = (
        MachineKey.objects.visible_to(user)
        .filter(
            revoked_at__isnull=True,
            expires_on__range=(today(), _soon(ENDING_DAYS)),
            user__is_active=True,
        )
        .select_related("user")
        .order_by("expires_on", "id")[:LIMIT]
    )
    return Section(
        title=_("Machine keys that end soon"),
        items=[
            Item(
                title=row.label,
                detail=row.user.name,
                url=row.get_absolute_url(),
                due=row.expires_on,
            )
            for row in rows
        ],
        empty=_("No machine key ends in the next %(days)s days.") % {"days": ENDING_DAYS},
    )


def _holidays() -> Section:
    rows = (
        Holiday.objects.active()
        .filter(
            certainty=Certainty.EXPECTED,
            day__range=(_soon(-UNCONFIRMED_DAYS), _soon(ANNOUNCED_DAYS)),
        )
        .select_related("country")
        .order_by("day", "id")[:LIMIT]
    )
    return Section(
        title=_("Feasts to confirm"),
        items=[
            Item(
                title=str(row),
                detail=str(row.country),
                url=reverse("reference:holiday_change", args=[row.pk]),
                due=row.day,
                is_late=row.day < today(),
            )
            for row in rows
        ],
        empty=_("Every holiday of the next %(days)s days is certain.") % {"days": ANNOUNCED_DAYS},
        url=reverse("reference:holidays"),
        url_label=_("All holidays"),
    )
