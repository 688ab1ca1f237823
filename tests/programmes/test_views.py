"""Pages of programmes."""

import datetime
import re
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.formats import date_format

from partners.models import Agreement, CityDuty
from programmes.models import (
    Donor,
    GrantCeiling,
    Programme,
    ProgrammeAgreement,
    TargetCountry,
)
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db


def text_of(response):
    """The words of a page, without its tags."""
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def rows(response):
    """The words of each table row."""
    page = response.content.decode()
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]


@pytest.fixture
def consortium(world):
    """ASTICUDE leads, CERF teaches everywhere, CCSM supports in Rabat."""
    cities = {
        "asticude": (("lead", ("rabat", "oujda")), ("support", ("oujda",))),
        "cerf": (("training", ("rabat", "oujda")),),
        "ccsm": (("support", ("rabat",)),),
    }
    for code, duties in cities.items():
        agreement = Agreement.objects.create(
            organisation=world.organisations[code],
            title=f"Agreement with {code}",
            duties="Duties",
            starts_on="2017-09-01",
            ends_on="2030-12-31",
        )
        ProgrammeAgreement.objects.create(programme=world.foras, agreement=agreement)
        for duty, places in duties:
            for place in places:
                CityDuty.objects.create(agreement=agreement, office=world.offices[place], duty=duty)


@pytest.mark.req("R004")
def test_a_donor_goes_to_no_case_and_to_no_programme_but_its_own(world, sign_in, register):
    case = register()
    browser = sign_in(world.donor)

    assert browser.get(case.get_absolute_url()).status_code == 404
    assert browser.get("/programmes/OTHER/").status_code == 404
    page = browser.get("/programmes/FORAS/").content.decode()
    assert 'href="/programmes/FORAS/"' in page
    assert "/programmes/OTHER/" not in page
    listed = browser.get("/programmes/").content.decode()
    assert "/programmes/FORAS/" in listed
    assert "/programmes/OTHER/" not in listed


def test_the_staff_of_offices_goes_from_one_programme_to_the_other(world, sign_in):
    page = sign_in(world.caseworker).get("/programmes/FORAS/").content.decode()

    assert 'href="/programmes/OTHER/"' in page


def test_the_page_shows_donor_dates_and_conditions(world, sign_in):
    Donor.objects.filter(code="foras").update(
        name="German Federal Foreign Office", contact_person="Ms Example"
    )
    Programme.objects.filter(code="FORAS").update(
        starts_on="2017-09-01", ends_on="2019-12-31", budget=Decimal(2500000)
    )

    page = text_of(sign_in(world.donor).get("/programmes/FORAS/"))

    assert "German Federal Foreign Office" in page
    assert "Ms Example" in page
    first, last = (date_format(datetime.date(*day)) for day in ((2017, 9, 1), (2019, 12, 31)))
    assert f"{first} – {last} · 28 months" in page
    assert "2,500,000.00 EUR" in page


@pytest.mark.req("R219")
def test_before_and_after_an_amendment_are_seen_by_the_day(world, sign_in):
    TargetCountry.objects.create(
        programme=world.foras,
        country=world.country("TG"),
        days=DateRange(datetime.date(2019, 1, 1), datetime.date(2020, 1, 1)),
        note="Steering committee, December 2018",
    )
    GrantCeiling.objects.create(
        programme=world.foras,
        category="standard",
        amount=Decimal(1800),
        valid_from=datetime.date(2019, 1, 1),
    )
    browser = sign_in(world.programme_manager)

    before = rows(browser.get("/programmes/FORAS/?on=2018-06-01"))
    after = rows(browser.get("/programmes/FORAS/?on=2019-06-01"))
    long_after = rows(browser.get("/programmes/FORAS/?on=2020-06-01"))

    def state(table, *words):
        (row,) = [row for row in table if all(word in row for word in words)]
        return next(s for s in ("In force", "Later", "Over", "Replaced") if s in row)

    togo = [state(table, "Togo", "December 2018") for table in (before, after, long_after)]
    assert togo == ["Later", "In force", "Over"]
    ceilings = [(state(table, "1,500.00"), state(table, "1,800.00")) for table in (before, after)]
    assert ceilings == [("In force", "Later"), ("Replaced", "In force")]


def test_an_impossible_day_is_said_at_its_field(world, sign_in):
    page = text_of(sign_in(world.donor).get("/programmes/FORAS/?on=2019-02-30"))

    assert "This date does not exist." in page


@pytest.mark.req("R201")
def test_the_consortium_is_shown_by_city(world, consortium, sign_in):
    table = rows(sign_in(world.programme_manager).get("/programmes/FORAS/"))

    assert "City Courses Support for attending Lead of the consortium" in table
    assert "Rabat CERF CCSM ASTICUDE" in table
    assert "Oujda CERF ASTICUDE ASTICUDE" in table


def test_an_organisation_not_to_be_named_is_not_named_to_donors(world, consortium, sign_in):
    ccsm = world.organisations["ccsm"]
    ccsm.is_displayed = False
    ccsm.save()

    assert "CCSM" not in text_of(sign_in(world.donor).get("/programmes/FORAS/"))
    assert "CCSM" in text_of(sign_in(world.programme_manager).get("/programmes/FORAS/"))


def test_a_manager_covers_another_country_and_corrects_it(world, sign_in):
    browser = sign_in(world.programme_manager)
    key = {"idempotency_key": "a", "record_version": world.foras.version}
    values = {"country": "TG", "from_on": "2019-01-01", "note": "Steering committee"}

    added = browser.post("/programmes/FORAS/countries/new/", key | values)
    assert added["Location"] == "/programmes/FORAS/"
    target = TargetCountry.objects.get(country="TG")

    url = f"/target-countries/{target.pk}/change/"
    assert 'value="2019-01-01"' in browser.get(url).content.decode()
    changed = {"from_on": "2019-02-01", "last_on": "2019-12-31", "reason": "wrong month"}
    key = {"idempotency_key": "b", "record_version": target.version}
    assert browser.post(url, key | changed)["Location"] == "/programmes/FORAS/"
    target.refresh_from_db()
    assert (target.first_on, target.version) == (datetime.date(2019, 2, 1), 2)
    assert browser.get(f"/target-countries/{target.pk}/take-back/").status_code == 200


def test_what_a_manager_may_not_enter_is_said_at_its_field(world, sign_in):
    browser = sign_in(world.programme_manager)
    key = {"idempotency_key": "a", "record_version": world.foras.version}
    values = {"country": "GN", "from_on": "2016-01-01", "note": "Steering committee"}

    page = browser.post("/programmes/FORAS/countries/new/", key | values)

    assert page.status_code == 422
    assert 'href="#id_from_on"' in page.content.decode()
    assert "within the programme" in page.content.decode()
    assert "Steering committee" in page.content.decode()


def test_a_manager_sets_a_ceiling(world, sign_in, today):
    key = {"idempotency_key": "a", "record_version": world.foras.version}
    values = {"category": "family", "amount": "2500", "from_on": today.isoformat(), "reason": "new"}

    response = sign_in(world.programme_manager).post(
        "/programmes/FORAS/ceilings/new/", key | values
    )

    assert response["Location"] == "/programmes/FORAS/"
    assert GrantCeiling.objects.get(category="family").amount == 2500


@pytest.mark.parametrize(
    ("person", "status"),
    [("other_manager", 404), ("caseworker", 403), ("donor", 403), ("clerk", 404)],
)
def test_others_do_not_amend(world, sign_in, person, status):
    browser = sign_in(world.fresh(person))
    target = world.foras.target_countries.first()

    for url in (
        "/programmes/FORAS/countries/new/",
        "/programmes/FORAS/ceilings/new/",
        f"/target-countries/{target.pk}/change/",
        f"/target-countries/{target.pk}/take-back/",
    ):
        assert browser.get(url).status_code == status


def test_the_list_is_filtered_by_day_and_country(world, sign_in):
    browser = sign_in(world.caseworker)

    assert "FORAS" in " ".join(rows(browser.get("/programmes/?country=GN")))
    assert "OTHER" not in " ".join(rows(browser.get("/programmes/?country=GN")))
    assert "Nothing matches" in text_of(browser.get("/programmes/?running_on=2016-01-01"))


def test_the_list_costs_the_same_for_one_programme_and_for_twenty(world, sign_in):
    browser = sign_in(world.caseworker)
    few = queries_of(browser, "/programmes/")
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
            days=DateRange(datetime.date(2017, 9, 1), datetime.date(2030, 12, 31)),
        )

    assert queries_of(browser, "/programmes/") == few
