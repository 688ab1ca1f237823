"""The catalogue: what each indicator counts, that parts add up, and that stages are nested."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from programmes.models import Programme
from reference.models import Place
from reports.indicators import BY_SLUG, CATALOGUE, FUNNEL, Scope
from reports.indicators.evaluation import Contradiction, evaluate
from tests.reports.conftest import AS_OF
from tests.reports.scenes import (
    ATTENDED,
    BEGUN,
    CONTACTED,
    DEPARTED,
    ORIENTED,
    REGISTERED,
    SCORED,
    Scene,
)

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


# --- one scenario per indicator: what happens, and what is counted ------------------------------
def registered(scene: Scene) -> None:
    first = scene.person()
    scene.person(again=first, on=REGISTERED + 30 * DAY)
    scene.person("women")
    scene.person(programme="OTHER")
    scene.person(on=datetime.date(2020, 1, 6))


def oriented(scene: Scene) -> None:
    twice, once, invited = scene.people(3)
    scene.orient(twice, once)
    scene.orient(twice, on=ORIENTED + 7 * DAY)
    scene.orient(scene.person(on=REGISTERED), on=datetime.date(2020, 1, 8))
    scene.invite(invited)


def trained(scene: Scene) -> None:
    attended, both, absent = scene.people(3)
    scene.orient(attended, both, absent)
    scene.attend(attended, "personal_development")
    scene.attend(both, "personal_development", "business")
    scene.enrol(absent, "personal_development")


def departed(scene: Scene) -> None:
    scene.returned(2)
    scene.depart(scene.person())  # never oriented


def contacted(scene: Scene) -> None:
    scene.contact(*scene.returned(3))
    scene.contact(scene.person())  # has not left


def with_project(scene: Scene) -> None:
    cases = scene.returned(3)
    scene.contact(*cases)
    scene.begin_project(*cases)
    taken_back = cases[0].plans.get().project_events.get()
    taken_back.is_taken_back = True
    taken_back.save()


def scored(scene: Scene) -> None:
    one, two, _three = scene.returned(3)
    scene.score(one, "0.4")
    scene.score(one, "0.7", on=SCORED + DAY)
    scene.score(two, "0.3")


def not_oriented(scene: Scene) -> None:
    came, _stayed_away, later = scene.people(3)
    scene.orient(came)
    scene.orient(later, on=datetime.date(2020, 1, 8))


def days_to_departure(scene: Scene) -> None:
    """Left after 40, 50 and 91 days; once more; and without orientation."""
    days = (40, 50, 91)
    cases = scene.people(3)
    scene.orient(*cases)
    for case, number in zip(cases, days, strict=True):
        scene.depart(case, on=REGISTERED + number * DAY)
    scene.depart(scene.person(again=cases[0], on=DEPARTED), on=DEPARTED + 5 * DAY)
    scene.depart(scene.person(), on=REGISTERED + DAY)


def trained_courses(scene: Scene) -> None:
    """Old halves, one old module, a new one, and a new one with its vocational course."""
    halves, single, new, all_of_it = scene.people(4)
    scene.orient(halves, single, new, all_of_it)
    scene.attend(halves, "life_skills", "soft_skills")
    scene.attend(single, "entrepreneurship")
    scene.attend(new, "personal_development")
    scene.attend(all_of_it, "personal_development", "business", "handicraft", "agriculture")


def editions(scene: Scene) -> None:
    case = scene.person()
    scene.orient(case)
    scene.attend(case, "personal_development", "business")
    scene.cancel(scene.edition("business"))
    scene.edition("handicraft")  # without anybody of the programme


def brochures(scene: Scene) -> None:
    scene.hand_out(40)
    scene.hand_out(25, office="oujda")
    scene.hand_out(99, on=datetime.date(2020, 1, 2))


def feedback(code: str, question: str = "satisfaction") -> Callable[[Scene], None]:
    options = ("very_satisfied", "satisfied", "little_satisfied", "no_answer")

    def play(scene: Scene) -> None:
        for option in options:
            scene.answer(code, **{question: option})
        scene.answer(code, on=datetime.date(2020, 1, 2), **{question: "satisfied"})

    return play


def usefulness(scene: Scene) -> None:
    cases = scene.returned(4)
    options = ("useful", "quite_useful", "not_useful", "no_answer")
    for case, option in zip(cases, options, strict=True):
        scene.answer("skills-usefulness", case=case, usefulness=option, satisfaction="satisfied")


#: slug → what happens, what is counted as of 31 December 2019.
SCENARIOS: dict[str, tuple[Callable[[Scene], None], int]] = {
    "registered": (registered, 2),
    "oriented": (oriented, 2),
    "trained": (trained, 2),
    "departed": (departed, 2),
    "contacted": (contacted, 3),
    "with_project": (with_project, 2),
    "scored": (scored, 2),
    "sustainable": (scored, 1),
    "not_oriented": (not_oriented, 2),
    "trained_two_modules": (trained_courses, 2),
    "trained_two_groups": (trained_courses, 1),
    "module_personal_development": (trained_courses, 3),
    "module_business": (trained_courses, 2),
    "module_handicraft": (trained_courses, 1),
    "module_agriculture": (trained_courses, 1),
    "module_attendances": (trained_courses, 7),
    "editions": (editions, 1),
    "brochures": (brochures, 65),
    "satisfied_orientation": (feedback("orientation-feedback"), 2),
    "satisfied_training": (feedback("module-feedback"), 2),
    "satisfied_skills": (usefulness, 4),
    "skills_useful": (usefulness, 2),
    "days_to_departure": (days_to_departure, 50),
}


def value_of(slug, counted):
    """What the indicator says: of answers those that are favourable, of days the median."""
    if "median" in counted:
        return float(counted["median"])
    if "favourable" not in counted:
        return counted["total"]
    return sum(counted["by"]["answer"][code] for code in counted["favourable"])


def test_every_indicator_has_a_scenario():
    assert set(SCENARIOS) == set(BY_SLUG)


@pytest.mark.parametrize("slug", [indicator.slug for indicator in CATALOGUE])
def test_an_indicator_counts_what_its_definition_says(slug, scene, figures):
    play, expected = SCENARIOS[slug]

    play(scene)

    assert value_of(slug, figures()[slug]) == expected


@pytest.mark.parametrize("slug", [indicator.slug for indicator in CATALOGUE])
def test_parts_and_not_stated_add_up_to_the_total(slug, scene, figures):
    SCENARIOS[slug][0](scene)
    scene.person("not_stated", country="ML", office="oujda")

    for counted in figures().values():
        for parts in counted["by"].values():
            assert sum(parts.values()) == counted["total"]


def test_answers_without_an_option_stay_in_the_whole(scene, figures):
    usefulness(scene)

    counted = figures()["skills_useful"]

    assert counted["total"] == 4
    assert counted["by"]["answer"]["no_answer"] == 1


# --- groups, places, months -----------------------------------------------------------------------
@pytest.mark.req("R236")
def test_people_whose_group_is_unknown_are_a_part_of_their_own(scene, figures):
    for group, number in {"men": 3, "women": 2, "boys": 1, "girls": 1, "not_stated": 2}.items():
        scene.people(number, group)

    counted = figures()["registered"]

    assert counted["total"] == 9
    assert counted["by"]["group"] == {
        "men": 3,
        "women": 2,
        "boys": 1,
        "girls": 1,
        "not_stated": 2,
    }


@pytest.mark.req("R070")
def test_conversion_is_told_by_place_country_group_and_month(scene, figures):
    rabat = scene.people(3)
    oujda = scene.people(2, "women", office="oujda", country="ML")
    scene.orient(*rabat[:2], oujda[0])
    scene.attend(rabat[0], "personal_development")

    found = figures()

    assert found["registered"]["by"]["mop"]["rabat"] == 3
    assert found["oriented"]["by"]["mop"] == {
        "casablanca": 0,
        "oujda": 1,
        "rabat": 2,
        "not_stated": 0,
    }
    assert found["oriented"]["by"]["country"]["ML"] == 1
    assert found["trained"]["by"]["mop"]["rabat"] == 1
    assert found["registered"]["by"]["month"]["2019-01"] == 5
    assert found["trained"]["by"]["month"]["2019-02"] == 1


def test_a_country_outside_the_programme_is_counted_apart(scene, figures):
    scene.person(country="NG")

    assert figures()["registered"]["by"]["country"]["not_stated"] == 1


def test_a_person_registered_twice_counts_once_with_the_facts_of_both_cases(scene, figures):
    first = scene.person()
    second = scene.person(again=first, office="oujda", on=REGISTERED + 20 * DAY)
    scene.orient(second, on=ORIENTED + 20 * DAY)

    found = figures()

    assert (found["registered"]["total"], found["oriented"]["total"]) == (1, 1)
    assert found["oriented"]["by"]["mop"]["rabat"] == 1


# --- splits of their own --------------------------------------------------------------------------
@pytest.mark.req("R017")
def test_registrations_by_referral_source_sum_to_all_registrations(scene, figures):
    scene.person(source="entraide_nationale")
    scene.person(source="ngo", office="oujda")
    first = scene.person(source="self")
    scene.person(source="ngo", again=first, on=REGISTERED + 30 * DAY)
    scene.person()

    counted = figures()["registered"]

    sources = counted["by"]["source"]
    assert sum(sources.values()) == counted["total"] == 4
    told = {source: people for source, people in sources.items() if people}
    assert told == {"entraide_nationale": 1, "ngo": 1, "self": 1, "not_stated": 1}


def test_reasons_and_not_invited_make_up_those_who_did_not_attend(scene, figures):
    cases = scene.people(7)
    scene.orient(cases[0])
    scene.decline(cases[1], reason="work")
    scene.decline(cases[2], reason="work")
    scene.miss(cases[3], reason="distance")
    scene.miss(cases[4])
    scene.invite(cases[5])
    elsewhere = scene.person(office="oujda")
    scene.decline(elsewhere, reason="not_interested")

    counted = figures()["not_oriented"]

    assert counted["total"] == 7
    told = {
        mop: {reason: people for reason, people in parts.items() if people}
        for mop, parts in counted["by_mop"]["reason"].items()
    }
    assert told == {
        "rabat": {"work": 2, "distance": 1, "not_stated": 1, "waiting": 1, "not_invited": 1},
        "oujda": {"not_interested": 1},
        "casablanca": {},
        "not_stated": {},
    }
    assert counted["by"]["reason"]["work"] == 2
    for mop, parts in counted["by_mop"]["reason"].items():
        assert sum(parts.values()) == counted["by"]["mop"][mop]


def test_the_latest_invitation_gives_the_reason_as_far_as_it_was_known(scene, figures):
    case = scene.person()
    scene.decline(case, reason="work")
    scene.decline(case, reason="health", on=ORIENTED + 7 * DAY)

    def reasons(day):
        parts = figures(day)["not_oriented"]["by"]["reason"]
        return {reason for reason, people in parts.items() if people}

    assert reasons(ORIENTED - DAY) == {"not_invited"}
    assert reasons(ORIENTED) == {"work"}
    assert reasons(ORIENTED + 7 * DAY) == {"health"}


def test_the_place_of_a_reason_is_that_of_the_first_registration(scene, figures):
    first = scene.person()
    scene.decline(scene.person(again=first, office="oujda"), reason="work")

    counted = figures()["not_oriented"]

    assert counted["by_mop"]["reason"]["rabat"]["work"] == 1
    assert counted["by_mop"]["reason"]["oujda"]["work"] == 0


def test_the_days_until_departure_are_told_by_place_and_by_month(scene, figures):
    rabat, oujda = scene.people(3), scene.people(2, office="oujda")
    again = scene.person(again=rabat[2], on=REGISTERED + 20 * DAY, office="oujda")
    scene.orient(*rabat, *oujda)
    for case, days in ((rabat[0], 30), (rabat[1], 41), (oujda[0], 60), (oujda[1], 62)):
        scene.depart(case, on=REGISTERED + days * DAY)
    scene.depart(again, on=REGISTERED + 90 * DAY)  # the days of the registration that he left with

    counted = figures()["days_to_departure"]

    assert (counted["total"], counted["median"], counted["usual"]) == (5, "60.0", 56)
    medians = {
        split: {key: median for key, median in parts.items() if median}
        for split, parts in counted["medians"].items()
    }
    assert medians == {
        "mop": {"rabat": "41.0", "oujda": "61.0"},
        "month": {"2019-02": "35.5", "2019-03": "61.0", "2019-04": "70.0"},
    }
    for split, parts in counted["by"].items():
        assert sum(parts.values()) == 5, split


# --- days -----------------------------------------------------------------------------------------
@pytest.mark.req("R113")
def test_a_stage_counts_from_its_day_whatever_was_entered_when(scene, figures):
    case = scene.returned()[0]
    scene.attend(case, "personal_development")
    scene.contact(case)
    scene.begin_project(case)
    scene.score(case, "0.5")
    days = {
        "registered": REGISTERED,
        "oriented": ORIENTED,
        "trained": ATTENDED,
        "departed": DEPARTED,
        "contacted": CONTACTED,
        "with_project": BEGUN,
        "scored": SCORED,
        "sustainable": SCORED,
    }
    assert set(days) == set(FUNNEL)

    for slug, day in days.items():
        assert figures(day)[slug]["total"] == 1, slug
        assert figures(day - DAY)[slug]["total"] == 0, slug


def test_a_later_score_does_not_change_an_earlier_day(scene, figures):
    case = scene.returned()[0]
    scene.score(case, "0.6")
    scene.score(case, "0.2", on=SCORED + 30 * DAY)

    assert figures(SCORED + DAY)["sustainable"]["total"] == 1
    assert figures(SCORED + 30 * DAY)["sustainable"]["total"] == 0


# --- contradictions -------------------------------------------------------------------------------
@pytest.mark.req("R075")
def test_people_trained_without_orientation_stop_every_figure(scene, figures):
    scene.attend(scene.person(), "personal_development")

    with pytest.raises(Contradiction, match="Trained"):
        figures()


@pytest.mark.req("R075")
def test_people_oriented_before_they_were_registered_stop_every_figure(scene, figures):
    scene.orient(scene.person(on=ORIENTED + 10 * DAY))

    with pytest.raises(Contradiction, match="Oriented"):
        figures(ORIENTED + DAY)


def test_stages_lie_within_each_other_on_every_day(scene, figures):
    for number in range(4):
        case = scene.returned()[0]
        if number:
            scene.attend(case, "personal_development")
            scene.contact(case)

    for day in (ORIENTED, ATTENDED, DEPARTED, CONTACTED):
        found = figures(day)
        for indicator in CATALOGUE:
            if indicator.of in found:
                assert found[indicator.slug]["total"] <= found[indicator.of]["total"]


@pytest.mark.req("R075")
def test_people_trained_before_they_were_oriented_stop_every_later_figure(scene, figures):
    """Trained in February, oriented in March: in December both have happened."""
    case = scene.person()
    scene.attend(case, "personal_development", on=ATTENDED)
    scene.orient(case, on=ATTENDED + 30 * DAY)

    with pytest.raises(Contradiction, match="Trained"):
        figures()


@pytest.mark.req("R075")
def test_people_oriented_before_their_registration_stop_every_later_figure(scene, figures):
    scene.orient(scene.person(on=ORIENTED + 10 * DAY))

    with pytest.raises(Contradiction, match="Oriented"):
        figures()


def test_a_stage_may_be_reached_on_the_day_of_the_one_before(scene, figures):
    case = scene.person(on=ORIENTED)
    scene.orient(case, on=ORIENTED)
    scene.attend(case, "personal_development", on=ORIENTED)

    assert figures()["trained"]["total"] == 1


# --- parts of the people --------------------------------------------------------------------------
@pytest.mark.req("R235")
def test_a_part_of_the_people_has_a_funnel_of_its_own(scene, world):
    women = scene.people(3, "women", office="oujda", country="ML")
    men = scene.people(4, office="rabat")
    scene.person(again=men[0], office="oujda", on=REGISTERED + 30 * DAY)
    scene.orient(*women[:2], *men)
    scene.attend(women[0], "personal_development", "business")
    scene.attend(men[0], "personal_development")
    scene.hand_out(7, office="oujda")
    scene.hand_out(5)
    scene.answer("orientation-feedback", satisfaction="satisfied")

    def funnel(**part):
        scope = Scope(user=world.fresh("me_officer"), programme=world.foras, as_of=AS_OF, **part)
        found = evaluate(scope)["figures"]
        stages = ("registered", "oriented", "trained", "not_oriented", "module_attendances")
        return [found[slug]["total"] for slug in stages], found

    assert funnel()[0] == [7, 6, 2, 1, 3]
    for part in ({"office": "oujda"}, {"country": "ML"}, {"group": "women"}):
        assert funnel(**part)[0] == [3, 2, 1, 1, 2]
    assert funnel(office="rabat", group="women")[0] == [0, 0, 0, 0, 0]
    of_oujda, of_women = funnel(office="oujda")[1], funnel(group="women")[1]
    assert of_oujda["brochures"]["total"] == 7
    assert "brochures" not in of_women
    assert "satisfied_orientation" not in of_oujda


# --- places of return, children travelling alone --------------------------------------------------
@pytest.mark.req("R021")
def test_returns_are_told_by_region_and_by_the_area_in_it(scene, figures):
    kindia, mamou = (Place.objects.get(level="prefecture", name=n) for n in ("Kindia", "Mamou"))
    conakry = Place.objects.get(code="GN-C")
    cases = scene.returned(6)
    below = Place.objects.filter(parent=kindia).first()
    for case, place in zip(cases, (conakry, kindia, below, mamou, mamou, None), strict=True):
        case.destination = place
        case.save()

    parts = figures()["departed"]["by"]

    regions = {key: people for key, people in parts["region"].items() if people}
    assert regions == {"GN-C": 1, "GN-D": 2, "GN-M": 2, "not_stated": 1}
    areas = {key: people for key, people in parts["area"].items() if people}
    assert areas == {"GN-KD": 2, "GN-MM": 2, "not_stated": 2}


def test_children_travelling_alone_are_told_among_the_oriented(scene, figures):
    alone, other = scene.people(2, "boys")
    others = [other, *scene.people(2)]
    Case.objects.filter(pk=alone.pk).update(is_unaccompanied_child=True, is_restricted=True)
    scene.orient(alone, *others)

    assert figures()["oriented"]["by"]["travelling"] == {"alone": 1, "not_alone": 3}


# --- scope and cost -------------------------------------------------------------------------------
def test_nothing_of_another_programme_is_counted(scene, figures, world):
    scene.people(3)

    assert figures(reader="other_manager")["registered"]["total"] == 0
    assert figures(reader="caseworker")["registered"]["total"] == 0
    assert Programme.objects.countable_by(world.fresh("caseworker")).count() == 0


def test_the_number_of_statements_does_not_grow_with_the_people(scene, figures):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            figures()
        return len(captured)

    scene.contact(*scene.returned(1))
    few = statements()
    cases = scene.returned(6, "women", country="ML")
    for case in cases:
        scene.attend(case, "personal_development", "business")
    scene.contact(*cases)

    assert statements() == few
    assert few < 64
