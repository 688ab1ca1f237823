"""Protects what was counted: exact content goes in, figures for an audience come out.

The figures of one report are protected together, and with those that earlier reports have printed:
what is left out in one must not follow from the other (R240).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
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
    State,
    Table,
)
from reports.disclosure.tables import Coordinate
from reports.figures import Figures, Medians
from reports.indicators import CATALOGUE, Answers, Days, Indicator, People, Sums, Things
from reports.indicators import splits as names
from reports.indicators.base import ANSWER

#: The own place among the reports in their order.
OWN = -1


def protect(
    content: Mapping[str, Any], *, audience: Audience, earlier: Sequence[Figures] = ()
) -> Figures:
    """The figures of evaluated content for an audience, after what `earlier` reports have printed.

    All counts of people lie within each other, and within those of the next report: they are
    protected together (R240). Answers to a question are a table of their own. Things are nobody:
    they are shown as they are.
    """
    return _Protection(content, audience, earlier).figures()


def corrections(
    content: Mapping[str, Any], *, of: Figures, told: Sequence[Figures], now: Figures
) -> dict[str, Cell]:
    """Totals of a report's day that are no longer what the report printed, as counted now (R239).

    ``content`` is that day counted again, ``of`` the report, ``told`` everything released before
    ``now`` is. They are protected like one more report between those: a change by a few people is
    withheld. What is withheld then and now is not listed.
    """
    if content["as_of"] == now.content["as_of"]:
        found: Mapping[str, Cell] = now.totals
    else:
        earlier = [report for report in told if report.as_of <= of.as_of]
        later = [report for report in told if report.as_of > of.as_of]
        found = _Protection(content, now.audience, earlier, [*later, now]).totals()
    return {
        slug: cell
        for slug, cell in found.items()
        if slug in of.totals
        and slug not in now.medians
        and _exact(of.content, slug) != _exact(content, slug)
        and not (cell.suppressed and of.totals[slug].suppressed)
    }


class _Protection:
    """Turns exact content into what an audience may see of it.

    The ``reports`` are what was printed of earlier days and, after the own place among them, of
    later ones.
    """

    def __init__(
        self,
        content: Mapping[str, Any],
        audience: Audience,
        earlier: Sequence[Figures],
        later: Sequence[Figures] = (),
    ) -> None:
        self.content, self.audience = content, audience
        self.reports, self.place = [*earlier, *later], len(earlier)
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
            elif isinstance(indicator.measure, Sums):
                totals[slug] = _sum(totals[part] for part in indicator.measure.of)
                tables[slug] = {
                    name: _added([tables[part][name] for part in indicator.measure.of])
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

    def totals(self) -> dict[str, Cell]:
        """The totals alone, whatever may be seen of their parts."""
        found = {s: protected.total for s, protected in self.people(parts=False).items()}
        for indicator in _counted(self.content):
            slug, exact = indicator.slug, self.content["figures"][indicator.slug]
            if isinstance(indicator.measure, Answers):
                found[slug] = _favourable(self.answers(indicator), exact["favourable"])
            elif isinstance(indicator.measure, Things):
                found[slug] = Cell(exact["total"])
            elif isinstance(indicator.measure, Sums):
                found[slug] = _sum(found[part] for part in indicator.measure.of)
        return found

    def people(self, *, parts: bool = True) -> Mapping[str, ProtectedPopulation]:
        """All stages and courses, with what other reports have told of them."""
        indicators = [i for i in _counted(self.content) if isinstance(i.measure, People)]
        populations = [self.population(indicator) for indicator in indicators]
        for indicator in indicators:
            populations += self.told(indicator)
        if not parts:
            populations = [_without_parts(population) for population in populations]
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
            and not (self.audience.is_protected and indicator.is_inside(name))
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
            same_day=indicator.same_day,
            later=self.order(indicator.slug)[OWN],
            sensitive=indicator.sensitive,
        )

    def crossed(self, name: str, places: Mapping[str, Mapping[str, int]]) -> Table:
        return Table(
            dimensions=(self.dimensions[name], self.dimensions[names.MOP]),
            counts={(key, mop): n for mop, parts in places.items() for key, n in parts.items()},
        )

    def order(self, slug: str) -> dict[int, str]:
        """Of each report with an indicator, the own place among them, the name it has in the next.

        The last one has none. A note on a report stands beside that report: none leads to it.
        """
        following: dict[int, str] = {}
        later = ""
        numbers = range(len(self.reports))
        for number in reversed([*numbers[: self.place], OWN, *numbers[self.place :]]):
            if number == OWN:
                following[number], later = later, slug
            elif slug in self.reports[number].totals:
                following[number] = later
                if not self.reports[number].is_note:
                    later = _at(slug, number)
        return dict(reversed(following.items()))

    def told(self, indicator: Indicator) -> Iterator[Population]:
        """What each other report has printed of an indicator, each within the next one."""
        slug = indicator.slug
        for number, later in self.order(slug).items():
            if number == OWN:
                continue
            report = self.reports[number]
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
                same_day=indicator.same_day,
                later=later,
                sensitive=indicator.sensitive,
                released=ProtectedPopulation(total=report.totals[slug], tables=tuple(printed)),
            )

    def answers(self, indicator: Indicator) -> ProtectedTable:
        """Answers are a table of their own, those of other reports among them."""
        slug = indicator.slug
        populations = []
        for number, later in self.order(slug).items():
            if number == OWN:
                populations.append(replace(_answers_of(indicator, self.content), later=later))
                continue
            report = self.reports[number]
            told = ProtectedPopulation(
                total=report.whole(slug), tables=(report.tables[slug][ANSWER],)
            )
            populations.append(
                replace(
                    _answers_of(indicator, report.content),
                    slug=_at(slug, number),
                    later=later,
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


def _exact(content: Mapping[str, Any], slug: str) -> int:
    """The number of an indicator before protection; of answers, the favourable ones."""
    counted = content["figures"][slug]
    if "favourable" not in counted:
        return int(counted["total"])
    return sum(counted["by"][ANSWER][key] for key in counted["favourable"])


def _sum(cells: Iterable[Cell]) -> Cell:
    """The sum of what is printed anyway; withheld when one of its parts is."""
    values = [cell.value for cell in cells]
    shown = [value for value in values if value is not None]
    return Cell(sum(shown)) if len(shown) == len(values) else SUPPRESSED


def _added(tables: Sequence[ProtectedTable]) -> ProtectedTable:
    """Tables of the same split added up, part by part."""
    cells = {key: _sum(table.cells[key] for table in tables) for key in tables[0].cells}
    total = _sum(table.total for table in tables)
    is_empty = all(cell.suppressed for cell in cells.values())
    state = State.TOTAL_ONLY if is_empty else State.SHOWN
    return replace(
        tables[0], cells=cells, total=total, state=State.WITHHELD if total.suppressed else state
    )


def _without_parts(population: Population) -> Population:
    released = population.released and replace(population.released, tables=())
    return replace(population, tables=(), released=released)


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
    return _sum(table[key] for key in keys)


def _of_things(table: Table, audience: Audience) -> ProtectedTable:
    """Editions and copies are nobody; everybody may see their numbers."""
    exact = disclosure.protect(table, audience=Audience.INTERNAL)
    return replace(exact, audience=audience)
