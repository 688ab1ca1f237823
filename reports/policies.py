"""Who reads which figures, prepares reports and releases them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.permissions import Permission, Role
from core.clock import today
from core.exceptions import Refused
from programmes.models import Programme
from reports.disclosure import Audience
from reports.models import INTERNAL_ROLES, Release, ReportRun


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


def check_day(day: datetime.date) -> None:
    """Refuse a day that has not come. Raises ValidationError."""
    if day > today():
        raise ValidationError(
            {"as_of": _("This day has not come yet. Choose today or an earlier day.")},
            code="future",
        )


def check_part(audience: Audience, part: Mapping[str, str]) -> None:
    """Refuse a part of the figures to readers outside: they read what was released, and filters
    would tell people apart that the released tables do not (R235, R240). Raises ValidationError.
    """
    if audience.is_protected and any(part.values()):
        message = _("Released figures stand as they were printed. They cannot be filtered.")
        raise ValidationError(
            {name: message for name, value in part.items() if value}, code="released"
        )


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


def check_release(user: Any, run: ReportRun) -> None:
    """Raises Refused for the author and for whoever does not manage the programme (design §5),
    ValidationError when there is nothing to release.
    """
    if run.requested_by_id == user.pk:
        raise Refused(_("Another person than the author releases a report."), run)
    if not is_manager(user, run):
        raise Refused(_("Only the manager of the programme releases its reports."), run)
    if not run.is_done:
        raise ValidationError(_("The report is not finished yet."), code="not_done")
    if getattr(run, "release", None) is not None:
        raise ValidationError(_("This report has been released already."), code="released")


def check_books(run: ReportRun) -> None:
    """Raises ValidationError where a report can be compared with others it was not protected
    against (R240).

    Figures that were released already may be released again as they were printed. New ones come in
    the order of their days, and protected against every report before.
    """
    if run.snapshot is None or run.printed is None:
        raise ValidationError(_("The report is not finished yet."), code="not_done")
    rows = Release.objects.to(run.programme, run.audience)
    filed = rows.of(run.snapshot).first()
    if filed is not None and filed.published == run.printed:
        return
    if rows.later_than(run.snapshot).exists():
        raise ValidationError(
            _(
                "Later figures have been released already. Reports are released in the order of "
                "their days, so that nobody can find out small numbers by comparing them."
            ),
            code="order",
        )
    last = rows.first_of_each_snapshot().last()
    if run.after_id != (last.pk if last else None):
        raise ValidationError(
            _(
                "Another report has been released since this one was prepared. Prepare it again, "
                "so that nobody can find out small numbers by comparing the two."
            ),
            code="compared",
        )


def is_internal(user: Any, run: ReportRun) -> bool:
    """Whether somebody sees how the report was made, not only what it says."""
    return run.programme_id in user.programmes_for(*INTERNAL_ROLES)
