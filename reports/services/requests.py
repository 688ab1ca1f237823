"""Asking for reports (R238, R239)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import jobs, records
from core.exceptions import Refused
from core.models import RunStatus
from programmes.models import Programme
from reports import policies
from reports.models import ReportRun, Snapshot
from reports.services.compiling import TASK, TEMPLATE_VERSION
from reports.services.figures import check_day

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@transaction.atomic
def request_report(
    *,
    programme: Programme,
    as_of: datetime.date,
    language: str,
    by: Any,
    snapshot: Snapshot | None = None,
) -> ReportRun:
    """Queue a report; a worker compiles it after the commit (R238).

    With a ``snapshot`` the report is made again from those figures, whatever was corrected since
    (R239). Raises Refused for a foreign programme, ValidationError for a day to come or an unknown
    language.
    """
    _require(by, programme)
    check_day(as_of)
    if snapshot is not None and (snapshot.programme_id, snapshot.as_of) != (programme.pk, as_of):
        raise ValidationError(
            {"snapshot": _("These figures belong to another programme or day.")}, code="snapshot"
        )
    run = ReportRun(
        programme=programme,
        as_of=as_of,
        language=language,
        snapshot=snapshot,
        template_version=TEMPLATE_VERSION,
        requested_by=by,
    )
    records.save(run, by=by)
    jobs.enqueue(TASK, run.pk)
    return run


@transaction.atomic
def try_again(run: ReportRun, *, by: Any) -> ReportRun:
    """Queue a failed report once more. Raises Refused, ValidationError."""
    run = records.lock(run)
    _require(by, run.programme)
    if not run.is_failed:
        raise ValidationError(_("Only a report that failed is tried again."), code="not_failed")
    run.status, run.progress, run.message, run.attempts = RunStatus.QUEUED, 0, "", 0
    run.requested_at = timezone.now()
    run.started_at = run.finished_at = None
    records.save(run, by=by)
    jobs.enqueue(TASK, run.pk)
    return run


def _require(by: Any, programme: Programme) -> None:
    if not policies.can_prepare(by, programme):
        raise Refused(_("You may prepare reports of your own programmes only."), programme)
