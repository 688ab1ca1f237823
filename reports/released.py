"""Figures that were released: to print again, to show to donors, to protect later ones against."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from programmes.models import Programme
from reports import ledger
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Cell,
    Dimension,
    Merge,
    ProtectedTable,
    State,
)
from reports.disclosure.tables import Coordinate
from reports.figures import Figures
from reports.indicators import ANSWERS
from reports.indicators.base import ANSWER
from reports.models import Release, ReportRun, Snapshot


def filed(snapshot: Snapshot, audience: Audience) -> Figures | None:
    """What was printed of a snapshot when it was released first; None: it never was."""
    release = Release.objects.to(snapshot.programme, audience).of(snapshot).first()
    return _figures(release) if release else None


def before(snapshot: Snapshot, audience: Audience) -> list[Figures]:
    """What was released of earlier figures, day by day, withdrawn reports included.

    What was printed once stays known, also what a report has told in its note on the day of the
    report before it; such a note comes after all reports on that day.
    """
    rows = Release.objects.to(snapshot.programme, audience).first_of_each_snapshot()
    found = []
    for release in rows.earlier_than(snapshot).by_day():
        figures = _figures(release)
        found += [figures, *_note(_snapshot(release.run), figures)]
    return sorted(found, key=lambda figures: (figures.as_of, figures.is_note))


def _note(snapshot: Snapshot, figures: Figures) -> Iterator[Figures]:
    """The totals of the day of the report before it, as a reader knows them from a note (R239).

    What the note does not list is as that report has printed it.
    """
    content = snapshot.again
    is_earlier_day = content["as_of"] != snapshot.content["as_of"]
    of = filed(snapshot.earlier, figures.audience) if snapshot.earlier else None
    if of is None or not figures.corrected or not is_earlier_day:
        return
    known = {**of.totals, **figures.corrected}
    totals = {slug: cell for slug, cell in known.items() if slug in content["figures"]}
    yield Figures(
        audience=figures.audience,
        content=content,
        totals=totals,
        tables={
            slug: _answers(content, slug, cell, figures.audience) for slug, cell in totals.items()
        },
        is_note=True,
    )


def _answers(
    content: Mapping[str, Any], slug: str, cell: Cell, audience: Audience
) -> dict[str, ProtectedTable]:
    """Of answers a note tells how many are favourable, and nothing else."""
    if slug not in ANSWERS:
        return {}
    options = tuple(content["figures"][slug]["options"])
    favourable = Merge("favourable", tuple(content["figures"][slug]["favourable"]))
    dimension = Dimension(name=ANSWER, keys=options).merged([favourable])
    hidden: dict[Coordinate, Cell] = {(key,): SUPPRESSED for key in dimension.keys}
    table = ProtectedTable(
        audience=audience,
        dimensions=(dimension,),
        state=State.SHOWN,
        cells=hidden | {(favourable.into,): cell},
        total=SUPPRESSED,
    )
    return {ANSWER: table}


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
    if books is None:
        raise ValueError(f"{run} is not compiled.")
    return ledger.read(books, content=_snapshot(run).content, audience=Audience(run.audience))


def _snapshot(run: ReportRun) -> Snapshot:
    if run.snapshot is None:
        raise ValueError(f"{run} is not compiled.")
    return run.snapshot
