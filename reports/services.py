"""Prepares reports, compiles them from frozen figures, releases and withdraws them."""

from __future__ import annotations

import datetime
import hashlib
import logging
import secrets
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, jobs, pdf, records
from core.clock import today
from core.models import RunStatus
from programmes.models import Programme
from reports import ledger, policies, presenters, released
from reports.disclosure import Audience
from reports.figures import Figures
from reports.indicators import CATALOGUE_VERSION, Scope
from reports.indicators.evaluation import Content, Contradiction, evaluate, evaluate_again
from reports.models import AGAIN, SALT, Release, ReportFile, ReportRun, Snapshot, fingerprint
from reports.protected import corrections, protect

logger = logging.getLogger(__name__)

#: To be raised whenever the same figures come to look different.
TEMPLATE_VERSION = "3"
TEMPLATE = "pdf/donor_report.html"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
TASK = "reports.tasks.compile_run"
MOST_ATTEMPTS = 3
QUEUED_TOO_LONG = datetime.timedelta(minutes=5)
RUNNING_TOO_LONG = datetime.timedelta(minutes=20)


def figures_for(
    user: Any, programme: Programme, as_of: datetime.date, **part: str
) -> Figures | None:
    """The figures of a programme for whoever asks, as they may be seen by their audience (R240).

    Inside the programme they are counted now. Readers outside get what the last report as of the
    day or before has printed, and None where there is none: whoever could have figures counted on
    two days, or of two days, would see who came in between. Whoever may not ask gets a
    PermissionError: faces look the programme up among the countable ones first.

    A ``part`` is an ``office``, a ``country`` or a ``group``, by code: only the people whose first
    registration has it are counted, inside the programme (R235). Raises ValidationError outside.
    """
    audience = policies.audience_of(user, programme)
    if audience is None:
        raise PermissionError(f"{user} may not read the figures of {programme}.")
    policies.check_part(audience, part)
    if audience.is_protected:
        return released.on(programme, audience, as_of)
    content = evaluate(Scope(user=user, programme=programme, as_of=as_of, **part))
    return protect(content, audience=audience)


# --- preparing ------------------------------------------------------------------------------------
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
    (R239). Raises ValidationError for a day to come, a foreign programme, an unknown language.
    """
    policies.check_day(as_of)
    if not policies.can_prepare(by, programme):
        raise ValidationError(
            {"programme": _("You may prepare reports of your own programmes only.")},
            code="programme",
        )
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
    """Queue a failed report once more."""
    run = records.lock(run)
    if not run.is_failed:
        raise ValidationError(_("Only a report that failed is tried again."), code="not_failed")
    if not policies.can_prepare(by, run.programme):
        raise ValidationError(
            _("You may prepare reports of your own programmes only."), code="programme"
        )
    run.status, run.progress, run.message, run.attempts = RunStatus.QUEUED, 0, "", 0
    run.requested_at = timezone.now()
    run.started_at = run.finished_at = None
    records.save(run, by=by)
    jobs.enqueue(TASK, run.pk)
    return run


# --- compiling ------------------------------------------------------------------------------------
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
    """Mark the run as begun, unless it has ended."""
    current = records.lock(run)
    if not current.is_unfinished:
        run.refresh_from_db()
        return False
    _write(current, status=RunStatus.RUNNING, started_at=timezone.now(), progress=5)
    ReportRun.objects.filter(pk=run.pk).update(attempts=models.F("attempts") + 1)
    run.refresh_from_db()
    return True


def _drawn(run: ReportRun) -> bytes:
    """The file's bytes."""
    if run.snapshot is None:
        if not policies.can_prepare(run.requested_by, run.programme):
            raise ValidationError(_("Whoever asked for this report may not prepare it any more."))
        snapshot = take_snapshot(programme=run.programme, as_of=run.as_of, by=run.requested_by)
        _write(run, snapshot=snapshot)
        run.snapshot = snapshot
    if not run.snapshot.is_intact:
        raise ValidationError(_("The frozen figures do not fit their fingerprint any more."))
    _write(run, progress=35)
    figures = _printable(run, run.snapshot)
    with translation.override(run.language):
        document = presenters.report_of(
            run.snapshot, figures, template_version=run.template_version
        )
        _write(run, progress=60)
        return pdf.render(
            TEMPLATE,
            {"report": document},
            language=run.language,
            identifier=f"{document.identifier}:{run.audience}:{run.language}",
        )


def _printable(run: ReportRun, snapshot: Snapshot) -> Figures:
    """What the report may print: the same as ever of figures that were released already, and of
    others what does not give away anything together with the earlier reports (R240).
    """
    audience = Audience(run.audience)
    last = Release.objects.to(run.programme, audience).first_of_each_snapshot().last()
    figures = released.filed(snapshot, audience) or _protected(snapshot, audience)
    run.printed = ledger.written(figures)
    _write(run, printed=run.printed, after=last)
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
    """Progress is no business change: written at once, seen at once, not audited."""
    ReportRun.objects.filter(pk=run.pk).update(**values)


@transaction.atomic
def _finished(run: ReportRun, content: bytes) -> ReportRun:
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


# --- snapshots ------------------------------------------------------------------------------------
def take_snapshot(*, programme: Programme, as_of: datetime.date, by: Any) -> Snapshot:
    """Freeze the exact figures of a day; the same figures give the same snapshot again (R239).

    The day of the last released report is counted again, so that what was corrected since can be
    told. Raises Contradiction when the data contradict themselves (R075).
    """
    scope = Scope(user=by, programme=programme, as_of=as_of)
    rows = Snapshot.objects.filter(programme=programme, as_of__lte=as_of).released()
    last = rows.order_by("as_of", "number").last()
    if last is None or last.as_of == as_of:
        return _frozen(scope, evaluate(scope), {}, last)
    return _frozen(scope, *evaluate_again(scope, last.as_of), last)


@transaction.atomic
def _frozen(scope: Scope, content: Content, again: Content, last: Snapshot | None) -> Snapshot:
    programme, as_of, by = scope.programme, scope.as_of, scope.user
    records.lock(programme)
    of_day = Snapshot.objects.filter(programme=programme, as_of=as_of)
    if (same := _same(of_day, content, again)) is not None:
        return same
    content = content | {AGAIN: again, SALT: secrets.token_hex(32)}
    number = (of_day.aggregate(last=Max("number"))["last"] or 0) + 1
    snapshot = Snapshot(
        reference=f"{programme.code}-{as_of.isoformat()}-{number}",
        programme=programme,
        as_of=as_of,
        number=number,
        content=content,
        sha256=fingerprint(content),
        catalogue_version=CATALOGUE_VERSION,
        earlier=last,
        taken_on=today(),
        taken_by=by,
    )
    return records.save(snapshot, by=by)


def _same(of_day: QuerySet[Snapshot], content: Content, again: Content) -> Snapshot | None:
    """The snapshot of the same figures; one that nobody was given has to correct the same, too."""
    filed = set(of_day.filter(runs__release__isnull=False).values_list("pk", flat=True))
    wanted, corrected = fingerprint(content), fingerprint(again)
    for snapshot in of_day.order_by("number"):
        is_same = fingerprint(snapshot.figures) == wanted
        if is_same and snapshot.pk in filed:
            return snapshot
        if is_same and fingerprint(snapshot.content.get(AGAIN) or {}) == corrected:
            return snapshot
    return None


# --- releasing ------------------------------------------------------------------------------------
@transaction.atomic
def release(run: ReportRun, *, reason: str, by: Any) -> Release:
    """Hand a finished report to the donor, by another person than its author; logged (R240).

    What it prints goes into the books, and later reports are protected against it. Raises Refused
    for the author and for others than the programme's manager, ValidationError where a report was
    released meanwhile that this one is not protected against.
    """
    run = records.lock(run)
    records.lock(run.programme)
    policies.check_release(by, run)
    policies.check_books(run)
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
    """Take a released report back; the donor no longer finds it, what was printed stays known."""
    row = records.lock(row)
    if not policies.is_manager(by, row.run):
        raise ValidationError(
            _("Only the manager of the programme withdraws its reports."), code="manager"
        )
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
