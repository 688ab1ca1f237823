"""Exact bounds of unknown counts."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.disclosure.polytope import Polytope


def bounds(polytope, unknown):
    """Smallest and largest whole value; None when nothing limits it from above."""
    low, high = polytope.minimise({unknown: 1}), polytope.minimise({unknown: -1})
    return math.ceil(low), None if high is None else math.floor(-high)


def test_two_parts_of_a_total_range_from_nothing_to_all_of_it():
    parts = Polytope([{"men": 1, "women": 1}], {"men": 7, "women": 3})

    assert bounds(parts, "men") == bounds(parts, "women") == (0, 10)


def test_what_has_no_room_elsewhere_has_a_lower_bound():
    equations = [{"men": 1, "women": 1}, {"women": 1, "other women": 1}]
    parts = Polytope(equations, {"men": 8, "women": 2, "other women": 4})

    assert bounds(parts, "men") == (4, 10)
    assert bounds(parts, "women") == (0, 6)


def test_a_single_part_is_known():
    assert bounds(Polytope([{"men": 2}], {"men": 7}), "men") == (7, 7)


def test_what_no_equation_mentions_has_no_upper_bound():
    assert bounds(Polytope([], {"men": 7}), "men") == (0, None)


def test_a_difference_can_grow_without_end():
    growing = Polytope([{"inside": 1, "outside": -1}], {"inside": 3, "outside": 3})

    assert bounds(growing, "outside") == (0, None)


def test_bounds_are_whole_numbers():
    thirds = Polytope([{"a": 3, "b": 2}], {"a": 3, "b": 4})

    assert thirds.minimise({"a": -1}) == Fraction(-17, 3)
    assert bounds(thirds, "a") == (0, 5)


def test_the_cheapest_corner_is_found_at_any_size():
    equations = [{"a": 1, "b": 1, "c": 1}, {"a": 1, "d": 1}]
    corner = Polytope(equations, {"a": 2, "b": 2, "c": 2, "d": 2})

    assert corner.minimise({"a": 1, "b": 3, "c": 5}) == 10
    assert [corner.value(name) for name in "abcd"] == [4, 2, 0, 0]


@pytest.mark.parametrize("order", [("men", "women"), ("women", "men")])
def test_the_order_of_the_unknowns_does_not_matter(order):
    truth = {"men": 7, "women": 3}

    parts = Polytope([{"men": 1, "women": 1}], {name: truth[name] for name in order})

    assert bounds(parts, "men") == (0, 10)


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_a_table_of_two_by_two_has_the_known_bounds(counts):
    a, b, c, d = counts
    equations = [{"a": 1, "b": 1}, {"c": 1, "d": 1}, {"a": 1, "c": 1}, {"b": 1, "d": 1}]
    table = Polytope(equations, {"a": a, "b": b, "c": c, "d": d})

    assert bounds(table, "a") == (max(0, a - d), min(a + b, a + c))
