"""Papers, safeguards and handover count on the day of travel, not on the day of typing (R020)."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.models import Case
from tests.travel.conftest import ALL_DONE, FLIGHT, SAFEGUARDS, TICKET, TODAY
from travel import services
from travel.models import ChildGate, Journey

pytestmark = pytest.mark.django_db
D = datetime.date
EVE, AFTER = D(2019, 6, 20), D(2019, 6, 23)
WORDS = {
    "declaration": "declaration of voluntary return",
    "consent": "Handling of the return",
    "safeguards": "signature of a second person",
}


@pytest.fixture
def lose(world, second_officer) -> Callable[[str, Case, datetime.date], None]:
    """Take a paper back."""

    def _lose(paper: str, case: Case, on: datetime.date) -> None:
        by = world.fresh("protection_officer")
        if paper == "declaration":
            case_services.withdraw_declaration(case, on=on, by=by)
        elif paper == "consent":
            _answer(case, "withdrawn", on, by)
        else:
            gate = ChildGate.objects.get(case=case)
            services.revoke_gate(gate, reason="Uncle unknown", by=second_officer)

    return _lose


@pytest.fixture
def sign(world, second_officer) -> Callable[[str, Case, datetime.date], None]:
    """Get a paper again."""

    def _sign(paper: str, case: Case, on: datetime.date) -> None:
        by = world.fresh("protection_officer")
        if paper == "declaration":
            case_services.declare_voluntary(case, on=on, by=by)
        elif paper == "consent":
            _answer(case, "given", on, by)
        else:
            services.sign_gate(ChildGate.objects.get(case=case), by=second_officer)

    return _sign


def _answer(case: Case, answer: str, on: datetime.date, by: Any) -> None:
    given_by = "guardian" if case.is_unaccompanied_child else "self"
    case_services.record_consent(
        case, purpose="processing", answer=answer, on=on, given_by=given_by, by=by
    )


@pytest.fixture
def leaving(world, ready, child, second_officer) -> Callable[[str], Journey]:
    """Confirmed, handed over and with a closed checklist; a child where safeguards are asked."""

    def _leaving(paper: str) -> Journey:
        by = world.fresh("protection_officer")
        case = child if paper == "safeguards" else ready()
        if paper == "safeguards":
            gate = services.record_gate(case, values=SAFEGUARDS, by=by)
            services.sign_gate(gate, by=second_officer)
        journey = services.plan(case, planned_on=FLIGHT, by=by, **TICKET)
        journey = services.confirm(journey, on=TODAY, by=by)
        services.save_check(journey, items=ALL_DONE, close=True, by=by)
        case_services.send_handover(case, by=by)
        return Journey.objects.get(pk=journey.pk)

    return _leaving


@pytest.mark.req("R020")
@pytest.mark.parametrize("paper", ["declaration", "consent", "safeguards"])
def test_what_is_signed_after_the_departure_does_not_make_it_proper(
    world, leaving, lose, sign, clock, paper
):
    journey, by = leaving(paper), world.fresh("protection_officer")
    clock(EVE)
    lose(paper, journey.case, EVE)
    clock(AFTER)
    sign(paper, Case.objects.get(pk=journey.case_id), AFTER)

    with pytest.raises(ValidationError) as refused:
        services.depart(journey, on=FLIGHT, by=by)

    (words,) = refused.value.messages
    assert words.startswith("On 21 June 2019 this was missing:")
    assert WORDS[paper] in words
    assert services.depart(journey, on=AFTER, reason="Signed first", by=by).departed_on == AFTER


@pytest.mark.parametrize("paper", ["declaration", "consent", "safeguards"])
def test_a_confirmation_is_not_dated_before_what_it_needs(world, leaving, lose, sign, clock, paper):
    journey, by = leaving(paper), world.fresh("protection_officer")
    services.put_back(journey, reason="Strike", by=by)
    journey = Journey.objects.get(pk=journey.pk)
    lose(paper, journey.case, TODAY)
    clock(D(2019, 6, 10))
    sign(paper, Case.objects.get(pk=journey.case_id), D(2019, 6, 10))

    with pytest.raises(ValidationError, match="On 4 June 2019 this was missing"):
        services.confirm(journey, on=D(2019, 6, 4), by=by)

    assert services.confirm(journey, on=D(2019, 6, 10), by=by).confirmed_on == D(2019, 6, 10)


@pytest.mark.parametrize("paper", ["declaration", "consent"])
def test_a_departure_is_not_corrected_to_a_day_without_papers(
    world, leaving, lose, sign, clock, paper
):
    journey, by = leaving(paper), world.fresh("protection_officer")
    clock(D(2019, 6, 18))
    lose(paper, journey.case, D(2019, 6, 18))
    clock(EVE)
    sign(paper, Case.objects.get(pk=journey.case_id), EVE)
    clock(AFTER)
    services.depart(journey, on=FLIGHT, by=by)

    with pytest.raises(ValidationError, match="On 19 June 2019 this was missing") as refused:
        services.correct_departure(journey, departed_on=D(2019, 6, 19), reason="Slip", by=by)

    assert set(refused.value.message_dict) == {"departed_on"}
    services.correct_departure(journey, departed_on=EVE, reason="Slip", by=by)
    assert Journey.objects.get(pk=journey.pk).departed_on == EVE


@pytest.mark.req("R117")
def test_a_handover_sent_after_the_departure_asks_why(world, confirmed, clock):
    journey, by = confirmed(), world.fresh("caseworker")
    services.save_check(journey, items=ALL_DONE, close=True, by=by)
    clock(AFTER)
    case_services.send_handover(journey.case, by=by)
    journey = Journey.objects.get(pk=journey.pk)

    with pytest.raises(ValidationError, match="after this day") as refused:
        services.depart(journey, on=FLIGHT, by=by)

    assert set(refused.value.message_dict) == {"handover_reason"}
    left = services.depart(journey, on=FLIGHT, handover_reason="Line was down", by=by)
    assert left.handover_reason == "Line was down"
    services.correct_departure(left, departed_on=AFTER, reason="Slip", by=by)
    assert Journey.objects.get(pk=journey.pk).handover_reason == ""


@pytest.mark.req("R117")
def test_a_departure_corrected_to_a_day_before_the_handover_asks_why(world, confirmed, clock):
    journey, by = confirmed(), world.fresh("caseworker")
    services.save_check(journey, items=ALL_DONE, close=True, by=by)
    clock(FLIGHT)
    case_services.send_handover(journey.case, by=by)
    services.depart(Journey.objects.get(pk=journey.pk), on=FLIGHT, by=by)
    change = {"departed_on": EVE, "reason": "Left the evening before", "by": by}

    with pytest.raises(ValidationError) as refused:
        services.correct_departure(journey, **change)

    assert set(refused.value.message_dict) == {"handover_reason"}
    services.correct_departure(journey, handover_reason="Line was down", **change)
    assert Journey.objects.get(pk=journey.pk).handover_reason == "Line was down"


def test_a_consent_to_share_withdrawn_after_the_departure_asks_nothing(world, leaving, clock):
    journey, by = leaving("declaration"), world.fresh("protection_officer")
    clock(AFTER)
    case_services.record_consent(
        journey.case, purpose="share_with_origin", answer="withdrawn", on=AFTER, by=by
    )

    left = services.depart(Journey.objects.get(pk=journey.pk), on=FLIGHT, by=by)

    assert left.handover_reason == ""


# --- with whom a child travels --------------------------------------------------------------------
def test_a_child_not_marked_as_alone_travels_with_somebody(world, planned, sign_in):
    journey, by = planned(birth_on=D(2010, 1, 1)), world.fresh("caseworker")

    with pytest.raises(ValidationError, match="is under 18") as refused:
        services.confirm(journey, on=TODAY, by=by)

    assert set(refused.value.message_dict) == {"travels_with"}
    services.confirm(journey, on=TODAY, travels_with="Mother, Fanta", by=by)
    page = sign_in(world.caseworker).get(journey.get_absolute_url()).content.decode()
    assert "Mother, Fanta" in page


def test_the_question_stands_in_the_form_of_a_child_only(world, planned, sign_in):
    client = sign_in(world.caseworker)

    def asked(journey: Journey) -> bool:
        page = client.get(f"/journeys/{journey.reference}/confirm/").content.decode()
        return 'name="travels_with"' in page

    assert asked(planned(birth_on=D(2010, 1, 1)))
    assert not asked(planned())


def test_nobody_departs_once_the_company_of_a_child_was_struck_out(world, planned, clock):
    journey, by = planned(birth_on=D(2010, 1, 1)), world.fresh("caseworker")
    journey = services.confirm(journey, on=TODAY, travels_with="Mother", by=by)
    services.save_check(journey, items=ALL_DONE, close=True, by=by)
    services.change_ticket(journey, travels_with="", by=by)
    clock(FLIGHT)

    with pytest.raises(ValidationError, match="is under 18"):
        services.depart(journey, on=FLIGHT, handover_reason="x", by=by)
