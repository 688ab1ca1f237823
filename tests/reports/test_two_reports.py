"""Two reports side by side, by the rules alone: nobody finds in both what neither tells (R240)."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from reports import disclosure
from reports.disclosure import (
    SUPPRESSED,
    Audience,
    Cell,
    Dimension,
    Population,
    ProtectedPopulation,
    ProtectedTable,
    State,
    Table,
)
from tests.reports import attacker

GROUPS = ("men", "women", "children", "not_stated")
GROUP = Dimension(name="group", keys=GROUPS)


# --- what a reader of all the reports can find out ------------------------------------------------
def everything_known(reports, truths, highest=10_000):
    """Ranges of every count of people by group, in all reports, and of who came in between.

    ``reports`` and ``truths`` are lists of {slug: {key: …}} in the order of their days; key "" is
    the total. A stage is within the one before, and each report within the next.
    """
    printed, hidden, truth, links = {}, [], {}, []

    def add(name, number, cell=None):
        truth[name] = number
        if cell is not None and cell.value is not None:
            printed[name] = cell.value
        else:
            hidden.append(name)

    def add_rest(whole, part):
        rest = (*whole, "without", *part)
        add(rest, truth[whole] - truth[part])
        links.append(attacker.Link(whole, (part, rest)))

    for number, (report, true) in enumerate(zip(reports, truths, strict=True)):
        for slug, cells in report.items():
            for key, cell in cells.items():
                add((str(number), slug, key), true[slug][key], cell)
            parts = tuple((str(number), slug, key) for key in cells if key)
            links.append(attacker.Link((str(number), slug, ""), parts))
        for outer, inner in itertools.pairwise(report):
            for key in report[outer].keys() & report[inner].keys():
                add_rest((str(number), outer, key), (str(number), inner, key))
        if number:
            for slug, cells in report.items():
                for key in cells.keys() & reports[number - 1][slug].keys():
                    add_rest((str(number), slug, key), (str(number - 1), slug, key))
    ranges = attacker.narrowed(printed, hidden, (), highest, links)
    return ranges, truth


def assert_no_small_number_is_found(ranges, truth, k=5):
    for name, (low, high) in ranges.items():
        assert low <= truth[name] <= high, name
        if 0 < truth[name] < k:
            assert high >= k, name
            assert high - low >= k, name


# --- by the rules alone ---------------------------------------------------------------------------
def stage(slug, counts, **values):
    table = Table(dimensions=(GROUP,), counts={(key,): n for key, n in counts.items()})
    return Population(slug=slug, total=sum(counts.values()), tables=(table,), **values)


def cells_of(protected):
    table = protected.by("group")
    return {"": protected.total} | {key: table[key] for key in table.rows}


@st.composite
def two_reports(draw):
    """Three stages within each other, by group; and the same stages later, with more people."""
    slugs = ("registered", "oriented", "departed")
    people = st.one_of(st.integers(0, 8), st.integers(0, 80))
    first = [{key: draw(people) for key in GROUPS}]
    for _ in slugs[1:]:
        first.append({key: draw(st.integers(0, n)) for key, n in first[-1].items()})
    second, came = [], {key: draw(st.integers(0, 12)) for key in GROUPS}
    for counts in first:
        second.append({key: counts[key] + came[key] for key in GROUPS})
        came = {key: draw(st.integers(0, n)) for key, n in came.items()}
    return [dict(zip(slugs, counts, strict=True)) for counts in (first, second)]


@settings(max_examples=120, deadline=None)
@given(two_reports())
def test_no_small_number_follows_from_two_reports(truths):
    first, second = truths
    slugs = list(first)
    outer = dict(zip(slugs[1:], slugs, strict=False))

    def within(slug, mark=""):
        return (f"{outer[slug]}{mark}",) if slug in outer else ()

    before = disclosure.protect_nested(
        [stage(slug, first[slug], within=within(slug)) for slug in slugs], audience=Audience.DONOR
    )
    after = disclosure.protect_nested(
        [
            *(stage(slug, second[slug], within=within(slug)) for slug in slugs),
            *(
                stage(
                    f"{slug}@0",
                    first[slug],
                    within=within(slug, "@0"),
                    later=slug,
                    released=before[slug],
                )
                for slug in slugs
            ),
        ],
        audience=Audience.DONOR,
    )

    reports = [{slug: cells_of(found[slug]) for slug in slugs} for found in (before, after)]
    true = [
        {slug: {"": sum(counts.values())} | counts for slug, counts in one.items()}
        for one in truths
    ]
    assert_no_small_number_is_found(*everything_known(reports, true))


def test_a_hidden_count_stays_hidden_when_a_later_report_splits_the_same_people_further():
    """Three children and twenty women were hidden together; then the places come as well."""
    counts = {"men": 60, "women": 20, "children": 3, "not_stated": 0}
    before = disclosure.protect_nested([stage("people", counts)], audience=Audience.DONOR)
    assert cells_of(before["people"])["children"] == SUPPRESSED
    mop = Dimension(name="mop", keys=("rabat", "oujda"))
    by_both = {("men", "rabat"): 30, ("men", "oujda"): 30, ("women", "rabat"): 20} | {
        ("children", "oujda"): 3
    }
    places = Table(dimensions=(GROUP, mop), counts=by_both)

    found = disclosure.protect_nested(
        [
            Population(slug="people", total=83, tables=(places,)),
            stage("people@0", counts, later="people", released=before["people"]),
        ],
        audience=Audience.DONOR,
    )["people"].by("group", "mop")

    # The women by place or in all would leave over the children of the earlier report.
    women = [found.row_totals["women"], found[("women", "rabat")], found[("women", "oujda")]]
    assert found.row_totals["women"] == SUPPRESSED
    assert women.count(SUPPRESSED) >= 2


def test_people_taken_away_by_a_correction_are_protected_like_those_who_came():
    before = disclosure.protect_nested(
        [stage("people", {"men": 60, "women": 22, "children": 9, "not_stated": 0})],
        audience=Audience.DONOR,
    )
    corrected = {"men": 60, "women": 20, "children": 11, "not_stated": 0}

    found = disclosure.protect_nested(
        [
            stage("people", corrected),
            stage(
                "people@0",
                {"men": 60, "women": 22, "children": 9, "not_stated": 0},
                later="people",
                released=before["people"],
            ),
        ],
        audience=Audience.DONOR,
    )["people"]

    assert found.total == Cell(91)
    assert found.by("group")["women"] == found.by("group")["children"] == SUPPRESSED


def test_a_part_and_the_rest_of_a_stage_are_protected_together():
    """Who was registered and not oriented gives those away who were, by subtraction."""
    oriented = {"men": 50, "women": 30, "children": 3, "not_stated": 0}
    others = {"men": 40, "women": 20, "children": 30, "not_stated": 9}
    registered = {key: oriented[key] + others[key] for key in GROUPS}

    found = disclosure.protect_nested(
        [
            stage("registered", registered),
            stage("oriented", oriented, within=("registered",)),
            stage("not_oriented", others, within=("registered",), besides="oriented"),
        ],
        audience=Audience.DONOR,
    )

    printed = {slug: cells_of(protected) for slug, protected in found.items()}
    assert printed["oriented"]["children"] == SUPPRESSED
    assert SUPPRESSED in (printed["registered"]["children"], printed["not_oriented"]["children"])
    # Filling all gaps in every way leaves the three children open.
    names = [(slug, key) for slug in printed for key in GROUPS]
    known = {n: printed[n[0]][n[1]].value for n in names if printed[n[0]][n[1]].value is not None}
    hidden = [name for name in names if name not in known]
    links = [
        attacker.Link(("registered", key), (("oriented", key), ("not_oriented", key)))
        for key in GROUPS
    ]
    sums = [
        attacker.Sum(tuple((slug, key) for key in GROUPS), cells[""].value)
        for slug, cells in printed.items()
        if cells[""].value is not None
    ]
    low, high = attacker.narrowed(known, hidden, sums, 10_000, links)[("oriented", "children")]
    assert high >= 5
    assert high - low >= 5


def test_a_single_total_only_table_of_an_earlier_report_is_no_hindrance():
    few = {"men": 12, "women": 10, "children": 0, "not_stated": 0}
    many = {"men": 60, "women": 40, "children": 12, "not_stated": 0}
    before = disclosure.protect_nested([stage("people", few)], audience=Audience.DONOR)["people"]
    assert before.by("group").state is State.TOTAL_ONLY

    found = disclosure.protect_nested(
        [stage("people", many), stage("people@0", few, later="people", released=before)],
        audience=Audience.DONOR,
    )["people"]

    assert cells_of(found)["children"] == Cell(12)


def test_what_two_earlier_reports_told_is_given_up_and_not_hidden_in_vain():
    def told(counts):
        cells = {(key,): Cell(n) for key, n in counts.items()}
        total = Cell(sum(counts.values()))
        table = ProtectedTable(
            audience=Audience.DONOR,
            dimensions=(GROUP,),
            state=State.SHOWN,
            cells=cells,
            total=total,
        )
        return ProtectedPopulation(total=total, tables=(table,))

    first = {"men": 60, "women": 40, "children": 12, "not_stated": 0}
    second = first | {"women": 42}
    third = {"men": 80, "women": 60, "children": 20, "not_stated": 0}

    found = disclosure.protect_nested(
        [
            stage("people", third),
            stage("people@0", first, later="people@1", released=told(first)),
            stage("people@1", second, later="people", released=told(second)),
        ],
        audience=Audience.DONOR,
    )["people"]

    assert not found.by("group").has_suppressed
