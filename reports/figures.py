"""What a reader may see of counted figures: exact content goes in, protected figures come out.

Pages, API, reports and exports read `Figures` and nothing else (design §4.10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports import disclosure
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Cell,
    Dimension,
    Figure,
    Limits,
    Population,
    ProtectedTable,
    Table,
)
from reports.disclosure.tables import Coordinate
from reports.indicators import BY_SLUG, CATALOGUE, Answers, Indicator, People, Things
from reports.indicators import splits as names
from reports.indicators.base import ANSWER


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Every figure of the catalogue as one audience may see it."""

    audience: Audience
    content: Mapping[str, Any]
    limits: Limits
    totals: Mapping[str, Cell]
    wholes: Mapping[str, Cell]
    tables: Mapping[str, Mapping[str, ProtectedTable]]

    def figure(self, slug: str) -> Figure:
        """An indicator's figure with what it is a part of."""
        indicator = BY_SLUG[slug]
        return disclosure.figure(
            self.totals[slug],
            audience=self.audience,
            of=indicator.of,
            denominator=self.wholes[slug] if indicator.of else None,
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

    def label(self, slug: str, split: str, key: str, language: str) -> str:
        """What a key of a split is called."""
        if split == ANSWER and key != names.NOT_STATED:
            return str(self.content["figures"][slug]["names"][key][language])
        return names.label(split, key, self.content["names"], language)


def protect(content: Mapping[str, Any], *, audience: Audience) -> Figures:
    """The figures of evaluated content for an audience.

    All counts of people lie within each other and are protected together (R240). Answers to a
    question are a table of their own. Things are nobody: they are shown as they are.
    """
    limits = Limits(**content["limits"])
    counted = content["figures"]
    catalogue = [indicator for indicator in CATALOGUE if indicator.slug in counted]
    dimensions = {name: names.dimension(name, keys) for name, keys in content["keys"].items()}
    people = disclosure.protect_nested(
        [
            _population(indicator, counted[indicator.slug], dimensions)
            for indicator in catalogue
            if isinstance(indicator.measure, People)
        ],
        audience=audience,
        limits=limits,
    )
    totals = {slug: found.total for slug, found in people.items()}
    wholes = {slug: totals[BY_SLUG[slug].of] for slug in people if BY_SLUG[slug].of}
    tables = {
        slug: {table.dimensions[0].name: table for table in found.tables}
        for slug, found in people.items()
    }
    for indicator in catalogue:
        slug, exact = indicator.slug, counted[indicator.slug]
        if isinstance(indicator.measure, Answers):
            table = _answers(indicator, exact, audience, limits)
            tables[slug] = {ANSWER: table}
            totals[slug] = _favourable(table, exact["favourable"])
            wholes[slug] = table.total
        elif isinstance(indicator.measure, Things):
            totals[slug] = Cell(exact["total"])
            tables[slug] = {
                name: _of_things(_table(dimensions[name], exact["by"][name]), audience)
                for name in indicator.split_by
            }
    return Figures(
        audience=audience,
        content=content,
        limits=limits,
        totals=totals,
        wholes=wholes,
        tables=tables,
    )


def _table(dimension: Dimension, parts: Mapping[str, int], *, sensitive: bool = False) -> Table:
    counts: dict[Coordinate, int] = {(key,): number for key, number in parts.items()}
    return Table(dimensions=(dimension,), counts=counts, sensitive=sensitive)


def _population(
    indicator: Indicator, counted: Mapping[str, Any], dimensions: Mapping[str, Dimension]
) -> Population:
    return Population(
        slug=indicator.slug,
        total=counted["total"],
        tables=tuple(_table(dimensions[n], counted["by"][n]) for n in indicator.split_by),
        within=(indicator.of,) if indicator.of else (),
        sensitive=indicator.sensitive,
    )


def _answers(
    indicator: Indicator, counted: Mapping[str, Any], audience: Audience, limits: Limits
) -> ProtectedTable:
    dimension = Dimension(name=ANSWER, keys=tuple(counted["options"]))
    table = _table(dimension, counted["by"][ANSWER], sensitive=indicator.sensitive)
    return disclosure.protect(table, audience=audience, limits=limits)


def _favourable(table: ProtectedTable, keys: list[str]) -> Cell:
    """The sum of what is printed anyway; withheld when one of its parts is."""
    values = [table[key].value for key in keys]
    shown = [value for value in values if value is not None]
    return Cell(sum(shown)) if len(shown) == len(values) else SUPPRESSED


def _of_things(table: Table, audience: Audience) -> ProtectedTable:
    """Editions and copies are nobody; everybody may see their numbers."""
    exact = disclosure.protect(table, audience=Audience.INTERNAL)
    return replace(exact, audience=audience)
