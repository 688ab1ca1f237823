"""A role over another place, between two dates (R007)."""

import datetime

import pytest
import time_machine

from accounts import services
from accounts.models import Office, OfficeKind
from cases import services as case_services
from reference.models import Place

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime.date(2019, 6, 3), datetime.date(2019, 6, 10)


@pytest.fixture
def mamou(world, ready):
    """Somebody who returns to Mamou, handed over to the office there."""
    guinea = world.country("GN")
    Office.objects.filter(country=guinea).update(time_zone="Africa/Conakry")
    place = Place.objects.filter(country=guinea, name__startswith="Mamou").first()
    Office.objects.create(
        code="mamou",
        name="Mamou",
        kind=OfficeKind.COUNTRY_OFFICE,
        country=guinea,
        place=place,
        time_zone="Africa/Conakry",
    )
    case = ready(destination=place)
    case_services.send_handover(case, by=world.fresh("caseworker"))
    return case


def conakry(day, hour, minute=0, second=0):
    """A moment on the clocks of Guinea, which show universal time."""
    return datetime.datetime(2019, 6, day, hour, minute, second, tzinfo=datetime.UTC)


@pytest.mark.req("R007")
@pytest.mark.parametrize(
    ("moment", "is_listed"),
    [
        (conakry(2, 23, 59, 59), False),
        (conakry(3, 0, 0, 0), True),
        (conakry(6, 12), True),
        (conakry(10, 23, 59, 59), True),
        (conakry(11, 0, 0, 0), False),
    ],
)
def test_the_queue_of_mamou_appears_and_disappears_at_midnight_of_mamou(
    world, sign_in, mamou, moment, is_listed
):
    services.assign(
        user=world.caseworker_oujda,
        role="focal_point",
        country=world.country("GN"),
        starts_on=FIRST,
        ends_on=LAST,
        by=world.fresh("administrator"),
    )

    with time_machine.travel(moment, tick=False):
        browser = sign_in(world.caseworker_oujda)
        assert (mamou.reference in browser.get("/cases/").content.decode()) is is_listed
        status = browser.get(mamou.get_absolute_url()).status_code
        assert status == (200 if is_listed else 404)


def test_the_midnight_of_a_place_east_of_us_comes_before_ours(world):
    Office.objects.filter(pk=world.oujda.pk).update(time_zone="Africa/Nairobi")
    services.assign(
        user=world.nobody,
        role="clerk",
        office=world.oujda,
        starts_on=datetime.date(2019, 1, 3),
        by=world.fresh("administrator"),
    )

    def offices_at(hour):
        with time_machine.travel(datetime.datetime(2019, 1, 2, hour, 30, tzinfo=datetime.UTC)):
            return world.fresh("nobody").offices_for("clerk")

    # Midnight there is 21:00 of universal time, and 22:00 in Casablanca.
    assert offices_at(20) == set()
    assert offices_at(21) == {world.oujda.pk}


def test_pages_show_the_time_of_the_office(world, sign_in, mamou):
    with time_machine.travel(conakry(20, 12), tick=False):
        page = sign_in(world.focal_point).get("/me/").content.decode()

    # Casablanca is an hour ahead of Guinea in summer.
    assert "12:00" in page
    assert "13:00" not in page
