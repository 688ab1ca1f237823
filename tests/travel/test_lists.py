"""The calendar, the arrivals, the exceptions and the work list, however long they are."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.query_counts import queries_of
from tests.travel.conftest import TODAY
from travel import services, worklist

pytestmark = pytest.mark.django_db
D = datetime.date


def test_the_lists_cost_the_same_however_long_they_are(world, departed, sign_in, clock):
    browser = sign_in(world.protection_officer)
    urls = ("/journeys/?since=2019-01-01", "/arrivals/", departed().get_absolute_url())
    few = [queries_of(browser, url) for url in urls]
    for _number in range(4):
        departed()
    clock(D(2019, 7, 1))

    assert [queries_of(browser, url) for url in urls] == few


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


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("since=2019-01-01", {"planned", "confirmed"}),
        ("since=2019-01-01&status=cancelled", {"cancelled"}),
        ("status=planned", {"planned"}),
        ("since=2019-01-01&country=GN", {"planned", "confirmed"}),
        ("waiting=papers", set()),
    ],
)
def test_page_and_api_find_the_same_journeys_and_no_cancelled_ones_unless_asked(
    world, planned, confirmed, sign_in, query, expected
):
    confirmed()
    planned()
    services.cancel(planned(), reason="Stays", by=world.fresh("caseworker"))
    client = sign_in(world.caseworker)

    page = client.get(f"/journeys/?{query}").context["rows"]
    found = client.get(f"/api/v1/journeys/?{query}").json()["results"]

    assert [row.reference for row in page] == [row["reference"] for row in found]
    assert {row.status for row in page} == expected


def test_arrivals_know_no_cancelled_journey(world, planned, sign_in):
    services.cancel(planned(), reason="Stays", by=world.fresh("caseworker"))

    page = sign_in(world.caseworker).get("/arrivals/?state=")

    assert list(page.context["rows"]) == []


def test_only_countries_of_cases_one_sees_are_offered(world, planned, ready, sign_in):
    planned()
    ready(office=world.oujda, country=world.country("ML"))

    def offered(name: str) -> set[str]:
        page = sign_in(world.people[name]).get("/journeys/")
        return {row.pk for row in page.context["filter"].form.fields["country"].queryset}

    assert offered("caseworker") == {"GN"}
    assert offered("caseworker_oujda") == {"ML"}
