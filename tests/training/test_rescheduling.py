"""Courses and journeys on the same days: what each side reads, and over the API (R108)."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.permissions import Permission as P
from cases import services as case_services
from cases.enums import CommitmentKind
from partners.models import Agreement, CityDuty
from training import services
from training.enums import EnrolmentReason, EnrolmentStatus
from training.models import Edition, Enrolment
from training.tasks import settle_departures
from travel import services as travel_services

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world):
    agreement = Agreement.objects.create(
        organisation=world.organisations["asticude"],
        title="Consortium",
        duties="Courses",
        starts_on=D(2018, 1, 1),
        ends_on=D(2020, 12, 31),
    )
    CityDuty.objects.create(agreement=agreement, office=world.rabat, duty=CityDuty.Duty.LEAD)
    return world.fresh("partner_coordinator")


def engage(world, case, kind, day, label):
    return case_services.commit(
        case.person, kind=kind, first=day, last=day, label=label, by=world.caseworker
    )


def refused_move(row, by):
    with pytest.raises(ValidationError) as refused:
        services.move_edition(row, starts_on=D(2019, 6, 20), reason="Trainer ill", by=by)
    return [str(error.message) for error in refused.value.error_list[1:]]


@pytest.mark.req("R108")
def test_whoever_sees_no_journeys_reads_names_without_flights_and_dates(
    world, edition, enrolled, coordinator
):
    row = edition(by=coordinator)
    flying, engaged = enrolled(row), enrolled(row)
    engage(world, flying.case, CommitmentKind.TRAVEL, D(2019, 6, 24), "MA → GN")
    engage(world, engaged.case, CommitmentKind.ORIENTATION, D(2019, 6, 25), "S-RAB-1")
    assert not coordinator.has_permission(P.VIEW_JOURNEYS)

    lines = refused_move(row, coordinator)

    assert set(lines) == {
        f"{enrolment.case.person.full_name} has other plans on these days."
        for enrolment in (flying, engaged)
    }
    named = " ".join(refused_move(row, world.fresh("programme_manager")))
    assert "travels on 24 June 2019" in named
    assert "S-RAB-1" in named


def test_an_edition_is_moved_over_the_api_under_the_same_rules(call, edition, enrolled):
    row = edition()
    enrolment = enrolled(row)
    path, body = f"editions/{row.reference}/move/", {"starts_on": "2019-06-20", "reason": "Ill"}
    match = {"If-Match": str(Edition.objects.get(pk=row.pk).version)}

    assert call("programme_manager", "post", path, body).status_code == 428
    assert call("caseworker", "post", path, body, **match).status_code == 403
    moved = call("programme_manager", "post", path, body, **match)

    assert moved.status_code == 200, moved.content
    assert (moved.json()["starts_on"], moved.json()["ends_on"]) == ("2019-06-20", "2019-06-26")
    enrolment.refresh_from_db()
    assert enrolment.commitment.first_day == D(2019, 6, 20)


def test_a_day_is_left_out_over_the_api(call, edition):
    row = edition()
    match = {"If-Match": str(row.version)}
    body = {"day": "2019-06-18", "reason": "Strike"}

    answer = call("programme_manager", "post", f"editions/{row.reference}/skip-day/", body, **match)

    assert answer.status_code == 200, answer.content
    assert D(2019, 6, 18) in Edition.objects.get(pk=row.pk).skipped_days


@pytest.mark.req("R108")
def test_a_flight_before_a_course_withdraws_the_enrolment_for_the_travel_date(
    world, edition, ready, orient, settings
):
    settings.TODAY = "2019-06-03"
    row, people = edition(), [ready(), ready()]
    orient(*people)
    leaving, staying = (services.enrol(row, case=case, by=world.caseworker) for case in people)
    travel_services.plan(
        leaving.case, planned_on=D(2019, 6, 7), gives_up_courses=True, by=world.caseworker
    )

    assert settle_departures() == 1
    assert settle_departures() == 0

    leaving, staying = Enrolment.objects.get(pk=leaving.pk), Enrolment.objects.get(pk=staying.pk)
    assert leaving.status == EnrolmentStatus.WITHDRAWN
    assert leaving.reason == EnrolmentReason.TRAVEL_DATE
    assert staying.status == EnrolmentStatus.NOMINATED
