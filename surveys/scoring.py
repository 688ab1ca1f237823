"""Scores of the reintegration survey: arithmetic on answers, no database (R152).

Each part is the weighted mean of its answered questions. Questions that do not apply leave the
weight; questions without an answer stay in it, and when too much weight is without an answer the
part has no score. A score that is missing is None and never 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from surveys.enums import Dimension

STORED = Decimal("0.0001")
SHOWN = Decimal("0.01")

#: The composite is the weighted mean of the three parts, or the weighted mean of all questions.
MEAN_OF_PARTS = "mean_of_parts"
QUESTION_WEIGHTS = "question_weights"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a response: its weights and what the answer is worth, if anything."""

    dimension: str
    weight: Decimal
    score: Decimal | None
    applies: bool = True
    composite_weight: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Method:
    """How a version of a questionnaire is scored."""

    minimum_coverage: Decimal
    threshold: Decimal
    composite: str = MEAN_OF_PARTS
    part_weights: Mapping[str, Decimal]
    bands: Sequence[tuple[str, Decimal]] = ()

    @classmethod
    def read(
        cls, config: Mapping[str, Any], *, minimum_coverage: Decimal, threshold: Decimal
    ) -> "Method":
        """The method of a questionnaire's configuration.

        What it does not fix itself comes from the dated rules, handed in by the caller.
        """
        weights = config.get("part_weights", {})
        return cls(
            minimum_coverage=Decimal(config.get("minimum_coverage", minimum_coverage)),
            threshold=Decimal(config.get("threshold", threshold)),
            composite=config.get("composite", MEAN_OF_PARTS),
            part_weights={part: Decimal(weights.get(part, 1)) for part in Dimension.values},
            bands=[(band["code"], Decimal(band["up_to"])) for band in config.get("bands", [])],
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """The score of one part and how much of it was answered."""

    score: Decimal | None
    coverage: Decimal | None
    answered: int
    applicable: int


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything a response is worth."""

    parts: Mapping[str, Part]
    composite: Decimal | None
    is_sustainable: bool | None
    band: str


def score(items: Iterable[Item], method: Method) -> Result:
    """The three parts, the composite, whether it reaches the threshold, and its band."""
    rows = list(items)
    parts = {
        part: _part([item for item in rows if item.dimension == part], method)
        for part in Dimension.values
    }
    composite = _composite(rows, parts, method)
    return Result(
        parts=parts,
        composite=composite,
        is_sustainable=None if composite is None else composite >= method.threshold,
        band=band_of(composite, method.bands),
    )


def _part(items: Sequence[Item], method: Method) -> Part:
    applicable = [item for item in items if item.applies]
    answered = [item for item in applicable if item.score is not None]
    possible = sum((item.weight for item in applicable), Decimal(0))
    reached = sum((item.weight for item in answered), Decimal(0))
    enough = reached > 0 and reached >= method.minimum_coverage * possible
    return Part(
        score=_mean([(item.weight, item.score) for item in answered]) if enough else None,
        coverage=rounded(reached / possible) if possible else None,
        answered=len(answered),
        applicable=len(applicable),
    )


def _composite(items: Sequence[Item], parts: Mapping[str, Part], method: Method) -> Decimal | None:
    if any(part.score is None for part in parts.values()):
        return None
    if method.composite == QUESTION_WEIGHTS:
        answered = [item for item in items if item.applies and item.score is not None]
        return _mean([(item.composite_weight, item.score) for item in answered])
    return _mean([(method.part_weights[name], part.score) for name, part in parts.items()])


def _mean(pairs: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """The weighted mean at four places; None when nothing has weight."""
    known = [(weight, value) for weight, value in pairs if value is not None]
    total = sum((weight for weight, _value in known), Decimal(0))
    if not total:
        return None
    return rounded(sum((weight * value for weight, value in known), Decimal(0)) / total)


def rounded(value: Decimal, places: Decimal = STORED) -> Decimal:
    """Halves up, four places unless said otherwise."""
    return value.quantize(places, rounding=ROUND_HALF_UP)


def band_of(value: Decimal | None, bands: Sequence[tuple[str, Decimal]]) -> str:
    """The band of a score, rounded to two places first so that nothing falls between bands."""
    if value is None:
        return ""
    shown = rounded(value, SHOWN)
    return next((code for code, up_to in bands if shown <= up_to), "")


def near_threshold(value: Decimal | None, threshold: Decimal) -> Decimal | None:
    """The score with a third place, when two places hide on which side of the threshold it is.

    0.4960 reads 0.50 and is below 0.50: this gives 0.496. Where three places would hide it as
    well, four are given: 0.4999.
    """
    if value is None or value == threshold:
        return None
    for places in (SHOWN, Decimal("0.001"), STORED):
        short = rounded(value, places)
        if short != threshold and (short > threshold) == (value > threshold):
            return None if places == SHOWN else short
    return value
