"""What waits around reports: for the author, for the manager, for the donor."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from accounts.permissions import Role
from core.clock import today
from core.worklist import LIMIT, Item, Section
from reports.models import ReportRun

#: Days within which a report that was compiled is released, or sent back by word of mouth.
RELEASE_DAYS = 7


def sections(user: Any) -> list[Section]:
    """Reports that failed or wait for a release, and those a donor has received."""
    found = []
    if user.has_permission(P.PREPARE_REPORTS):
        found += [_failed(user), _waiting(user)]
    if user.has_permission(P.RELEASE_REPORTS):
        found.append(_to_release(user))
    if user.programmes_for(Role.DONOR):
        found.append(_received(user))
    return found


def _section(
    rows: QuerySet, *, query: str = "", due_days: int | None = None, **kwargs: Any
) -> Section:
    """``due_days``: how long after its figures were compiled a report may wait."""

    def due(run: ReportRun) -> datetime.date | None:
        if due_days is None or run.finished_at is None:
            return None
        return timezone.localtime(run.finished_at).date() + datetime.timedelta(days=due_days)

    items = [
        Item(
            title=_("%(programme)s, figures as of %(day)s")
            % {"programme": run.programme.code, "day": date_format(run.as_of)},
            detail=run.message or str(run.get_language_display()),
            url=run.get_absolute_url(),
            due=(day := due(run)),
            is_late=day is not None and day < today(),
        )
        for run in rows.with_list_data().order_by("-requested_at", "-id")[:LIMIT]  # type: ignore[attr-defined]
    ]
    return Section(
        items=items, url=reverse("reports:list") + query, url_label=_("All reports"), **kwargs
    )


def _failed(user: Any) -> Section:
    return _section(
        ReportRun.objects.visible_to(user).failed().filter(requested_by=user),
        query="?status=failed",
        title=_("Reports that failed"),
        empty=_("No report has failed."),
    )


def _waiting(user: Any) -> Section:
    return _section(
        ReportRun.objects.visible_to(user).ready().filter(requested_by=user),
        query="?status=done",
        title=_("Reports that wait for their release"),
        empty=_("None of your reports waits for its release."),
    )


def _to_release(user: Any) -> Section:
    own = user.programmes_for(Role.PROGRAMME_MANAGER)
    return _section(
        ReportRun.objects.visible_to(user)
        .ready()
        .filter(programme__in=own)
        .exclude(requested_by=user),
        query="?status=done",
        due_days=RELEASE_DAYS,
        title=_("Reports to release"),
        empty=_("No report waits for you to release it."),
    )


def _received(user: Any) -> Section:
    return _section(
        ReportRun.objects.visible_to(user)
        .released()
        .filter(programme__in=user.programmes_for(Role.DONOR)),
        title=_("Latest reports"),
        empty=_("No report has been released to you yet."),
    )
