"""Releasing reports to the donor, withdrawing them, handing out their files (R240)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, records
from core.clock import today
from core.exceptions import Refused
from reports import policies
from reports.models import Release, ReportFile, ReportRun


@transaction.atomic
def release(run: ReportRun, *, reason: str, by: Any) -> Release:
    """Hand a finished report to the donor, by another person than its author; logged (R240).

    What it prints goes into the books, and later reports are protected against it. Raises Refused
    for the author and for others than the programme's manager, ValidationError where a report was
    released meanwhile that this one is not protected against.
    """
    run = records.lock(run)
    records.lock(run.programme)
    _check_release(by, run)
    _check_books(run)
    if not reason.strip():
        raise ValidationError(
            {"reason": _("Say why this report may be released.")}, code="required"
        )
    row = Release(
        run=run,
        prepared_by=run.requested_by,
        released_by=by,
        released_on=today(),
        reason=reason,
        published=run.printed,
    )
    return records.save(row, by=by, reason=reason)


@transaction.atomic
def withdraw(row: Release, *, reason: str, by: Any) -> Release:
    """Take a released report back; the donor no longer finds it, what was printed stays known.

    Raises Refused for others than the programme's manager, ValidationError.
    """
    row = records.lock(row)
    if not policies.is_manager(by, row.run):
        raise Refused(_("Only the manager of the programme withdraws its reports."), row)
    if row.withdrawn_on is not None:
        raise ValidationError(_("This report is withdrawn already."), code="withdrawn")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the report is withdrawn.")}, code="required")
    row.withdrawn_on, row.withdrawn_by = today(), by
    row.withdrawal_reason = reason
    return records.save(row, by=by, reason=reason)


@transaction.atomic
def download(run: ReportRun, *, by: Any) -> ReportFile:
    """The file of a finished report, its leaving noted (design §4.5)."""
    if not run.is_done:
        raise ValidationError(_("The report is not finished yet."), code="not_done")
    audit.exported(by, ReportRun, [run.reference], _("Downloaded as PDF."))
    file: ReportFile = run.pdf
    return file


def _check_release(user: Any, run: ReportRun) -> None:
    """Raises Refused for the author and for whoever does not manage the programme (design §5),
    ValidationError when there is nothing to release.
    """
    if run.requested_by_id == user.pk:
        raise Refused(_("Another person than the author releases a report."), run)
    if not policies.is_manager(user, run):
        raise Refused(_("Only the manager of the programme releases its reports."), run)
    if not run.is_done:
        raise ValidationError(_("The report is not finished yet."), code="not_done")
    if getattr(run, "release", None) is not None:
        raise ValidationError(_("This report has been released already."), code="released")


def _check_books(run: ReportRun) -> None:
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
