"""Which further counts must be hidden so that the small ones cannot be worked out.

The cells of one or more tables are related by equations (parts add up to totals, a stage is what
is inside it plus the rest). Hiding the small cells alone is not enough: a reader subtracts. Here
further cells are chosen by a linear programme that shifts people around the tables: where a small
cell can be moved far enough while only cells that are hidden anyway, and as few others as
possible, change, those others have to be hidden as well.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, TypeVar

from reports.disclosure.polytope import Number, Polytope

Key = TypeVar("Key", bound=Hashable)

# Must outweigh the cost of hiding every cell of a release.
FALLING_SHORT = 10**12


class Unprotectable(Exception):
    """No choice of further cells protects this one."""

    def __init__(self, key: Hashable) -> None:
        super().__init__(key)
        self.key = key


@dataclass(kw_only=True)
class Problem(Generic[Key]):
    """Cells of exact counts, and what is known about printing them.

    `equations` hold between the cells: coefficients whose sum over the exact counts is zero.
    `limits` names the cells to protect, and how wide a reader's doubt about them must be.
    `printed` are the cells a reader sees; `weights` says which of them may be hidden, and how much
    that would hurt.
    """

    values: dict[Key, int] = field(default_factory=dict)
    equations: list[dict[Key, int]] = field(default_factory=list)
    limits: dict[Key, int] = field(default_factory=dict)
    printed: dict[Key, None] = field(default_factory=dict)
    weights: dict[Key, int] = field(default_factory=dict)

    @cached_property
    def equations_of(self) -> dict[Key, list[int]]:
        places: dict[Key, list[int]] = {}
        for place, equation in enumerate(self.equations):
            for key in equation:
                places.setdefault(key, []).append(place)
        return places


def suppress(problem: Problem[Key]) -> dict[Key, None]:
    """The cells that may be printed so that every cell with a limit is protected.

    Raises `Unprotectable` when hiding further cells cannot do it.
    """
    for key in problem.limits:
        problem.printed.pop(key, None)
    waiting = sorted(problem.limits, key=lambda key: problem.values[key])
    while waiting:
        # Those that hang together are looked at together, until one of them needs cells hidden.
        together = dict.fromkeys(_connected(problem, waiting[:1]))
        connected = [key for key in waiting if key in together]
        found = _exposed(problem, connected)
        if found is not None:
            _hide_around(problem, found)
            together = dict.fromkeys(connected[: connected.index(found) + 1])
        waiting = [key for key in waiting if key not in together]
    _print_again_what_can_be(problem)
    still_exposed = _exposed(problem, list(problem.limits))
    if still_exposed is not None:
        raise Unprotectable(still_exposed)
    return problem.printed


def exposed(problem: Problem[Key], keys: Sequence[Key]) -> Iterator[Key]:
    """The audit: those of these cells that a reader can work out, or come close to.

    A hidden cell is protected when the range it can have, for who knows everything that is
    printed, is at least as wide as its limit and reaches up to it.
    """
    unknown = _connected(problem, keys)
    point: dict[Hashable, int] = {k: problem.values[k] for k in unknown}
    polytope = Polytope(_restricted(problem, unknown), point)
    ranges = {key: _Range(problem.values[key]) for key in keys}
    for key in keys:
        limit = problem.limits[key]
        for direction in (-1, 1):
            if ranges[key].protects(limit):
                break
            if polytope.minimise({key: direction}) is None:
                ranges[key].is_open = True
            # One way to fill the gaps tells something about every cell.
            for other, seen in ranges.items():
                seen.reach(polytope.value(other))
        if not ranges[key].protects(limit):
            yield key


@dataclass
class _Range:
    """The numbers that a cell was found to be able to have; `is_open`: any number upwards."""

    low: Number
    high: Number = field(init=False)
    is_open: bool = False

    def __post_init__(self) -> None:
        self.high = self.low

    def reach(self, number: Number) -> None:
        self.low, self.high = min(self.low, number), max(self.high, number)

    def protects(self, limit: int) -> bool:
        high = math.floor(self.high)
        return self.is_open or (high >= limit and high - math.ceil(self.low) >= limit)


def _exposed(problem: Problem[Key], keys: Sequence[Key]) -> Key | None:
    """The first of these cells that is exposed."""
    return next(exposed(problem, keys), None)


def _hide_around(problem: Problem[Key], key: Key) -> None:
    """Hide the cheapest further cells, so that a small one may be anything from 0 to its limit.

    Where earlier reports have told that it is not 0, it must be able to be as much more.
    """
    value, limit = problem.values[key], problem.limits[key]
    hidden: dict[Key, None] = {}
    short = _hide_for_move(problem, key, limit - value, hidden)
    told = _hide_for_move(problem, key, -value, hidden)
    if told and not short:
        short = _hide_for_move(problem, key, limit - value + told, hidden)
    if short:
        raise Unprotectable(key)
    for other in hidden:
        del problem.printed[other]


def _hide_for_move(problem: Problem[Key], key: Key, move: int, hidden: dict[Key, None]) -> int:
    """Add to `hidden` the cheapest cells whose hiding lets the cell be `move` larger.

    Returns by how much it falls short.
    """
    if not move:
        return 0
    movable = {k: problem.weights.get(k, 0) for k in problem.printed if problem.values[k]}
    movable = {k: 0 if k in hidden else w for k, w in movable.items() if w}
    component = _connected(problem, [key], movable)
    equations = list(_restricted(problem, component))
    point: dict[Hashable, int] = {k: problem.values[k] for k in component}
    short = ("short", key)
    point[short] = abs(move)
    equations.append({key: 1, short: 1 if move > 0 else -1})
    costs: dict[Hashable, int] = {short: FALLING_SHORT}
    for k in component:
        if movable.get(k):
            more, fewer = ("more", k), ("fewer", k)
            point[more] = point[fewer] = 0
            equations.append({k: 1, more: -1, fewer: 1})
            costs[more] = costs[fewer] = movable[k]
    polytope = Polytope(equations, point)
    polytope.minimise(costs)
    moved = (k for k in component if movable.get(k) and polytope.value(k) != problem.values[k])
    hidden.update(dict.fromkeys(moved))
    return math.ceil(polytope.value(short))


def _print_again_what_can_be(problem: Problem[Key]) -> None:
    """Print hidden cells again where the small ones stay protected without them, largest first."""
    further = [
        key for key in problem.weights if key not in problem.printed and key not in problem.limits
    ]
    for key in sorted(further, key=lambda key: -problem.values[key]):
        at_stake = [k for k in _connected(problem, [key]) if k in problem.limits]
        problem.printed[key] = None
        if _exposed(problem, at_stake) is not None:
            del problem.printed[key]


def _connected(
    problem: Problem[Key], start: Iterable[Key], movable: Collection[Key] = ()
) -> list[Key]:
    """The unknown and movable cells that equations connect with some cells, in a fixed order."""
    found = dict.fromkeys(start)
    for key in (queue := list(found)):
        for place in problem.equations_of.get(key, ()):
            for other in problem.equations[place]:
                is_open = other not in problem.printed or other in movable
                if is_open and other not in found:
                    found[other] = None
                    queue.append(other)
    return list(found)


def _restricted(problem: Problem[Key], unknown: Sequence[Key]) -> Iterator[dict[Hashable, int]]:
    """The equations as far as they speak about these cells; the others are constants."""
    wanted = dict.fromkeys(unknown)
    places = dict.fromkeys(p for key in unknown for p in problem.equations_of.get(key, ()))
    for place in places:
        yield {k: c for k, c in problem.equations[place].items() if k in wanted}
