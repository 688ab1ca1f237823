"""Arrivals, missing arrivals, and needs on arrival (R112, R114)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from core.exceptions import Refused
from surveys.models import FollowUp
from tests.travel.conftest import ALL_DONE, FLIGHT, TODAY
from travel import services, worklist
from travel.enums import EventKind, JourneyStatus
from travel.models import ArrivalNeed, Journey

pytestmark = pytest.mark.django_db
D = datetime.date


def titles(user, name: str) -> dict[str, bool]:
    """Item → is it late, of one section of somebody's work list."""
    sections = {s.title: s for s in worklist.sections(user)}
    return {item.title: item.is_late for item in sections[name].items}


@pytest.mark.req("R112")
def test_the_office_of_origin_confirms_the_arrival_with_day_and_author(world, departed, clock):
    journey = departed()
    clock(D(2019, 6, 23))

    arrived = services.arrive(journey, on=D(2019, 6, 22), by=world.focal_point)

    assert arrived.status == JourneyStatus.ARRIVED
    assert arrived.arrived_on == D(2019, 6, 22)
    assert arrived.arrival_confirmed_by == world.focal_point
    assert Case.objects.get(pk=journey.case_id).status == CaseStatus.ARRIVED
    due = FollowUp.objects.filter(case=journey.case).order_by("due_on").first()
    assert due.due_on == D(2019, 7, 22)


@pytest.mark.req("R112")
def test_three_days_without_an_arrival_are_a_task_on_both_sides(world, departed, clock):
    name = departed().case.person.full_name
    clock(D(2019, 6, 23))
    assert titles(world.fresh("focal_point"), "Arrivals to confirm") == {name: False}
    assert titles(world.fresh("caseworker"), "Departed, no arrival confirmed") == {}

    clock(D(2019, 6, 24))

    assert titles(world.fresh("focal_point"), "Arrivals to confirm") == {name: True}
    assert titles(world.fresh("caseworker"), "Departed, no arrival confirmed") == {name: True}
    assert titles(world.fresh("focal_point_mali"), "Arrivals to confirm") == {}
    assert titles(world.fresh("caseworker_oujda"), "Departed, no arrival confirmed") == {}


@pytest.mark.parametrize("name", ["caseworker", "focal_point_mali", "programme_manager"])
def test_nobody_else_confirms_an_arrival(world, departed, name):
    with pytest.raises(Refused):
        services.arrive(departed(), on=FLIGHT, by=world.fresh(name))


def test_without_a_handover_the_office_that_sent_the_person_writes_down_the_arrival(
    world, confirmed, clock
):
    journey = confirmed()
    services.save_check(journey, items=ALL_DONE, close=True, by=world.caseworker)
    clock(FLIGHT)
    journey = services.depart(journey, on=FLIGHT, handover_reason="No consent", by=world.caseworker)

    with pytest.raises(Refused):
        services.arrive(journey, on=FLIGHT, by=world.focal_point)
    assert services.arrive(journey, on=FLIGHT, by=world.caseworker).arrived_on == FLIGHT


def withdraw_sharing(journey, world):
    case_services.record_consent(
        journey.case,
        purpose="share_with_origin",
        answer="withdrawn",
        on=FLIGHT,
        by=world.fresh("caseworker"),
    )
    return Journey.objects.get(pk=journey.pk)


@pytest.mark.req("R112")
def test_after_the_sharing_is_withdrawn_the_orientation_point_confirms_and_corrects(
    world, departed, clock
):
    journey = withdraw_sharing(departed(), world)
    clock(D(2019, 6, 25))
    host = world.fresh("caseworker")

    (item,) = worklist._queries(host).items
    assert item.detail.startswith("The office of origin does not see this file")
    with pytest.raises(Refused):
        services.arrive(journey, on=FLIGHT, by=world.fresh("focal_point"))
    arrived = services.arrive(journey, on=D(2019, 6, 22), by=host)
    corrected = services.correct_arrival(
        arrived, arrived_on=D(2019, 6, 23), reason="Called", by=host
    )
    assert corrected.arrived_on == D(2019, 6, 23)
    back = services.undo_arrival(corrected, reason="Another person", by=host)
    assert back.status == JourneyStatus.DEPARTED


def test_when_the_person_agrees_again_the_office_of_origin_confirms(world, departed):
    journey = withdraw_sharing(departed(), world)
    case_services.record_consent(
        journey.case,
        purpose="share_with_origin",
        answer="given",
        on=FLIGHT,
        by=world.fresh("caseworker"),
    )
    journey = Journey.objects.get(pk=journey.pk)

    with pytest.raises(Refused):
        services.arrive(journey, on=FLIGHT, by=world.fresh("caseworker"))
    assert services.arrive(journey, on=FLIGHT, by=world.fresh("focal_point"))


@pytest.mark.parametrize(
    ("day", "words"), [(D(2019, 6, 20), "departed on 21 June"), (D(2019, 6, 22), "future")]
)
def test_an_impossible_day_of_arrival_is_refused(world, departed, day, words):
    with pytest.raises(ValidationError) as refused:
        services.arrive(departed(), on=day, by=world.focal_point)

    assert words in refused.value.message_dict["on"][0]


def test_a_corrected_arrival_moves_the_follow_up_and_stays_in_the_history(world, departed, clock):
    journey = departed()
    clock(D(2019, 6, 28))
    services.arrive(journey, on=D(2019, 6, 22), by=world.focal_point)

    services.correct_arrival(
        journey, arrived_on=D(2019, 6, 24), reason="Came later", by=world.focal_point
    )

    journey = Journey.objects.get(pk=journey.pk)
    assert journey.arrived_on == D(2019, 6, 24)
    event = journey.events.get(kind=EventKind.ARRIVAL_CORRECTED)
    assert (event.day_before, event.day_after) == (D(2019, 6, 22), D(2019, 6, 24))
    assert FollowUp.objects.order_by("due_on").first().due_on == D(2019, 7, 24)


def test_an_arrival_confirmed_by_mistake_is_taken_back(world, departed):
    journey = services.arrive(departed(), on=FLIGHT, by=world.focal_point)

    back = services.undo_arrival(journey, reason="Another person", by=world.focal_point)

    assert back.status == JourneyStatus.DEPARTED
    assert back.arrival_confirmed_by is None
    assert Case.objects.get(pk=journey.case_id).status == CaseStatus.DEPARTED
    assert not FollowUp.objects.open().exists()
    again = services.arrive(back, on=FLIGHT, by=world.focal_point)
    assert again.status == JourneyStatus.ARRIVED
    assert FollowUp.objects.open().exists()


# --- needs on arrival -----------------------------------------------------------------------------
@pytest.mark.req("R114")
def test_a_need_without_answer_is_an_alarm_48_hours_before_the_flight(world, confirmed, clock):
    journey = confirmed(FLIGHT)
    need = services.announce_need(
        journey, kind="medical", text="Insulin on arrival", by=world.caseworker
    )
    case_services.send_handover(journey.case, by=world.caseworker)
    name, section = journey.case.person.full_name, "Needs on arrival to acknowledge"

    clock(D(2019, 6, 18))
    assert titles(world.fresh("focal_point"), section) == {name: False}
    clock(D(2019, 6, 19))
    assert titles(world.fresh("focal_point"), section) == {name: True}
    assert titles(world.fresh("caseworker"), section) == {name: True}

    services.acknowledge_need(need, answer="Nurse at the airport", by=world.focal_point)

    assert titles(world.fresh("focal_point"), section) == {}
    assert titles(world.fresh("caseworker"), section) == {}
    need.refresh_from_db()
    assert need.acknowledged_by == world.focal_point


def test_only_the_office_of_origin_acknowledges_a_need(world, confirmed):
    need = services.announce_need(confirmed(), kind="shelter", text="Bed", by=world.caseworker)

    for name in ("caseworker", "focal_point_mali", "programme_manager"):
        with pytest.raises(Refused):
            services.acknowledge_need(need, by=world.fresh(name))


def test_a_need_is_sealed_and_read_only_by_those_who_send_and_receive(world, confirmed):
    journey = confirmed()
    need = services.announce_need(journey, kind="medical", text="Insulin", by=world.caseworker)

    def seen(name: str) -> bool:
        return ArrivalNeed.objects.visible_to(world.fresh(name)).filter(pk=need.pk).exists()

    assert not seen("focal_point")
    case_services.send_handover(journey.case, by=world.caseworker)
    assert [n for n in ("caseworker", "focal_point") if seen(n)] == ["caseworker", "focal_point"]
    assert not any(
        seen(n) for n in ("clerk", "programme_manager", "focal_point_mali", "donor", "trainer")
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM travel_arrivalneed")
        assert "Insulin" not in cursor.fetchone()[0]


def test_a_need_announced_by_mistake_is_withdrawn_with_a_reason(world, confirmed):
    need = services.announce_need(confirmed(), kind="shelter", text="Bed", by=world.caseworker)

    withdrawn = services.withdraw_need(need, reason="Stays with family", by=world.caseworker)

    assert withdrawn.withdrawn_reason == "Stays with family"
    assert not ArrivalNeed.objects.unanswered().exists()
    with pytest.raises(ValidationError, match="withdrawn"):
        services.acknowledge_need(need, by=world.focal_point)


def test_needs_are_late_by_the_day_of_the_flight(world, confirmed):
    services.announce_need(confirmed(FLIGHT), kind="shelter", text="Bed", by=world.caseworker)

    assert not ArrivalNeed.objects.late(flights_until=D(2019, 6, 20)).exists()
    assert ArrivalNeed.objects.late(flights_until=FLIGHT).exists()
    assert TODAY < FLIGHT
