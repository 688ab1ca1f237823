"""Amending programmes from a day on (R019, R219)."""

import datetime
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError

from core.exceptions import Refused
from core.models import AuditAction, AuditEntry
from partners.models import Agreement
from programmes import services
from programmes.models import GrantCeiling

pytestmark = pytest.mark.django_db

NOTE = "Steering committee, December 2018"


@pytest.fixture
def manager(world):
    return world.fresh("programme_manager")


@pytest.fixture
def cover(world, manager):
    def _cover(code="TG", from_on=datetime.date(2019, 1, 1), by=manager):
        return services.add_target_country(
            world.foras, country=world.country(code), from_on=from_on, note=NOTE, by=by
        )

    return _cover


@pytest.fixture
def set_ceiling(world, manager):
    def _set(amount, from_on, category="standard", by=manager):
        return services.set_ceiling(
            world.foras,
            category=category,
            amount=Decimal(amount),
            from_on=from_on,
            reason="inflation",
            by=by,
        )

    return _set


def test_a_country_is_covered_from_its_day_to_the_end_of_the_programme(cover, world):
    target = cover()

    target.refresh_from_db()
    assert (target.first_on, target.last_on) == (datetime.date(2019, 1, 1), world.foras.ends_on)
    assert not target.covers(datetime.date(2018, 12, 31))
    entry = AuditEntry.objects.filter(model="programmes.targetcountry").latest("id")
    assert entry.reason == NOTE


def test_a_country_is_not_covered_twice_at_a_time(cover):
    with pytest.raises(ValidationError, match="covered in part of that time already"):
        cover("GN")


def test_days_lie_within_the_programme(cover, set_ceiling, world):
    with pytest.raises(ValidationError) as error:
        cover(from_on=datetime.date(2017, 8, 31))
    assert "from_on" in error.value.message_dict

    with pytest.raises(ValidationError) as error:
        set_ceiling(1, world.foras.ends_on + datetime.timedelta(days=1))
    assert "from_on" in error.value.message_dict


@pytest.mark.parametrize("person", ["other_manager", "caseworker", "donor", "administrator"])
def test_nobody_but_its_own_manager_amends_a_programme(cover, set_ceiling, world, today, person):
    with pytest.raises(Refused):
        cover(by=world.fresh(person))
    with pytest.raises(Refused):
        set_ceiling(1, today, by=world.fresh(person))


def test_covering_a_country_is_ended_and_corrected_with_history(cover, manager):
    target = cover()
    days = {"from_on": datetime.date(2019, 2, 1), "last_on": datetime.date(2019, 9, 30)}

    services.amend_target_country(target, reason="wrong month", by=manager, **days)

    target.refresh_from_db()
    assert (target.first_on, target.last_on) == (days["from_on"], days["last_on"])
    entry = AuditEntry.objects.filter(model="programmes.targetcountry").latest("id")
    assert (entry.action, entry.reason) == (AuditAction.CHANGE, "wrong month")
    assert "2019-01-01" in entry.changes["days"][0]

    with pytest.raises(ValidationError, match="before the beginning"):
        services.amend_target_country(
            target, from_on=days["last_on"], last_on=days["from_on"], reason="x", by=manager
        )


def test_a_country_added_by_mistake_is_taken_back_before_it_counts(cover, manager, today):
    target = cover("NG", today)
    services.take_back_target_country(target, reason="Niger was meant", by=manager)
    entry = AuditEntry.objects.get(model="programmes.targetcountry", action=AuditAction.DELETE)
    assert entry.changes["country_id"] == ["NG", None]

    old = cover("NE", today - datetime.timedelta(days=1))
    with pytest.raises(ValidationError, match="covered already"):
        services.take_back_target_country(old, reason="too late", by=manager)


@time_machine.travel(datetime.datetime(2019, 6, 1, 12, tzinfo=datetime.UTC))
def test_a_ceiling_applies_from_its_day_on(set_ceiling, world):
    set_ceiling(1800, datetime.date(2019, 7, 1))

    rows = GrantCeiling.objects.filter(programme=world.foras, category="standard")
    assert list(rows.order_by("valid_from").values_list("amount", flat=True)) == [1500, 1800]


@time_machine.travel(datetime.datetime(2019, 6, 1, 12, tzinfo=datetime.UTC))
def test_what_was_granted_so_far_keeps_its_ceiling(set_ceiling):
    with pytest.raises(ValidationError) as error:
        set_ceiling(1800, datetime.date(2019, 5, 31))

    assert "keeps its ceiling" in error.value.message_dict["from_on"][0]


@time_machine.travel(datetime.datetime(2019, 6, 1, 12, tzinfo=datetime.UTC))
def test_a_ceiling_that_still_waits_is_corrected_in_place(set_ceiling, world):
    day = datetime.date(2019, 7, 1)
    first = set_ceiling(1800, day)
    second = set_ceiling(1700, day)

    assert (first.pk, second.version) == (second.pk, 2)
    entry = AuditEntry.objects.filter(model="programmes.grantceiling").latest("id")
    assert entry.changes["amount"] == ["1800.00", "1700"]


def test_an_agreement_is_linked_to_a_programme_once(world, manager):
    agreement = Agreement.objects.create(
        organisation=world.organisations["cerf"],
        title="Courses",
        duties="Courses",
        starts_on="2017-09-01",
        ends_on="2030-12-31",
    )
    services.link_agreement(world.foras, agreement=agreement, by=manager)

    with pytest.raises(ValidationError, match="belongs to the programme already"):
        services.link_agreement(world.foras, agreement=agreement, by=manager)
