"""REST: questionnaires and responses."""

import datetime
from typing import Any

import pytest
from rest_framework.test import APIClient

from surveys import services
from surveys.models import Questionnaire, Response
from tests.surveys.conftest import ANSWERS

pytestmark = pytest.mark.django_db
MIXED = ANSWERS["mixed_with_NA_and_refusal"]
DAY = datetime.date(2019, 9, 16)


@pytest.fixture
def api(world: Any) -> Any:
    """The API as one of the people."""

    def _api(person: str = "focal_point") -> APIClient:
        client = APIClient(headers={"Accept-Language": "en"})
        client.force_authenticate(world.fresh(person))
        return client

    return _api


def body(case: Any, **values: Any) -> dict[str, Any]:
    return {
        "questionnaire": "rss",
        "case": case.reference,
        "answered_on": "2019-09-16",
        "answers": MIXED,
    } | values


def test_questionnaires_come_with_questions_and_options(api: Any) -> None:
    listed = api().get("/api/v1/questionnaires/").json()
    found = api().get("/api/v1/questionnaires/rss/").json()

    assert [row["key"] for row in listed["results"]] == [
        "module-feedback-v1",
        "orientation-feedback-v1",
        "rss-v1",
        "skills-usefulness-v1",
        "training-preferences-v1",
    ]
    assert (found["version"], found["status"], len(found["questions"])) == (1, "provisional", 30)
    first = found["questions"][0]
    assert first["labels"]["fr"] == "Satisfaction quant à sa situation économique actuelle"
    assert first["options"][1] | {"labels": None} == {
        "code": "satisfied",
        "labels": None,
        "score": "0.7500",
        "counts_as": "scored",
        "is_favourable": False,
    }
    assert api().get("/api/v1/questionnaires/rss-v1/").json() == found


def test_the_list_of_questionnaires_is_filtered_strictly(api: Any) -> None:
    client = api()

    kind = client.get("/api/v1/questionnaires/", {"kind": "preferences"}).json()
    early = client.get("/api/v1/questionnaires/", {"on": "2016-01-01"}).json()

    assert [row["code"] for row in kind["results"]] == ["training-preferences"]
    assert early["results"] == []
    assert client.get("/api/v1/questionnaires/", {"kinds": "x"}).status_code == 400
    assert client.get("/api/v1/questionnaires/", {"on": "soon"}).status_code == 400
    assert client.get("/api/v1/questionnaires/none/").status_code == 404
    assert api("clerk").get("/api/v1/questionnaires/").status_code == 403
    assert APIClient().get("/api/v1/questionnaires/").status_code in {401, 403}


def test_a_response_is_created_with_its_score(api: Any, returned: Any) -> None:
    case = returned()

    answer = api().post("/api/v1/responses/", body(case), format="json")

    assert answer.status_code == 201, answer.json()
    created = answer.json()
    assert created["score"] | {"coverage": None} == {
        "economic": "0.5750",
        "social": "0.5278",
        "psychosocial": "0.6250",
        "composite": "0.5759",
        "is_sustainable": True,
        "band": "medium",
        "coverage": None,
        "threshold": "0.5000",
        "minimum_coverage": "0.7000",
        "scoring_status": "provisional",
    }
    assert created["questionnaire"] == {
        "key": "rss-v1",
        "code": "rss",
        "version": 1,
        "kind": "reintegration",
        "status": "provisional",
    }
    assert created["answers"] == MIXED
    assert created["case"] == case.reference
    again = api().get(f"/api/v1/responses/{created['reference']}/")
    assert again.json() == created
    assert again["ETag"] == '"1"'


def test_the_same_key_creates_one_response(api: Any, returned: Any) -> None:
    sent = {"data": body(returned()), "format": "json", "headers": {"Idempotency-Key": "k1"}}

    first = api().post("/api/v1/responses/", **sent)
    second = api().post("/api/v1/responses/", **sent)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"answers": MIXED | {"RSS-E01": "x"}}, "RSS-E01"),
        ({"answers": MIXED | {"RSS-E09": "no"}}, "RSS-E10"),
        ({"answers": {}}, "answers"),
        ({"answers": "all"}, "answers"),
        ({"answered_on": "2019-06-01"}, "answered_on"),
        ({"answered_on": "2019-02-31"}, "answered_on"),
        ({"questionnaire": "none"}, "questionnaire"),
        ({"questionnaire": "module-feedback"}, "questionnaire"),
        ({"case": "XXXXX-XXXXX"}, "case"),
        ({"channel": "pigeon"}, "channel"),
        ({"score": "1"}, "score"),
    ],
)
def test_wrong_input_is_refused_by_field(
    api: Any, returned: Any, values: dict[str, Any], field: str
) -> None:
    answer = api().post("/api/v1/responses/", body(returned()) | values, format="json")

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"), [("caseworker", 403), ("donor", 403), ("focal_point_mali", 400)]
)
def test_others_do_not_record(api: Any, returned: Any, person: str, status: int) -> None:
    answer = api(person).post("/api/v1/responses/", body(returned()), format="json")

    assert answer.status_code == status
    assert not Response.objects.exists()


def test_a_response_is_hidden_where_its_case_is(
    world: Any, api: Any, returned: Any, rss: Questionnaire
) -> None:
    by = world.fresh("focal_point")
    row = services.submit(rss, case=returned(), answers=MIXED, answered_on=DAY, by=by)

    def seen(person: str) -> tuple[int, int]:
        client = api(person)
        one = client.get(f"/api/v1/responses/{row.reference}/")
        return one.status_code, len(client.get("/api/v1/responses/").json().get("results", []))

    assert seen("focal_point") == (200, 1)
    assert seen("caseworker") == (404, 0)
    assert seen("programme_manager") == (404, 0)
    assert seen("focal_point_mali") == (404, 0)
    assert seen("me_officer") == (404, 0)


def test_correcting_needs_the_version_and_makes_another_response(
    world: Any, api: Any, returned: Any, rss: Questionnaire
) -> None:
    by = world.fresh("focal_point")
    old = services.submit(rss, case=returned(), answers=MIXED, answered_on=DAY, by=by)
    url = f"/api/v1/responses/{old.reference}/correct/"
    sent = {"answers": ANSWERS["all_best"], "answered_on": "2019-09-16", "reason": "Misread"}

    assert api().post(url, sent, format="json").status_code == 428
    stale = api().post(url, sent, format="json", headers={"If-Match": '"7"'})
    answer = api().post(url, sent, format="json", headers={"If-Match": '"1"'})

    assert stale.status_code == 409
    assert answer.status_code == 201
    assert answer.json()["score"]["composite"] == "1.0000"
    listed = api().get("/api/v1/responses/").json()["results"]
    assert [row["reference"] for row in listed] == [answer.json()["reference"]]
    earlier = api().get(f"/api/v1/responses/{old.reference}/").json()
    assert (earlier["is_current"], earlier["score"]["composite"]) == (False, "0.5759")


def test_withdrawing_takes_a_response_out_of_the_list(
    world: Any, api: Any, returned: Any, rss: Questionnaire
) -> None:
    by = world.fresh("focal_point")
    row = services.submit(rss, case=returned(), answers=MIXED, answered_on=DAY, by=by)

    answer = api().post(
        f"/api/v1/responses/{row.reference}/withdraw/",
        {"reason": "Another person"},
        format="json",
        headers={"If-Match": '"1"'},
    )

    assert answer.json()["is_current"] is False
    assert api().get("/api/v1/responses/").json()["results"] == []


def test_the_list_is_filtered_and_costs_the_same_for_many(
    world: Any, api: Any, returned: Any, rss: Questionnaire, django_assert_num_queries: Any
) -> None:
    by, cases = world.fresh("focal_point"), [returned(), returned(), returned()]
    services.submit(rss, case=cases[0], answers=MIXED, answered_on=DAY, by=by)
    client = api()
    client.get("/api/v1/responses/")
    with django_assert_num_queries(5) as few:
        client.get("/api/v1/responses/")
    for case in cases[1:]:
        services.submit(rss, case=case, answers=MIXED, answered_on=DAY, by=by)

    with django_assert_num_queries(len(few.captured_queries)):
        every = client.get("/api/v1/responses/").json()["results"]
    one = client.get("/api/v1/responses/", {"case": cases[0].reference.lower()}).json()
    none = client.get("/api/v1/responses/", {"answered_from": "2019-09-17"}).json()

    assert (len(every), len(one["results"]), len(none["results"])) == (3, 1, 0)
    assert client.get("/api/v1/responses/", {"person": "1"}).status_code == 400


def test_follow_ups_are_listed_and_the_late_ones_alone(
    world: Any, api: Any, returned: Any, on_day: Any
) -> None:
    on_day("2019-08-01")
    case = returned()
    services.plan_follow_ups(case, arrived_on=datetime.date(2019, 6, 15), by=world.focal_point)

    def months(query: str, person: str = "focal_point") -> list[int]:
        rows = api(person).get(f"/api/v1/follow-ups/{query}").json()["results"]
        assert all(row["case"] == case.reference for row in rows)
        return [row["month"] for row in rows]

    assert months("") == [1, 3, 6, 9, 12]
    assert months("?due=overdue") == [1]
    assert months("", "focal_point_mali") == []


@pytest.mark.req("R154")
def test_what_came_of_a_follow_up_is_recorded_by_the_api(
    world: Any, api: Any, returned: Any, on_day: Any
) -> None:
    on_day("2019-08-01")
    case = returned()
    services.plan_follow_ups(case, arrived_on=datetime.date(2019, 6, 15), by=world.focal_point)
    first, second = case.follow_ups.order_by("due_on")[:2]

    def send(row: Any, verb: str, *, by: str = "focal_point", **body: str) -> Any:
        row.refresh_from_db()
        url = f"/api/v1/follow-ups/{row.reference}/{verb}/"
        return api(by).post(url, body, format="json", headers={"If-Match": f'"{row.version}"'})

    early = send(first, "done", done_on="2019-06-14")
    done = send(first, "done", done_on="2019-07-20", note="At the shop")
    again = send(first, "reopen", reason="Wrong person")
    missed = send(first, "not-possible", obstacle="moved", on="2019-07-21")
    moved = send(second, "move", due_on="2019-09-20", reason="Market day")
    cancelled = send(second, "cancel", reason="Not wished")

    assert early.status_code == 400
    assert "15 June 2019" in early.json()["errors"]["done_on"][0]
    answers = (done, again, missed, moved, cancelled)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [answer.json()["status"] for answer in answers] == [
        "done",
        "planned",
        "not_possible",
        "planned",
        "cancelled",
    ]
    assert moved.json()["due_on"] == "2019-09-20"
    assert send(first, "reopen", by="caseworker", reason="Mine").status_code == 403
