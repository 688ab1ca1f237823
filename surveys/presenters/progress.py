"""The scores of one person over time, as a drawing and as a table (R163)."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.enums import Dimension
from surveys.models import Response
from surveys.presenters.scores import TONES, exact, notice_of, shown

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 16, 32
COMPOSITE = "composite"
#: Colour and dashes of each line, so that none is told by its colour alone.
STYLES = {
    Dimension.ECONOMIC: ("var(--chart-5)", "7 4"),
    Dimension.SOCIAL: ("var(--chart-3)", "2 4"),
    Dimension.PSYCHOSOCIAL: ("var(--chart-4)", "10 3 2 3"),
    COMPOSITE: ("var(--chart-1)", ""),
}


@dataclass(frozen=True, kw_only=True)
class Point:
    """One score in the drawing."""

    x: str
    y: str
    title: str


@dataclass(kw_only=True)
class Line:
    """One part over time; a missing score leaves a gap."""

    label: str
    colour: str
    dashes: str
    points: list[Point] = field(default_factory=list)
    strokes: list[tuple[Point, Point]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """The drawing of a person's scores, and the same figures as a table."""

    width: int
    height: int
    lines: list[Line]
    days: list[tuple[str, str]]
    grid: list[tuple[str, str]]
    threshold: str
    table: list[dict[str, Any]]
    notice: str


def progress_of(responses: Iterable[Response]) -> Progress | None:
    """A person's scored responses over time (R163); None while there is none."""
    rows = sorted(
        (r for r in responses if r.is_current and getattr(r, "score", None) is not None),
        key=lambda r: (r.answered_on, r.pk),
    )
    if not rows:
        return None
    xs = _positions([row.answered_on for row in rows])
    lines = [_line(str(Dimension(name).label), name, rows, xs) for name in Dimension.values]
    lines.append(_line(_("Composite"), COMPOSITE, rows, xs))
    levels = (Decimal("0"), Decimal("0.5"), Decimal("1"))
    notices = {notice_of(row.questionnaire): None for row in rows}
    return Progress(
        width=WIDTH,
        height=HEIGHT,
        lines=lines,
        days=[
            (x, date_format(row.answered_on, "SHORT_DATE_FORMAT"))
            for x, row in zip(xs, rows, strict=True)
        ],
        grid=[(_y(level), shown(level)) for level in levels],
        threshold=_y(rows[-1].score.threshold),
        table=[_progress_row(row) for row in reversed(rows)],
        notice=" ".join(text for text in notices if text),
    )


def _positions(days: Sequence[datetime.date]) -> list[str]:
    """Places of days along the axis of time; a single one stands in the middle."""
    first, span = days[0], (days[-1] - days[0]).days
    inner = WIDTH - LEFT - RIGHT - 40
    start = LEFT + 20
    if not span:
        return [f"{start + inner / 2:.1f}"] * len(days)
    return [f"{start + inner * (day - first).days / span:.1f}" for day in days]


def _y(value: Decimal) -> str:
    return f"{TOP + (HEIGHT - TOP - BOTTOM) * (1 - float(value)):.1f}"


def _line(label: str, name: str, rows: Sequence[Response], xs: Sequence[str]) -> Line:
    colour, dashes = STYLES[name]
    line = Line(label=label, colour=colour, dashes=dashes)
    places: list[Point | None] = []
    for x, row in zip(xs, rows, strict=True):
        value = getattr(row.score, name)
        title = f"{label}: {shown(value)} · {date_format(row.answered_on)}"
        places.append(None if value is None else Point(x=x, y=_y(value), title=title))
    line.points = [point for point in places if point]
    line.strokes = [(a, b) for a, b in pairwise(places) if a and b]
    return line


def _progress_row(response: Response) -> dict[str, Any]:
    score = response.score
    return {
        "response": response,
        "parts": [shown(getattr(score, name)) for name in Dimension.values],
        "composite": shown(score.composite),
        "exact": exact(score),
        "tone": TONES[score.is_sustainable],
        "verdict": {
            True: _("Sustainable"),
            False: _("Below the threshold"),
            None: _("Not enough answers"),
        }[score.is_sustainable],
    }
