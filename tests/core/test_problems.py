"""Errors of the REST API have one shape, and nothing is ignored in silence (design §6.3)."""

from unittest import mock

import pytest

pytestmark = pytest.mark.django_db


def problem(response, status):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["title"]
    return body


def test_an_unknown_address_is_a_problem(client, world, sign_in):
    problem(client.get("/api/v1/nothing/"), 404)
    problem(sign_in(world.caseworker).post("/api/v1/nothing/", {}), 404)
    assert "<html" in sign_in(world.caseworker).get("/nothing/").content.decode()


def test_an_address_that_cannot_be_read_is_a_problem(world, sign_in):
    problem(sign_in(world.caseworker).get("/api/v1/cases/?q=%ff"), 400)


def test_a_failure_of_ours_is_a_problem_and_says_no_more(world, sign_in):
    browser = sign_in(world.caseworker)
    browser.raise_request_exception = False

    with mock.patch("cases.api.cases.CaseViewSet.filtered", side_effect=RuntimeError("secret")):
        answer = browser.get("/api/v1/cases/")

    assert "secret" not in str(problem(answer, 500))


@pytest.mark.parametrize("part", ["", "contacts/", "events/", "profile/", "documents/"])
def test_a_parameter_that_one_record_does_not_know_is_refused(world, register, sign_in, part):
    address = f"/api/v1/cases/{register().reference}/{part}"
    browser = sign_in(world.caseworker)

    assert browser.get(address).status_code == 200
    assert browser.get(f"{address}?format=json").status_code == 200
    assert list(problem(browser.get(f"{address}?colour=red"), 400)["errors"]) == ["colour"]


def test_a_parameter_is_refused_where_something_is_written(world, register, sign_in):
    address = f"/api/v1/cases/{register().reference}/contacts/?dry_run=1"
    body = {"kind": "phone", "value": "+212612345678"}

    answer = sign_in(world.caseworker).post(address, body, content_type="application/json")

    assert list(problem(answer, 400)["errors"]) == ["dry_run"]
    new = sign_in(world.caseworker).post("/api/v1/cases/?dry_run=1", {}, "application/json")
    assert list(problem(new, 400)["errors"]) == ["dry_run"]


def test_out_of_scope_comes_before_an_unknown_parameter(world, register, sign_in):
    address = f"/api/v1/cases/{register().reference}/?colour=red"

    problem(sign_in(world.caseworker_oujda).get(address), 404)


def test_a_questionnaire_knows_no_parameter(world, sign_in):
    address = "/api/v1/questionnaires/rss/"
    browser = sign_in(world.me_officer)

    assert browser.get(address).status_code == 200
    problem(browser.get(f"{address}?colour=red"), 400)
