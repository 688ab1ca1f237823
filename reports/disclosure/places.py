"""Where a count stands in a table, and how counts hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from reports.disclosure.tables import Cell, Coordinate, Dimension, ProtectedTable, Table

Place = tuple[tuple[str, str], ...]  # (dimension, key) pairs by name; () is the total


class Count(NamedTuple):
    """A count of people of a population, or of those of an outer one who are not in it."""

    slug: str
    place: Place = ()
    outside_of: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.place)


def coordinates(table: Table) -> Iterator[Coordinate]:
    return product(*(dimension.keys for dimension in table.dimensions))


def pairs(table: Table, coordinate: Coordinate) -> list[tuple[str, str]]:
    return [(d.name, key) for d, key in zip(table.dimensions, coordinate, strict=True)]


def with_margins(table: Table) -> dict[Place, int]:
    """The inner cells, and for two dimensions the totals of rows and columns."""
    values: dict[Place, int] = {}
    for coordinate in coordinates(table):
        inner = pairs(table, coordinate)
        margins = [(pair,) for pair in inner] if len(inner) == 2 else []
        for place in (tuple(sorted(inner)), *margins):
            values[place] = values.get(place, 0) + table.counts.get(coordinate, 0)
    return values


def sums(slug: str, table: Table) -> Iterator[dict[Count, int]]:
    """The equations of a table: parts add up to their totals."""
    total = Count(slug)
    for dimension in table.dimensions:
        margin = [Count(slug, ((dimension.name, key),)) for key in dimension.keys]
        yield {total: -1} | dict.fromkeys(margin, 1)
    if len(table.dimensions) == 2:
        places = with_margins(table)
        inner = [place for place in places if len(place) == 2]
        for margin_place in (place for place in places if len(place) == 1):
            parts = [Count(slug, place) for place in inner if margin_place[0] in place]
            yield {Count(slug, margin_place): -1} | dict.fromkeys(parts, 1)


def cell_at(table: ProtectedTable, place: Place) -> Cell:
    """The protected cell or margin at a place."""
    keys = dict(place)
    if len(place) == len(table.dimensions):
        return table.cells[tuple(keys[dimension.name] for dimension in table.dimensions)]
    row = table.dimensions[0].name
    return table.row_totals[keys[row]] if row in keys else table.column_totals[place[0][1]]


def overlaps(
    inner: Mapping[tuple[str, ...], tuple[Dimension, ...]],
    outer: Mapping[tuple[str, ...], tuple[Dimension, ...]],
    *,
    same_days: bool = False,
) -> Iterator[tuple[Place, list[Place], list[Place]]]:
    """Groups of places of two populations that hold the same kind of people.

    People who are counted on the `same_days` in both keep the month of an event as well: those of
    another report, and those of a stage that goes by the day of the one around it.
    """
    for names, dimensions in inner.items():
        lasts = same_days or all(dimension.lasting for dimension in dimensions)
        if names not in outer or not lasts:
            continue
        blocks_by_dimension = [
            _common_blocks(one, other) for one, other in zip(dimensions, outer[names], strict=True)
        ]
        for blocks in product(*blocks_by_dimension):
            labels = ("+".join(around or inside) for inside, around in blocks)
            yield (
                _place(names, labels),
                [_place(names, keys) for keys in product(*(inside for inside, _ in blocks))],
                [_place(names, keys) for keys in product(*(around for _, around in blocks))],
            )


def places_of(view: tuple[Dimension, ...]) -> Iterator[Place]:
    """The places of one way to split."""
    names = tuple(dimension.name for dimension in view)
    return (_place(names, keys) for keys in product(*(dimension.keys for dimension in view)))


def _place(names: tuple[str, ...], keys: Iterable[str]) -> Place:
    return tuple(zip(names, keys, strict=True))


def _common_blocks(one: Dimension, other: Dimension) -> list[tuple[list[str], list[str]]]:
    """The finest groups of keys that stand for the same original keys in both dimensions."""
    blocks: list[dict[str, None]] = []
    for parts in (*one.parts, *other.parts):
        touched = [block for block in blocks if any(part in block for part in parts)]
        joined = dict.fromkeys(parts)
        for block in touched:
            joined |= block
        blocks = [block for block in blocks if block not in touched] + [joined]

    def keys_in(dimension: Dimension, block: Iterable[str]) -> list[str]:
        named = zip(dimension.keys, dimension.parts, strict=True)
        return [key for key, parts in named if parts[0] in block]

    return [(keys_in(one, block), keys_in(other, block)) for block in blocks]
