"""Whatever the table: no small number of people follows from what is printed of it (R240)."""

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports import disclosure
from reports.disclosure import Audience, Limits, State
from tests.reports import attacker
from tests.reports.test_disclosure import (
    assert_small_counts_have_wide_ranges,
    donor,
    stage,
    table_of,
    true_counts,
)

SMALL = Limits(k=3, k_strict=4, breakdown_min=1)
small_tables = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 6), min_size=size[1], max_size=size[1]),
        min_size=size[0],
        max_size=size[0],
    )
)
large_tables = st.tuples(st.integers(2, 9), st.integers(2, 5)).flatmap(
    lambda size: st.lists(
        st.lists(
            st.one_of(st.integers(0, 12), st.integers(0, 400)),
            min_size=size[1],
            max_size=size[1],
        ),
        min_size=size[0],
        max_size=size[0],
    )
)


@settings(max_examples=150, deadline=None)
@given(small_tables)
def test_trying_every_filling_narrows_no_small_count_down(rows):
    table = table_of(*rows)
    protected = disclosure.protect(table, audience=Audience.DONOR, limits=SMALL)
    assume(protected.state is State.SHOWN)
    assume(sum(cell.suppressed for cell in protected.cells.values()) <= 6)

    assert_small_counts_have_wide_ranges(table, protected, k=3)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(((0, 3, 20, 20), (3, 6, 3, 3), (20, 4, 0, 9)), id="twelve cells"),
        pytest.param(((40, 12), (33, 3), (25, 20)), id="V2"),
        pytest.param(((50, 2, 3), (40, 20, 30), (60, 25, 35)), id="V4"),
    ],
)
def test_nothing_more_is_hidden_than_has_to_be(rows):
    """Who is told any one of the further hidden cells comes too close to a small count."""
    table = table_of(*rows)
    printed, hidden, sums = attacker.sums_of(donor(table))
    small = [name for name in hidden if 0 < table.counts[name] < 5]

    for told in (name for name in hidden if name not in small):
        fillings = attacker.every_filling(
            {**printed, told: table.counts[told]},
            [name for name in hidden if name != told],
            sums,
            highest=table.total,
        )
        ranges = [sorted({filling[name] for filling in fillings}) for name in small]
        assert any(numbers[-1] < 5 or numbers[-1] - numbers[0] < 5 for numbers in ranges)


@settings(max_examples=80, deadline=None)
@given(large_tables, st.booleans())
def test_no_small_count_is_printed_and_none_follows_from_the_sums(rows, sensitive):
    table = table_of(*rows, sensitive=sensitive)

    protected = donor(table)

    k = 10 if sensitive else 5
    margins = (*protected.row_totals.values(), *protected.column_totals.values())
    for cell in (*protected.cells.values(), *margins, protected.total):
        assert cell.suppressed or cell.value == 0 or cell.value >= k
        assert not (sensitive and cell.value == 0)
    printed, hidden, sums = attacker.sums_of(protected)
    ranges = attacker.narrowed(printed, hidden, sums, highest=table.total + k)
    for name in hidden:
        if 0 < table.counts[name] < k:
            low, high = ranges[name]
            assert high >= k
            assert high - low >= k


@settings(max_examples=40, deadline=None)
@given(large_tables)
def test_what_is_printed_is_true_and_the_same_every_time(rows):
    table = table_of(*rows)

    protected = donor(table)

    for name, cell in protected.cells.items():
        assert cell.suppressed or cell.value == table.counts[name]
    assert donor(table) == protected


@st.composite
def funnels(draw):
    """Four stages within each other, by group."""
    counts = [draw(st.lists(st.integers(0, 60), min_size=5, max_size=5))]
    for _ in range(3):
        counts.append([draw(st.integers(0, number)) for number in counts[-1]])
    slugs = ("registered", "oriented", "departed", "contacted")
    withins = ((), *((slug,) for slug in slugs))
    return [
        stage(slug, *numbers, within=within)
        for slug, numbers, within in zip(slugs, counts, withins, strict=False)
    ]


@settings(max_examples=150, deadline=None)
@given(funnels())
def test_no_small_difference_between_two_printed_stages(stages):
    protected = disclosure.protect_nested(stages, audience=Audience.DONOR)

    for outer, inner in pairwise(protected.values()):
        cells = zip(outer.by("group").cells.values(), inner.by("group").cells.values(), strict=True)
        for around, inside in ((outer.total, inner.total), *cells):
            if around.value is not None and inside.value is not None:
                difference = around.value - inside.value
                assert difference == 0 or difference >= 5


@settings(max_examples=60, deadline=None)
@given(funnels())
def test_no_small_group_follows_from_the_sums_over_all_stages(stages):
    """Every stage's groups add up to its total, and a stage is the next one and the rest."""
    protected = disclosure.protect_nested(stages, audience=Audience.DONOR)
    printed, hidden, sums, truth = {}, [], [], {}
    for population in stages:
        table = population.tables[0]
        regrouped = true_counts(table, protected[population.slug].by("group"))
        for (key,), cell in protected[population.slug].by("group").cells.items():
            name = (population.slug, key)
            truth[name] = regrouped.get((key,), 0)
            if cell.suppressed:
                hidden.append(name)
            else:
                printed[name] = cell.value
        total = protected[population.slug].total.value
        if total is not None:
            names = tuple(name for name in truth if name[0] == population.slug)
            sums.append(attacker.Sum(names, total))
    for outer, inner in pairwise(stages):
        for (key,) in protected[outer.slug].by("group").cells:
            around, inside, rest = (outer.slug, key), (inner.slug, key), (inner.slug, key, "rest")
            if around in printed:
                hidden.append(rest)
                truth[rest] = truth[around] - truth[inside]
                sums.append(attacker.Sum((inside, rest), printed[around]))

    ranges = attacker.narrowed(printed, hidden, sums, highest=10_000)

    for name, (low, high) in ranges.items():
        if 0 < truth[name] < 5:
            assert high >= 5
            assert high - low >= 5
