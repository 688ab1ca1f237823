"""The rules: what of a set of exact tables a reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from reports.disclosure.places import (
    Count,
    Place,
    cell_at,
    coordinates,
    overlaps,
    pairs,
    sums,
    with_margins,
)
from reports.disclosure.suppression import Problem, Unprotectable, suppress
from reports.disclosure.tables import (
    CHILDREN,
    LIMITS,
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

# Above this share of small counts a dimension is merged before anything is hidden.
MERGE_ABOVE = 0.15
WEIGHT = 1_000
MARGIN_WEIGHT = 50 * WEIGHT


def protect(table: Table, *, audience: Audience, limits: Limits = LIMITS) -> ProtectedTable:
    """What this audience may see of one table (R240)."""
    population = Population(slug="", total=table.total, tables=(table,), sensitive=table.sensitive)
    return protect_nested([population], audience=audience, limits=limits)[""].tables[0]


def protect_nested(
    populations: Sequence[Population], *, audience: Audience, limits: Limits = LIMITS
) -> dict[str, ProtectedPopulation]:
    """What this audience may see of populations that lie within each other (R240).

    Everything a reader gets to see of these people together has to be handed over together.
    """
    release = _Release(
        populations={p.slug: p for p in populations}, audience=audience, limits=limits
    )
    if audience.is_protected:
        release.hide_totals()
        release.hide_cells()
    return {slug: release.published(slug) for slug in release.populations}


@dataclass(kw_only=True)
class _Release:
    """Decisions about the tables of one release, in the order of the rules."""

    populations: dict[str, Population]
    audience: Audience
    limits: Limits
    dimensions: dict[str, Dimension] = field(default_factory=dict)
    withheld: dict[str, None] = field(default_factory=dict)
    without_breakdown: dict[tuple[str, str], None] = field(default_factory=dict)
    given_up: dict[Count, None] = field(default_factory=dict)
    printed: dict[Count, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        declared: dict[str, Dimension] = {}
        for population in self.populations.values():
            for table in population.tables:
                for dimension in table.dimensions:
                    if declared.setdefault(dimension.name, dimension) != dimension:
                        raise ValueError(f"Two different dimensions are called {dimension.name}.")
        self.dimensions = declared
        if self.audience.is_protected:
            self.dimensions = {name: _with_children(d) for name, d in declared.items()}

    # --- totals ---------------------------------------------------------------------------------

    def hide_totals(self) -> None:
        """Withhold whole populations that are too small, or too close to the one around them."""
        while True:
            problem = self._totals()
            try:
                printed = suppress(problem)
            except Unprotectable as error:
                self._give_up(cast(Count, error.key))
            else:
                self.withheld = {s: None for s in self.populations if Count(s) not in printed}
                return

    def _totals(self) -> Problem[Count]:
        problem: Problem[Count] = Problem()
        for slug, population in self.populations.items():
            total = Count(slug)
            problem.values[total] = population.total
            if population.released is not None and not population.released.total.suppressed:
                problem.printed[total] = None
                continue
            self._limit(problem, total, self._smallest(population), population.sensitive)
            if population.released is None and slug not in self.withheld:
                problem.weights[total] = WEIGHT * (1 + len(self._inside(slug)))
                problem.printed[total] = None
        for inner in self.populations.values():
            for outer in (self.populations[slug] for slug in inner.within):
                self._add_rest(problem, inner, outer, (), [Count(inner.slug)], [Count(outer.slug)])
        return problem

    def _inside(self, slug: str) -> list[str]:
        """Everything that lies within a population."""
        found: dict[str, None] = {}
        for other in self.populations.values():
            if slug in other.within:
                found |= dict.fromkeys((other.slug, *self._inside(other.slug)))
        return list(found)

    def _give_up(self, count: Count) -> None:
        """Withhold a population, and accept what its neighbours tell about it."""
        self.withheld[count.slug] = None
        self.given_up[count] = None

    # --- cells ----------------------------------------------------------------------------------

    def hide_cells(self) -> None:
        """Merge while too many counts are small, then hide; where hiding cannot do it, give way."""
        while True:
            problem = self._cells()
            if self._merge_crowded(problem):
                continue
            try:
                self.printed = suppress(problem)
            except Unprotectable as error:
                self._give_way(cast(Count, error.key))
            else:
                return

    def _cells(self) -> Problem[Count]:
        problem: Problem[Count] = Problem()
        for population, table in self._open_tables():
            self._add_table(problem, population, table)
        for inner in self._open():
            for outer in self._open_around(inner):
                for place, inside, around in overlaps(self._views(inner), self._views(outer)):
                    self._add_rest(
                        problem,
                        inner,
                        outer,
                        place,
                        [Count(inner.slug, p) for p in inside],
                        [Count(outer.slug, p) for p in around],
                    )
        return problem

    def _add_table(self, problem: Problem[Count], population: Population, table: Table) -> None:
        is_shown = self._state(population, table) is State.SHOWN
        smallest = self._smallest(population, table)
        is_sensitive = population.sensitive or table.sensitive
        total = Count(population.slug)
        problem.values[total] = population.total
        problem.printed[total] = None
        problem.equations.extend(sums(population.slug, table))
        values = with_margins(table)
        for place, value in values.items():
            count = Count(population.slug, place)
            problem.values[count] = value
            if self._was_printed(population, table, place):
                problem.printed[count] = None
                continue
            self._limit(problem, count, smallest, is_sensitive)
            if is_shown and population.released is None:
                problem.printed[count] = None
                is_inner = len(place) == len(table.dimensions)
                weight = WEIGHT + min(value, WEIGHT - 1) if is_inner else MARGIN_WEIGHT
                problem.weights[count] = max(weight, problem.weights.get(count, 0))

    def _was_printed(self, population: Population, table: Table, place: Place) -> bool:
        """Whether an earlier report has shown a count."""
        if population.released is None:
            return False
        earlier = population.released.by(*(d.name for d in table.dimensions))
        return not cell_at(earlier, place).suppressed

    def _add_rest(
        self,
        problem: Problem[Count],
        inner: Population,
        outer: Population,
        place: Place,
        inside: Sequence[Count],
        around: Sequence[Count],
    ) -> None:
        """The people around who are not inside: a reader has them by subtraction."""
        rest = Count(inner.slug, place, outside_of=outer.slug)
        value = sum(problem.values[c] for c in around) - sum(problem.values[c] for c in inside)
        if value < 0:
            raise ValueError(f"{inner.slug} is larger than {outer.slug} at {place}.")
        problem.values[rest] = value
        equation = {rest: -1} | dict.fromkeys(around, 1) | dict.fromkeys(inside, -1)
        problem.equations.append(equation)
        if inner.released is None or outer.released is None:
            smallest = max(self._smallest(inner), self._smallest(outer))
            self._limit(problem, rest, smallest, inner.sensitive)

    def _limit(
        self, problem: Problem[Count], count: Count, smallest: int, is_sensitive: bool
    ) -> None:
        value = problem.values[count]
        if value < smallest and (value or is_sensitive) and count not in self.given_up:
            problem.limits[count] = max(smallest, problem.limits.get(count, 0))

    def _merge_crowded(self, problem: Problem[Count]) -> bool:
        """Take one more step of merging where too many counts are small."""
        shown: dict[tuple[str, ...], list[str]] = {}
        for population, table in self._open_tables():
            if self._state(population, table) is State.SHOWN and population.released is None:
                names = tuple(sorted(d.name for d in table.dimensions))
                shown.setdefault(names, []).append(population.slug)
        steps: dict[str, float] = {}
        for names, slugs in shown.items():
            cells = [c for c in problem.values if c.dimensions == names and c.slug in slugs]
            small = sum(count in problem.limits for count in cells)
            inner = sum(not count.outside_of for count in cells)
            for dimension in (self.dimensions[name] for name in names):
                if dimension.steps and small > MERGE_ABOVE * inner:
                    left = len(dimension.stepped().keys) / len(dimension.keys)
                    steps[dimension.name] = left
        if not steps:
            return False
        self._step(max(steps, key=lambda name: steps[name]))
        return True

    def _step(self, name: str) -> None:
        self.dimensions[name] = self.dimensions[name].stepped()

    def _give_way(self, count: Count) -> None:
        """One step less of detail around a count that cannot be protected."""
        for name in count.dimensions:
            if self.dimensions[name].steps:
                self._step(name)
                return
        related = [count.slug, count.outside_of, *reversed(self.populations)]
        for slug in (slug for slug in related if slug):
            population = self.populations[slug]
            for table in self._tables(population):
                touches = {d.name for d in table.dimensions} & set(count.dimensions)
                is_shown = self._state(population, table) is State.SHOWN
                if touches and is_shown and population.released is None and population.total:
                    self.without_breakdown[slug, table.name] = None
                    return
        self.given_up[count] = None

    # --- what is open ---------------------------------------------------------------------------

    def _open(self) -> Iterator[Population]:
        return (p for p in self.populations.values() if p.slug not in self.withheld)

    def _open_tables(self) -> Iterator[tuple[Population, Table]]:
        return ((p, table) for p in self._open() for table in self._tables(p))

    def _open_around(self, population: Population) -> list[Population]:
        """The nearest populations around this one that are not withheld."""
        found: dict[str, Population] = {}
        for slug in population.within:
            outer = self.populations[slug]
            nearest = self._open_around(outer) if slug in self.withheld else [outer]
            found |= {p.slug: p for p in nearest}
        return list(found.values())

    def _tables(self, population: Population) -> list[Table]:
        return [t.regrouped(self._dimensions_for(population, t)) for t in population.tables]

    def _dimensions_for(self, population: Population, table: Table) -> Mapping[str, Dimension]:
        if population.released is None:
            return self.dimensions
        released = population.released.by(*(d.name for d in table.dimensions))
        return {dimension.name: dimension for dimension in released.dimensions}

    def _views(self, population: Population) -> dict[tuple[str, ...], tuple[Dimension, ...]]:
        """The splits of a population that are known, those in the margins included."""
        views: dict[tuple[str, ...], tuple[Dimension, ...]] = {}
        for table in self._tables(population):
            in_order = tuple(sorted(table.dimensions, key=lambda d: d.name))
            for view in (in_order, *((d,) for d in in_order)):
                views[tuple(d.name for d in view)] = view
        return views

    def _smallest(self, population: Population, table: Table | None = None) -> int:
        is_sensitive = population.sensitive or (table is not None and table.sensitive)
        return self.limits.smallest(self.audience, sensitive=is_sensitive)

    def _state(self, population: Population, table: Table) -> State:
        if not self.audience.is_protected:
            return State.SHOWN
        if population.slug in self.withheld:
            return State.WITHHELD
        if not population.total and not table.sensitive:
            return State.SHOWN
        if population.total < self._smallest(population, table):
            return State.WITHHELD
        if population.total < self.limits.breakdown_min:
            return State.TOTAL_ONLY
        if (population.slug, table.name) in self.without_breakdown:
            return State.TOTAL_ONLY
        return State.SHOWN

    # --- what comes out -------------------------------------------------------------------------

    def published(self, slug: str) -> ProtectedPopulation:
        population = self.populations[slug]
        if population.released is not None:
            return population.released
        total = SUPPRESSED if slug in self.withheld else Cell(population.total)
        tables = (self._published_table(population, t, total) for t in self._tables(population))
        return ProtectedPopulation(total=total, tables=tuple(tables))

    def _published_table(self, population: Population, table: Table, total: Cell) -> ProtectedTable:
        values = with_margins(table)
        state = self._state(population, table)

        def cell(*at: tuple[str, str]) -> Cell:
            count = Count(population.slug, tuple(sorted(at)))
            is_printed = count in self.printed or not self.audience.is_protected
            return Cell(values[count.place]) if is_printed else SUPPRESSED

        cells = {c: cell(*pairs(table, c)) for c in coordinates(table)}
        margins: list[dict[str, Cell]] = [{}, {}]
        if len(table.dimensions) == 2:
            margins = [{key: cell((d.name, key)) for key in d.keys} for d in table.dimensions]
        everything = (*cells.values(), *margins[0].values(), *margins[1].values())
        is_empty = all(c.suppressed for c in everything)
        return ProtectedTable(
            audience=self.audience,
            dimensions=table.dimensions,
            state=State.TOTAL_ONLY if is_empty and state is State.SHOWN else state,
            cells=cells,
            total=SUPPRESSED if state is State.WITHHELD else total,
            row_totals=margins[0],
            column_totals=margins[1],
        )


def _with_children(dimension: Dimension) -> Dimension:
    """Girls and boys are one group wherever somebody outside reads."""
    if not set(CHILDREN.keys) & set(dimension.keys):
        return dimension
    return dimension.merged([CHILDREN])
