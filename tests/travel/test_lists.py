"""The calendar, the arrivals, the exceptions and the work list, however long they are."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.travel.conftest import TODAY
from travel import worklist

pytestmark = pytest.mark.django_db
D = datetime.date


def test_the_lists_cost_the_same_however_long_they_are(world, departed, sign_in, clock):
    def count(url: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = sign_in(world.protection_officer)
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    urls = ("/journeys/?since=2019-01-01", "/arrivals/", departed().get_absolute_url())
    few = [count(url) for url in urls]
    for _number in range(4):
        departed()
    clock(D(2019, 7, 1))

    assert [count(url) for url in urls] == few


def test_the_work_list_costs_the_same_however_much_waits(world, departed, planned, clock):
    def count() -> int:
        user = world.fresh("protection_officer")
        assert user.active_assignments
        with CaptureQueriesContext(connection) as seen:
            worklist.sections(user)
        return len(seen)

    empty = count()
    for _number in range(3):
        departed()
    clock(TODAY)
    for _number in range(3):
        planned(D(2019, 6, 5))

    assert count() == empty


def test_the_calendar_opens_on_what_lies_ahead_also_on_its_next_page(
    world, planned, departed, sign_in, clock, monkeypatch
):
    gone = departed(D(2019, 6, 5)).case.person.full_name
    clock(D(2019, 6, 10))
    coming = [planned(D(2019, 6, day)).case.person.full_name for day in (20, 21, 22)]
    monkeypatch.setattr("travel.views.lists.JourneyList.page_size", 2)
    client = sign_in(world.caseworker)

    first = client.get("/journeys/")
    second = client.get(first.context["next_url"])
    back = client.get(second.context["previous_url"])

    assert [row.case.person.full_name for row in first.context["rows"]] == coming[:2]
    assert [row.case.person.full_name for row in second.context["rows"]] == coming[2:]
    assert [row.case.person.full_name for row in back.context["rows"]] == coming[:2]
    assert gone not in first.content.decode() + back.content.decode()


def test_an_impossible_month_is_refused_at_the_filter(world, sign_in):
    page = sign_in(world.programme_manager).get("/journeys/exceptions/?month=2019-13")

    assert page.status_code == 200
    assert "Enter the year and the month" in page.content.decode()
