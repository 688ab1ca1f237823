"""The REST resources: the same rules, scopes and answers as the pages."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from core.models import AuditEntry
from reintegration import services
from reintegration.models import AssistanceItem, Disbursement, Plan
from tests.query_counts import queries_of
from tests.reintegration.conftest import NEEDED, PAID

D = datetime.date
pytestmark = pytest.mark.django_db


def send(browser, path, body, *, version=None, key=None):
    headers = {}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    if key is not None:
        headers["Idempotency-Key"] = key
    return browser.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def item_body(of_plan, **values):
    return {
        "plan": of_plan.reference,
        "programme": "FORAS",
        "kind": "business",
        "form": "cash",
        "description": "Incubator",
        "amount": "600.00",
        "due_on": "2030-01-01",
        "payee_name": "Ets Diallo",
        "account_number": "GN01",
    } | values


def test_a_plan_goes_its_way_through_the_api(world, contacted, sign_in):
    case = contacted()
    focal, officer = sign_in(world.focal_point), sign_in(world.reintegration_officer)

    opened = send(
        focal,
        "plans/",
        {
            "case": case.reference,
            "project_kind": "individual",
            "sector": "poultry",
            "opened_on": "2019-06-14",
        },
    )
    assert opened.status_code == 201, opened.json()
    reference = opened.json()["reference"]
    goal = {"side": "economic", "text": "Sell 200 chickens", "due_on": "2020-01-01"}
    added = send(focal, f"plans/{reference}/goals/", goal, version=1)
    assert added.json()["goals"][0]["text"] == "Sell 200 chickens"
    refused = send(focal, f"plans/{reference}/submit/", {}, version=1)
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == {"social_not_needed", "psychosocial_not_needed"}
    reasons = {"social_not_needed": "Family", "psychosocial_not_needed": "Well"}
    submitted = send(focal, f"plans/{reference}/submit/", reasons, version=1)
    assert submitted.json()["status"] == "submitted"
    version = submitted.json()["version"]
    own = send(focal, f"plans/{reference}/agree/", {"signed_on": "2019-06-28"}, version=version)
    assert own.status_code == 403
    agreed = send(
        officer, f"plans/{reference}/agree/", {"signed_on": "2019-06-28"}, version=version
    )
    assert agreed.json()["status"] == "agreed"
    begun = send(
        focal,
        f"plans/{reference}/begin/",
        {"on": "2019-09-01"},
        version=agreed.json()["version"],
    )
    assert begun.json()["project"] == {"begun_on": "2019-09-01", "done_on": None}


def test_the_first_contact_is_recorded_and_read(world, arrived, sign_in):
    case, browser = arrived(), sign_in(world.focal_point)
    url = f"cases/{case.reference}/first-contact/"
    assert browser.get(f"/api/v1/{url}").status_code == 404

    body = {"on": "2019-06-12", "initiated_by": "person", "channel": "call"}
    made = send(browser, url, body, key="one")

    assert made.status_code == 201, made.json()
    assert made.json() == send(browser, url, body, key="one").json()
    assert browser.get(f"/api/v1/{url}").json() == made.json()
    assert send(browser, url, body).status_code == 400
    assert sign_in(world.focal_point_mali).get(f"/api/v1/{url}").status_code == 404


@pytest.mark.req("R120")
def test_the_kind_of_project_changes_with_its_day(world, agreed, sign_in):
    plan = agreed()
    body = {"kind": "collective", "from_on": "2019-08-01", "reason": "Joined a group"}

    answer = send(
        sign_in(world.focal_point), f"plans/{plan.reference}/kind/", body, version=plan.version
    )

    assert answer.json()["project_kind"] == "collective"
    assert plan.kind_changes.last().reason == "Joined a group"


def test_an_item_is_proposed_approved_and_paid_by_different_people(world, agreed, sign_in):
    plan = agreed()
    focal, manager = sign_in(world.focal_point), sign_in(world.programme_manager)
    finance = sign_in(world.finance_officer)

    proposed = send(focal, "assistance-items/", item_body(plan), key="one")
    repeated = send(focal, "assistance-items/", item_body(plan), key="one")
    assert proposed.status_code == 201, proposed.json()
    assert proposed.json() == repeated.json()
    reference = proposed.json()["reference"]
    own = send(focal, f"assistance-items/{reference}/approve/", {}, version=1)
    assert own.status_code == 403
    assert AuditEntry.objects.filter(action="refused", actor=world.focal_point).count() == 1
    assert send(manager, f"assistance-items/{reference}/approve/", {}).status_code == 428
    approved = send(manager, f"assistance-items/{reference}/approve/", {}, version=1)
    assert approved.json()["status"] == "approved"
    late = send(manager, f"assistance-items/{reference}/reject/", {"reason": "No"}, version=1)
    assert late.status_code == 409
    body = {
        "item": reference,
        "paid_on": datetime.date.today().isoformat(),
        "amount": "600.00",
        "method": "bank",
        "payee_name": "Ets Diallo",
        "account_number": "GN01",
    }
    paid = send(finance, "disbursements/", body)
    assert paid.status_code == 201, paid.json()
    assert paid.json()["account_number"] == "GN01"
    twice = send(finance, "disbursements/", body)
    assert twice.status_code == 400
    assert Disbursement.objects.count() == 1


@pytest.mark.req("R132")
def test_an_item_shows_its_grant_to_whoever_decides_and_not_to_finance(world, approved, sign_in):
    item = approved()

    def grant(name: str) -> Any:
        browser = sign_in(world.people[name])
        return browser.get(f"/api/v1/assistance-items/{item.reference}/").json()["grant"]

    assert grant("programme_manager") == {
        "category": "standard",
        "grants": [
            {
                "programme": "FORAS",
                "ceiling": "1500.00",
                "currency": "EUR",
                "used": "600.00",
                "left": "900.00",
            }
        ],
    }
    assert grant("focal_point")["category"] == "standard"
    assert grant("finance_officer") is None


def test_what_exceeds_the_ceiling_says_by_how_much(world, agreed, sign_in):
    answer = send(
        sign_in(world.focal_point), "assistance-items/", item_body(agreed(), amount="1600")
    )

    assert answer.status_code == 400
    assert "exceeds the grant of FORAS by 100.00 EUR" in answer.json()["errors"]["amount"][0]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": "1e400"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"kind": "holiday"}, "kind"),
        ({"description": "a\u0000b"}, "description"),
        ({"plan": "PL-NONE"}, "plan"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bad_bodies_name_their_field(world, agreed, sign_in, values, field):
    answer = send(sign_in(world.focal_point), "assistance-items/", item_body(agreed(), **values))

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not AssistanceItem.objects.exists()


def test_a_plan_of_another_country_does_not_exist(world, agreed, sign_in):
    plan = agreed()
    browser = sign_in(world.focal_point_mali)

    assert browser.get(f"/api/v1/plans/{plan.reference}/").status_code == 404
    assert browser.get("/api/v1/plans/").json()["results"] == []
    assert send(browser, "assistance-items/", item_body(plan)).status_code == 400


@pytest.mark.parametrize("name", ["clerk", "trainer", "donor", "me_officer", "administrator"])
@pytest.mark.parametrize("path", ["plans", "assistance-items", "disbursements", "deliveries"])
def test_other_roles_have_no_access(world, paid, sign_in, name, path):
    paid()

    assert sign_in(world.people[name]).get(f"/api/v1/{path}/").status_code == 403


def test_account_numbers_are_null_for_who_may_not_read_them(world, approved, sign_in):
    item = approved(account_number="GN01", payment_method="bank")
    send(
        sign_in(world.finance_officer),
        "disbursements/",
        {
            "item": item.reference,
            "paid_on": PAID.isoformat(),
            "amount": "600",
            "method": "bank",
            "payee_name": "Ets Diallo",
        },
    )

    def seen(name: str) -> str | None:
        rows = sign_in(world.people[name]).get("/api/v1/disbursements/").json()["results"]
        return rows[0]["account_number"]

    assert (seen("finance_officer"), seen("programme_manager")) == ("GN01", None)


def test_a_delivery_is_recorded(world, paid, sign_in):
    item = paid()

    answer = send(
        sign_in(world.focal_point),
        "deliveries/",
        {"item": item.reference, "delivered_on": "2019-07-20"},
    )

    assert answer.status_code == 201
    item.refresh_from_db()
    assert item.status == "delivered"


def test_lists_filter_and_cost_the_same_for_one_and_for_many(world, agreed, propose, paid, sign_in):
    focal, finance = sign_in(world.focal_point), sign_in(world.finance_officer)

    addresses = (
        (focal, "/api/v1/plans/"),
        (focal, "/api/v1/assistance-items/"),
        (finance, "/api/v1/disbursements/"),
        (focal, "/api/v1/deliveries/"),
    )

    propose(due_on=NEEDED, amount=Decimal(10))
    paid()
    few = [queries_of(browser, url) for browser, url in addresses]
    propose()
    paid()

    assert [queries_of(browser, url) for browser, url in addresses] == few
    proposed = focal.get("/api/v1/assistance-items/?status=proposed").json()["results"]
    assert {row["status"] for row in proposed} == {"proposed"}
    assert focal.get("/api/v1/assistance-items/?nothing=1").status_code == 400
    case = Plan.objects.first().case.reference
    assert len(focal.get(f"/api/v1/plans/?case={case}").json()["results"]) == 1


def test_a_goal_is_changed_and_taken_out_through_the_api(world, agreed, sign_in):
    browser, plan = sign_in(world.focal_point), agreed()
    (goal,) = browser.get(f"/api/v1/plans/{plan.reference}/").json()["goals"]
    url = f"plans/{plan.reference}/goals/{goal['id']}"
    body = {
        "side": "economic",
        "text": "Sell 300 chickens",
        "steps": "Second coop",
        "support": "",
        "due_on": "2020-01-01",
        "reason": "More demand",
    }

    assert send(browser, f"{url}/change/", body).status_code == 428
    changed = send(browser, f"{url}/change/", body, version=goal["version"])
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["text"], changed.json()["steps"]) == (body["text"], body["steps"])
    body, version = {"reason": "Has a job"}, changed.json()["version"]
    assert send(browser, f"{url}/remove/", body, version=goal["version"]).status_code == 409
    last = send(browser, f"{url}/remove/", body, version=version)
    assert list(last.json()["errors"]) == ["economic_not_needed"]
    removed = send(
        browser, f"{url}/remove/", body | {"economic_not_needed": "Job"}, version=version
    )
    assert (removed.status_code, removed.json()["id"]) == (200, goal["id"]), removed.json()
    assert not plan.goals.exists()
    assert Plan.objects.get(pk=plan.pk).economic_not_needed == "Job"


def test_a_goal_is_found_in_its_own_plan_only(world, drafted, sign_in):
    goal, other = drafted().goals.get(), drafted()

    answer = send(
        sign_in(world.focal_point),
        f"plans/{other.reference}/goals/{goal.pk}/remove/",
        {"reason": "Reached"},
        version=goal.version,
    )

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("reached", "who", "step", "body", "status"),
    [
        ("drafted", "focal_point", "edit", {"sector": None, "description": "Goats"}, "draft"),
        ("submitted", "reintegration_officer", "send-back", {"reason": "Say where"}, "draft"),
        ("agreed", "focal_point", "take-back", {"reason": "Not signed"}, "submitted"),
        ("agreed", "focal_point", "suspend", {"on": "2019-09-01", "reason": "Ill"}, "suspended"),
        (
            "agreed",
            "focal_point",
            "close",
            {"on": "2019-09-01", "reason": "Left again"},
            "closed_incomplete",
        ),
        (
            "agreed",
            "programme_manager",
            "ceiling",
            {"category": "family", "grounds": "Four children"},
            "agreed",
        ),
    ],
)
def test_a_plan_is_changed_and_taken_back_through_the_api(
    request, world, sign_in, reached, who, step, body, status
):
    plan = request.getfixturevalue(reached)()

    answer = send(
        sign_in(world.people[who]), f"plans/{plan.reference}/{step}/", body, version=plan.version
    )

    assert (answer.status_code, answer.json().get("status")) == (200, status), answer.json()


def test_a_plan_and_its_project_go_on_after_a_step_back(world, agreed, sign_in):
    browser, plan = sign_in(world.focal_point), agreed()

    def step(name: str, **body: str) -> str:
        version = Plan.objects.get(pk=plan.pk).version
        answer = send(browser, f"plans/{plan.reference}/{name}/", body, version=version)
        assert answer.status_code == 200, answer.json()
        return answer.json()["status"]

    assert step("begin", on="2019-09-01") == "in_progress"
    assert step("take-step-back", reason="Not yet") == "agreed"
    assert step("suspend", on="2019-09-02", reason="Ill") == "suspended"
    assert step("resume", on="2019-09-03") == "agreed"


@pytest.mark.parametrize(
    ("reached", "who", "step", "body", "status"),
    [
        ("propose", "focal_point", "change", {"amount": "550.00"}, "proposed"),
        ("propose", "focal_point", "cancel", {"reason": "Gift of a cousin"}, "cancelled"),
        ("approved", "second_manager", "withdraw-approval", {"reason": "Wrong"}, "proposed"),
    ],
)
def test_an_item_is_changed_and_taken_back_through_the_api(
    request, world, sign_in, reached, who, step, body, status
):
    item = request.getfixturevalue(reached)()

    answer = send(
        sign_in(world.people[who]),
        f"assistance-items/{item.reference}/{step}/",
        body,
        version=item.version,
    )

    assert (answer.status_code, answer.json().get("status")) == (200, status), answer.json()


def test_a_cancelled_item_is_proposed_again_and_its_payment_and_delivery_taken_back(
    world, paid, propose, sign_in
):
    browser, item = sign_in(world.focal_point), paid()
    services.deliver(item, delivered_on=D(2019, 7, 12), by=world.focal_point)

    def send_to(path: str, row: Any, sender: Any = browser, **body: str) -> Any:
        answer = send(sender, f"{path}/", body, version=type(row).objects.get(pk=row.pk).version)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    url = f"assistance-items/{item.reference}"
    assert send_to(f"{url}/take-delivery-back", item, reason="Lost")["status"] == "paid"
    payment = item.disbursements.get()
    finance = sign_in(world.finance_officer)
    back = send_to(f"disbursements/{payment.reference}/reverse", payment, finance, reason="Twice")
    assert back["is_reversed"]
    assert send_to(f"{url}/cancel", item, reason="Gone")["status"] == "cancelled"
    again = send_to(f"{url}/propose-again", item, due_on="2030-01-01", note="Found")
    assert again["status"] == "proposed"


def test_the_first_contact_is_corrected_and_withdrawn_through_the_api(world, contacted, sign_in):
    browser, case = sign_in(world.focal_point), contacted()
    url = f"cases/{case.reference}/first-contact"
    body = {
        "on": "2019-06-13",
        "initiated_by": "person",
        "channel": "call",
        "note": "",
        "reason": "Typing error",
    }

    corrected = send(browser, f"{url}/correct/", body, version=1)
    assert (corrected.status_code, corrected.json()["on"]) == (200, "2019-06-13"), corrected.json()
    assert send(browser, f"{url}/withdraw/", {"reason": "x"}, version=1).status_code == 409
    withdrawn = send(browser, f"{url}/withdraw/", {"reason": "Somebody else"}, version=2)
    assert withdrawn.status_code == 200, withdrawn.json()
    assert browser.get(f"/api/v1/{url}/").status_code == 404


def test_the_ceiling_is_confirmed_with_the_agreement(world, submitted, sign_in):
    plan = submitted(grant_category="family", grant_grounds="Four children")
    officer, url = sign_in(world.reintegration_officer), f"plans/{plan.reference}/agree/"

    unasked = send(officer, url, {"signed_on": "2019-06-28"}, version=plan.version)
    assert list(unasked.json()["errors"]) == ["grant_category"]
    body = {"signed_on": "2019-06-28", "grant_category": "family"}
    assert send(officer, url, body, version=plan.version).json()["status"] == "agreed"
