"""The pages of journeys: what is shown, to whom, and what happens to bad input."""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import services as case_services
from core.models import AuditEntry
from tests.travel.conftest import ALL_DONE, FLIGHT, SAFEGUARDS, TODAY
from travel import services
from travel.models import ChildGate, DepartureCheck, Journey, TravelOverride

pytestmark = pytest.mark.django_db
D = datetime.date


def fields(html: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def send(client, url: str, **values):
    """Open a form and send it filled in."""
    hidden = fields(client.get(url).content.decode())
    return client.post(url, hidden | values)


def tab(case) -> str:
    return reverse("travel:case", args=[case.reference])


def verb(name: str, journey) -> str:
    return reverse(f"travel:{name}", args=[journey.reference])


# --- the way --------------------------------------------------------------------------------------
def test_a_journey_goes_from_plan_to_arrival_in_the_browser(world, ready, sign_in, clock):
    case = ready()
    officer = sign_in(world.caseworker)
    answer = send(
        officer,
        reverse("travel:plan", args=[case.reference]),
        planned_on="2019-06-21",
        route="Rabat – Conakry",
    )
    assert answer.status_code == 302
    assert answer.url == tab(case)
    journey = Journey.objects.get()
    for name, values in (
        ("add-step", {"kind": "ticket", "status": "obtained", "answered_on": "2019-06-03"}),
        ("need", {"kind": "shelter", "text": "A bed for two nights"}),
        (
            "confirm",
            {"on": "2019-06-03", "route": "Rabat – Conakry", "ticket_source": "programme"},
        ),
        ("move", {"day": "2019-06-22", "reason": "Strike"}),
        ("checklist", dict.fromkeys(ALL_DONE, "on") | {"close": "on"}),
    ):
        answer = send(officer, verb(name, journey), **values)
        assert answer.status_code == 302, (name, answer.content.decode())
    case_services.send_handover(case, by=world.caseworker)
    clock(D(2019, 6, 22))
    assert send(officer, verb("depart", journey), on="2019-06-22").status_code == 302

    focal_point = sign_in(world.focal_point)
    assert case.person.full_name in focal_point.get("/arrivals/").content.decode()
    assert send(focal_point, verb("arrive", journey), on="2019-06-22").status_code == 302

    page = focal_point.get(tab(case)).content.decode()
    for words in (
        "21 June 2019",
        "22 June 2019",
        "Strike",
        "Focal Point",
        "A bed for two nights",
    ):
        assert words in page


@pytest.mark.req("R107")
def test_the_case_shows_which_step_waits_and_since_when(world, planned, sign_in):
    journey = planned()
    services.add_step(
        journey,
        kind="exit_authorisation",
        status="requested",
        requested_on=D(2019, 5, 20),
        by=world.caseworker,
    )
    client = sign_in(world.caseworker)

    page = client.get(tab(journey.case)).content.decode()
    listed = client.get("/journeys/?waiting=steps").content.decode()

    assert "Exit authorisation" in page
    assert "waits since 20/05/2019 (14 days)" in page
    assert "Exit authorisation, since 20/05/2019" in listed


@pytest.mark.req("R078")
def test_the_form_shows_conflicts_and_the_earliest_day_before_and_after_typing(
    world, ready, course, sign_in
):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))
    url = reverse("travel:plan", args=[case.reference])
    client = sign_in(world.caseworker)

    before = client.get(url).content.decode()
    after = send(client, url, planned_on="2019-06-18", route="Rabat – Conakry")

    assert "The earliest day of travel is <strong>21 June 2019</strong>" in before
    assert 'value="2019-06-21"' in before
    assert after.status_code == 422
    text = after.content.decode()
    assert "The earliest day of travel is 21 June 2019." in text
    assert 'value="2019-06-18"' in text
    assert "Rabat – Conakry" in text
    assert not Journey.objects.exists()


@pytest.mark.req("R020")
def test_confirming_without_a_declaration_names_the_document(world, register, sign_in):
    case = register(consents={"processing": "given"})
    journey = services.plan(case, planned_on=FLIGHT, by=world.caseworker)
    client = sign_in(world.caseworker)

    answer = send(
        client,
        verb("confirm", journey),
        on="2019-06-03",
        route="Rabat – Conakry",
        ticket_source="programme",
    )

    assert answer.status_code == 422
    assert "This paper is missing: declaration of voluntary return." in answer.content.decode()
    assert "This paper is missing" in client.get(tab(case)).content.decode()


@pytest.mark.req("R111")
def test_the_checklist_is_not_closed_with_the_contact_plan_missing(world, confirmed, sign_in):
    journey = confirmed()
    client = sign_in(world.caseworker)
    done = {name: "on" for name in ALL_DONE if name != "contact_plan_agreed"}

    refused = send(client, verb("checklist", journey), close="on", **done)

    assert refused.status_code == 422
    assert "Not done: contact plan agreed." in refused.content.decode()
    reasoned = send(
        client, verb("checklist", journey), close="on", missing_reason="No phone yet", **done
    )
    assert reasoned.status_code == 302
    assert DepartureCheck.objects.get().closed_by == world.caseworker


# --- bad input ------------------------------------------------------------------------------------
@pytest.mark.parametrize("day", ["2019-02-31", "soon", "0001-01-01", "2019-06-21\x00", ""])
def test_an_impossible_date_is_refused_at_the_field_and_kept(world, ready, sign_in, day):
    url = reverse("travel:plan", args=[ready().reference])

    answer = send(sign_in(world.caseworker), url, planned_on=day, route="Rabat")

    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Journey.objects.exists()


def test_bidirectional_overrides_in_a_text_are_refused(world, planned, sign_in):
    answer = send(
        sign_in(world.caseworker),
        verb("move", planned()),
        day="2019-06-25",
        reason="Strike \u202e gnorw",
    )

    assert answer.status_code == 422
    assert "hidden control characters" in answer.content.decode()


def test_a_stale_form_shows_both_versions_and_saves_nothing(world, planned, sign_in):
    journey = planned()
    client = sign_in(world.caseworker)
    hidden = fields(client.get(verb("ticket", journey)).content.decode())
    services.change_ticket(journey, flight="AT 512", by=world.protection_officer)

    answer = client.post(
        verb("ticket", journey), hidden | {"route": "Rabat – Conakry", "flight": "AT 520"}
    )

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "AT 512" in text
    assert "AT 520" in text
    journey.refresh_from_db()
    assert journey.flight == "AT 512"


def test_a_stale_checklist_is_noticed_too(world, confirmed, sign_in):
    journey = confirmed()
    client = sign_in(world.caseworker)
    hidden = fields(client.get(verb("checklist", journey)).content.decode())
    services.save_check(journey, items=ALL_DONE, by=world.protection_officer)
    services.save_check(journey, items={}, by=world.protection_officer)

    answer = client.post(verb("checklist", journey), hidden | {"handouts_given": "on"})

    assert answer.status_code == 409
    assert not DepartureCheck.objects.get().handouts_given


def test_a_double_click_plans_one_journey(world, ready, sign_in):
    case = ready()
    client = sign_in(world.caseworker)
    url = reverse("travel:plan", args=[case.reference])
    body = fields(client.get(url).content.decode()) | {"planned_on": "2019-06-21"}

    first, second = client.post(url, body), client.post(url, body)

    assert first.status_code == second.status_code == 302
    assert Journey.objects.count() == 1


def test_a_departure_without_papers_is_refused_on_the_page(world, confirmed, sign_in, clock):
    journey = confirmed()
    case_services.withdraw_declaration(journey.case, on=TODAY, by=world.caseworker)
    clock(FLIGHT)

    answer = send(sign_in(world.caseworker), verb("depart", journey), on="2019-06-21")

    assert answer.status_code == 422
    assert "declaration of voluntary return" in answer.content.decode()


# --- exceptions and safeguards --------------------------------------------------------------------
def test_an_exception_is_asked_for_and_approved_on_the_pages(
    world, ready, course, planned, sign_in
):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))
    journey = planned(case=case)
    asked = send(
        sign_in(world.caseworker),
        verb("override", journey),
        day="2019-06-18",
        cause="only_seat",
        reason="No other seat before August",
    )
    assert asked.status_code == 302
    override = TravelOverride.objects.get()
    url = reverse("travel:approve-override", args=[override.pk])

    manager = sign_in(world.programme_manager)
    assert "Approve" in manager.get("/journeys/exceptions/").content.decode()
    assert send(manager, url, answer="Agreed").status_code == 302

    journey.refresh_from_db()
    assert journey.planned_on == D(2019, 6, 18)
    assert sign_in(world.caseworker).get(url).status_code == 403
    assert sign_in(world.other_manager).get(url).status_code == 404


def test_safeguards_are_recorded_and_signed_by_two_people(world, child, sign_in, second_officer):
    url = reverse("travel:child-gate", args=[child.reference])
    first, second = sign_in(world.protection_officer), sign_in(second_officer)
    values = {name: str(value) for name, value in SAFEGUARDS.items()}
    assert send(first, f"{url}record/", **values).status_code == 302
    assert send(first, f"{url}sign/").status_code == 403
    assert "family assessment" in first.get(url).content.decode().lower()

    assert send(second, f"{url}sign/").status_code == 302

    assert ChildGate.objects.get().decided_by == second_officer
    assert "The child may travel." in first.get(url).content.decode()
    reads = AuditEntry.objects.filter(model="travel.childgate", action="read")
    assert reads.filter(actor=world.protection_officer).exists()


def test_safeguards_are_for_children_and_protection_officers_only(world, child, ready, sign_in):
    adult = ready()
    gate = reverse("travel:child-gate", args=[child.reference])

    assert sign_in(world.caseworker).get(gate).status_code == 404
    assert sign_in(world.programme_manager).get(tab(child)).status_code == 404
    url = reverse("travel:child-gate", args=[adult.reference])
    assert sign_in(world.protection_officer).get(url).status_code == 404
    assert sign_in(world.protection_officer).get(f"{gate}sign/").status_code == 404


# --- who sees what --------------------------------------------------------------------------------
def test_the_country_of_origin_sees_the_journey_once_the_case_is_handed_over(
    world, confirmed, sign_in
):
    journey = confirmed()
    focal_point = sign_in(world.focal_point)
    assert focal_point.get(tab(journey.case)).status_code == 404

    case_services.send_handover(journey.case, by=world.caseworker)

    assert focal_point.get(tab(journey.case)).status_code == 200
    assert sign_in(world.focal_point_mali).get(tab(journey.case)).status_code == 404
    assert focal_point.get(verb("move", journey)).status_code == 403
    assert sign_in(world.donor).get(verb("move", journey)).status_code == 404


def test_after_the_sharing_is_withdrawn_the_arrival_is_confirmed_on_the_page_of_the_host(
    world, departed, sign_in
):
    journey = departed()
    case_services.record_consent(
        journey.case,
        purpose="share_with_origin",
        answer="withdrawn",
        on=FLIGHT,
        by=world.fresh("caseworker"),
    )
    host = sign_in(world.caseworker)

    assert sign_in(world.focal_point).get(verb("arrive", journey)).status_code == 404
    assert verb("arrive", journey) in host.get(tab(journey.case)).content.decode()
    assert send(host, verb("arrive", journey), on=FLIGHT.isoformat()).status_code == 302
    assert Journey.objects.get().arrived_on == FLIGHT


@pytest.mark.req("R108")
def test_the_page_names_the_courses_that_are_lost_and_asks(world, ready, course, planned, sign_in):
    case = ready()
    journey = planned(FLIGHT, case=case)
    officer = sign_in(world.caseworker)
    assert "gives_up_courses" not in officer.get(verb("move", journey)).content.decode()
    services.cancel(journey, reason="Seat lost", by=world.caseworker)
    course(case, D(2019, 6, 10), D(2019, 6, 14), is_started=False)
    journey = planned(FLIGHT, case=case)
    move = {"day": "2019-06-06", "reason": "Only seat"}

    shown = officer.get(verb("move", journey)).content.decode()
    assert "Enrolled, not begun: Business (10 June 2019)." in shown
    answer = send(officer, verb("move", journey), **move)
    assert answer.status_code == 422
    assert "These courses are lost: Business" in answer.content.decode()
    answer = send(officer, verb("move", journey), **move, gives_up_courses="on")

    assert answer.status_code == 302
    assert Journey.objects.get(pk=journey.pk).planned_on == D(2019, 6, 6)


def test_leaving_on_another_day_than_confirmed_asks_the_reason_on_the_page(
    world, confirmed, sign_in, clock
):
    journey = confirmed(FLIGHT)
    services.save_check(journey, items=ALL_DONE, close=True, by=world.caseworker)
    case_services.send_handover(journey.case, by=world.caseworker)
    clock(D(2019, 6, 22))
    officer = sign_in(world.caseworker)

    assert send(officer, verb("depart", journey), on="2019-06-22").status_code == 422
    answer = send(officer, verb("depart", journey), on="2019-06-22", reason="Missed the bus")

    assert answer.status_code == 302
    assert "Missed the bus" in officer.get(tab(journey.case)).content.decode()


def test_only_buttons_that_work_are_shown(world, confirmed, sign_in):
    journey = confirmed()

    host = sign_in(world.caseworker).get(tab(journey.case)).content.decode()
    manager = sign_in(world.programme_manager).get(tab(journey.case)).content.decode()

    assert verb("depart", journey) in host
    assert verb("confirm", journey) not in host
    assert f"/journeys/{journey.reference}/" not in manager


def test_the_number_of_a_document_is_not_on_the_page(world, planned, sign_in):
    journey = planned()
    step = services.add_step(
        journey,
        kind="laissez_passer",
        status="obtained",
        answered_on=TODAY,
        number="LP-778-19",
        by=world.caseworker,
    )
    client = sign_in(world.caseworker)

    assert "LP-778-19" not in client.get(tab(journey.case)).content.decode()
    change = reverse("travel:change-step", args=[step.pk])
    assert "LP-778-19" in client.get(change).content.decode()
    assert sign_in(world.caseworker_oujda).get(change).status_code == 404


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_pages_open_in_every_language(world, departed, sign_in, language):
    journey = departed()
    client = sign_in(world.caseworker)
    world.caseworker.language = language
    world.caseworker.save()

    for url in (tab(journey.case), "/journeys/", "/arrivals/", verb("correct-departure", journey)):
        assert client.get(url).status_code == 200


# --- closed pages ---------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["depart", "put-back", "undo-departure", "arrive"])
def test_a_verb_that_does_not_follow_now_has_no_form(world, planned, sign_in, name):
    assert sign_in(world.caseworker).get(verb(name, planned())).status_code == 403


def test_what_was_typed_comes_back_when_the_journey_went_on_meanwhile(
    world, confirmed, sign_in, clock
):
    journey, client = confirmed(), sign_in(world.caseworker)
    hidden = fields(client.get(verb("need", journey)).content.decode())
    services.cancel(journey, reason="Stays", by=world.fresh("caseworker"))

    answer = client.post(
        verb("need", journey), hidden | {"kind": "shelter", "text": "A bed for two nights"}
    )

    assert answer.status_code == 403
    assert "A bed for two nights" in answer.content.decode()
    assert "The journey has gone on or was cancelled" in answer.content.decode()


def test_a_need_withdrawn_once_keeps_its_first_reason(world, planned):
    need = services.announce_need(
        planned(), kind="shelter", text="A bed", by=world.fresh("caseworker")
    )
    services.withdraw_need(need, reason="Stays with family", by=world.fresh("caseworker"))

    with pytest.raises(ValidationError, match="withdrawn already"):
        services.withdraw_need(need, reason="Slip", by=world.fresh("caseworker"))

    need.refresh_from_db()
    assert need.withdrawn_reason == "Stays with family"


def test_the_form_of_the_safeguards_is_audited_as_a_read_of_them(world, child, gate, sign_in):
    row = gate(child)

    sign_in(world.protection_officer).get(
        reverse("travel:record-child-gate", args=[child.reference])
    )

    reads = AuditEntry.objects.filter(model="travel.childgate", action="read")
    assert [entry.object_ids for entry in reads] == [[str(row.pk)]]
