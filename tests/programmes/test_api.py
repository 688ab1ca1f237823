"""REST: programmes."""

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from programmes.models import Donor, Programme, TargetCountry
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db

URL = "/api/v1/programmes/"


def codes(response):
    return [row["code"] for row in response.json()["results"]]


def test_everybody_gets_the_programmes_of_the_pages(world, sign_in):
    assert codes(sign_in(world.caseworker).get(URL)) == ["FORAS", "OTHER"]
    assert codes(sign_in(world.donor).get(URL)) == ["FORAS"]
    assert sign_in(world.donor).get(f"{URL}OTHER/").status_code == 404
    assert sign_in(world.clerk).get(URL).status_code == 403


def test_a_programme_comes_with_everything_that_has_dates(world, sign_in):
    body = sign_in(world.donor).get(f"{URL}FORAS/").json()

    assert body["donor"] == "Donor A"
    assert body["target_countries"][0] == {
        "country": "GN",
        "first_on": "2017-09-01",
        "last_on": "2030-12-30",
        "note": "",
    }
    assert body["grant_ceilings"][0]["amount"] == "1500.00"


def test_the_filters_are_those_of_the_page_and_no_others(world, sign_in):
    browser = sign_in(world.caseworker)

    assert codes(browser.get(f"{URL}?country=ML")) == ["FORAS"]
    assert codes(browser.get(f"{URL}?running_on=2016-01-01")) == []
    assert browser.get(f"{URL}?donor__name=x").status_code == 400
    assert browser.get(f"{URL}?running_on=never").status_code == 400


def test_nobody_writes_programmes_here(world, sign_in):
    assert sign_in(world.programme_manager).post(URL, {"code": "NEW"}).status_code == 405


def test_the_list_costs_the_same_for_one_programme_and_for_twenty(world, sign_in):
    browser = sign_in(world.caseworker)
    few = queries_of(browser, URL)
    for number in range(20):
        programme = Programme.objects.create(
            code=f"P{number}",
            name=f"P{number}",
            donor=Donor.objects.first(),
            starts_on="2017-09-01",
            ends_on="2030-12-31",
        )
        TargetCountry.objects.create(
            programme=programme,
            country=world.country("GN"),
            days=DateRange("2017-09-01", "2030-12-31"),
        )

    assert queries_of(browser, URL) == few
