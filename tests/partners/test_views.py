"""Pages of the organisations we work with."""

import pytest

from partners.models import Agreement, CityDuty, Organisation
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(world):
    row = Agreement.objects.create(
        organisation=world.organisations["ccsm"],
        title="Basic needs",
        duties="Child care and transport for those who attend",
        starts_on="2017-09-01",
        ends_on="2030-12-31",
    )
    CityDuty.objects.create(agreement=row, office=world.rabat, duty="support")
    return row


def test_the_list_names_each_organisation_with_its_agreements_in_force(world, agreement, sign_in):
    page = sign_in(world.programme_manager).get("/partners/").content.decode()

    assert "CERF" in page
    assert "Basic needs" in page
    Agreement.objects.update(ends_on="2018-12-31")
    page = sign_in(world.programme_manager).get("/partners/").content.decode()
    assert "Basic needs" not in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("kind=training", "CERF", "CCSM"),
        ("q=astic", "ASTICUDE", "CERF"),
        ("state=retired", "CCSM", "CERF"),
        ("state=in_use", "CERF", "CCSM"),
    ],
)
def test_the_list_is_filtered(world, sign_in, query, shown, hidden):
    Organisation.objects.filter(code="ccsm").update(is_active=False)

    page = sign_in(world.clerk).get(f"/partners/?{query}").content.decode()

    assert f">{shown}<" in page
    assert f">{hidden}<" not in page


def test_the_page_shows_the_duties_of_each_agreement_by_city(world, agreement, sign_in):
    page = sign_in(world.caseworker).get("/partners/ccsm/").content.decode()

    assert "Child care and transport for those who attend" in page
    assert "Rabat" in page
    assert "Support for attending" in page
    assert "In force" in page


def test_an_organisation_not_to_be_named_publicly_is_marked_for_the_staff(world, sign_in):
    Organisation.objects.filter(code="ccsm").update(is_displayed=False)
    browser = sign_in(world.clerk)

    assert "Not to be named publicly" in browser.get("/partners/").content.decode()
    assert "Not to be named publicly" in browser.get("/partners/ccsm/").content.decode()
    assert "Not to be named publicly" not in browser.get("/partners/cerf/").content.decode()


def test_donors_know_those_that_may_be_named_and_outsiders_none(world):
    Organisation.objects.filter(code="ccsm").update(is_displayed=False)

    def known(person):
        rows = Organisation.objects.visible_to(world.fresh(person))
        return set(rows.values_list("code", flat=True))

    everybody = set(world.organisations)
    assert known("programme_manager") == everybody
    assert known("donor") == everybody - {"ccsm"}
    assert known("trainer") == known("nobody") == set()
    assert Agreement.objects.visible_to(world.fresh("nobody")).count() == 0


@pytest.mark.parametrize(("person", "status"), [("clerk", 200), ("donor", 403), ("trainer", 403)])
def test_the_staff_reads_the_partners(world, sign_in, person, status):
    assert sign_in(world.fresh(person)).get("/partners/").status_code == status


def test_an_unknown_organisation_is_not_found(world, sign_in):
    assert sign_in(world.clerk).get("/partners/nobody/").status_code == 404


def test_the_list_costs_the_same_for_one_organisation_and_for_twenty(world, agreement, sign_in):
    browser = sign_in(world.clerk)
    few = queries_of(browser, "/partners/")
    for number in range(20):
        row = Organisation.objects.create(code=f"o{number}", name=f"O {number}", kind="ngo")
        Agreement.objects.create(
            organisation=row,
            title="T",
            duties="D",
            starts_on="2017-09-01",
            ends_on="2030-12-31",
        )

    assert queries_of(browser, "/partners/") == few
