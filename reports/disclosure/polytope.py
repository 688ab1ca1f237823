"""Exact bounds of unknown counts.

Who reads a table with gaps knows that the gaps are not negative and that the parts add up to the
totals. All the ways to fill the gaps form a polytope; its extent along one gap is what the reader
can find out about it. The arithmetic is exact (integers, fractions where a division needs them)
and the order of the steps fixed, so that the same table always gets the same answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from fractions import Fraction
from typing import Generic, TypeVar

Number = int | Fraction
Row = dict[int, Number]
Unknown = TypeVar("Unknown", bound=Hashable)


class Polytope(Generic[Unknown]):
    """The non-negative solutions of linear equations, explored from a known solution.

    Each equation is given by its coefficients; its right-hand side is what the known `point` makes
    of it. Inside it is a simplex dictionary over numbered unknowns: every *basic* unknown is a
    constant plus a combination of the *free* ones, which are zero at the current corner. The rows
    are nearly empty, so `_users` tells for each free unknown in which of them it stands.
    """

    def __init__(
        self, equations: Iterable[Mapping[Unknown, int]], point: Mapping[Unknown, int]
    ) -> None:
        self._numbers = {unknown: number for number, unknown in enumerate(point)}
        self._values: list[Number] = list(point.values())
        self._rows: dict[int, Row] = {}
        self._users: dict[int, set[int]] = {}
        for equation in equations:
            self._add({self._numbers[u]: factor for u, factor in equation.items() if factor})
        self._walk_to_corner()

    def value(self, unknown: Unknown) -> Number:
        """The unknown at the current corner."""
        return self._values[self._numbers[unknown]]

    def minimise(self, costs: Mapping[Unknown, int]) -> Number | None:
        """Go to a corner of least cost; return the cost, None when it falls without end.

        Always the first unknown that makes it cheaper enters (Bland's rule: no going in circles).
        """
        reduced: Row = {self._numbers[u]: cost for u, cost in costs.items()}
        for basic in [number for number in reduced if number in self._rows]:
            _substitute(reduced, basic, self._rows[basic])
        while falling := [number for number, slope in reduced.items() if slope < 0]:
            entering = min(falling)
            step, leaving = self._longest_step(entering, direction=1)
            if leaving is None:
                return None
            self._move(entering, step)
            self._swap(entering, leaving)
            _substitute(reduced, entering, self._rows[entering])
        return sum(self.value(unknown) * cost for unknown, cost in costs.items())

    def _add(self, remainder: Row) -> None:
        """Solve one more equation for one of its unknowns."""
        for basic in [number for number in remainder if number in self._rows]:
            _substitute(remainder, basic, self._rows[basic])
        if remainder:
            basic = min(remainder, key=lambda number: (abs(remainder[number]) != 1, number))
            self._make_basic(basic, _solved_for(basic, remainder))

    def _make_basic(self, basic: int, row: Row) -> None:
        for user in self._users.pop(basic, ()):
            other = self._rows[user]
            before = other.keys() & row.keys()
            _substitute(other, basic, row)
            for number in row:
                if number in other:
                    self._users.setdefault(number, set()).add(user)
                elif number in before:
                    self._users[number].discard(user)
        self._rows[basic] = row
        for number in row:
            self._users.setdefault(number, set()).add(basic)

    def _walk_to_corner(self) -> None:
        """Bring every free unknown of the known point down to zero, among the solutions."""
        for number, value in enumerate(self._values):
            if number in self._rows or not value:
                continue
            step, leaving = self._longest_step(number, direction=-1)
            if leaving is None or step >= self._values[number]:
                self._move(number, -self._values[number])
            else:
                self._move(number, -step)
                self._swap(number, leaving)

    def _longest_step(self, free: int, *, direction: int) -> tuple[Number, int | None]:
        """How far a free unknown can move until a basic one is zero, and which one that is."""
        longest: Number = 0
        tight: int | None = None
        for basic in self._users.get(free, ()):
            slope = self._rows[basic][free] * direction
            if slope >= 0:
                continue
            step = _quotient(self._values[basic], -slope)
            if tight is None or (step, basic) < (longest, tight):
                longest, tight = step, basic
        return longest, tight

    def _move(self, free: int, step: Number) -> None:
        if not step:
            return
        self._values[free] += step
        for basic in self._users.get(free, ()):
            self._values[basic] += self._rows[basic][free] * step

    def _swap(self, entering: int, leaving: int) -> None:
        """Make a free unknown basic and a basic one free."""
        row = self._rows.pop(leaving)
        for number in row:
            self._users[number].discard(leaving)
        self._make_basic(entering, _solved_for(entering, {leaving: -1, **row}))


def _substitute(row: Row, number: int, replacement: Row) -> None:
    factor = row.pop(number, 0)
    if not factor:
        return
    for other, coefficient in replacement.items():
        total = row.get(other, 0) + factor * coefficient
        if total:
            row[other] = total
        else:
            row.pop(other, None)


def _solved_for(number: int, equation: Row) -> Row:
    divisor = -equation[number]
    return {n: _quotient(factor, divisor) for n, factor in equation.items() if n != number}


def _quotient(number: Number, divisor: Number) -> Number:
    if divisor == 1:
        return number
    if divisor == -1:
        return -number
    quotient = Fraction(number) / divisor
    return quotient.numerator if quotient.denominator == 1 else quotient
