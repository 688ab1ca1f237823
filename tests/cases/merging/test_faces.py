"""Joining and undoing on the pages and through the API (R037)."""

from typing import Any

import pytest

from cases import services
from cases.enums import CaseOutcome, CaseStatus
from cases.models import Merge
from core.exceptions import Stale
from tests.cases.merging.files import REASON, D, form_of, fresh

pytestmark = pytest.mark.django_db


def test_a_double_click_joins_once(world, twice, sign_in):
    first, second = twice()
    browser = sign_in(world.caseworker)
    address = f"{first.get_absolute_url()}merge/?other={second.reference}"
    form = form_of(first, second)

    answers = [browser.post(address, form) for _ in range(2)]

    merge = Merge.objects.get()
    assert [answer["Location"] for answer in answers] == [merge.get_absolute_url()] * 2
    assert merge.kept_case == first


def test_the_other_file_may_lead(world, twice, sign_in):
    first, second = twice()
    browser = sign_in(world.caseworker)

    browser.post(
        f"{first.get_absolute_url()}merge/?other={second.reference}",
        form_of(first, second, leading=second.reference),
    )

    assert Merge.objects.get().kept_case == second
    assert fresh(first).outcome == CaseOutcome.DUPLICATE


@pytest.mark.parametrize("changed", ["first", "second"])
def test_a_stale_comparison_comes_back_with_both_files_as_they_are(world, twice, sign_in, changed):
    first, second = twice()
    form = form_of(first, second)
    case = first if changed == "first" else second
    services.advance(case, CaseStatus.ORIENTED, on=D(2019, 4, 1), by=world.fresh("caseworker"))
    browser = sign_in(world.caseworker)
    address = f"{first.get_absolute_url()}merge/?other={second.reference}"

    response = browser.post(address, form)

    page = response.content.decode()
    assert response.status_code == 409
    assert "changed while you were comparing" in page
    assert REASON in page
    for name, row in (("record_version", first), ("other_version", second)):
        assert f'name="{name}" value="{fresh(row).version}"' in page
    assert not Merge.objects.exists()


def test_a_wrong_choice_is_said_at_its_field(world, twice, sign_in):
    first, second = twice()
    services.advance(second, CaseStatus.ORIENTED, on=D(2019, 4, 1), by=world.fresh("caseworker"))
    browser = sign_in(world.caseworker)

    response = browser.post(
        f"{first.get_absolute_url()}merge/?other={second.reference}", form_of(first, second)
    )

    assert response.status_code == 422
    assert "further on its way" in response.content.decode()


def test_joining_and_undoing_in_the_browser(world, twice, sign_in):
    first, second = twice()
    browser = sign_in(world.caseworker)
    answer = browser.post(
        f"{first.get_absolute_url()}merge/?other={second.reference}",
        form_of(first, second),
        follow=True,
    )
    assert "This may be undone until 16 October 2019" in answer.content.decode()
    merge = Merge.objects.get()

    browser.post(
        f"{merge.get_absolute_url()}undo/",
        {"idempotency_key": "u", "record_version": merge.version, "reason": "Two sisters"},
    )

    page = browser.get(first.get_absolute_url()).content.decode()
    assert f"No longer joined with {second.reference}" in page
    assert f"Joined with {second.reference}" in page
    assert "Two sisters" in page
    assert browser.get(f"{merge.get_absolute_url()}undo/").status_code == 403


def test_the_api_joins_and_undoes(world, twice, sign_in):
    first, second = twice()
    api = sign_in(world.caseworker)
    address = f"/api/v1/cases/{first.reference}"
    body = {"other": second.reference, "reason": REASON}

    def send(verb: str, data: dict[str, Any], **headers: str) -> Any:
        return api.post(
            f"{address}/{verb}/", data, content_type="application/json", headers=headers
        )

    assert send("merge", body).status_code == 428
    assert send("merge", body, if_match="99").status_code == 409
    joined = send("merge", body, if_match=str(first.version))
    assert joined.status_code == 201
    assert (joined.json()["status"], joined.json()["leading"]) == ("done", first.reference)
    assert joined.json()["undo_until"] == "2019-10-16"
    listed = api.get(f"/api/v1/cases/{second.reference}/merge/").json()["results"]
    assert [row["reference"] for row in listed] == [joined.json()["reference"]]
    assert send("merge", body, if_match=str(first.version)).status_code == 400

    reason = {"reason": "Two sisters"}
    assert send("undo-merge", reason).status_code == 428
    undone = send("undo-merge", reason, if_match=joined["ETag"].strip('"'))
    assert (undone.status_code, undone.json()["status"]) == (200, "undone")
    assert send("undo-merge", reason, if_match="3").status_code == 400


def test_the_api_takes_a_second_person(world, twice, sign_in):
    first, second = twice(office=world.oujda)
    address = f"/api/v1/cases/{first.reference}"
    proposed = sign_in(world.protection_officer).post(
        f"{address}/merge/",
        {"other": second.reference, "reason": REASON},
        content_type="application/json",
        headers={"if-match": str(first.version)},
    )
    assert proposed.json()["status"] == "proposed"
    headers = {"if-match": str(proposed.json()["version"])}

    own, managers = (
        sign_in(person).post(
            f"{address}/confirm-merge/", {}, content_type="application/json", headers=headers
        )
        for person in (world.protection_officer, world.programme_manager)
    )

    assert (own.status_code, managers.status_code) == (403, 200)
    assert managers.json()["status"] == "done"


def test_the_api_knows_no_file_out_of_scope(world, twice, sign_in):
    first, second = twice(office=world.oujda)
    api = sign_in(world.caseworker)

    def answer(reference: str) -> Any:
        return api.post(
            f"/api/v1/cases/{first.reference}/merge/",
            {"other": reference, "reason": REASON},
            content_type="application/json",
            headers={"if-match": str(first.version)},
        ).json()["errors"]

    assert answer(second.reference) == answer("22222-22222")


def test_a_stale_version_raises_before_anything_is_written(twice, join):
    first, second = twice()

    with pytest.raises(Stale):
        join(first, second, other_version=second.version + 1)

    assert not Merge.objects.exists()
