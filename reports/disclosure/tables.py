"""Counts before and after protection: evaluators give exact ones, readers get protected ones."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product


class Audience(enum.StrEnum):
    """Who is going to read the figures."""

    INTERNAL = "internal"
    DONOR = "donor"
    PUBLIC = "public"

    @property
    def is_protected(self) -> bool:
        return self is not Audience.INTERNAL


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How few is too few; the values are dated rules."""

    k: int = 5
    k_strict: int = 10
    breakdown_min: int = 30

    def smallest(self, audience: Audience, *, sensitive: bool) -> int:
        """The smallest count of people that may be printed."""
        return self.k_strict if sensitive or audience is Audience.PUBLIC else self.k


LIMITS = Limits()


@dataclass(frozen=True)
class Merge:
    """Several keys of a dimension shown as one."""

    into: str
    keys: tuple[str, ...]


CHILDREN = Merge("children", ("boys", "girls"))


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """What a table is split by: its keys in reading order, and how they may be merged.

    Each of the `steps` is a set of merges, the least lossy step first. The keys come from a fixed
    list, never from the people counted: a key that is listed must not tell that somebody is there.
    `lasting` says that a person has the same key in every population; a month of an event has not.
    """

    name: str
    keys: tuple[str, ...]
    steps: tuple[tuple[Merge, ...], ...] = ()
    lasting: bool = True
    parts: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        if not self.parts:
            object.__setattr__(self, "parts", tuple((key,) for key in self.keys))

    def merged(self, merges: Iterable[Merge]) -> Dimension:
        """The dimension after merges; a merged key stands where its first part stood."""
        new_names = {key: merge.into for merge in merges for key in merge.keys}
        parts: dict[str, tuple[str, ...]] = {}
        for key, originals in zip(self.keys, self.parts, strict=True):
            name = new_names.get(key, key)
            parts[name] = parts.get(name, ()) + originals
        return replace(self, keys=tuple(parts), parts=tuple(parts.values()))

    def stepped(self) -> Dimension:
        """The dimension after its next step of merging."""
        return replace(self.merged(self.steps[0]), steps=self.steps[1:])

    def key_of(self, original: str) -> str:
        """The key that an original key has become."""
        return next(k for k, parts in zip(self.keys, self.parts, strict=True) if original in parts)


Coordinate = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """Exact counts of distinct persons, split by one or two dimensions; missing cells are zero.

    `sensitive` marks what concerns protection, health, vulnerability, complaints or children's
    cases: the stricter limit holds, and zeros are hidden like small numbers. So a cell that nearly
    fills its row is hidden as well, because what is left of the row is small: nobody reads that
    (nearly) everyone in a row shares a trait.
    """

    dimensions: tuple[Dimension, ...]
    counts: Mapping[Coordinate, int]
    sensitive: bool = False

    def __post_init__(self) -> None:
        if len(self.dimensions) not in (1, 2):
            raise ValueError("A table has one or two dimensions.")
        known = set(product(*(dimension.keys for dimension in self.dimensions)))
        for coordinate, count in self.counts.items():
            if coordinate not in known:
                raise ValueError(f"{coordinate} is not a cell of this table.")
            if count < 0:
                raise ValueError(f"{coordinate} is negative.")

    @property
    def name(self) -> str:
        return " × ".join(dimension.name for dimension in self.dimensions)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def regrouped(self, dimensions: Mapping[str, Dimension]) -> Table:
        """The table with the merged keys of these dimensions."""
        new = tuple(dimensions[dimension.name] for dimension in self.dimensions)
        counts: dict[Coordinate, int] = {}
        for coordinate, count in self.counts.items():
            merged = tuple(d.key_of(key) for d, key in zip(new, coordinate, strict=True))
            counts[merged] = counts.get(merged, 0) + count
        return replace(self, dimensions=new, counts=counts)


@dataclass(frozen=True, kw_only=True)
class Population:
    """People who reached a stage, their number and how they split.

    `within` names the populations they all belong to: who is trained has been oriented. People can
    then be counted by subtraction, so nested populations are protected together. `besides` names
    the one that has everybody of the first of these who is not in this one. `same_day`: they are
    counted on the day on which the first of these counts them.

    `released` is what an earlier report has printed of this population: that cannot be taken back,
    and what is printed now must not give its hidden cells away. `later` names the same population
    in the next report, or among the corrections of an earlier one: these people and whoever has
    come since, corrections aside.
    """

    slug: str
    total: int
    tables: tuple[Table, ...] = ()
    within: tuple[str, ...] = ()
    besides: str = ""
    same_day: bool = False
    later: str = ""
    sensitive: bool = False
    released: ProtectedPopulation | None = None

    def __post_init__(self) -> None:
        for table in self.tables:
            if table.total != self.total:
                raise ValueError(
                    f"{self.slug}: the parts by {table.name} add up to {table.total}, "
                    f"the total is {self.total}."
                )


@dataclass(frozen=True)
class Cell:
    """A count that may be shown, or a sign that it may not."""

    value: int | None
    suppressed: bool = False

    def __post_init__(self) -> None:
        if self.suppressed != (self.value is None):
            raise ValueError("A cell has a value or is suppressed.")


SUPPRESSED = Cell(None, suppressed=True)


class State(enum.StrEnum):
    """How much of a table is left."""

    SHOWN = "shown"
    TOTAL_ONLY = "total_only"
    WITHHELD = "withheld"


@dataclass(frozen=True, kw_only=True)
class ProtectedTable:
    """What a reader of this audience may see of a table."""

    audience: Audience
    dimensions: tuple[Dimension, ...]
    state: State
    cells: Mapping[Coordinate, Cell]
    total: Cell
    row_totals: Mapping[str, Cell] = field(default_factory=dict)
    column_totals: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[str, ...]:
        return self.dimensions[0].keys

    @property
    def columns(self) -> tuple[str, ...]:
        return self.dimensions[1].keys if len(self.dimensions) == 2 else ()

    @property
    def has_suppressed(self) -> bool:
        margins = (*self.row_totals.values(), *self.column_totals.values(), self.total)
        return any(cell.suppressed for cell in (*self.cells.values(), *margins))

    def __getitem__(self, coordinate: str | Coordinate) -> Cell:
        return self.cells[(coordinate,) if isinstance(coordinate, str) else coordinate]


@dataclass(frozen=True, kw_only=True)
class ProtectedPopulation:
    """What a reader may see of a population."""

    total: Cell
    tables: tuple[ProtectedTable, ...]

    def by(self, *names: str) -> ProtectedTable:
        """The table split by these dimensions."""
        for table in self.tables:
            if tuple(dimension.name for dimension in table.dimensions) == names:
                return table
        raise KeyError(names)
