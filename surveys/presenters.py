"""What the pages show of scores, of progress over time and of totals."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.rounding import percent
from surveys.enums import Dimension, FollowUpStatus, QuestionKind
from surveys.models import FollowUp, Question, Questionnaire, Response, ResponseQuerySet, Score
from surveys.scoring import SHOWN, near_threshold, rounded

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
#: How the answer to "does it reach the threshold?" looks; None where there is no score.
TONES = {True: "success", False: "warning", None: "neutral"}
ICONS = {True: "check-circle", False: "exclamation-triangle", None: "info-circle"}


# --- scores -------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Bar:
    """One score as people read it; ``meter`` is empty when there are not enough answers."""

    label: Any
    shown: str
    meter: str = ""
    exact: str = ""
    coverage: str = ""


@dataclass(frozen=True, kw_only=True)
class ScoreCard:
    """A response's scores with everything that must stand beside them."""

    parts: list[Bar]
    composite: Bar
    verdict: str
    tone: str
    icon: str
    band: str
    notice: str
    version: str


def shown(value: Decimal | None) -> str:
    """A score at two places; a missing one in words, never as 0."""
    if value is None:
        return _("Not enough answers")
    return number_format(rounded(value, SHOWN), decimal_pos=2)


def card_of(response: Response) -> ScoreCard | None:
    """The score of a response; None for a questionnaire that gives none."""
    score = getattr(response, "score", None)
    if score is None:
        return None
    return ScoreCard(
        parts=[_part(score, Dimension(name)) for name in Dimension.values],
        composite=_bar(_("Composite"), score.composite, exact=_exact(score)),
        verdict=_verdict(score),
        tone=TONES[score.is_sustainable],
        icon=ICONS[score.is_sustainable],
        band=score.get_band_display(),
        notice=notice_of(response.questionnaire),
        version=response.questionnaire.name,
    )


def notice_of(questionnaire: Questionnaire) -> str:
    """What is said wherever a provisional score is shown; empty for the official instrument."""
    if not (questionnaire.is_scored and questionnaire.is_provisional):
        return ""
    return _(
        "Provisional scoring: %(questionnaire)s. The questions, weights and bands are proposals, "
        "not the official instrument."
    ) % {"questionnaire": questionnaire.name}


def _bar(label: Any, value: Decimal | None, *, exact: str = "", coverage: str = "") -> Bar:
    meter = "" if value is None else str(value)
    return Bar(label=label, shown=shown(value), meter=meter, exact=exact, coverage=coverage)


def _part(score: Score, part: Dimension) -> Bar:
    covered = score.coverage.get(part.value, {})
    coverage = _("%(answered)s of %(applicable)s questions answered") % {
        "answered": covered.get("answered", 0),
        "applicable": covered.get("applicable", 0),
    }
    return _bar(part.label, getattr(score, part.value), coverage=coverage)


def _exact(score: Score) -> str:
    exact = near_threshold(score.composite, score.threshold)
    return "" if exact is None else number_format(exact)


def _verdict(score: Score) -> str:
    threshold = {"threshold": shown(score.threshold)}
    if score.is_sustainable is None:
        least = number_format(rounded(score.minimum_coverage * 100, Decimal(1)))
        return _(
            "Not enough answers for a composite score: each part needs %(least)s %% of its weight "
            "answered."
        ) % {"least": least}
    if score.is_sustainable:
        return _("Reaches the threshold of %(threshold)s: counts as sustainable.") % threshold
    return _("Below the threshold of %(threshold)s: does not count as sustainable.") % threshold


# --- answers ------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One question with its answers in words."""

    label: str
    text: str
    calls_for_help: bool


@dataclass(frozen=True, kw_only=True)
class AnswerGroup:
    """The answers of one part of the questionnaire."""

    title: str
    rows: list[AnswerRow]


def answers_of(response: Response) -> list[AnswerGroup]:
    """Questions with their answers, grouped as on the form."""
    groups: dict[str, list[AnswerRow]] = {}
    for question, answers in groupby(response.answers.all(), key=lambda a: a.question):
        given = list(answers)
        row = AnswerRow(
            label=question.label,
            text=" · ".join(str(answer) for answer in given),
            calls_for_help=any(a.option and a.option.calls_for_help for a in given),
        )
        groups.setdefault(question.get_dimension_display(), []).append(row)
    return [AnswerGroup(title=title, rows=rows) for title, rows in groups.items()]


# --- progress of one person ---------------------------------------------------------------------
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
    lines = [_line(Dimension(name).label, name, rows, xs) for name in Dimension.values]
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
        "exact": _exact(score),
        "tone": TONES[score.is_sustainable],
        "verdict": {
            True: _("Sustainable"),
            False: _("Below the threshold"),
            None: _("Not enough answers"),
        }[score.is_sustainable],
    }


# --- follow-ups ---------------------------------------------------------------------------------
#: What may be done with a follow-up in each status: words and address.
ACTIONS: Mapping[str, Sequence[tuple[Any, str]]] = {
    FollowUpStatus.PLANNED: (
        ("done", "surveys:follow-up-done"),
        ("not_possible", "surveys:follow-up-not-possible"),
        ("move", "surveys:follow-up-move"),
        ("cancel", "surveys:follow-up-cancel"),
    ),
    FollowUpStatus.DONE: (("reopen", "surveys:follow-up-reopen"),),
    FollowUpStatus.NOT_POSSIBLE: (("reopen", "surveys:follow-up-reopen"),),
    FollowUpStatus.CANCELLED: (("reopen", "surveys:follow-up-reopen"),),
}


def follow_ups_of(
    rows: Iterable[FollowUp], *, day: datetime.date, may_act: bool
) -> list[dict[str, Any]]:
    """The plan of a case, each row with what may be done with it."""
    words = {
        "done": _("Done"),
        "not_possible": _("Not possible"),
        "move": _("Move"),
        "cancel": _("Cancel"),
        "reopen": _("Plan again"),
    }
    return [
        {
            "row": row,
            "window": row.window,
            "is_overdue": row.is_overdue(day),
            "actions": [
                {"label": words[word], "url": reverse(address, args=[row.reference])}
                for word, address in (
                    ACTIONS[row.status] if may_act and row.response_id is None else ()
                )
            ],
        }
        for row in rows
    ]


# --- totals -------------------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Tally:
    """The totals of one question."""

    question: Question
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    headline: str = ""


def totals_of(questionnaire: Questionnaire, responses: ResponseQuerySet) -> list[Tally]:
    """How the questions with options were answered; totals only, nobody's answers (R025, R058)."""
    total = responses.count()
    chosen, places = responses.option_counts(), responses.rank_counts()
    tallies = []
    for question in questionnaire.questions.all():
        if question.kind == QuestionKind.RANK:
            tallies.append(_ranking(question, places))
        elif question.has_options:
            tallies.append(_choices(question, chosen, total))
    return tallies


def share(count: int, total: int) -> str:
    """A share at one place, halves up; a dash when there is nothing to take a share of."""
    value = percent(count, total)
    if value is None:
        return "–"
    return _("%(percent)s %%") % {"percent": number_format(value, decimal_pos=1)}


def _choices(question: Question, chosen: Mapping[int, int], total: int) -> Tally:
    options = list(question.options.all())
    rows: list[list[Any]] = [
        [option.label, chosen.get(option.pk, 0), share(chosen.get(option.pk, 0), total)]
        for option in options
    ]
    if question.kind == QuestionKind.SINGLE:
        blank = total - sum(row[1] for row in rows)
        if blank:
            rows.append([_("Left empty"), blank, share(blank, total)])
    good = sum(chosen.get(option.pk, 0) for option in options if option.is_favourable)
    headline = ""
    if any(option.is_favourable for option in options):
        headline = _("%(count)s of %(total)s favourable answers (%(share)s)") % {
            "count": number_format(good, force_grouping=True),
            "total": number_format(total, force_grouping=True),
            "share": share(good, total),
        }
    return Tally(
        question=question,
        headline=headline,
        columns=[
            {"label": _("Answer")},
            {"label": _("Responses"), "number": True},
            {"label": _("Share"), "number": True},
        ],
        rows=rows,
    )


def ranking_of(question: Question, places: Mapping[int, Mapping[int, int]]) -> list[list[Any]]:
    """Options by points: as many for the first place as there are places, one for the last."""
    last = question.max_choices or question.options.count()
    rows = []
    for option in question.options.all():
        counts = places.get(option.pk, {})
        points = sum((last - place + 1) * count for place, count in counts.items())
        rows.append([option.label, points, counts.get(1, 0), sum(counts.values())])
    return sorted(rows, key=lambda row: (-row[1], -row[2]))


def _ranking(question: Question, places: Mapping[int, Mapping[int, int]]) -> Tally:
    return Tally(
        question=question,
        columns=[
            {"label": _("Answer")},
            {"label": _("Points"), "number": True},
            {"label": _("First choice"), "number": True},
            {"label": _("Named"), "number": True},
        ],
        rows=[row for row in ranking_of(question, places) if row[3]],
    )
