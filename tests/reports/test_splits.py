"""Figures told apart: by group, place, month, reason, and for a part of the people."""

import datetime

import pytest

from cases.models import Case
from reference.models import Place
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate
from tests.reports.conftest import AS_OF
from tests.reports.scenes import ORIENTED, REGISTERED

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


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
