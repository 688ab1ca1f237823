"""Bad input on the pages: a message at the field, typed text kept, nothing done twice."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import AuditEntry
from reintegration import services
from reintegration.models import AssistanceItem, Disbursement
from tests.reintegration.browsing import ITEM, PNG, done, fill, hidden, page
from tests.reintegration.conftest import PAID

pytestmark = pytest.mark.django_db


def test_an_item_over_the_ceiling_comes_back_with_what_was_typed(world, agreed, sign_in):
    plan = agreed()

    answer = fill(
        sign_in(world.focal_point),
        page("propose-item", plan.reference),
        programme=world.foras.pk,
        **(ITEM | {"amount": "1500.01"}),
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "exceeds the grant of FORAS by 0.01 EUR" in html
    assert 'value="1500.01"' in html
    assert 'value="GN01 2345 6789"' in html


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"amount": "abc"}, "Enter an amount in figures"),
        ({"amount": "-5"}, "Enter an amount above zero"),
        ({"amount": "1,500"}, "at most two digits"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "NaN"}, "Enter an amount in figures"),
        ({"due_on": "2019-02-31"}, "This date does not exist"),
        ({"description": "In\u202ecubator"}, "hidden control characters"),
        ({"kind": "holiday"}, "Select a valid choice"),
        ({"programme": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_input_is_answered_at_its_field(world, agreed, sign_in, values, message):
    plan = agreed()

    answer = fill(
        sign_in(world.focal_point),
        page("propose-item", plan.reference),
        **({"programme": world.foras.pk} | ITEM | values),
    )

    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not AssistanceItem.objects.exists()


def test_a_double_click_does_it_once(world, agreed, approved, sign_in):
    plan = agreed()
    browser = sign_in(world.focal_point)
    url = page("propose-item", plan.reference)
    body = hidden(browser.get(url)) | ITEM | {"programme": world.foras.pk}

    first, second = browser.post(url, body), browser.post(url, body)

    assert first["Location"] == second["Location"]
    assert plan.items.count() == 1
    item, finance = approved(), sign_in(world.finance_officer)
    url = page("pay-item", item.reference)
    body = hidden(finance.get(url)) | {
        "paid_on": PAID.isoformat(),
        "amount": "600",
        "method": "cash",
        "payee_name": "Ets Diallo",
    }
    done(finance.post(url, body))
    done(finance.post(url, body))
    assert Disbursement.objects.count() == 1


def test_a_stale_payment_form_is_answered_with_both_versions(world, approved, sign_in):
    item = approved()
    first, second = sign_in(world.finance_officer), sign_in(world.finance_officer)
    url = page("pay-item", item.reference)
    stale = hidden(second.get(url))
    values = {
        "paid_on": PAID.isoformat(),
        "amount": "600",
        "method": "cash",
        "payee_name": "Ets Diallo",
    }
    done(fill(first, url, **values))

    answer = second.post(url, stale | values)

    assert answer.status_code == 409
    assert Disbursement.objects.count() == 1


def test_a_stale_plan_is_not_overwritten(world, drafted, sign_in):
    plan = drafted()
    browser = sign_in(world.reintegration_officer)
    url = page("edit-plan", plan.reference)
    stale = hidden(browser.get(url))
    services.edit_plan(plan, description="Goats", by=world.focal_point)

    answer = browser.post(url, stale | {"description": "Sheep", "grant_category": "standard"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Goats" in html
    assert "Sheep" in html
    plan.refresh_from_db()
    assert plan.description == "Goats"


def test_a_receipt_of_the_wrong_kind_is_refused_and_the_typed_text_kept(world, approved, sign_in):
    item, browser = approved(), sign_in(world.finance_officer)
    values = {
        "paid_on": PAID.isoformat(),
        "amount": "600",
        "method": "cash",
        "payee_name": "Typed by hand",
        "note": "Counter 3",
    }

    answer = fill(
        browser,
        page("pay-item", item.reference),
        receipt=SimpleUploadedFile("receipt.png", b"MZ not an image"),
        **values,
    )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Send a PDF, JPEG or PNG file" in html
    assert 'value="Typed by hand"' in html
    assert 'value="Counter 3"' in html
    assert not Disbursement.objects.exists()


def test_a_good_receipt_is_kept_while_another_field_is_wrong(world, approved, sign_in):
    item, browser = approved(), sign_in(world.finance_officer)
    url = page("pay-item", item.reference)
    values = {
        "paid_on": PAID.isoformat(),
        "amount": "6000",
        "method": "cash",
        "payee_name": "Ets Diallo",
    }
    again = fill(
        browser,
        url,
        receipt=SimpleUploadedFile("receipt.png", PNG, content_type="image/png"),
        **values,
    )
    token = re.search(r'name="receipt_staged" value="([^"]+)"', again.content.decode()).group(1)

    done(browser.post(url, hidden(again) | values | {"amount": "600", "receipt_staged": token}))

    assert Disbursement.objects.get().receipts.get().original_name == "receipt.png"


def test_finance_finds_only_what_is_approved(world, propose, sign_in):
    item = propose()

    answer = sign_in(world.finance_officer).get(page("item", item.reference))

    assert answer.status_code == 404


def test_approving_ones_own_plan_is_refused_and_logged(world, submitted, sign_in):
    plan = submitted()
    browser, url = sign_in(world.focal_point), page("agree-plan", plan.reference)
    sent = {"idempotency_key": "a", "record_version": plan.version, "signed_on": "2019-06-28"}

    for answer in (browser.get(url), browser.post(url, sent)):
        assert answer.status_code == 403
        assert b"Nobody agrees to their own plan" in answer.content
    assert AuditEntry.objects.filter(action="refused", actor=world.focal_point).count() == 1
