"""A response's scores with everything that must stand beside them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from surveys.enums import Dimension
from surveys.models import Questionnaire, Response, Score
from surveys.scoring import SHOWN, near_threshold, rounded

#: How the answer to "does it reach the threshold?" looks; None where there is no score.
TONES = {True: "success", False: "warning", None: "neutral"}
ICONS = {True: "check-circle", False: "exclamation-triangle", None: "info-circle"}


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
        composite=_bar(_("Composite"), score.composite, exact=exact(score)),
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


def exact(score: Score) -> str:
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
