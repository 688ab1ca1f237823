"""Protects what was counted: exact content goes in, figures for an audience come out.

The figures of one report are protected together, and with those that earlier reports have printed:
what is left out in one must not follow from the other (R240).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from reports import disclosure
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Cell,
    Dimension,
    Limits,
    Population,
    ProtectedPopulation,
    ProtectedTable,
    Table,
)
from reports.disclosure.tables import Coordinate
from reports.figures import Figures, Medians
from reports.indicators import CATALOGUE, Answers, Days, Indicator, People, Things
from reports.indicators import splits as names
from reports.indicators.base import ANSWER


def protect(
    content: Mapping[str, Any], *, audience: Audience, earlier: Sequence[Figures] = ()
) -> Figures:
    """The figures of evaluated content for an audience, after what `earlier` reports have printed.

    All counts of people lie within each other, and within those of the next report: they are
    protected together (R240). Answers to a question are a table of their own. Things are nobody:
    they are shown as they are.
    """
    return _Protection(content, audience, earlier).figures()


class _Protection:
    """Turns exact content into what an audience may see of it."""

    def __init__(
        self, content: Mapping[str, Any], audience: Audience, earlier: Sequence[Figures]
    ) -> None:
        self.content, self.audience, self.earlier = content, audience, earlier
        self.limits = Limits(**content["limits"])
        self.dimensions = _dimensions(content)

    def figures(self) -> Figures:
        people = self.people()
        totals = {slug: found.total for slug, found in people.items()}
        tables = {
            slug: {t.dimensions[0].name: t for t in found.tables if len(t.dimensions) == 1}
            for slug, found in people.items()
        }
        crossed = {
            slug: {t.dimensions[0].name: t for t in found.tables if len(t.dimensions) == 2}
            for slug, found in people.items()
        }
        medians = {}
        for indicator in _counted(self.content):
            slug, exact = indicator.slug, self.content["figures"][indicator.slug]
            if isinstance(indicator.measure, Answers):
                table = self.answers(indicator)
                tables[slug] = {ANSWER: table}
                totals[slug] = _favourable(table, exact["favourable"])
            elif isinstance(indicator.measure, Things):
                totals[slug] = Cell(exact["total"])
                tables[slug] = {
                    name: _of_things(
                        _table(self.dimensions[name], exact["by"][name]), self.audience
                    )
                    for name in indicator.split_by
                }
            elif isinstance(indicator.measure, Days):
                of = indicator.measure.of
                totals[slug] = totals[of]
                tables[slug] = {name: tables[of][name] for name in indicator.split_by}
                medians[slug] = self.medians(exact, totals[slug], tables[slug])
        return Figures(
            audience=self.audience,
            content=self.content,
            totals=totals,
            tables=tables,
            crossed=crossed,
            medians=medians,
        )

    def people(self) -> Mapping[str, ProtectedPopulation]:
        """All stages and courses, with what earlier reports have told of them."""
        indicators = [i for i in _counted(self.content) if isinstance(i.measure, People)]
        populations = [self.population(indicator) for indicator in indicators]
        for indicator in indicators:
            populations += self.told(indicator)
        found = disclosure.protect_nested(populations, audience=self.audience, limits=self.limits)
        return {indicator.slug: found[indicator.slug] for indicator in indicators}

    def population(self, indicator: Indicator) -> Population:
        counted = self.content["figures"][indicator.slug]
        tables = [
            _table(
                self.dimensions[name],
                counted["by"][name],
                sensitive=indicator.is_sensitive(name),
            )
            for name in indicator.split_by
            if name in counted["by"]
        ]
        if not self.audience.is_protected:
            tables += [
                self.crossed(name, places) for name, places in counted.get("by_mop", {}).items()
            ]
        return Population(
            slug=indicator.slug,
            total=counted["total"],
            tables=tuple(tables),
            within=(indicator.of,) if indicator.of else (),
            besides=indicator.besides,
            sensitive=indicator.sensitive,
        )

    def crossed(self, name: str, places: Mapping[str, Mapping[str, int]]) -> Table:
        return Table(
            dimensions=(self.dimensions[name], self.dimensions[names.MOP]),
            counts={(key, mop): n for mop, parts in places.items() for key, n in parts.items()},
        )

    def told(self, indicator: Indicator) -> Iterator[Population]:
        """What each earlier report has printed of an indicator, each within the next report."""
        slug = indicator.slug
        reports = [n for n, figures in enumerate(self.earlier) if slug in figures.totals]
        for number, following in zip_longest(reports, reports[1:]):
            report = self.earlier[number]
            counted = report.content["figures"][slug]
            dimensions = _dimensions(report.content)
            printed = [
                t for t in report.tables[slug].values() if t.dimensions[0].name in counted["by"]
            ]
            yield Population(
                slug=_at(slug, number),
                total=counted["total"],
                tables=tuple(
                    _table(
                        dimensions[table.dimensions[0].name],
                        counted["by"][table.dimensions[0].name],
                        sensitive=indicator.is_sensitive(table.dimensions[0].name),
                    )
                    for table in printed
                ),
                within=(_at(indicator.of, number),) if indicator.of in report.totals else (),
                besides=_at(indicator.besides, number) if indicator.besides else "",
                later=slug if following is None else _at(slug, following),
                sensitive=indicator.sensitive,
                released=ProtectedPopulation(total=report.totals[slug], tables=tuple(printed)),
            )

    def answers(self, indicator: Indicator) -> ProtectedTable:
        """Answers are a table of their own, those of earlier reports among them."""
        slug = indicator.slug
        populations = [_answers_of(indicator, self.content)]
        reports = [report for report in self.earlier if slug in report.totals]
        for number, report in enumerate(reports):
            told = ProtectedPopulation(
                total=report.whole(slug), tables=(report.tables[slug][ANSWER],)
            )
            is_last = number + 1 == len(reports)
            populations.append(
                replace(
                    _answers_of(indicator, report.content),
                    slug=_at(slug, number),
                    later=slug if is_last else _at(slug, number + 1),
                    released=told,
                )
            )
        found = disclosure.protect_nested(populations, audience=self.audience, limits=self.limits)
        return found[slug].tables[0]

    def medians(
        self, exact: Mapping[str, Any], total: Cell, tables: Mapping[str, ProtectedTable]
    ) -> Medians:
        """Medians of people who are printed; what is merged has none."""

        def shown(value: str | None, people: Cell) -> Decimal | None:
            known = None if value is None else Decimal(value)
            return disclosure.median(known, people, audience=self.audience, limits=self.limits)

        return Medians(
            total=shown(exact["median"], total),
            by={
                name: {
                    key: shown(exact["medians"][name].get(key), table[key]) for key in table.rows
                }
                for name, table in tables.items()
            },
            usual=exact["usual"],
        )


def _counted(content: Mapping[str, Any]) -> list[Indicator]:
    """The indicators of today's catalogue that were counted then."""
    return [indicator for indicator in CATALOGUE if indicator.slug in content["figures"]]


def _dimensions(content: Mapping[str, Any]) -> dict[str, Dimension]:
    return {name: names.dimension(name, keys) for name, keys in content["keys"].items()}


def _at(slug: str, report: int) -> str:
    return f"{slug}@{report}"


def _table(dimension: Dimension, parts: Mapping[str, int], *, sensitive: bool = False) -> Table:
    counts: dict[Coordinate, int] = {(key,): number for key, number in parts.items()}
    return Table(dimensions=(dimension,), counts=counts, sensitive=sensitive)


def _answers_of(indicator: Indicator, content: Mapping[str, Any]) -> Population:
    counted = content["figures"][indicator.slug]
    dimension = Dimension(name=ANSWER, keys=tuple(counted["options"]))
    table = _table(dimension, counted["by"][ANSWER], sensitive=indicator.sensitive)
    return Population(slug=indicator.slug, total=table.total, tables=(table,))


def _favourable(table: ProtectedTable, keys: list[str]) -> Cell:
    """The sum of what is printed anyway; withheld when one of its parts is."""
    values = [table[key].value for key in keys]
    shown = [value for value in values if value is not None]
    return Cell(sum(shown)) if len(shown) == len(values) else SUPPRESSED


def _of_things(table: Table, audience: Audience) -> ProtectedTable:
    """Editions and copies are nobody; everybody may see their numbers."""
    exact = disclosure.protect(table, audience=Audience.INTERNAL)
    return replace(exact, audience=audience)
