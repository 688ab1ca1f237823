"""The catalogue: what each indicator counts, and that parts add up."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Programme
from reports.indicators import BY_SLUG, CATALOGUE
from tests.reports.scenes import DEPARTED, ORIENTED, REGISTERED, SCORED, Scene

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


# --- one scenario per indicator: what happens, and what is counted --------------------------------
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
