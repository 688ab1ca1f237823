"""Figures that were released: to print again, to show to donors, to protect later ones against."""

from __future__ import annotations

import datetime

from programmes.models import Programme
from reports import ledger
from reports.disclosure import Audience
from reports.figures import Figures
from reports.models import Release, ReportRun, Snapshot


def filed(snapshot: Snapshot, audience: Audience) -> Figures | None:
    """What was printed of a snapshot when it was released first; None: it never was."""
    release = Release.objects.to(snapshot.programme, audience).of(snapshot).first()
    return _figures(release) if release else None


def before(snapshot: Snapshot, audience: Audience) -> list[Figures]:
    """What was released of earlier figures, day by day, withdrawn reports included.

    What was printed once stays known.
    """
    rows = Release.objects.to(snapshot.programme, audience).first_of_each_snapshot()
    return [_figures(release) for release in rows.earlier_than(snapshot).by_day()]


def on(programme: Programme, audience: Audience, day: datetime.date) -> Figures | None:
    """The last figures released as of a day or before it, that still stand."""
    rows = Release.objects.to(programme, audience).standing().as_of(day)
    release = rows.first_of_each_snapshot().by_day().last()
    return _figures(release) if release else None


def printed_by(run: ReportRun) -> Figures:
    """What a compiled report prints, whether it was released or not."""
    return _read(run, run.printed)


def _figures(release: Release) -> Figures:
    return _read(release.run, release.published)


def _read(run: ReportRun, books: ledger.Books | None) -> Figures:
    if run.snapshot is None or books is None:
        raise ValueError(f"{run} is not compiled.")
    return ledger.read(books, content=run.snapshot.content, audience=Audience(run.audience))
