"""What a reader may see of counted figures.

Pages, API, reports and exports read `Figures` and nothing else (design §4.10); they come out of
`reports.protected`, or back from the books of what was released.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reports import disclosure
from reports.disclosure import Audience, Cell, Figure, Limits, ProtectedTable
from reports.indicators import BY_SLUG
from reports.indicators import splits as names
from reports.indicators.base import ANSWER


@dataclass(frozen=True, kw_only=True)
class Medians:
    """The median of all people and those of the parts of each split; None: nobody, or withheld."""

    total: Decimal | None
    by: Mapping[str, Mapping[str, Decimal | None]]
    usual: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Every figure of the catalogue as one audience may see it.

    `crossed` are the splits by orientation point, `medians` the lengths of time. `corrected` are
    the totals that the last report printed otherwise, as they are now known for its day (R239).
    ``is_note``: these are what such a note has told of that day; no report on it of their own.
    """

    audience: Audience
    content: Mapping[str, Any]
    totals: Mapping[str, Cell]
    tables: Mapping[str, Mapping[str, ProtectedTable]]
    crossed: Mapping[str, Mapping[str, ProtectedTable]] = field(default_factory=dict)
    medians: Mapping[str, Medians] = field(default_factory=dict)
    corrected: Mapping[str, Cell] = field(default_factory=dict)
    is_note: bool = False

    @property
    def limits(self) -> Limits:
        """How few is too few, by the rules of the day of the figures."""
        return Limits(**self.content["limits"])

    @property
    def as_of(self) -> datetime.date:
        """The day whose figures they are."""
        return datetime.date.fromisoformat(self.content["as_of"])

    def whole(self, slug: str) -> Cell:
        """What an indicator is a part of: all answers, or another indicator's people."""
        if ANSWER in self.tables[slug]:
            return self.tables[slug][ANSWER].total
        return self.totals[BY_SLUG[slug].of]

    def figure(self, slug: str) -> Figure:
        """An indicator's figure with what it is a part of."""
        indicator = BY_SLUG[slug]
        return disclosure.figure(
            self.totals[slug],
            audience=self.audience,
            of=indicator.of,
            denominator=self.whole(slug) if indicator.of else None,
            limits=self.limits,
            sensitive=indicator.sensitive,
        )

    def part(self, slug: str, split: str, key: str) -> Figure:
        """One part of a split with its share of the total."""
        table = self.tables[slug][split]
        return disclosure.figure(
            table[key],
            audience=self.audience,
            of=slug,
            denominator=table.total,
            limits=self.limits,
            sensitive=BY_SLUG[slug].sensitive,
            in_breakdown=True,
        )

    def name(self, slug: str) -> str:
        """What an indicator is called, with the rule of the day in it."""
        return self._worded(slug, BY_SLUG[slug].label)

    def sentence(self, slug: str) -> str:
        """An indicator in words, with the rule of the day in them."""
        return self._worded(slug, BY_SLUG[slug].sentence)

    def _worded(self, slug: str, text: Any) -> str:
        counted = self.content["figures"].get(slug, {})
        return BY_SLUG[slug].worded(text, counted.get("rule"))

    def label(self, slug: str, split: str, key: str, language: str) -> str:
        """What a key of a split is called."""
        if split == ANSWER and key != names.NOT_STATED:
            return str(self.content["figures"][slug]["names"][key][language])
        return names.label(split, key, self.content["names"], language)
