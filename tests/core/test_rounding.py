"""The one rounding rule."""

from decimal import Decimal

import pytest

from core.rounding import percent, wilson


@pytest.mark.req("R237")
@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1589, 2776, "57.2"),
        (886, 1589, "55.8"),
        (218, 408, "53.4"),
        (22, 408, "5.4"),
        (15, 22, "68.2"),
        (60, 71, "84.5"),
        (1, 800, "0.1"),
        (1, 2000, "0.1"),
        (0, 7, "0.0"),
        (7, 7, "100.0"),
    ],
)
def test_percentages_have_one_decimal_and_round_halves_up(numerator, denominator, expected):
    assert percent(numerator, denominator) == Decimal(expected)


def test_there_is_no_share_of_nothing():
    assert percent(0, 0) is None
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(15, 22, "47.3", "83.6"), (0, 5, "0.0", "43.4"), (5, 5, "56.6", "100.0")],
)
def test_the_interval_of_a_share_is_wilsons(numerator, denominator, low, high):
    assert wilson(numerator, denominator) == (Decimal(low), Decimal(high))
