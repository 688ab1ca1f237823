"""Totals of a questionnaire; nobody's single answers (R025, R058)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from core.rounding import percent
from surveys.enums import QuestionKind
from surveys.models import Question, Questionnaire, ResponseQuerySet


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
