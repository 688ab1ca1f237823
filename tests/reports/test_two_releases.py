"""Two reports as they are released: nobody finds in both what neither of them tells (R240)."""

import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError

from reports import released as released_figures
from reports import services
from reports.disclosure import SUPPRESSED, Audience, Cell, State
from reports.indicators import BY_SLUG, FUNNEL, People
from reports.models import Release, ReportRun
from tests.reports.scenes import ATTENDED, ORIENTED, REGISTERED
from tests.reports.test_two_reports import GROUPS, assert_no_small_number_is_found, everything_known

D = datetime.date
SPRING, SUMMER, AUTUMN = D(2019, 3, 31), D(2019, 6, 30), D(2019, 9, 30)
WEEKS = datetime.timedelta(days=98)


def two_girls_come_in_summer(scene):
    """29 boys were trained by spring; the two girls, and others, came in between (F:L76)."""
    spring = {"men": 60, "women": 24, "boys": 29}
    for group, number in spring.items():
        for case in scene.people(number, group):
            scene.orient(case)
            scene.attend(case, "personal_development")
    later = {"men": 12, "women": 8, "girls": 2}
    for group, number in later.items():
        for case in scene.people(number, group, on=REGISTERED + WEEKS):
            scene.orient(case, on=ORIENTED + WEEKS)
            scene.attend(case, "personal_development", on=ATTENDED + WEEKS)


def donors_view(programme, day):
    """By slug and group, as the donor's books have it."""
    figures = released_figures.on(programme, Audience.DONOR, day)
    return {
        slug: {"": figures.totals[slug]}
        | {key: figures.tables[slug]["group"][key] for key in GROUPS}
        for slug in ("registered", "oriented", "trained")
    }


def true_view(run):
    counted = run.snapshot.content["figures"]
    view = {}
    for slug in ("registered", "oriented", "trained"):
        by = counted[slug]["by"]["group"]
        children = by["boys"] + by["girls"]
        merged = {k: n for k, n in by.items() if k not in ("boys", "girls")}
        view[slug] = merged | {"children": children, "": counted[slug]["total"]}
    return view


@pytest.mark.django_db
@pytest.mark.req("R240")
def test_two_girls_cannot_be_derived_from_an_earlier_report(scene, world, released):
    two_girls_come_in_summer(scene)

    runs = [released(as_of=SPRING), released(as_of=SUMMER)]

    reports = [donors_view(world.foras, day) for day in (SPRING, SUMMER)]
    assert reports[0]["trained"]["children"] == Cell(29)
    assert reports[1]["trained"]["children"] == SUPPRESSED
    assert reports[1]["trained"][""] == Cell(135)
    ranges, truth = everything_known(reports, [true_view(run) for run in runs])
    came = ("1", "trained", "children", "without", "0", "trained", "children")
    assert truth[came] == 2
    assert ranges[came][0] == 0
    assert_no_small_number_is_found(ranges, truth)


@pytest.mark.django_db
@pytest.mark.req("R240")
def test_the_same_figures_alone_would_have_told_the_two_girls(scene, world, released):
    """The second report without the first one is harmless; both together are not."""
    two_girls_come_in_summer(scene)

    released(as_of=SUMMER)

    assert donors_view(world.foras, SUMMER)["trained"]["children"] == Cell(31)


@pytest.mark.django_db
def test_no_pair_of_printed_numbers_of_two_reports_differs_by_a_few_people(scene, world, released):
    two_girls_come_in_summer(scene)
    for days in (15, 40, 75):
        scene.person("women", on=REGISTERED + datetime.timedelta(days=days), office="oujda")

    for day in (SPRING, SUMMER):
        released(as_of=day)

    before, after = (
        released_figures.on(world.foras, Audience.DONOR, day) for day in (SPRING, SUMMER)
    )
    people = [s for s, i in BY_SLUG.items() if isinstance(i.measure, People)]
    assert set(FUNNEL) <= set(people)
    for slug in people:
        pairs = [(before.totals[slug], after.totals[slug])]
        for split, table in after.tables[slug].items():
            earlier = before.tables[slug][split]
            pairs += [(earlier[key], table[key]) for key in table.rows if key in earlier.rows]
        for then, now in pairs:
            if then.value is not None and now.value is not None:
                assert then.value == now.value or abs(now.value - then.value) >= 5


def everything_told(programme):
    """Of each indicator of people all totals of all reports, those of their notes as well."""
    told = {slug: [] for slug, i in BY_SLUG.items() if isinstance(i.measure, People)}
    for row in Release.objects.to(programme, Audience.DONOR):
        figures = released_figures.printed_by(row.run)
        for slug in told:
            told[slug] += [figures.totals[slug], figures.corrected.get(slug, SUPPRESSED)]
    return {
        slug: {cell.value for cell in cells if cell.value is not None}
        for slug, cells in told.items()
    }


@pytest.mark.django_db
@pytest.mark.req("R240")
def test_notes_of_corrections_are_protected_against_those_of_earlier_reports(
    scene, world, released
):
    """March 60; June 80, and March now 65; what June is now, 67, is two people from that."""
    scene.people(60)
    released(as_of=SPRING)
    scene.people(5)
    later = scene.people(15, on=REGISTERED + WEEKS)
    june = released(as_of=SUMMER)
    for case in later[:13]:
        case.registered_on = AUTUMN
        case.save()
    scene.people(20, on=AUTUMN)

    autumn = released(as_of=AUTUMN)

    note = released_figures.printed_by(june).corrected
    assert note["registered"] == Cell(65)
    assert autumn.snapshot.again["figures"]["registered"]["total"] == 67
    assert released_figures.printed_by(autumn).totals["registered"] == Cell(100)
    for numbers in everything_told(world.foras).values():
        assert all(abs(a - b) >= 5 for a, b in itertools.combinations(numbers, 2))


@pytest.mark.django_db
@pytest.mark.req("R240")
def test_who_fell_below_the_threshold_in_a_month_is_not_told_by_those_scored_in_it(
    scene, world, released
):
    """Whoever reached it has the same latest survey, and so the same month, in both figures."""
    september, november = D(2019, 9, 10), D(2019, 11, 12)
    for day, enough, below in ((september, 18, 2), (november, 12, 8)):
        for composite, number in (("0.6", enough), ("0.4", below)):
            for case in scene.returned(number):
                scene.score(case, composite, on=day)

    run = released()

    figures = released_figures.printed_by(run)
    assert (figures.totals["scored"], figures.totals["sustainable"]) == (Cell(40), Cell(30))
    scored, enough = (figures.tables[slug]["month"] for slug in ("scored", "sustainable"))
    shown = [
        scored[key].value - enough[key].value
        for key in scored.rows
        if scored[key].value is not None and enough[key].value is not None
    ]
    assert not [number for number in shown if 0 < number < 5]


@pytest.mark.django_db
def test_answers_are_protected_against_those_of_the_report_before(scene, world, released):
    for _ in range(40):
        scene.answer("orientation-feedback", on=ORIENTED, satisfaction="very_satisfied")
    for _ in range(12):
        scene.answer("orientation-feedback", on=ORIENTED, satisfaction="satisfied")
    released(as_of=SPRING)
    for _ in range(20):
        scene.answer("orientation-feedback", on=ORIENTED + WEEKS, satisfaction="very_satisfied")
    scene.answer("orientation-feedback", on=ORIENTED + WEEKS, satisfaction="satisfied")

    released(as_of=SUMMER)

    figures = released_figures.on(world.foras, Audience.DONOR, SUMMER)
    table = figures.tables["satisfied_orientation"]["answer"]
    assert table.total == Cell(73)
    assert table["satisfied"] == SUPPRESSED
    assert figures.totals["satisfied_orientation"] == SUPPRESSED


@pytest.mark.django_db
def test_a_report_made_again_prints_the_same_whatever_was_released_since(
    scene, world, released, compiled
):
    two_girls_come_in_summer(scene)
    filed = released(as_of=SPRING)
    released(as_of=SUMMER)

    again = compiled(as_of=SPRING, snapshot=filed.snapshot, language="fr")

    assert again.printed == filed.release.published
    services.release(again, reason="In French", by=world.fresh("programme_manager"))


@pytest.mark.django_db
def test_reports_are_released_in_the_order_of_their_days(scene, world, released, compiled):
    two_girls_come_in_summer(scene)
    released(as_of=SUMMER)
    spring = compiled(as_of=SPRING)

    with pytest.raises(ValidationError, match="order of their days"):
        services.release(spring, reason="Checked", by=world.fresh("programme_manager"))


@pytest.mark.django_db
def test_a_report_prepared_before_another_was_released_is_prepared_again(
    scene, world, compiled, request_run
):
    two_girls_come_in_summer(scene)
    manager = world.fresh("programme_manager")
    spring, summer = compiled(as_of=SPRING), compiled(as_of=SUMMER)
    services.release(spring, reason="Checked", by=manager)

    with pytest.raises(ValidationError, match="Prepare it again"):
        services.release(summer, reason="Checked", by=manager)

    again = services.compile_run(request_run(as_of=SUMMER))
    services.release(again, reason="Checked", by=manager)
    assert Release.objects.count() == 2
    assert ReportRun.objects.get(pk=again.pk).after == spring.release


@pytest.mark.django_db
def test_a_withdrawn_report_is_still_known(scene, world, released):
    two_girls_come_in_summer(scene)
    first = released(as_of=SPRING)
    services.withdraw(first.release, reason="Wrong period", by=world.fresh("programme_manager"))

    released(as_of=SUMMER)

    assert donors_view(world.foras, SUMMER)["trained"]["children"] == SUPPRESSED


@pytest.mark.django_db
def test_figures_read_back_from_the_books_are_those_that_were_printed(scene, world, compiled):
    scene.with_two_girls()
    run = compiled()

    figures = released_figures.printed_by(ReportRun.objects.get(pk=run.pk))

    assert figures.totals["oriented"] == Cell(51)
    table = figures.tables["oriented"]["group"]
    assert table.rows == ("men", "women", "children", "not_stated")
    assert table.dimensions[0].key_of("girls") == "children"
    assert figures.tables["oriented"]["month"].state is State.SHOWN
    assert figures.tables["departed"]["group"].total == Cell(0)
