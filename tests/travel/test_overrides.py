"""Leaving before the end of a started course: a reason and a second person (R109)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Assignment
from accounts.permissions import Role
from cases import policies as case_policies
from cases import services as case_services
from core.exceptions import Refused
from core.overrides import OverrideStatus
from tests import personas
from tests.travel.conftest import ALL_DONE, TODAY
from travel import services, worklist
from travel.enums import EventKind
from travel.models import Journey, TravelOverride

pytestmark = pytest.mark.django_db
D = datetime.date


@pytest.fixture
def asked(world, ready, course, planned):
    """A request to leave on 18 June, two days before the end of a started course."""
    case = ready()
    commitment = course(case, D(2019, 6, 10), D(2019, 6, 20))
    journey = planned(D(2019, 6, 21), case=case)
    override = services.request_override(
        journey,
        day=D(2019, 6, 18),
        cause="medical",
        reason="Operation at home on 20 June",
        by=world.fresh("caseworker"),
    )
    return override, commitment


@pytest.mark.req("R109")
def test_a_second_person_approves_and_the_course_ends_early(world, asked):
    override, course = asked

    services.approve_override(override, by=world.fresh("programme_manager"))

    journey = Journey.objects.get()
    assert journey.planned_on == journey.commitment.first_day == D(2019, 6, 18)
    course.refresh_from_db()
    assert course.last_day == D(2019, 6, 17)
    assert list(override.cut.all()) == [course]
    assert case_policies.travel_conflicts(journey.case.person, D(2019, 6, 18)) == []
    event = journey.events.get(kind=EventKind.OVERRIDDEN)
    assert (event.by.name, event.reason) == ("Programme Manager", "Operation at home on 20 June")


@pytest.mark.req("R109")
def test_the_override_shows_in_the_monthly_quality_list(world, asked, sign_in, clock):
    override, _course = asked
    services.approve_override(override, by=world.fresh("programme_manager"), answer="Agreed")
    clock(D(2019, 7, 2))

    manager = sign_in(world.programme_manager)
    june = manager.get("/journeys/exceptions/?status=approved&month=2019-06").content.decode()
    july = manager.get("/journeys/exceptions/?status=approved&month=2019-07").content.decode()

    name = override.journey.case.person.full_name
    assert name in june
    assert "Operation at home on 20 June" in june
    assert "Business (20 June 2019)" in june
    assert name not in july


def test_the_person_who_asked_does_not_decide(world, asked):
    override, _course = asked
    Assignment.objects.create(
        user=world.caseworker,
        role=Role.PROGRAMME_MANAGER,
        programme=world.foras,
        starts_on=personas.START,
    )

    with pytest.raises(Refused, match="Somebody else"):
        services.approve_override(override, by=world.fresh("caseworker"))


def test_the_database_refuses_a_decision_of_the_person_who_asked(asked):
    override, _course = asked
    override.status, override.decided_on = OverrideStatus.APPROVED, D(2019, 6, 3)
    override.decided_by = override.requested_by

    with pytest.raises(IntegrityError), transaction.atomic():
        override.save()


@pytest.mark.parametrize("name", ["clerk", "focal_point", "caseworker_oujda", "me_officer"])
def test_only_somebody_who_may_approve_exceptions_decides(world, asked, name):
    with pytest.raises(Refused):
        services.approve_override(asked[0], by=world.fresh(name))


def test_a_refused_request_changes_nothing_and_says_why(world, asked):
    override, course = asked

    with pytest.raises(ValidationError, match="Write why"):
        services.refuse_override(override, answer=" ", by=world.fresh("programme_manager"))
    refused = services.refuse_override(
        override, answer="A seat is free on the 21st", by=world.fresh("programme_manager")
    )

    assert refused.status == OverrideStatus.REFUSED
    course.refresh_from_db()
    assert course.last_day == D(2019, 6, 20)
    assert Journey.objects.get().planned_on == D(2019, 6, 21)
    with pytest.raises(ValidationError, match="cannot go from"):
        services.approve_override(override, by=world.fresh("second_manager"))


def test_one_request_waits_at_a_time_and_can_be_withdrawn(world, asked):
    override, _course = asked
    again = {"day": D(2019, 6, 17), "cause": "only_seat", "reason": "Only seat"}

    with pytest.raises(ValidationError, match="waits for its decision"):
        services.request_override(override.journey, by=world.fresh("caseworker"), **again)
    services.withdraw_override(override, by=world.fresh("caseworker"))

    assert services.request_override(override.journey, by=world.fresh("caseworker"), **again)


def test_a_day_without_a_conflict_needs_no_exception(world, planned):
    with pytest.raises(ValidationError, match="Change the day of travel instead"):
        services.request_override(
            planned(), day=D(2019, 6, 18), cause="other", reason="Sooner", by=world.caseworker
        )


def test_a_request_for_a_day_that_has_passed_can_only_be_refused(world, asked, clock):
    clock(D(2019, 6, 19))

    with pytest.raises(ValidationError, match="has passed"):
        services.approve_override(asked[0], by=world.fresh("programme_manager"))


def test_a_request_waits_on_the_managers_work_list(world, asked):
    def waiting(name: str) -> list[str]:
        sections = {s.title: s for s in worklist.sections(world.fresh(name))}
        return [item.title for item in sections["Exceptions to decide"].items]

    assert waiting("programme_manager") == [asked[0].journey.case.person.full_name]
    assert waiting("other_manager") == []


# --- what has happened ----------------------------------------------------------------------------
@pytest.mark.parametrize("verb", ["cancel", "depart"])
def test_a_request_does_not_wait_for_a_journey_that_was_made_or_given_up(world, asked, clock, verb):
    override, by = asked[0], world.fresh("caseworker")
    if verb == "cancel":
        services.cancel(override.journey, reason="Stays", by=by)
    else:
        journey = services.confirm(override.journey, on=TODAY, by=by)
        services.save_check(journey, items=ALL_DONE, close=True, by=by)
        clock(D(2019, 6, 21))
        services.depart(journey, on=D(2019, 6, 21), handover_reason="None", by=by)

    assert TravelOverride.objects.get().status == OverrideStatus.WITHDRAWN
    assert not TravelOverride.objects.waiting().exists()


def test_a_request_can_be_withdrawn_whatever_became_of_the_journey(world, asked):
    override, _course = asked
    Journey.objects.filter(pk=override.journey_id).update(status="cancelled")

    taken_back = services.withdraw_override(override, by=world.fresh("caseworker"))

    assert taken_back.status == OverrideStatus.WITHDRAWN


@pytest.fixture
def in_course(world, ready, course, planned):
    """Confirmed for 21 June, with a started course until the 20th; ready to leave."""
    case = ready()
    commitment = course(case, D(2019, 6, 10), D(2019, 6, 20))
    by = world.fresh("caseworker")
    journey = services.confirm(planned(D(2019, 6, 21), case=case), on=TODAY, by=by)
    services.save_check(journey, items=ALL_DONE, close=True, by=by)
    case_services.send_handover(case, by=by)
    return Journey.objects.get(pk=journey.pk), commitment


def leave_early(world, journey):
    """The exception for 18 June, asked for and approved by two people."""
    override = services.request_override(
        journey,
        day=D(2019, 6, 18),
        cause="family",
        reason="The father died",
        by=world.fresh("caseworker"),
    )
    return services.approve_override(override, by=world.fresh("programme_manager"))


@pytest.mark.req("R109")
def test_somebody_who_left_during_a_course_is_recorded_as_it_was(world, in_course, clock):
    journey, course = in_course
    clock(D(2019, 6, 19))
    with pytest.raises(ValidationError, match="ask for an exception for 18 June 2019"):
        services.depart(journey, on=D(2019, 6, 18), by=world.fresh("caseworker"))

    leave_early(world, journey)
    left = services.depart(journey, on=D(2019, 6, 18), by=world.fresh("caseworker"))

    course.refresh_from_db()
    assert (left.departed_on, course.last_day) == (D(2019, 6, 18), D(2019, 6, 17))
    assert not course.is_released


def test_a_departure_is_corrected_into_a_course_by_two_people(world, in_course, clock):
    journey, course = in_course
    clock(D(2019, 6, 25))
    by = world.fresh("caseworker")
    services.depart(journey, on=D(2019, 6, 21), by=by)
    change = {"departed_on": D(2019, 6, 18), "reason": "Left early", "by": by}
    with pytest.raises(ValidationError, match="ask for an exception for 18 June 2019"):
        services.correct_departure(journey, **change)

    leave_early(world, Journey.objects.get(pk=journey.pk))
    assert Journey.objects.get(pk=journey.pk).departed_on == D(2019, 6, 21)
    services.correct_departure(journey, **change)

    course.refresh_from_db()
    assert course.last_day == D(2019, 6, 17)
    assert Journey.objects.get(pk=journey.pk).departed_on == D(2019, 6, 18)


def test_an_exception_for_somebody_who_left_is_for_a_day_that_passed(world, in_course, clock):
    journey, _course = in_course
    clock(D(2019, 6, 21))
    by = world.fresh("caseworker")
    services.depart(journey, on=D(2019, 6, 21), by=by)

    with pytest.raises(ValidationError, match="The person has left"):
        services.request_override(journey, day=D(2019, 6, 22), cause="other", reason="x", by=by)
