"""Who reads which figures, prepares reports and releases them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.permissions import Permission, Role
from programmes.models import Programme
from reports.disclosure import Audience
from reports.models import INTERNAL_ROLES, ReportRun


def audience_of(user: Any, programme: Programme) -> Audience | None:
    """As whom somebody reads the figures of a programme; None: not at all."""
    if programme.pk in user.programmes_for(*INTERNAL_ROLES):
        return Audience.INTERNAL
    if programme.pk in user.programmes_for(Role.DONOR):
        return Audience.DONOR
    return None


def countable_programmes(user: Any) -> QuerySet[Programme]:
    """Programmes whose figures somebody may ask for."""
    if not user.is_authenticated:
        return Programme.objects.none()
    rows: QuerySet[Programme] = Programme.objects.countable_by(user)
    return rows.order_by("code")


def can_filter(user: Any) -> bool:
    """Whether somebody reads the figures of a programme from inside."""
    return user.is_authenticated and bool(user.programmes_for(*INTERNAL_ROLES))


def can_prepare(user: Any, programme: Programme) -> bool:
    """An M&E officer prepares the reports of the own programmes."""
    return bool(
        user.has_permission(Permission.PREPARE_REPORTS)
        and programme.pk in user.programmes_for(Role.ME_OFFICER)
    )


def preparable_programmes(user: Any) -> QuerySet[Programme]:
    """Programmes somebody may prepare reports of."""
    if not user.is_authenticated:
        return Programme.objects.none()
    rows: QuerySet[Programme] = Programme.objects.countable_by(user)
    return rows.filter(pk__in=user.programmes_for(Role.ME_OFFICER)).order_by("code")


def is_manager(user: Any, run: ReportRun) -> bool:
    return bool(
        user.has_permission(Permission.RELEASE_REPORTS)
        and run.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)
    )


def can_release(user: Any, run: ReportRun) -> bool:
    """The programme's manager releases what somebody else has prepared."""
    is_ready = run.is_done and getattr(run, "release", None) is None
    return is_ready and is_manager(user, run) and run.requested_by_id != user.pk


def is_internal(user: Any, run: ReportRun) -> bool:
    """Whether somebody sees how the report was made, not only what it says."""
    return run.programme_id in user.programmes_for(*INTERNAL_ROLES)
