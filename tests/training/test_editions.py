"""Editions: days, planning, moving with everybody's calendar."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.enums import CommitmentKind
from cases.models import Commitment
from core.exceptions import Refused
from partners.models import Agreement, CityDuty
from reference.models import Holiday
from training import services
from training.days import days_of, estimate
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus
from training.models import Edition, ModuleVersion

D = datetime.date
pytestmark = pytest.mark.django_db


def duty(world, organisation, office, kind):
    agreement, _created = Agreement.objects.get_or_create(
        organisation=world.organisations[organisation],
        defaults={
            "title": "Consortium",
            "duties": "…",
            "starts_on": D(2018, 1, 1),
            "ends_on": D(2020, 12, 31),
        },
    )
    return CityDuty.objects.create(agreement=agreement, office=office, duty=kind)


def travel(world, case, day):
    return case_services.commit(
        case.person,
        kind=CommitmentKind.TRAVEL,
        first=day,
        last=day,
        label="Flight",
        by=world.caseworker,
    )


def test_the_last_day_follows_from_working_days_and_holidays(edition):
    row = edition("business", starts_on=D(2019, 7, 22))

    days = days_of(row)
    assert Holiday.objects.filter(country="MA", day=D(2019, 7, 30)).exists()
    assert D(2019, 7, 30) not in days
    assert (len(days), row.ends_on) == (9, D(2019, 8, 2))
    assert row.reference == "E-RAB-190722-1"


def test_a_first_day_off_moves_to_the_next_working_day(edition):
    assert edition(starts_on=D(2019, 6, 8)).starts_on == D(2019, 6, 10)


@pytest.mark.req("R087")
def test_support_is_given_by_the_organisation_of_the_city(world, edition):
    duty(world, "ccsm", world.rabat, CityDuty.Duty.SUPPORT)
    duty(world, "asticude", world.casablanca, CityDuty.Duty.SUPPORT)

    assert edition().support_organisation == world.organisations["ccsm"]
    assert edition(office=world.casablanca).support_organisation == world.organisations["asticude"]


def test_a_coordinator_plans_where_the_own_organisation_has_a_duty(world, edition):
    coordinator = world.fresh("partner_coordinator")
    with pytest.raises(Refused):
        edition(by=coordinator)
    duty(world, "asticude", world.rabat, CityDuty.Duty.LEAD)

    row = edition(by=world.fresh("partner_coordinator"))

    assert Edition.objects.visible_to(world.fresh("partner_coordinator")).get() == row


def test_editions_are_seen_by_their_partners_and_their_city(world, edition):
    row = edition()

    for name in ("trainer", "partner_client", "caseworker", "clerk", "programme_manager"):
        assert Edition.objects.visible_to(world.fresh(name)).get() == row
    for name in ("other_trainer", "caseworker_oujda", "donor", "focal_point", "nobody"):
        assert not Edition.objects.visible_to(world.fresh(name)).exists()


@pytest.mark.req("R108")
def test_moving_a_course_lists_the_people_whose_flights_fall_inside_it(
    world, edition, enrolled, ready, orient
):
    row = edition()
    flying = [enrolled(row, family_name=f"Diallo{n}") for n in range(4)]
    staying = [enrolled(row, family_name=f"Toure{n}") for n in range(2)]
    for enrolment in flying:
        travel(world, enrolment.case, D(2019, 6, 24))
    manager = world.fresh("programme_manager")

    with pytest.raises(ValidationError) as caught:
        services.move_edition(row, starts_on=D(2019, 6, 20), reason="Trainer ill", by=manager)

    heading, *lines = caught.value.error_list
    assert heading.code == "people_in_conflict"
    assert {c.enrolment.pk for c in heading.params["conflicts"]} == {e.pk for e in flying}
    assert lines
    row.refresh_from_db()
    assert row.starts_on == D(2019, 6, 17)
    held = Commitment.objects.live().filter(enrolment__in=staying)
    assert {c.first_day for c in held} == {D(2019, 6, 17)}


def test_other_days_are_no_second_beginning_of_the_history(world, edition):
    row = services.move_edition(
        edition(), starts_on=D(2019, 6, 24), reason="Room", by=world.fresh("programme_manager")
    )

    first, moved = row.steps.all()
    assert (first.from_status, first.label) == ("", "Planned")
    assert (moved.from_status, moved.to_status, moved.label) == ("planned", "planned", "Other days")


def test_the_support_of_the_city_stands_when_nobody_else_is_named(world, edition):
    agreement = Agreement.objects.create(
        organisation=world.organisations["asticude"],
        title="Support",
        duties="Transport",
        starts_on=D(2019, 1, 1),
        ends_on=D(2020, 12, 31),
    )
    CityDuty.objects.create(agreement=agreement, office=world.rabat, duty=CityDuty.Duty.SUPPORT)
    row = edition(support_organisation=world.organisations["entraide"])

    row = services.change_edition(
        row,
        trainer_organisation=row.trainer_organisation,
        support_organisation=None,
        language=None,
        room="",
        capacity=15,
        by=world.fresh("programme_manager"),
    )

    assert row.support_organisation == world.organisations["asticude"]


def test_a_running_course_skips_a_day_and_ends_later(world, edition, enrolled, attend):
    enrolment = enrolled(edition())
    row = attend(enrolment, days=1)
    manager = world.fresh("programme_manager")

    with pytest.raises(ValidationError, match="has begun"):
        services.move_edition(row, starts_on=D(2019, 6, 24), reason="Strike", by=manager)
    with pytest.raises(ValidationError, match="Attendance was recorded"):
        services.skip_day(row, day=D(2019, 6, 17), reason="Strike", by=manager)
    row = services.skip_day(row, day=D(2019, 6, 18), reason="Strike", by=manager)

    assert D(2019, 6, 18) not in days_of(row)
    enrolment.refresh_from_db()
    assert enrolment.commitment.last_day == row.ends_on
    assert row.ends_on == days_of(row)[-1] > D(2019, 6, 21)


def test_a_cancelled_course_frees_everybody_with_the_cancellation_as_reason(
    world, edition, enrolled
):
    row = edition()
    enrolment = enrolled(row)

    services.cancel_edition(row, reason="No trainer", by=world.fresh("programme_manager"))

    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.WITHDRAWN
    assert enrolment.reason == EnrolmentReason.EDITION_CANCELLED
    assert enrolment.commitment.is_released


def test_capacity_is_not_reduced_below_the_places_taken(world, edition, enrolled):
    row = edition()
    enrolled(row)
    enrolled(row)

    with pytest.raises(ValidationError, match="2 places are taken"):
        services.change_edition(
            row,
            trainer_organisation=row.trainer_organisation,
            support_organisation=None,
            language=None,
            room="",
            capacity=1,
            by=world.fresh("programme_manager"),
        )


@pytest.mark.req("R079")
def test_the_effect_on_the_wished_date_is_shown_before_enrolling(world, register):
    case = register(wished_travel_on=D(2019, 10, 31))
    versions = ModuleVersion.objects.filter(module__in=["personal_development", "business"])

    effect = estimate(case, versions, D(2019, 10, 7))

    assert effect.days == 14
    assert effect.last_on == D(2019, 10, 24)
    assert effect.earliest_travel_on == D(2019, 10, 25)
    assert effect.delay == 0
    late = estimate(case, versions, D(2019, 10, 21))
    assert late.delay > 0
    holidays = estimate(case, versions, D(2019, 6, 3))
    assert (holidays.last_on - D(2019, 6, 3)).days > 17


def test_editions_as_of_a_day(edition):
    edition(starts_on=D(2019, 6, 3))
    edition(starts_on=D(2019, 9, 2))

    assert Edition.objects.held_by(D(2019, 6, 30)).count() == 1
    assert Edition.objects.exclude(status=EditionStatus.CANCELLED).count() == 2
