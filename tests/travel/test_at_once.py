"""Travel verbs beside each other, closing and joining: one answer, no ring of waiting people."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.enums import CaseOutcome, CaseStatus
from cases.models import Case, CaseEvent
from core.exceptions import Refused, Stale
from tests.races import at_once
from tests.travel.conftest import ALL_DONE, FLIGHT, TODAY
from travel import services
from travel.enums import JourneyStatus
from travel.models import Journey, TravelOverride

REFUSED = (ValidationError, Refused, Stale)


def test_two_people_recording_one_departure_record_it_once(committed, world, confirmed, clock):
    journey, by = _ready(confirmed(), world), world.fresh("caseworker")
    clock(FLIGHT)

    answers = at_once(*[lambda: services.depart(journey, on=FLIGHT, by=by)] * 3)

    assert sum(isinstance(answer, Journey) for answer in answers) == 1, answers
    assert sum(isinstance(answer, REFUSED) for answer in answers) == 2, answers
    assert CaseEvent.objects.filter(to_status=CaseStatus.DEPARTED).count() == 1


def test_no_journey_departs_on_a_case_that_is_closed_at_the_same_moment(
    committed, world, confirmed, clock
):
    journey, by = _ready(confirmed(), world), world.fresh("caseworker")
    clock(FLIGHT)

    answers = at_once(
        lambda: services.depart(journey, on=FLIGHT, by=by),
        lambda: case_services.close(
            journey.case, outcome=CaseOutcome.WITHDRAWN, on=FLIGHT, by=world.fresh("caseworker")
        ),
    )

    assert all(isinstance(answer, (Journey, Case, *REFUSED)) for answer in answers), answers
    made = Journey.objects.get(pk=journey.pk).status == JourneyStatus.DEPARTED
    steps = CaseEvent.objects.filter(case=journey.case_id, to_status=CaseStatus.DEPARTED)
    assert made == steps.exists()


def test_confirming_beside_joining_two_files_waits_in_no_ring(committed, world, planned, register):
    journey, other = planned(), register()
    people = [world.fresh("caseworker"), world.fresh("protection_officer")]

    answers = at_once(
        lambda: services.confirm(journey, on=TODAY, by=people[0]),
        lambda: case_services.merge(
            kept=other, other=journey.case, reason="Same photo", by=people[1]
        ),
    )

    assert not any(_is_deadlock(answer) for answer in answers), answers
    assert Journey.objects.get(pk=journey.pk).status in set(JourneyStatus)


def test_approving_beside_cancelling_leaves_no_request_waiting(
    committed, world, planned, course, ready
):
    case = ready()
    course(case, datetime.date(2019, 6, 10), datetime.date(2019, 6, 20))
    journey = planned(FLIGHT, case=case)
    override = services.request_override(
        journey,
        day=datetime.date(2019, 6, 18),
        cause="medical",
        reason="Operation",
        by=world.fresh("caseworker"),
    )
    manager, worker = world.fresh("programme_manager"), world.fresh("caseworker")

    answers = at_once(
        lambda: services.approve_override(override, by=manager),
        lambda: services.cancel(journey, reason="Stays", by=worker),
    )

    assert not any(_is_deadlock(answer) for answer in answers), answers
    assert not TravelOverride.objects.waiting().exists()


def _ready(journey: Journey, world: Any) -> Journey:
    by = world.fresh("caseworker")
    services.save_check(journey, items=ALL_DONE, close=True, by=by)
    case_services.send_handover(journey.case, by=by)
    return Journey.objects.get(pk=journey.pk)


def _is_deadlock(answer: Any) -> bool:
    return isinstance(answer, Exception) and not isinstance(answer, REFUSED)
