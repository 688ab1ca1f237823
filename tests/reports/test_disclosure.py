"""The one exit for figures: nobody outside can work out a small number of people (R240)."""

import pytest

from reports import disclosure
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Cell,
    Dimension,
    Limits,
    Merge,
    Note,
    Population,
    ProtectedTable,
    State,
    Table,
)
from tests.reports import attacker

GROUP = Dimension(name="group", keys=("men", "women", "boys", "girls", "not_stated"))
MONTHS = Dimension(name="month", keys=("2019-01", "2019-02", "2019-03"), lasting=False)


def table_of(*rows, rows_named=None, columns_named=None, sensitive=False, steps=()):
    """A table of two dimensions from its rows of numbers."""
    row_keys = rows_named or tuple(f"row {number}" for number in range(len(rows)))
    column_keys = columns_named or tuple(f"column {number}" for number in range(len(rows[0])))
    counts = {
        (row, column): count
        for row, line in zip(row_keys, rows, strict=True)
        for column, count in zip(column_keys, line, strict=True)
    }
    dimensions = (
        Dimension(name="rows", keys=tuple(row_keys), steps=steps),
        Dimension(name="columns", keys=tuple(column_keys)),
    )
    return Table(dimensions=dimensions, counts=counts, sensitive=sensitive)


def by_group(*counts, sensitive=False):
    numbers = zip(GROUP.keys, counts, strict=True)
    return Table(dimensions=(GROUP,), counts={(key,): n for key, n in numbers}, sensitive=sensitive)


def stage(slug, *counts, within=(), released=None):
    return Population(
        slug=slug,
        total=sum(counts),
        tables=(by_group(*counts),),
        within=within,
        released=released,
    )


def donor(table, **limits):
    return disclosure.protect(table, audience=Audience.DONOR, limits=Limits(**limits))


def shown(table):
    return {name: cell.value for name, cell in table.cells.items()}


def true_counts(table: Table, protected: ProtectedTable):
    return table.regrouped({d.name: d for d in protected.dimensions}).counts


def assert_small_counts_have_wide_ranges(table: Table, protected: ProtectedTable, k: int):
    """What trying out every way to fill the gaps says."""
    printed, hidden, sums = attacker.sums_of(protected)
    fillings = attacker.every_filling(printed, hidden, sums, highest=table.total)
    truth = true_counts(table, protected)
    for name in hidden:
        if 0 < truth.get(name, 0) < k:
            numbers = {filling[name] for filling in fillings}
            assert max(numbers) >= k
            assert max(numbers) - min(numbers) >= k


# --- the test vectors -----------------------------------------------------------------------------
class TestVectors:
    @pytest.mark.parametrize(
        "table",
        [
            pytest.param(table_of((1267, 286), (34, 2)), id="V1 two girls"),
            pytest.param(table_of((40, 12), (33, 3), (25, 20)), id="V2 one woman's office"),
            pytest.param(table_of((120, 0), (80, 1), (60, 7), (44, 9)), id="V3 one child"),
            pytest.param(table_of((50, 2, 3), (40, 20, 30), (60, 25, 35)), id="V4 same row"),
            pytest.param(table_of((1, 0), (3, 3), (12, 20)), id="V6 handbook"),
        ],
    )
    def test_small_counts_cannot_be_narrowed_down(self, table):
        protected = donor(table)

        assert protected.state is State.SHOWN
        assert protected.total == Cell(table.total)
        assert_small_counts_have_wide_ranges(table, protected, k=5)

    def test_v1_keeps_the_margins_and_hides_all_four_inner_cells(self):
        protected = donor(table_of((1267, 286), (34, 2)))

        assert all(cell.suppressed for cell in protected.cells.values())
        assert [cell.value for cell in protected.row_totals.values()] == [1553, 36]
        assert [cell.value for cell in protected.column_totals.values()] == [1301, 288]

    def test_v3_with_children_as_a_sensitive_group_merges_the_countries_away(self):
        away = (Merge("all", ("GIN", "CMR", "CIV", "MLI")),)
        table = table_of(
            (120, 0),
            (80, 1),
            (60, 7),
            (44, 9),
            rows_named=("GIN", "CMR", "CIV", "MLI"),
            columns_named=("adult", "child"),
            sensitive=True,
            steps=(away,),
        )

        assert shown(donor(table)) == {("all", "adult"): 304, ("all", "child"): 17}

    def test_v5_is_withheld_altogether(self):
        protected = donor(table_of((1, 1), (1, 1)))

        assert protected.state is State.WITHHELD
        assert protected.total == SUPPRESSED
        assert set(protected.cells.values()) == {SUPPRESSED}

    @pytest.mark.req("R240")
    def test_v7_children_are_one_group_and_the_five_untrained_ones_go_at_ten(self):
        stages = [
            stage("oriented", 1267, 286, 34, 2, 0),
            stage("trained", 691, 137, 29, 2, 0, within=("oriented",)),
        ]

        at_five = disclosure.protect_nested(stages, audience=Audience.DONOR)
        at_ten = disclosure.protect_nested(
            stages, audience=Audience.DONOR, limits=Limits(k=10, k_strict=10)
        )

        assert shown(at_five["oriented"].by("group")) == {
            ("men",): 1267,
            ("women",): 286,
            ("children",): 36,
            ("not_stated",): 0,
        }
        assert shown(at_five["trained"].by("group"))[("children",)] == 31
        oriented, trained = (at_ten[slug].by("group") for slug in ("oriented", "trained"))
        assert oriented["children"].suppressed or trained["children"].suppressed

    def test_v8_a_second_report_does_not_show_who_came_in_between(self):
        first_quarter = stage("first", 80, 40, 12, 0, 0)
        first = disclosure.protect_nested([first_quarter], audience=Audience.DONOR)["first"]
        stages = [
            stage("second", 100, 60, 13, 0, 0),
            stage("first", 80, 40, 12, 0, 0, within=("second",), released=first),
        ]

        second = disclosure.protect_nested(stages, audience=Audience.DONOR)["second"]

        assert first.by("group")["children"] == Cell(12)
        assert second.by("group")["children"] == SUPPRESSED
        assert second.total == Cell(173)
        assert sum(cell.suppressed for cell in second.by("group").cells.values()) == 2

    def test_what_earlier_reports_have_told_together_does_not_empty_the_next_one(self):
        earlier = {
            slug: disclosure.protect_nested([stage(slug, *counts)], audience=Audience.DONOR)[slug]
            for slug, counts in (("first", (80, 40, 12, 0, 0)), ("second", (80, 42, 12, 0, 0)))
        }
        stages = [
            stage("third", 100, 60, 20, 0, 0),
            stage("second", 80, 42, 12, 0, 0, within=("third",), released=earlier["second"]),
            stage("first", 80, 40, 12, 0, 0, within=("second",), released=earlier["first"]),
        ]

        third = disclosure.protect_nested(stages, audience=Audience.DONOR)["third"]

        assert not third.by("group").has_suppressed

    def test_v9_a_nested_population_of_nearly_the_same_people_is_withheld(self):
        everyone = stage("all donors", 40, 20, 0, 0, 0)
        released = disclosure.protect_nested([everyone], audience=Audience.DONOR)["all donors"]
        stages = [
            stage("all donors", 40, 20, 0, 0, 0, released=released),
            stage("one donor", 37, 20, 0, 0, 0, within=("all donors",)),
        ]

        protected = disclosure.protect_nested(stages, audience=Audience.DONOR)

        assert protected["one donor"].total == SUPPRESSED

    def test_v10_one_of_seventy_one_is_not_a_percentage(self):
        answers = Dimension(name="answer", keys=("useful", "quite", "somehow", "not", "no_answer"))
        counts = dict(zip(((key,) for key in answers.keys), (42, 18, 9, 1, 1), strict=True))

        protected = donor(Table(dimensions=(answers,), counts=counts))

        assert protected["useful"] == Cell(42)
        assert protected["no_answer"] == protected["not"] == SUPPRESSED
        share = disclosure.figure(
            protected["no_answer"], denominator=protected.total, audience=Audience.DONOR
        )
        assert (share.percent, share.note) == (None, Note.WITHHELD)

    def test_v12_nobody_and_one_person_look_the_same_in_a_sensitive_table(self):
        nobody = by_group(0, 0, 0, 0, 0, sensitive=True)
        one = by_group(0, 0, 0, 1, 0, sensitive=True)

        assert repr(donor(nobody)) == repr(donor(one))

    @pytest.mark.req("R236")
    def test_v13_the_people_not_stated_have_a_row_and_the_parts_add_up(self):
        protected = donor(by_group(691, 137, 29, 2, 27))

        assert protected["not_stated"] == Cell(27)
        assert sum(cell.value for cell in protected.cells.values()) == protected.total.value == 886

    def test_v14_a_cell_hidden_in_one_of_two_linked_tables_stays_hidden_through_both(self):
        country = Dimension(name="country", keys=("GIN", "CMR", "CIV"))
        sex = Dimension(name="sex", keys=("F", "M"))
        age = Dimension(name="age", keys=("child", "adult"))
        by_sex = dict(
            zip(
                ((c, s) for c in country.keys for s in sex.keys),
                (20, 80, 3, 40, 15, 42),
                strict=True,
            )
        )
        by_age = dict(
            zip(
                ((c, a) for c in country.keys for a in age.keys), (8, 92, 7, 36, 2, 55), strict=True
            )
        )
        people = Population(
            slug="people",
            total=200,
            tables=(
                Table(dimensions=(country, sex), counts=by_sex),
                Table(dimensions=(country, age), counts=by_age),
            ),
        )

        protected = disclosure.protect_nested([people], audience=Audience.DONOR)["people"]

        first, second = protected.by("country", "sex"), protected.by("country", "age")
        assert first.row_totals == second.row_totals
        assert first[("CMR", "F")] == second[("CIV", "child")] == SUPPRESSED
        for table, tables in ((people.tables[0], first), (people.tables[1], second)):
            assert_small_counts_have_wide_ranges(table, tables, k=5)

    def test_v15_the_same_table_is_protected_the_same_way_every_time(self):
        table = table_of((50, 2, 3), (40, 20, 30), (60, 25, 35))

        assert repr(donor(table)) == repr(donor(table))


# --- the rules one by one -------------------------------------------------------------------------
def test_inside_the_programme_every_count_is_exact():
    protected = disclosure.protect(by_group(1267, 286, 34, 2, 0), audience=Audience.INTERNAL)

    assert protected["girls"] == Cell(2)
    assert not protected.has_suppressed


def test_the_public_sees_no_count_below_ten():
    table = by_group(200, 60, 7, 0, 0)

    assert donor(table)["children"] == Cell(7)
    assert disclosure.protect(table, audience=Audience.PUBLIC)["children"] == SUPPRESSED


def test_a_population_below_thirty_has_a_total_and_no_breakdown():
    protected = donor(by_group(12, 10, 0, 0, 0))

    assert protected.state is State.TOTAL_ONLY
    assert protected.total == Cell(22)
    assert set(protected.cells.values()) == {SUPPRESSED}


def test_zero_is_shown_as_zero_where_nothing_is_sensitive():
    assert donor(by_group(40, 20, 0, 0, 0))["children"] == Cell(0)
    assert donor(by_group(0, 0, 0, 0, 0)).total == Cell(0)


def test_zero_is_hidden_in_a_sensitive_table():
    assert donor(by_group(40, 20, 0, 0, 20, sensitive=True))["children"] == SUPPRESSED


def test_a_sensitive_trait_that_nearly_everyone_in_a_row_shares_is_hidden():
    table = table_of(
        (40, 2), (50, 60), (70, 80), columns_named=("vulnerable", "other"), sensitive=True
    )

    protected = donor(table)

    assert protected[("row 0", "other")] == protected[("row 0", "vulnerable")] == SUPPRESSED


def test_girls_alone_are_never_a_group_outside():
    only_girls = Dimension(name="group", keys=("girls", "others"))
    table = Table(dimensions=(only_girls,), counts={("girls",): 50, ("others",): 50})

    assert donor(table).rows == ("children", "others")


def test_months_are_merged_to_quarters_where_too_many_are_small():
    months = Dimension(
        name="month",
        keys=("01", "02", "03", "04", "05", "06"),
        steps=((Merge("Q1", ("01", "02", "03")), Merge("Q2", ("04", "05", "06"))),),
    )
    few = Table(dimensions=(months,), counts={("01",): 3, ("02",): 9, ("03",): 2, ("05",): 30})
    many = Table(dimensions=(months,), counts={(key,): 9 for key in months.keys})

    assert shown(donor(few)) == {("Q1",): 14, ("Q2",): 30}
    assert donor(many).rows == months.keys


def test_months_of_events_are_not_compared_between_stages():
    def in_months(slug, *counts, within=()):
        cells = {(key,): n for key, n in zip(MONTHS.keys, counts, strict=True)}
        table = Table(dimensions=(MONTHS,), counts=cells)
        return Population(slug=slug, total=sum(counts), tables=(table,), within=within)

    stages = [
        in_months("oriented", 40, 20, 0),
        in_months("trained", 0, 20, 30, within=("oriented",)),
    ]

    protected = disclosure.protect_nested(stages, audience=Audience.DONOR)

    assert shown(protected["trained"].by("month")) == {
        ("2019-01",): 0,
        ("2019-02",): 20,
        ("2019-03",): 30,
    }


def test_a_stage_that_all_but_a_few_have_reached_is_withheld():
    stages = [
        Population(slug="contacted", total=218),
        Population(slug="with_project", total=216, within=("contacted",)),
    ]

    protected = disclosure.protect_nested(stages, audience=Audience.DONOR)

    assert protected["contacted"].total == Cell(218)
    assert protected["with_project"].total == SUPPRESSED


def test_the_funnel_of_the_programme_keeps_all_its_totals_for_donors():
    totals = {
        "registered": (2776, ()),
        "oriented": (1589, ("registered",)),
        "trained": (886, ("oriented",)),
        "departed": (408, ("oriented",)),
        "contacted": (218, ("departed",)),
        "with_project": (201, ("contacted",)),
        "scored": (22, ("departed",)),
        "sustainable": (15, ("scored",)),
    }
    stages = [Population(slug=s, total=n, within=within) for s, (n, within) in totals.items()]

    protected = disclosure.protect_nested(stages, audience=Audience.DONOR)

    assert {slug: p.total.value for slug, p in protected.items()} == {
        slug: total for slug, (total, _) in totals.items()
    }


def test_a_withheld_stage_does_not_hide_what_lies_around_it_from_the_audit():
    stages = [
        stage("departed", 60, 40, 0, 0, 0),
        stage("contacted", 58, 39, 0, 0, 0, within=("departed",)),
        stage("with_project", 21, 39, 0, 0, 0, within=("contacted",)),
    ]

    protected = disclosure.protect_nested(stages, audience=Audience.DONOR)

    assert protected["contacted"].total == SUPPRESSED
    women = [protected[slug].by("group")["women"] for slug in ("departed", "with_project")]
    assert SUPPRESSED in women


class TestRefusals:
    def test_parts_that_do_not_add_up_are_refused(self):
        with pytest.raises(ValueError, match="add up to 859, the total is 886"):
            Population(slug="trained", total=886, tables=(by_group(691, 137, 29, 2, 0),))

    def test_more_people_inside_than_around_are_refused(self):
        stages = [
            stage("oriented", 10, 50, 0, 0, 0),
            stage("trained", 20, 0, 0, 0, 0, within=("oriented",)),
        ]

        with pytest.raises(ValueError, match="trained is larger than oriented"):
            disclosure.protect_nested(stages, audience=Audience.DONOR)

    def test_a_cell_outside_the_table_is_refused(self):
        with pytest.raises(ValueError, match="not a cell"):
            Table(dimensions=(GROUP,), counts={("dogs",): 3})

    def test_a_negative_count_is_refused(self):
        with pytest.raises(ValueError, match="negative"):
            Table(dimensions=(GROUP,), counts={("men",): -3})

    def test_a_cell_is_either_shown_or_suppressed(self):
        with pytest.raises(ValueError, match="suppressed"):
            Cell(3, suppressed=True)
