"""Participants answer themselves: no name, no sign-in, as many answers as people."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.forms import KEY_FIELD
from surveys.models import Response
from training import services

D = datetime.date
pytestmark = pytest.mark.django_db
VERY = {"satisfaction": "very_satisfied"}


@pytest.fixture
def phone(settings):
    """A browser on which nobody is signed in, the day after the session."""
    settings.TODAY = "2019-03-13"
    browser = Client()
    browser.cookies["awda_language"] = "en"
    return browser


@pytest.fixture
def row(world, register, orient):
    """A session at which three people of one programme were present."""
    return orient(*(register(programme=world.foras) for _n in range(3)))


def address(row, route="training:opinion"):
    return reverse(route, kwargs={"sealed": services.seal(row)})


def send(browser, url, key="k1", **values):
    return browser.post(url, values | {KEY_FIELD: key})


@pytest.mark.req("R058")
def test_somebody_answers_on_an_own_phone_and_is_counted_without_a_name(phone, row, world):
    page = phone.get(address(row)).content.decode()
    assert "Orientation of 12 March 2019" in page
    assert "Your name is not asked" in page

    answer = send(phone, address(row), **VERY)

    assert (answer.status_code, answer["Location"]) == (
        302,
        address(row, "training:opinion-thanks"),
    )
    assert "Your answers have arrived" in phone.get(answer["Location"]).content.decode()
    kept = Response.objects.get()
    assert (kept.case, kept.channel, kept.answered_on) == (None, "own_phone", D(2019, 3, 13))
    assert (kept.programme, kept.office) == (world.foras, world.rabat)
    assert services.satisfaction_of(row) == (1, 1)


@pytest.mark.req("R058")
def test_a_shared_tablet_goes_on_to_the_next_person(phone, row):
    url = f"{address(row)}?kiosk=1"

    thanks = phone.get(send(phone, url, **VERY)["Location"]).content.decode()

    assert "The next person answers" in thanks
    assert url in thanks
    assert Response.objects.get().channel == "kiosk"


def test_a_double_click_is_one_answer(phone, row):
    send(phone, address(row), **VERY)
    send(phone, address(row), **VERY)

    assert Response.objects.count() == 1


def test_there_are_no_more_answers_than_people(phone, row):
    for number in range(3):
        assert send(phone, address(row), key=f"k{number}", **VERY).status_code == 302

    refused = send(phone, address(row), key="k4", **VERY)

    assert refused.status_code == 422
    assert "Everybody who took part has answered" in refused.content.decode()
    assert Response.objects.count() == 3


def test_the_form_is_open_at_the_end_and_for_two_weeks(phone, row, session, settings):
    with pytest.raises(ValidationError, match="opens at the end"):
        services.give_opinion(session(day=D(2019, 3, 14)), answers=VERY)
    settings.TODAY = "2019-03-27"

    assert "is closed" in phone.get(address(row)).content.decode()
    assert "<form" not in phone.get(address(row)).content.decode().split("<main")[1]
    with pytest.raises(ValidationError, match="is closed"):
        services.give_opinion(row, answers=VERY)


@pytest.mark.parametrize("sealed", ["session:S-RAB-190312-1", "session:S-RAB-190312-1~x", "~", "x"])
def test_an_address_that_was_made_up_leads_nowhere(phone, row, sealed):
    assert phone.get(reverse("training:opinion", kwargs={"sealed": sealed})).status_code == 404


def test_nothing_chosen_is_said_at_the_question(phone, row):
    answer = send(phone, address(row))

    assert answer.status_code == 422
    assert "satisfaction" in answer.context["form"].errors


def test_staff_find_the_address_as_a_picture_and_a_link(row, world, sign_in):
    page = sign_in(world.caseworker).get(reverse("training:session-feedback", args=[row.reference]))

    assert address(row) in page.content.decode()
    assert "<svg" in page.content.decode()
