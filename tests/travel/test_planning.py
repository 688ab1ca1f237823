"""Planning, moving and confirming a journey (R020, R078, R106, R108)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind
from cases.models import Case, Commitment
from cases.services.calendar import days
from core.exceptions import Refused
from core.models import AuditEntry
from tests.travel.conftest import TICKET, TODAY
from travel import services
from travel.enums import EventKind, JourneyStatus
from travel.models import Journey

pytestmark = pytest.mark.django_db
D = datetime.date


def refusal(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


def test_a_planned_journey_is_in_the_persons_calendar(world, planned):
    journey = planned(D(2019, 6, 21))

    assert journey.status == JourneyStatus.PLANNED
    assert journey.day == D(2019, 6, 21)
    assert journey.commitment.kind == CommitmentKind.TRAVEL
    assert journey.commitment.first_day == journey.commitment.last_day == D(2019, 6, 21)


@pytest.mark.req("R078")
def test_travel_inside_a_started_course_is_refused_and_the_earliest_day_is_named(
    world, ready, course
):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))

    with pytest.raises(ValidationError) as refused:
        services.plan(case, planned_on=D(2019, 6, 18), by=world.caseworker)

    assert set(refused.value.message_dict) == {"planned_on"}
    assert "21 June 2019" in refusal(refused)
    assert not Journey.objects.exists()
    journey = services.plan(case, planned_on=D(2019, 6, 21), by=world.caseworker)
    assert journey.planned_on == D(2019, 6, 21)


def test_the_last_day_of_a_course_is_no_day_of_travel(world, ready, course):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))

    with pytest.raises(ValidationError, match="21 June 2019"):
        services.plan(case, planned_on=D(2019, 6, 20), by=world.caseworker)


@pytest.mark.req("R108")
def test_moving_the_flight_into_a_course_raises_the_alarm(world, planned, course, ready):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))
    journey = planned(D(2019, 6, 25), case=case)

    with pytest.raises(ValidationError) as refused:
        services.change_day(journey, day=D(2019, 6, 17), reason="Cheaper", by=world.caseworker)

    assert "Business" in refusal(refused)
    assert "21 June 2019" in refusal(refused)
    journey.refresh_from_db()
    assert journey.planned_on == D(2019, 6, 25)
    assert journey.commitment.first_day == D(2019, 6, 25)


def test_leaving_before_a_course_that_is_not_started_names_it_and_asks(world, ready, course):
    case = ready()
    held = course(case, D(2019, 6, 10), D(2019, 6, 14), is_started=False)

    with pytest.raises(ValidationError, match="These courses are lost: Business") as refused:
        services.plan(case, planned_on=D(2019, 6, 7), by=world.caseworker)
    assert set(refused.value.message_dict) == {"gives_up_courses"}
    assert not Journey.objects.exists()
    journey = services.plan(
        case, planned_on=D(2019, 6, 7), gives_up_courses=True, by=world.caseworker
    )

    assert journey.planned_on == D(2019, 6, 7)
    held.refresh_from_db()
    assert held.is_released
    audited = AuditEntry.objects.filter(model="cases.commitment", action="change").last()
    assert audited.reason == "The journey on 7 June 2019 comes first."


@pytest.mark.req("R108")
def test_moving_the_flight_before_a_course_withdraws_the_enrolment(world, planned, course, ready):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 14), is_started=False)
    journey = planned(D(2019, 6, 21), case=case)
    move = {"day": D(2019, 6, 6), "reason": "Only seat", "by": world.caseworker}

    with pytest.raises(ValidationError, match="Business"):
        services.change_day(journey, **move)
    assert Journey.objects.get().planned_on == D(2019, 6, 21)
    services.change_day(journey, **move, gives_up_courses=True)

    assert Journey.objects.get().planned_on == D(2019, 6, 6)
    assert not Commitment.objects.live().filter(kind=CommitmentKind.COURSE).exists()


def test_a_flight_after_the_course_loses_nothing(world, planned, course, ready):
    case = ready()
    held = course(case, D(2019, 6, 10), D(2019, 6, 14), is_started=False)

    planned(D(2019, 6, 21), case=case)

    held.refresh_from_db()
    assert not held.is_released


def test_a_day_on_which_the_person_is_engaged_is_refused(world, ready, course):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 14), is_started=False)

    with pytest.raises(ValidationError, match="already engaged"):
        services.plan(case, planned_on=D(2019, 6, 12), by=world.caseworker)


@pytest.mark.parametrize(
    ("day", "words"),
    [(D(2019, 3, 3), "before the registration"), (D(2029, 6, 21), "two years")],
)
def test_an_impossible_day_is_refused_at_its_field(world, ready, day, words):
    with pytest.raises(ValidationError) as refused:
        services.plan(ready(), planned_on=day, by=world.caseworker)

    assert "planned_on" in refused.value.message_dict
    assert words in refusal(refused)


def test_a_case_has_one_journey_at_a_time(world, planned):
    journey = planned()

    with pytest.raises(ValidationError, match="has a journey already"):
        services.plan(journey.case, planned_on=D(2019, 7, 1), by=world.caseworker)


def test_the_database_refuses_a_second_journey_of_a_case(planned, register):
    journey, other = planned(), register()
    spare = Commitment.objects.create(
        person=other.person, kind=CommitmentKind.TRAVEL, label="x", days=journey.commitment.days
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Journey.objects.create(case=journey.case, planned_on=D(2019, 7, 1), commitment=spare)


def test_after_a_cancelled_journey_another_one_can_be_planned(world, confirmed):
    journey = confirmed()

    cancelled = services.cancel(journey, reason="The seat was lost", by=world.caseworker)

    cancelled.commitment.refresh_from_db()
    assert cancelled.commitment.is_released
    assert Case.objects.get(pk=journey.case_id).status == CaseStatus.REGISTERED
    assert services.plan(journey.case, planned_on=D(2019, 6, 21), by=world.caseworker)


@pytest.mark.req("R106")
def test_each_change_of_day_keeps_its_author_and_reason(world, planned):
    journey = planned(D(2019, 6, 21))

    services.change_day(journey, day=D(2019, 6, 25), reason="No seat left", by=world.caseworker)
    services.change_day(
        journey, day=D(2019, 6, 27), reason="Visa not ready", by=world.protection_officer
    )

    changes = journey.events.filter(kind=EventKind.MOVED).order_by("id")
    assert [(e.day_before, e.day_after, e.by.name, e.reason) for e in changes] == [
        (D(2019, 6, 21), D(2019, 6, 25), "Caseworker", "No seat left"),
        (D(2019, 6, 25), D(2019, 6, 27), "Protection Officer", "Visa not ready"),
    ]
    assert changes[0].change == "From 21 June 2019 to 25 June 2019."


@pytest.mark.req("R106")
def test_planned_confirmed_and_actual_days_stand_side_by_side(world, confirmed, clock, departed):
    journey = confirmed(D(2019, 6, 21))
    journey = services.change_day(journey, day=D(2019, 6, 24), reason="Strike", by=world.caseworker)
    services.save_check(
        journey, items={}, close=True, missing_reason="Recorded later", by=world.caseworker
    )
    case_services.send_handover(journey.case, by=world.caseworker)
    clock(D(2019, 6, 26))
    with pytest.raises(ValidationError, match="confirmed for 24 June 2019") as refused:
        services.depart(journey, on=D(2019, 6, 25), by=world.caseworker)
    assert set(refused.value.message_dict) == {"reason"}
    journey = services.depart(
        journey, on=D(2019, 6, 25), reason="Missed the bus", by=world.caseworker
    )

    assert journey.events.get(kind=EventKind.DEPARTED).reason == "Missed the bus"
    assert (journey.planned_on, journey.confirmed_for, journey.departed_on) == (
        D(2019, 6, 21),
        D(2019, 6, 24),
        D(2019, 6, 25),
    )
    assert journey.ticket_source == "programme"
    journey.refresh_from_db()
    assert journey.day == D(2019, 6, 25)


def test_a_change_of_day_without_a_reason_is_refused(world, planned):
    with pytest.raises(ValidationError) as refused:
        services.change_day(planned(), day=D(2019, 6, 25), reason="  ", by=world.caseworker)

    assert "reason" in refused.value.message_dict


def test_a_journey_cannot_be_moved_to_a_day_that_has_passed(world, planned):
    with pytest.raises(ValidationError, match="has passed"):
        services.change_day(planned(), day=D(2019, 6, 2), reason="Typo", by=world.caseworker)


@pytest.mark.req("R020")
def test_nothing_is_confirmed_without_the_declaration_and_the_paper_is_named(world, register):
    case = register(consents={"processing": "given"})
    journey = services.plan(case, planned_on=D(2019, 6, 21), by=world.caseworker, **TICKET)

    with pytest.raises(ValidationError) as refused:
        services.confirm(journey, on=TODAY, by=world.caseworker)

    assert refusal(refused) == "This paper is missing: declaration of voluntary return."
    case_services.declare_voluntary(case, on=TODAY, by=world.caseworker)
    confirmed = services.confirm(journey, on=TODAY, by=world.caseworker)
    assert confirmed.status == JourneyStatus.CONFIRMED


def withdraw_consent(case, by):
    case_services.record_consent(case, purpose="processing", answer="withdrawn", on=TODAY, by=by)


def withdraw_declaration(case, by):
    case_services.withdraw_declaration(case, on=TODAY, by=by)


@pytest.mark.req("R020")
@pytest.mark.parametrize(
    ("withdraw", "missing"),
    [
        (withdraw_consent, "Handling of the return"),
        (withdraw_declaration, "declaration of voluntary return"),
    ],
)
def test_a_paper_withdrawn_stops_the_departure(world, confirmed, clock, withdraw, missing):
    journey = confirmed()
    services.save_check(
        journey, items={}, close=True, missing_reason="Recorded later", by=world.caseworker
    )
    withdraw(journey.case, world.caseworker)
    clock(D(2019, 6, 21))

    with pytest.raises(ValidationError, match=missing):
        services.depart(journey, on=D(2019, 6, 21), handover_reason="None", by=world.caseworker)


def test_confirming_makes_the_case_ready_to_travel(world, planned):
    journey = services.confirm(planned(), on=TODAY, by=world.caseworker)

    assert journey.confirmed_for == D(2019, 6, 21)
    assert journey.confirmed_on == TODAY
    assert Case.objects.get(pk=journey.case_id).status == CaseStatus.READY_TO_TRAVEL


def test_a_confirmation_needs_route_and_ticket(world, ready):
    journey = services.plan(ready(), planned_on=D(2019, 6, 21), by=world.caseworker)

    with pytest.raises(ValidationError) as refused:
        services.confirm(journey, on=TODAY, by=world.caseworker)

    assert set(refused.value.message_dict) == {"route"}
    assert services.confirm(journey, on=TODAY, by=world.caseworker, **TICKET)


def test_a_course_begun_after_planning_stops_the_confirmation(world, ready, course):
    case = ready()
    journey = services.plan(case, planned_on=D(2019, 6, 7), by=world.caseworker, **TICKET)
    Commitment.objects.create(
        person=case.person,
        kind=CommitmentKind.COURSE,
        label="Business",
        days=days(D(2019, 6, 10), D(2019, 6, 14)),
        is_binding=True,
    )

    with pytest.raises(ValidationError, match="Business, which the person has started"):
        services.confirm(journey, on=TODAY, by=world.caseworker)


def test_a_confirmation_can_be_taken_back_with_a_reason(world, confirmed):
    journey = services.put_back(confirmed(), reason="Wrong person", by=world.caseworker)

    assert journey.status == JourneyStatus.PLANNED
    assert journey.confirmed_for is None
    assert Case.objects.get(pk=journey.case_id).status == CaseStatus.REGISTERED
    assert journey.events.get(kind=EventKind.PUT_BACK).reason == "Wrong person"


def test_confirming_twice_is_refused(world, confirmed):
    with pytest.raises(ValidationError, match="cannot go from"):
        services.confirm(confirmed(), on=TODAY, by=world.caseworker)


def test_another_office_or_the_country_of_origin_plans_no_journey(world, ready):
    case = ready()

    for name in ("caseworker_oujda", "focal_point", "clerk", "programme_manager"):
        with pytest.raises(Refused):
            services.plan(case, planned_on=D(2019, 6, 21), by=world.fresh(name))


def test_a_change_without_reason_is_refused_by_the_database_too(planned):
    journey = planned()

    with pytest.raises(IntegrityError), transaction.atomic():
        journey.events.create(
            kind=EventKind.MOVED, to_status="planned", on=TODAY, by=journey.events.get().by
        )
