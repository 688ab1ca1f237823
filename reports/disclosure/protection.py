"""The rules: what of a set of exact tables a reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import cast

from reports.disclosure.places import (
    Count,
    Place,
    cell_at,
    coordinates,
    overlaps,
    pairs,
    places_of,
    sums,
    with_margins,
)
from reports.disclosure.suppression import Problem, Unprotectable, exposed, suppress
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

    Everything a reader gets to see of these people together has to be handed over together, with
    what earlier reports have printed of them.
    """
    release = _Release(
        populations={p.slug: p for p in populations}, audience=audience, limits=limits
    )
    if audience.is_protected:
        release.accept_what_was_told()
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
        for population in (p for p in self.populations.values() if p.released is None):
            for table in population.tables:
                for dimension in table.dimensions:
                    if declared.setdefault(dimension.name, dimension) != dimension:
                        raise ValueError(f"Two different dimensions are called {dimension.name}.")
        self.dimensions = declared
        if self.audience.is_protected:
            self.dimensions = {name: _with_children(d) for name, d in declared.items()}

    # --- earlier reports --------------------------------------------------------------------------

    def accept_what_was_told(self) -> None:
        """Give up the counts that can be worked out from the earlier reports alone.

        No choice of what is printed now could protect them any more.
        """
        told = {slug: p for slug, p in self.populations.items() if p.released is not None}
        earlier = _Release(
            populations={slug: _among(told, p) for slug, p in told.items()},
            audience=self.audience,
            limits=self.limits,
        )
        totals = earlier._totals()
        earlier.withheld = {slug: None for slug in told if Count(slug) not in totals.printed}
        for problem in (totals, earlier._cells()):
            self.given_up |= dict.fromkeys(exposed(problem, list(problem.limits)))

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
            for outer in (self.populations[slug] for slug in _around(inner)):
                self._add_rest(problem, inner, outer, (), [Count(inner.slug)], [Count(outer.slug)])
            if inner.besides:
                self._add_besides(problem, inner, [()])
        for one, other in self._apart:
            totals = [Count(one.slug)], [Count(other.slug)]
            self._add_rest(problem, one, other, (), *totals, if_few=True)
        return problem

    @cached_property
    def _apart(self) -> list[tuple[Population, Population]]:
        """Two states of the same people that do not follow each other, where some were taken away.

        While they only grow, the few who came between two states are among those who came between
        states that follow each other.
        """
        states: dict[str, list[Population]] = {}
        for population in self.populations.values():
            states.setdefault(self._latest(population), []).append(population)
        return [
            (one, other)
            for rows in states.values()
            if any(row.later and _has_lost(row, self.populations[row.later]) for row in rows)
            for one, other in combinations(rows, 2)
            if other.slug != one.later and one.slug != other.later
        ]

    def _inside(self, slug: str) -> list[str]:
        """Everything of this report that lies within a population."""
        found: dict[str, None] = {}
        for other in self.populations.values():
            if slug in other.within and other.released is None:
                found |= dict.fromkeys((other.slug, *self._inside(other.slug)))
        return list(found)

    def _give_up(self, count: Count) -> None:
        """Withhold a population, and accept what its neighbours tell about it."""
        related = (slug for slug in (count.slug, count.outside_of) if slug)
        of_this_report = [slug for slug in related if self.populations[slug].released is None]
        self.withheld |= dict.fromkeys(of_this_report[:1])
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
        """All counts there are: those of withheld populations are unknown, not unrelated."""
        problem = self._totals()
        problem.weights.clear()
        for population in self.populations.values():
            for table in self._tables(population):
                self._add_table(problem, population, table)
        for inner in self.populations.values():
            for outer in (self.populations[slug] for slug in _around(inner)):
                self._add_rests(problem, inner, outer)
            if inner.besides:
                self._add_besides(problem, inner, self._common_places(inner))
        for one, other in self._apart:
            self._add_rests(problem, one, other, if_few=True)
        return problem

    def _add_rests(
        self, problem: Problem[Count], inner: Population, outer: Population, *, if_few: bool = False
    ) -> None:
        """Whoever is around and not inside, at each place that both populations have."""
        goes_by_its_day = inner.same_day and outer.slug in inner.within[:1]
        for place, inside, around in overlaps(
            self._views(inner),
            self._views(outer),
            same_days=goes_by_its_day or self._latest(inner) == self._latest(outer),
        ):
            self._add_rest(
                problem,
                inner,
                outer,
                place,
                [Count(inner.slug, p) for p in inside],
                [Count(outer.slug, p) for p in around],
                if_few=if_few,
            )

    def _common_places(self, population: Population) -> Iterator[Place]:
        """Where a population, the one besides it and the one around both are split alike."""
        around, besides = population.within[0], population.besides
        others = [self._views(self.populations[slug]) for slug in (around, besides)]
        for names, view in self._views(population).items():
            keys = [tuple(d.keys for d in other.get(names, ())) for other in others]
            if keys == [tuple(d.keys for d in view)] * 2 and all(d.lasting for d in view):
                yield from places_of(view)

    def _add_besides(
        self, problem: Problem[Count], population: Population, places: Iterable[Place]
    ) -> None:
        """Two populations make up the one around them: a reader has each by subtraction."""
        for place in places:
            parts = [Count(population.slug, place), Count(population.besides, place)]
            whole = Count(population.within[0], place)
            problem.equations.append({whole: -1} | dict.fromkeys(parts, 1))

    def _latest(self, population: Population) -> str:
        """The population that this one is in the last report."""
        while population.later:
            population = self.populations[population.later]
        return population.slug

    def _add_table(self, problem: Problem[Count], population: Population, table: Table) -> None:
        is_shown = self._state(population, table) is State.SHOWN
        smallest = self._smallest(population, table)
        is_sensitive = population.sensitive or table.sensitive
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
        *,
        if_few: bool = False,
    ) -> None:
        """The people around who are not inside: a reader has them by subtraction.

        After corrections there may be fewer around than inside: then it is those taken away.
        `if_few`: others than a few tell nothing that is not told already.
        """
        rest = Count(inner.slug, place, outside_of=outer.slug)
        value = sum(problem.values[c] for c in around) - sum(problem.values[c] for c in inside)
        # Nobody came between two reports: that is no trait that everybody shares.
        same_people = self._latest(inner) == self._latest(outer)
        if value < 0 and inner.released is None and not same_people:
            raise ValueError(f"{inner.slug} is larger than {outer.slug} at {place}.")
        names = {name for name, _key in place}
        splits = [
            t for p in (inner, outer) for t in p.tables if names <= {d.name for d in t.dimensions}
        ]
        is_sensitive = inner.sensitive or (bool(names) and any(t.sensitive for t in splits))
        smallest = self.limits.smallest(self.audience, sensitive=is_sensitive or outer.sensitive)
        if if_few and not 0 < abs(value) < smallest:
            return
        problem.values[rest] = abs(value)
        more, fewer = (around, inside) if value >= 0 else (inside, around)
        equation = {rest: -1} | dict.fromkeys(more, 1) | dict.fromkeys(fewer, -1)
        problem.equations.append(equation)
        self._limit(problem, rest, smallest, is_sensitive and not same_people)

    def _limit(
        self, problem: Problem[Count], count: Count, smallest: int, is_sensitive: bool
    ) -> None:
        value = problem.values[count]
        if value < smallest and (value or is_sensitive) and count not in self.given_up:
            problem.limits[count] = max(smallest, problem.limits.get(count, 0))

    def _merge_crowded(self, problem: Problem[Count]) -> bool:
        """Take one more step of merging where too many counts are small."""
        shown: dict[tuple[str, ...], list[str]] = {}
        for population in (p for p in self.populations.values() if p.released is None):
            for table in self._tables(population):
                if self._state(population, table) is State.SHOWN:
                    names = tuple(sorted(d.name for d in table.dimensions))
                    shown.setdefault(names, []).append(population.slug)
        crowded: dict[str, None] = {}
        for names, slugs in shown.items():
            cells = [c for c in problem.values if c.dimensions == names and self._tells(c, slugs)]
            small = sum(count in problem.limits for count in cells)
            inner = sum(not count.outside_of for count in cells)
            if small > MERGE_ABOVE * inner:
                crowded |= dict.fromkeys(names)
        return self._step_least_lossy(crowded)

    def _tells(self, count: Count, slugs: Collection[str]) -> bool:
        """Whether a count is printed of these populations, or follows from them and a report."""
        if self.populations[count.slug].released is None:
            return count.slug in slugs
        return count.outside_of in slugs

    def _step_least_lossy(self, names: Iterable[str]) -> bool:
        """Merge further along the dimension where the fewest keys are lost, if there is one."""
        left = {
            name: len(dimension.stepped().keys) / len(dimension.keys)
            for name, dimension in ((name, self.dimensions[name]) for name in names)
            if dimension.steps
        }
        if not left:
            return False
        name = max(left, key=lambda name: left[name])
        self.dimensions[name] = self.dimensions[name].stepped()
        return True

    def _give_way(self, count: Count) -> None:
        """One step less of detail around a count that cannot be protected."""
        if self._step_least_lossy(count.dimensions):
            return
        related = [count.slug, count.outside_of, *reversed(self.populations)]
        for slug in (slug for slug in related if slug):
            population = self.populations[slug]
            for table in self._tables(population):
                names = {dimension.name for dimension in table.dimensions}
                touches = not count.dimensions or names & set(count.dimensions)
                is_shown = self._state(population, table) is State.SHOWN
                if touches and is_shown and population.released is None and population.total:
                    self.without_breakdown[slug, table.name] = None
                    return
        self.given_up[count] = None

    # --- what is split how ------------------------------------------------------------------------

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


def _around(population: Population) -> tuple[str, ...]:
    """What a population lies within: others, and itself later on."""
    return (*population.within, population.later) if population.later else population.within


def _has_lost(population: Population, later: Population) -> bool:
    """Whether there are fewer later on, in all or in a part."""
    then = {table.name: table.counts for table in later.tables}
    return population.total > later.total or any(
        number > then[table.name].get(key, 0)
        for table in population.tables
        if table.name in then
        for key, number in table.counts.items()
    )


def _among(told: Mapping[str, Population], population: Population) -> Population:
    """A population of an earlier report with its ties to these only."""
    return replace(
        population,
        within=tuple(slug for slug in population.within if slug in told),
        besides=population.besides if population.besides in told else "",
        later=population.later if population.later in told else "",
    )
