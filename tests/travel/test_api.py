"""The REST resource of journeys."""

import datetime
import json
from typing import Any

import pytest

from cases import services as case_services
from core.overrides import OverrideStatus
from tests.query_counts import queries_of
from tests.travel.conftest import TODAY
from travel import services
from travel.models import CHECK_ITEMS, Journey, TravelOverride

pytestmark = pytest.mark.django_db
D = datetime.date
URL = "/api/v1/journeys/"


def post(client: Any, url: str, body: dict[str, Any], version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


@pytest.mark.req("R106")
def test_a_journey_goes_its_way_over_the_api(world, ready, sign_in, clock):
    case = ready()
    client = sign_in(world.caseworker)
    planned = post(client, URL, {"case": case.reference, "planned_on": "2019-06-21"})
    assert planned.status_code == 201, planned.content
    url = f"{URL}{planned.json()['reference']}/"
    case_services.send_handover(case, by=world.caseworker)
    ticket = {
        "route": "Rabat – Conakry",
        "ticket_source": "ministry_of_interior",
        "escorts": "one nurse",
    }
    version = planned.json()["version"]

    for name, body in (
        ("move", {"day": "2019-06-24", "reason": "Strike"}),
        ("steps", {"kind": "ticket", "status": "obtained", "answered_on": "2019-06-03"}),
        ("confirm", {"on": "2019-06-03", **ticket}),
        ("checklist", {"items": list(CHECK_ITEMS), "close": True}),
    ):
        answer = post(client, f"{url}{name}/", body, version)
        assert answer.status_code == 200, (name, answer.content)
        version = answer.json()["version"]
    assert answer.json()["escorts"] == "one nurse"
    clock(D(2019, 6, 25))
    unexplained = post(client, f"{url}depart/", {"on": "2019-06-25"}, version)
    assert set(unexplained.json()["errors"]) == {"reason"}
    departed = post(
        client, f"{url}depart/", {"on": "2019-06-25", "reason": "Missed the bus"}, version
    )
    assert departed.status_code == 200, departed.content
    assert Journey.objects.get().events.get(kind="departed").reason == "Missed the bus"

    arrived = post(
        sign_in(world.focal_point),
        f"{url}arrive/",
        {"on": "2019-06-25"},
        departed.json()["version"],
    )

    assert arrived.status_code == 200, arrived.content
    assert arrived.json()["status"] == "arrived"
    assert arrived.json()["departed_on"] == arrived.json()["arrived_on"] == "2019-06-25"
    assert arrived.json()["steps"][0]["kind"] == "ticket"
    assert "number" not in arrived.json()["steps"][0]


@pytest.mark.req("R078")
def test_travel_inside_a_course_is_400_at_the_field_with_the_earliest_day(
    world, ready, course, sign_in
):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 20))

    answer = post(
        sign_in(world.caseworker), URL, {"case": case.reference, "planned_on": "2019-06-18"}
    )

    assert answer.status_code == 400
    assert "21 June 2019" in answer.json()["errors"]["planned_on"][0]


def test_courses_are_given_up_over_the_api_only_when_said(world, ready, course, planned, sign_in):
    case = ready()
    course(case, D(2019, 6, 10), D(2019, 6, 14), is_started=False)
    journey = planned(D(2019, 6, 21), case=case)
    client, url = sign_in(world.caseworker), f"{URL}{journey.reference}/move/"
    body = {"day": "2019-06-06", "reason": "Only seat"}

    refused = post(client, url, body, journey.version)
    assert "Business" in refused.json()["errors"]["gives_up_courses"][0]
    moved = post(client, url, body | {"gives_up_courses": True}, journey.version)

    assert moved.json()["planned_on"] == "2019-06-06"


def test_a_stale_version_is_409_and_a_missing_one_428(world, planned, sign_in):
    journey = planned()
    client = sign_in(world.caseworker)
    url, body = f"{URL}{journey.reference}/move/", {"day": "2019-06-24", "reason": "Strike"}

    assert post(client, url, body).status_code == 428
    assert post(client, url, body, journey.version + 4).status_code == 409
    assert post(client, url, body, journey.version).status_code == 200


def test_unknown_fields_and_parameters_are_400(world, planned, sign_in):
    journey = planned()
    client = sign_in(world.caseworker)
    body = {"case": journey.case.reference, "planned_on": "2019-06-21", "status": "arrived"}

    assert post(client, URL, body).json()["errors"] == {"status": ["This field is not known here."]}
    assert client.get(f"{URL}?ordering=case").status_code == 400
    assert client.get(f"{URL}?since=2019-02-31").status_code == 400


def test_cases_and_journeys_out_of_scope_do_not_exist(world, planned, ready, sign_in):
    journey = planned()
    other = sign_in(world.caseworker_oujda)

    body = {"case": ready().reference, "planned_on": "2019-06-21"}
    assert "case" in post(other, URL, body).json()["errors"]
    assert other.get(f"{URL}{journey.reference}/").status_code == 404
    assert other.get(URL).json()["results"] == []
    assert sign_in(world.donor).get(URL).status_code == 403


def test_only_who_plans_journeys_posts_them(world, confirmed, sign_in):
    journey = confirmed()
    case_services.send_handover(journey.case, by=world.caseworker)
    focal_point = sign_in(world.focal_point)

    answer = post(
        focal_point,
        f"{URL}{journey.reference}/move/",
        {"day": "2019-06-24", "reason": "x"},
        Journey.objects.get().version,
    )

    assert answer.status_code == 403
    assert focal_point.get(f"{URL}{journey.reference}/").json()["status"] == "confirmed"


def test_the_list_is_filtered_and_costs_the_same_however_long(world, planned, sign_in):
    client, listed = sign_in(world.caseworker), f"{URL}?since=2019-06-04"
    planned(TODAY)
    planned(D(2019, 6, 21))
    few = queries_of(client, listed)
    for _number in range(4):
        planned(D(2019, 6, 25))

    assert queries_of(client, listed) == few
    found = client.get(f"{URL}?since=2019-06-04&until=2019-06-24").json()["results"]
    assert [row["planned_on"] for row in found] == ["2019-06-21"]


def test_whoever_only_reads_journeys_confirms_no_arrival(world, departed, sign_in):
    journey = departed(programme=world.foras)
    manager = sign_in(world.programme_manager)
    version = Journey.objects.get().version

    assert manager.get(f"{URL}{journey.reference}/").status_code == 200
    answer = post(manager, f"{URL}{journey.reference}/arrive/", {"on": "2019-06-21"}, version)

    assert answer.status_code == 403
    assert manager.get(f"/journeys/{journey.reference}/arrive/").status_code == 403
    office = sign_in(world.focal_point)
    assert office.get(f"/journeys/{journey.reference}/arrive/").status_code == 200


# --- every verb of the pages ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "verb", "body", "field", "value"),
    [
        ("planned", "ticket", {"flight": "AT 511"}, "flight", "AT 511"),
        ("confirmed", "put-back", {"reason": "Strike"}, "status", "planned"),
        ("confirmed", "cancel", {"reason": "Stays"}, "status", "cancelled"),
        (
            "departed",
            "correct-departure",
            {"departed_on": "2019-06-20", "reason": "Slip"},
            "departed_on",
            "2019-06-20",
        ),
        ("departed", "undo-departure", {"reason": "Missed"}, "status", "confirmed"),
    ],
)
def test_the_office_that_sends_corrects_over_the_api(
    request, world, sign_in, state, verb, body, field, value
):
    journey = request.getfixturevalue(state)()
    version = Journey.objects.get(pk=journey.pk).version

    answer = post(sign_in(world.caseworker), f"{URL}{journey.reference}/{verb}/", body, version)

    assert answer.status_code == 200, answer.content
    assert answer.json()[field] == value


@pytest.mark.parametrize(
    ("verb", "body", "field", "value"),
    [
        (
            "correct-arrival",
            {"arrived_on": "2019-06-22", "reason": "Slip"},
            "arrived_on",
            "2019-06-22",
        ),
        ("undo-arrival", {"reason": "Somebody else"}, "status", "departed"),
    ],
)
def test_the_office_that_receives_corrects_over_the_api(
    world, departed, sign_in, clock, verb, body, field, value
):
    journey = departed()
    clock(D(2019, 6, 23))
    journey = services.arrive(journey, on=D(2019, 6, 23), by=world.fresh("focal_point"))

    answer = post(
        sign_in(world.focal_point), f"{URL}{journey.reference}/{verb}/", body, journey.version
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()[field] == value


@pytest.mark.parametrize(
    ("verb", "name", "body", "status"),
    [
        ("approve", "programme_manager", {"answer": "Agreed"}, OverrideStatus.APPROVED),
        ("refuse", "programme_manager", {"answer": "A seat is free"}, OverrideStatus.REFUSED),
        ("withdraw", "caseworker", {}, OverrideStatus.WITHDRAWN),
    ],
)
def test_an_exception_is_asked_for_and_answered_over_the_api(
    world, ready, course, planned, sign_in, verb, name, body, status
):
    case = ready(programme=world.foras)
    course(case, D(2019, 6, 10), D(2019, 6, 20))
    journey = planned(D(2019, 6, 21), case=case)
    request = {"day": "2019-06-18", "cause": "medical", "reason": "Operation"}
    asked = post(
        sign_in(world.caseworker), f"{URL}{journey.reference}/exception/", request, journey.version
    )
    assert asked.status_code == 200, asked.content
    client, url = sign_in(world.people[name]), "/api/v1/travel-exceptions/"
    (row,) = client.get(f"{url}?status=requested").json()["results"]

    answer = post(client, f"{url}{row['id']}/{verb}/", body, row["version"])

    assert answer.status_code == 200, answer.content
    assert TravelOverride.objects.get().status == status == answer.json()["status"]


def test_the_answer_to_a_step_is_noted_over_the_api(world, planned, sign_in):
    journey, client = planned(), sign_in(world.caseworker)
    services.add_step(
        journey, kind="fitness", status="requested", requested_on=TODAY, by=world.caseworker
    )
    (step,) = client.get(f"{URL}{journey.reference}/").json()["steps"]

    answer = post(
        client,
        f"/api/v1/travel-steps/{step['id']}/change/",
        {"status": "obtained", "answered_on": "2019-06-03"},
        step["version"],
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == "obtained"


def test_with_whom_a_child_travels_is_said_over_the_api(world, planned, sign_in):
    journey, client = planned(birth_on=D(2010, 1, 1)), sign_in(world.caseworker)
    url, body = f"{URL}{journey.reference}/confirm/", {"on": "2019-06-03"}

    refused = post(client, url, body, journey.version)
    confirmed = post(client, url, body | {"travels_with": "Mother"}, journey.version)

    assert set(refused.json()["errors"]) == {"travels_with"}
    assert confirmed.json()["travels_with"] == "Mother"
