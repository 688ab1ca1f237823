"""A reader with pencil and paper: what can be found out from what is printed.

Independent of the code under test: no linear programme, only trying every way to fill the gaps,
or, for larger tables, narrowing the gaps down by one sum after the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.disclosure import ProtectedTable

Name = tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """Parts that add up to a number, or to no more than another count."""

    parts: tuple[Name, ...]
    total: int


@dataclass(frozen=True)
class Link:
    """A count that is the sum of others, whether anything of it is printed or not."""

    whole: Name
    parts: tuple[Name, ...]


def sums_of(table: ProtectedTable) -> tuple[dict[Name, int], list[Name], list[Sum]]:
    """Printed inner cells, hidden inner cells, and the sums that the printed margins tell."""
    printed = {name: cell.value for name, cell in table.cells.items() if cell.value is not None}
    hidden = [name for name, cell in table.cells.items() if cell.suppressed]
    margins: list[tuple[tuple[Name, ...], int | None]] = [(tuple(table.cells), table.total.value)]
    for row, cell in table.row_totals.items():
        margins.append((tuple((row, column) for column in table.columns), cell.value))
    for column, cell in table.column_totals.items():
        margins.append((tuple((row, column) for row in table.rows), cell.value))
    return printed, hidden, [Sum(parts, total) for parts, total in margins if total is not None]


def every_filling(
    printed: Mapping[Name, int], hidden: Sequence[Name], sums: Sequence[Sum], highest: int
) -> list[dict[Name, int]]:
    """Every way to give the hidden cells numbers so that all sums are right."""
    found: list[dict[Name, int]] = []

    def room(known: Mapping[Name, int], name: Name) -> range:
        low, high = 0, highest
        for one in sums:
            if name in one.parts:
                left = one.total - sum(known.get(part, 0) for part in one.parts)
                high = min(high, left)
                if all(part in known for part in one.parts if part != name):
                    low = max(low, left)
        return range(low, high + 1)

    def fill(known: dict[Name, int], rest: Sequence[Name]) -> None:
        if not rest:
            found.append({name: known[name] for name in hidden})
            return
        for number in room(known, rest[0]):
            fill({**known, rest[0]: number}, rest[1:])

    fill(dict(printed), hidden)
    return found


def narrowed(
    printed: Mapping[Name, int],
    hidden: Sequence[Name],
    sums: Sequence[Sum],
    highest: int,
    links: Sequence[Link] = (),
) -> dict[Name, tuple[int, int]]:
    """Ranges of the hidden cells after going over all the sums until nothing changes."""
    low = dict(printed) | dict.fromkeys(hidden, 0)
    high = dict(printed) | dict.fromkeys(hidden, highest)
    changed = True
    while changed:
        changed = False
        for link in links:
            at_most, at_least = (sum(ends[part] for part in link.parts) for ends in (high, low))
            if at_most < high[link.whole] or at_least > low[link.whole]:
                high[link.whole] = min(high[link.whole], at_most)
                low[link.whole] = max(low[link.whole], at_least)
                changed = True
            for name in link.parts:
                others = [part for part in link.parts if part != name]
                at_most = high[link.whole] - sum(low[part] for part in others)
                at_least = low[link.whole] - sum(high[part] for part in others)
                if at_most < high[name] or at_least > low[name]:
                    high[name] = min(high[name], at_most)
                    low[name] = max(low[name], at_least)
                    changed = True
        for one in sums:
            for name in one.parts:
                others = [part for part in one.parts if part != name]
                at_most = one.total - sum(low[part] for part in others)
                at_least = one.total - sum(high[part] for part in others)
                if at_most < high[name] or at_least > low[name]:
                    high[name] = min(high[name], at_most)
                    low[name] = max(low[name], at_least)
                    changed = True
    return {name: (low[name], high[name]) for name in hidden}
