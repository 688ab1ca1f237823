"""Compiling reports in the worker: from frozen figures to a file and its books (R238)."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import jobs, pdf, records
from core.models import RunStatus
from reports import ledger, policies, presenters, released
from reports.disclosure import Audience
from reports.figures import Figures
from reports.indicators.evaluation import Contradiction
from reports.models import Release, ReportFile, ReportRun, Snapshot
from reports.protected import corrections, protect
from reports.services.snapshots import take_snapshot

#: To be raised whenever the same figures come to look different.
TEMPLATE_VERSION = "3"
TEMPLATE = "pdf/donor_report.html"
TASK = "reports.tasks.compile_run"
MOST_ATTEMPTS = 3
QUEUED_TOO_LONG = datetime.timedelta(minutes=5)
RUNNING_TOO_LONG = datetime.timedelta(minutes=20)


def compile_run(run: ReportRun) -> ReportRun:
    """Take the snapshot, protect, draw and store; leave the run done or failed with the reason.

    May be killed at any moment and called again, also twice at once: a finished run is left alone,
    and the same snapshot gives the same file (R238).
    """
    if not _started(run):
        return run
    with translation.override(run.requested_by.language):
        try:
            content = _drawn(run)
        except (Contradiction, pdf.Refused) as error:
            return _failed(run, str(error))
        except pdf.Unavailable:
            return _failed(
                run,
                _(
                    "This server cannot make PDF files: a library is missing. Tell whoever runs "
                    "it, then try again."
                ),
            )
        except ValidationError as error:
            return _failed(run, " ".join(error.messages))
        except Exception:
            _failed(run, _("Something went wrong on our side. Try again, or tell whoever runs it."))
            raise
    return _finished(run, content)


@transaction.atomic
def _started(run: ReportRun) -> bool:
    """Mark the run as begun, unless it has ended; another worker may have begun it, too."""
    current = records.lock(run)
    if not current.is_unfinished:
        run.refresh_from_db()
        return False
    ReportRun.objects.filter(pk=run.pk).update(
        status=RunStatus.RUNNING,
        started_at=timezone.now(),
        progress=5,
        attempts=models.F("attempts") + 1,
    )
    run.refresh_from_db()
    return True


def _drawn(run: ReportRun) -> bytes:
    """The file's bytes."""
    snapshot = _figures_of(run)
    if not snapshot.is_intact:
        raise ValidationError(_("The frozen figures do not fit their fingerprint any more."))
    _write(run, progress=35)
    figures = _printable(run, snapshot)
    with translation.override(run.language):
        document = presenters.report_of(snapshot, figures, template_version=run.template_version)
        _write(run, progress=60)
        return pdf.render(
            TEMPLATE,
            {"report": document},
            language=run.language,
            identifier=f"{document.identifier}:{run.audience}:{run.language}",
        )


def _figures_of(run: ReportRun) -> Snapshot:
    """The frozen figures it is made from; two workers at once draw those of the first."""
    if run.snapshot is None:
        if not policies.can_prepare(run.requested_by, run.programme):
            raise ValidationError(_("Whoever asked for this report may not prepare it any more."))
        taken = take_snapshot(programme=run.programme, as_of=run.as_of, by=run.requested_by)
        ReportRun.objects.filter(pk=run.pk, snapshot=None).update(snapshot=taken)
        run.snapshot = Snapshot.objects.get(runs=run)
    return run.snapshot


def _printable(run: ReportRun, snapshot: Snapshot) -> Figures:
    """What the report may print: the same as ever of figures that were released already, and of
    others what does not give away anything together with the earlier reports (R240).

    The run gets both, what it prints and after which release, when it gets its file.
    """
    audience = Audience(run.audience)
    last = Release.objects.to(run.programme, audience).first_of_each_snapshot().last()
    figures = released.filed(snapshot, audience) or _protected(snapshot, audience)
    run.printed, run.after = ledger.written(figures), last
    return released.printed_by(run)


def _protected(snapshot: Snapshot, audience: Audience) -> Figures:
    """Figures nobody outside has seen, with what they correct in the last report (R239)."""
    before = released.before(snapshot, audience)
    figures = protect(snapshot.content, audience=audience, earlier=before)
    last = released.filed(snapshot.earlier, audience) if snapshot.earlier else None
    if last is None:
        return figures
    return replace(
        figures, corrected=corrections(snapshot.again, of=last, told=before, now=figures)
    )


def _write(run: ReportRun, **values: Any) -> None:
    """Progress is no business change: written at once, seen at once, not audited.

    Another worker may have ended the run meanwhile: then it stays as it is.
    """
    ReportRun.objects.filter(pk=run.pk, status=RunStatus.RUNNING).update(**values)


@transaction.atomic
def _finished(run: ReportRun, content: bytes) -> ReportRun:
    """The file and the books of the same worker, whichever was first."""
    current = records.lock(run)
    if current.is_done:
        return current
    digest = hashlib.sha256(content).hexdigest()
    records.save(
        ReportFile(
            run=current,
            file=ContentFile(content, name=current.file_name),
            original_name=current.file_name,
            content_type="application/pdf",
            size=len(content),
            sha256=digest,
        ),
        by=current.requested_by,
    )
    current.status, current.progress, current.message = RunStatus.DONE, 100, ""
    current.finished_at, current.pdf_sha256 = timezone.now(), digest
    current.printed, current.after = run.printed, run.after
    return records.save(current, by=current.requested_by)


@transaction.atomic
def _failed(run: ReportRun, message: str) -> ReportRun:
    current = records.lock(run)
    if current.is_done:
        return current
    current.status, current.finished_at = RunStatus.FAILED, timezone.now()
    current.message = message[:500]
    return records.save(current, by=current.requested_by)


def revive_runs(now: datetime.datetime) -> int:
    """Queue again what waits or runs for too long, as after a crash; give up after three tries.

    Returns how many were queued again.
    """
    late = ReportRun.objects.unfinished().filter(
        models.Q(status=RunStatus.QUEUED, requested_at__lt=now - QUEUED_TOO_LONG)
        | models.Q(status=RunStatus.RUNNING, started_at__lt=now - RUNNING_TOO_LONG)
    )
    revived = 0
    for run in late.select_related("requested_by"):
        if run.attempts >= MOST_ATTEMPTS:
            with translation.override(run.requested_by.language):
                _failed(run, _("The report was interrupted again and again. Try it later."))
        else:
            jobs.enqueue(TASK, run.pk)
            revived += 1
    return revived
