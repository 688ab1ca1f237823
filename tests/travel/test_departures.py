"""Steps, checklist, handover, departing, and what can be corrected (R106, R107, R111, R117)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from cases import services as case_services
from cases.enums import CaseStatus, HandoverItemKind
from cases.models import Case
from core.exceptions import Refused
from core.models import AuditEntry
from tests.travel.conftest import ALL_DONE, FLIGHT, TODAY
from travel import policies, services
from travel.enums import EventKind, JourneyStatus
from travel.models import DepartureCheck, Journey, TravelStep

pytestmark = pytest.mark.django_db
D = datetime.date


def refusal(error: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(error.value.messages)


# --- steps with the authorities -------------------------------------------------------------------
@pytest.mark.req("R107")
def test_the_journey_shows_which_step_waits_and_since_when(world, planned):
    journey = planned()
    services.add_step(
        journey,
        kind="laissez_passer",
        status="obtained",
        requested_on=D(2019, 5, 6),
        answered_on=D(2019, 5, 27),
        by=world.caseworker,
    )
    services.add_step(
        journey,
        kind="exit_authorisation",
        status="requested",
        requested_on=D(2019, 5, 28),
        authority="Ministry of Interior",
        by=world.caseworker,
    )

    shown = Journey.objects.with_list_data().get(pk=journey.pk)

    assert [(s.kind, s.requested_on) for s in shown.waiting_steps] == [
        ("exit_authorisation", D(2019, 5, 28))
    ]
    assert list(Journey.objects.waiting_for_authorities()) == [journey]


def test_an_answer_ends_the_wait_and_the_audit_keeps_what_was_there(world, planned):
    journey = planned()
    step = services.add_step(
        journey, kind="fitness", status="requested", requested_on=TODAY, by=world.caseworker
    )

    services.change_step(step, status="obtained", answered_on=TODAY, by=world.caseworker)

    assert not Journey.objects.waiting_for_authorities().exists()
    change = AuditEntry.objects.filter(model="travel.travelstep", action="change").get()
    assert change.changes["status"] == ["requested", "obtained"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "requested"}, "day of the request"),
        ({"status": "obtained"}, "obtained or refused"),
        (
            {"status": "obtained", "requested_on": TODAY, "answered_on": D(2019, 6, 2)},
            "before the request",
        ),
        ({"status": "requested", "requested_on": D(2019, 6, 4)}, "in the future"),
        (
            {"status": "obtained", "answered_on": TODAY, "expires_on": D(2019, 6, 1)},
            "expire before",
        ),
    ],
)
def test_a_step_with_impossible_days_is_refused(world, planned, values, words):
    with pytest.raises(ValidationError) as refused:
        services.add_step(planned(), kind="laissez_passer", by=world.caseworker, **values)

    assert words in refusal(refused)


def test_after_a_refusal_the_step_can_be_asked_for_again(world, planned):
    journey = planned()
    services.add_step(
        journey, kind="laissez_passer", status="refused", answered_on=TODAY, by=world.caseworker
    )

    again = services.add_step(
        journey, kind="laissez_passer", status="requested", requested_on=TODAY, by=world.caseworker
    )

    assert policies.open_steps(journey) == [again]
    with pytest.raises(ValidationError, match="on the list already"):
        services.add_step(journey, kind="laissez_passer", status="not_needed", by=world.caseworker)


def test_the_number_of_a_travel_document_is_sealed(world, planned):
    step = services.add_step(
        planned(),
        kind="laissez_passer",
        status="obtained",
        answered_on=TODAY,
        number="LP-778-19",
        by=world.caseworker,
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM travel_travelstep WHERE id = %s", [step.pk])
        assert "LP-778" not in cursor.fetchone()[0]
    assert TravelStep.objects.get(pk=step.pk).number == "LP-778-19"


def test_a_document_that_expires_before_the_journey_stops_the_confirmation(world, planned):
    journey = planned(FLIGHT)
    services.add_step(
        journey,
        kind="laissez_passer",
        status="obtained",
        answered_on=TODAY,
        expires_on=D(2019, 6, 20),
        by=world.caseworker,
    )

    with pytest.raises(ValidationError, match="valid until 20 June 2019"):
        services.confirm(journey, on=TODAY, by=world.caseworker)


# --- the checklist --------------------------------------------------------------------------------
@pytest.mark.req("R111")
def test_the_checklist_cannot_be_closed_without_the_contact_plan_unless_reasoned(world, confirmed):
    journey = confirmed()
    items = ALL_DONE | {"contact_plan_agreed": False}

    with pytest.raises(ValidationError) as refused:
        services.save_check(journey, items=items, close=True, by=world.caseworker)

    assert "Not done: contact plan agreed." in refusal(refused)
    assert not DepartureCheck.objects.closed().exists()
    check = services.save_check(
        journey,
        items=items,
        close=True,
        missing_reason="No phone and no address yet",
        by=world.caseworker,
    )
    assert check.closed_on == TODAY
    assert not DepartureCheck.objects.filter(contact_plan_agreed=True).exists()


def test_the_database_refuses_a_closed_list_with_a_gap(world, confirmed):
    with pytest.raises(IntegrityError), transaction.atomic():
        DepartureCheck.objects.create(
            journey=confirmed(), closed_on=TODAY, closed_by=world.caseworker
        )


def test_a_checklist_can_be_opened_again_before_the_departure(world, confirmed):
    journey = confirmed()
    services.save_check(journey, items=ALL_DONE, close=True, by=world.caseworker)

    check = services.save_check(journey, items=ALL_DONE, by=world.caseworker)

    assert check.closed_on is None
    assert check.closed_by is None


# --- departing ------------------------------------------------------------------------------------
def test_a_departure_takes_the_case_with_it(departed):
    journey = departed()

    assert journey.status == JourneyStatus.DEPARTED
    assert journey.departed_on == FLIGHT
    case = Case.objects.get(pk=journey.case_id)
    assert case.status == CaseStatus.DEPARTED
    assert [e.to_status for e in case.events.all()] == [
        CaseStatus.REGISTERED,
        CaseStatus.READY_TO_TRAVEL,
        CaseStatus.DEPARTED,
    ]


def test_a_departure_names_everything_that_is_missing(world, planned, clock):
    journey = planned()
    services.add_step(
        journey,
        kind="exit_authorisation",
        status="requested",
        requested_on=TODAY,
        by=world.caseworker,
    )
    clock(FLIGHT)

    with pytest.raises(ValidationError) as refused:
        services.depart(journey, on=FLIGHT, by=world.caseworker)

    assert refused.value.messages == [
        "The journey is not confirmed.",
        "Exit authorisation: Requested. Enter that it was obtained, or that it is not needed.",
        "The departure checklist is not closed.",
    ]


@pytest.mark.req("R117")
def test_everybody_who_departed_has_a_handover_or_a_reason(world, confirmed, departed, clock):
    with_handover = departed()
    clock(TODAY)
    without = confirmed()
    services.save_check(without, items=ALL_DONE, close=True, by=world.caseworker)
    clock(FLIGHT)

    with pytest.raises(ValidationError) as refused:
        services.depart(without, on=FLIGHT, by=world.caseworker)

    assert set(refused.value.message_dict) == {"handover_reason"}
    services.depart(without, on=FLIGHT, handover_reason="No consent to share", by=world.caseworker)
    assert Journey.objects.departed_by(FLIGHT).count() == 2
    handed_over = Journey.objects.get(pk=with_handover.pk)
    assert handed_over.case.handed_over_at is not None
    assert handed_over.handover_reason == ""
    assert Journey.objects.get(pk=without.pk).handover_reason == "No consent to share"


def test_a_handover_whose_consent_was_withdrawn_before_the_departure_asks_the_reason(
    world, confirmed, clock
):
    journey = confirmed()
    services.save_check(journey, items=ALL_DONE, close=True, by=world.caseworker)
    case_services.send_handover(journey.case, by=world.caseworker)
    case_services.record_consent(
        Case.objects.get(pk=journey.case_id),
        purpose="share_with_origin",
        answer="withdrawn",
        on=TODAY,
        by=world.caseworker,
    )
    clock(FLIGHT)
    journey = Journey.objects.get(pk=journey.pk)

    with pytest.raises(ValidationError, match="no longer agrees") as refused:
        services.depart(journey, on=FLIGHT, by=world.caseworker)

    assert set(refused.value.message_dict) == {"handover_reason"}
    left = services.depart(
        journey, on=FLIGHT, handover_reason="Withdrew the consent", by=world.caseworker
    )
    assert left.handover_reason == "Withdrew the consent"


@pytest.mark.req("R117")
def test_the_handover_shows_what_leaves_and_what_comes_back(world, confirmed):
    case = confirmed().case
    case_services.add_handover_item(
        case, kind=HandoverItemKind.NEED, text="Met at the airport", by=world.caseworker
    )
    sent = case_services.send_handover(case, by=world.caseworker)
    assert sent.get_status_display() == "Sent"
    assert case.handover_items.get().text == "Met at the airport"

    case.refresh_from_db()
    opened = case_services.open_handover(case, by=world.focal_point)
    assert opened.get_status_display() == "Opened"
    back = case_services.question_handover(case, question="Which phone?", by=world.focal_point)
    assert back.get_status_display() == "Returned with a question"

    case = Case.objects.get(pk=case.pk)
    case_services.send_handover(case, message="The brother's phone", by=world.caseworker)
    case = Case.objects.get(pk=case.pk)
    assert case_services.accept_handover(case, by=world.focal_point).status == "accepted"


def test_a_departure_lies_neither_in_the_future_nor_before_the_confirmation(world, confirmed):
    journey = confirmed()
    services.save_check(journey, items=ALL_DONE, close=True, by=world.caseworker)
    case_services.send_handover(journey.case, by=world.caseworker)

    for day, words in ((D(2019, 6, 21), "in the future"), (D(2019, 6, 2), "confirmed on 3 June")):
        with pytest.raises(ValidationError) as refused:
            services.depart(journey, on=day, by=world.caseworker)
        assert words in refusal(refused)


def test_leaving_on_another_day_than_confirmed_meets_the_course_rule_again(
    world, ready, course, confirmed, clock
):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))
    journey = confirmed(FLIGHT, case=case)
    services.save_check(journey, items=ALL_DONE, close=True, by=world.caseworker)
    case_services.send_handover(journey.case, by=world.caseworker)
    clock(D(2019, 6, 19))

    with pytest.raises(ValidationError, match="ends on 20 June 2019"):
        services.depart(journey, on=D(2019, 6, 19), by=world.caseworker)


# --- corrections ----------------------------------------------------------------------------------
@pytest.mark.req("R106")
def test_a_corrected_day_of_departure_keeps_the_wrong_one_in_the_history(world, departed, clock):
    journey = departed()
    clock(D(2019, 6, 24))

    services.correct_departure(
        journey, departed_on=D(2019, 6, 22), reason="Left after midnight", by=world.caseworker
    )

    journey = Journey.objects.get(pk=journey.pk)
    assert journey.day == journey.commitment.first_day == D(2019, 6, 22)
    event = journey.events.get(kind=EventKind.DEPARTURE_CORRECTED)
    assert (event.day_before, event.day_after) == (FLIGHT, D(2019, 6, 22))
    assert (event.by.name, event.reason) == ("Caseworker", "Left after midnight")
    last = journey.case.events.filter(to_status=CaseStatus.DEPARTED).last()
    assert last.on == D(2019, 6, 22)


def test_a_departure_recorded_by_mistake_is_taken_back_with_a_reason(world, departed):
    journey = services.undo_departure(departed(), reason="Missed the flight", by=world.caseworker)

    assert journey.status == JourneyStatus.CONFIRMED
    assert journey.departed_on is None
    assert Case.objects.get(pk=journey.case_id).status == CaseStatus.READY_TO_TRAVEL
    assert [e.kind for e in journey.events.order_by("id")][-2:] == [
        EventKind.DEPARTED,
        EventKind.DEPARTURE_UNDONE,
    ]
    again = services.depart(journey, on=FLIGHT, by=world.caseworker)
    assert again.status == JourneyStatus.DEPARTED


def test_only_the_office_that_sent_the_person_corrects_the_departure(world, departed):
    journey = departed()

    with pytest.raises(Refused):
        services.correct_departure(
            journey, departed_on=D(2019, 6, 20), reason="x", by=world.focal_point
        )


@pytest.mark.req("R113")
def test_who_had_departed_by_a_day_does_not_change_with_what_is_entered_later(
    world, departed, clock
):
    first, second = departed(D(2019, 6, 10)), departed(D(2019, 6, 21))
    as_of = D(2019, 6, 15)
    before = list(Journey.objects.departed_by(as_of))

    departed(D(2019, 7, 2))
    clock(D(2019, 7, 5))
    fresh = Journey.objects.get(pk=first.pk)
    services.arrive(fresh, on=D(2019, 6, 11), by=world.fresh("focal_point"))
    services.undo_departure(
        Journey.objects.get(pk=second.pk), reason="Missed", by=world.fresh("caseworker")
    )

    assert before == list(Journey.objects.departed_by(as_of)) == [first]
    assert Journey.objects.departed_by(D(2019, 7, 31)).count() == 2
