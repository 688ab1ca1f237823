"""Stages of the return: each from its day, each within the one before, or no figure (R075)."""

import datetime

import pytest

from reports.indicators import CATALOGUE, FUNNEL
from reports.indicators.evaluation import Contradiction
from tests.reports.scenes import ATTENDED, BEGUN, CONTACTED, DEPARTED, ORIENTED, REGISTERED, SCORED

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


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
