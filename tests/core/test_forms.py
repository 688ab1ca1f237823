"""A form whose sign-in has expired comes back with all that was typed (F12, design §4.12)."""

import json

import pytest
from django.urls import reverse

from core.forms import KEY_FIELD, VERSION_FIELD, ReasonForm
from core.models import AuditAction, AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(world, sign_in):
    """The new referral as a French page sends it."""
    browser = sign_in(world.fresh("referrer"))
    browser.cookies["awda_language"] = "fr"
    page = browser.get(reverse("cases:refer"))
    form = page.context["form"]
    assert 'name="field_labels"' in page.content.decode()
    hidden = {field.html_name: field.value() for field in form.hidden_fields()}
    return hidden | {
        "field_labels": form.labels(),
        "family_name": "Diallo",
        "office": str(world.rabat.pk),
    }


def test_the_text_comes_back_under_the_labels_of_the_page(client, typed):
    client.cookies["awda_language"] = "fr"
    label = json.loads(typed["field_labels"])["family_name"]

    answer = client.post(reverse("cases:refer"), typed)

    page = answer.content.decode()
    assert answer.status_code == 401
    assert label == "Nom de famille"
    assert f"<dt><bdi>{label}</bdi></dt>" in page
    assert "family name" not in page.lower()
    assert 'name="family_name" value="Diallo"' in page


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", "[" * 100_000, '{"family_name": 5}', '{"x": "\\u0000"}']
)
def test_labels_that_are_none_do_no_harm(client, typed, sent):
    client.cookies["awda_language"] = "en"

    answer = client.post(reverse("cases:refer"), typed | {"field_labels": sent})

    assert answer.status_code == 401
    assert "Other entry" in answer.content.decode()


def test_labels_are_no_part_of_what_is_saved_once(world, sign_in, typed):
    browser = sign_in(world.fresh("referrer"))
    url = reverse("cases:refer")
    choices = {"nationality": "GN"}

    first = browser.post(url, typed | choices)
    again = browser.post(url, typed | choices | {"field_labels": "{}"})

    assert first.status_code == 302, first.context["form"].errors
    assert again["Location"] == first["Location"]


def test_the_values_of_a_form_are_what_was_entered_without_its_key_and_version():
    sent = {"reason": "Asked twice", KEY_FIELD: "k", VERSION_FIELD: "3"}
    form = ReasonForm(sent, user=None, version=3)

    assert form.is_valid(), form.errors
    assert form.values() == {"reason": "Asked twice"}


# --- R138 ---------------------------------------------------------------------------------------
@pytest.mark.req("R138")
def test_a_try_to_pay_without_the_permission_is_noted_by_the_api_too(world, sign_in):
    answer = sign_in(world.clerk).post(
        "/api/v1/disbursements/", {"item": "x"}, content_type="application/json"
    )

    assert answer.status_code == 403
    entry = AuditEntry.objects.get(action=AuditAction.REFUSED)
    assert (entry.actor, entry.model) == (world.clerk, "reintegration.disbursement")
    assert entry.channel == "api"


def test_a_try_that_is_not_about_money_is_refused_without_an_entry(world, sign_in):
    browser = sign_in(world.fresh("donor"))

    answer = browser.post("/api/v1/referrals/", {}, content_type="application/json")

    assert answer.status_code == 403
    assert not AuditEntry.objects.filter(action=AuditAction.REFUSED).exists()
