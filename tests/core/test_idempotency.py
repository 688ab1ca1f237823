"""Answers kept under a key: sealed, given again, forgotten after some days (design §4.12)."""

import datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from cases import services
from cases.models import ContactPoint
from core import tasks
from core.idempotency import digest
from core.models import AuditAction, AuditEntry, IdempotencyKey

pytestmark = pytest.mark.django_db
NUMBER = "+212 6 12 34 56 78"


@pytest.fixture
def answered(world, register, sign_in):
    """A contact added by a program, and the same call again."""
    address = f"/api/v1/cases/{register().reference}/contacts/"

    def call():
        return sign_in(world.caseworker).post(
            address,
            {"kind": "phone", "value": NUMBER},
            content_type="application/json",
            headers={"Idempotency-Key": "call-1"},
        )

    first = call()
    assert (first.status_code, first.json()["value"]) == (201, NUMBER)
    return first, call


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM core_idempotencykey")
        return cursor.fetchone()[0]


def test_the_kept_answer_cannot_be_read_in_the_table(answered):
    assert stored().startswith("test:")
    assert NUMBER not in stored()


def test_a_repeated_call_gets_the_same_answer_and_adds_nothing(answered):
    first, call = answered

    again = call()

    assert (again.status_code, again.json()) == (201, first.json())
    assert ContactPoint.objects.count() == 1


def test_keys_of_a_week_ago_are_forgotten(answered):
    assert tasks.sweep_idempotency_keys() == 0
    IdempotencyKey.objects.update(created_at=timezone.now() - datetime.timedelta(days=8))

    assert tasks.sweep_idempotency_keys() == 1
    assert not IdempotencyKey.objects.exists()


def test_answers_from_before_are_sealed_and_still_given(answered):
    first, call = answered
    migration = import_module("core.migrations.0005_seal_idempotency_answers")
    schema_editor = SimpleNamespace(connection=connection)

    migration.unseal(None, schema_editor)
    assert NUMBER in stored()
    migration.seal(None, schema_editor)

    assert NUMBER not in stored()
    assert call().json() == first.json()


# --- what counts as the same -------------------------------------------------------------------
def test_a_key_too_long_is_refused_and_not_cut(world, register, sign_in):
    """Two keys that begin alike are two keys."""
    address = f"/api/v1/cases/{register().reference}/contacts/"

    def call(key):
        return sign_in(world.caseworker).post(
            address,
            {"kind": "phone", "value": NUMBER},
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    answer = call("a" * 65)

    assert answer.status_code == 400
    assert answer.json()["errors"] == {"Idempotency-Key": ["A key has at most 64 characters."]}
    assert call("a" * 64).status_code == 201


def test_another_file_of_the_same_name_and_size_is_another_body():
    def body(content):
        files = MultiValueDict({"sheet": [SimpleUploadedFile("a.pdf", content)]})
        return digest("title=x", files), files["sheet"].read()

    (one, kept), (other, _kept), (again, _same) = body(b"abc"), body(b"abd"), body(b"abc")

    assert one == again != other
    assert kept == b"abc"


@pytest.fixture
def twice(sign_in):
    """A form opened, and sent two times as it was."""

    def _twice(user, url, **values):
        browser = sign_in(user)
        opened = browser.get(url)
        assert opened.status_code == 200, opened.content
        form = opened.context["form"]
        hidden = {field.html_name: field.value() for field in form.hidden_fields()}
        return [browser.post(url, hidden | values) for _number in range(2)]

    return _twice


def refusals():
    return AuditEntry.objects.filter(action=AuditAction.REFUSED).count()


def ruled_actions(world, ready):
    """Address, person and values of verbs that are closed to everybody once they are done."""
    one, other, third = ready(), ready(), ready()
    services.send_handover(third, by=world.fresh("caseworker"))
    referral = services.refer(
        by=world.fresh("referrer"),
        referred_on=datetime.date(2019, 3, 4),
        family_name="Diallo",
        nationality=world.country("GN"),
        office=world.rabat,
    )
    return [
        ("cases:close", one.reference, world.caseworker, {"outcome": "silent", "on": "2019-09-02"}),
        ("cases:send-handover", other.reference, world.caseworker, {"message": ""}),
        ("cases:accept-handover", third.reference, world.focal_point, {}),
        ("cases:decline-referral", referral.reference, world.caseworker, {"reason": "Unknown"}),
    ]


@pytest.mark.parametrize("number", range(4))
def test_a_form_sent_twice_leads_to_the_same_place_and_refuses_nobody(world, ready, twice, number):
    route, reference, user, values = ruled_actions(world, ready)[number]
    before = refusals()

    first, second = twice(user, reverse(route, args=[reference]), **values)

    assert first.status_code == 302, first.content.decode()
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert refusals() == before


def test_what_a_rule_refuses_keeps_its_text_and_is_audited(world, ready, sign_in):
    case = ready()
    url = reverse("cases:close", args=[case.reference])
    opened = sign_in(world.caseworker).get(url).context["form"]
    services.close(case, outcome="silent", on=datetime.date(2019, 9, 2), by=world.caseworker)
    hidden = {field.html_name: field.value() for field in opened.hidden_fields()}
    browser = sign_in(world.caseworker)

    sent = browser.post(url, hidden | {"outcome": "silent", "on": "2019-09-03", "note": "Gone"})

    assert sent.status_code == 403
    assert "This case is closed." in sent.content.decode()
    assert "Gone" in sent.content.decode()
    assert refusals() == 1
    page = browser.get(url)
    assert page.status_code == 403
    assert "This case is closed." in page.content.decode()
    assert "Your role does not include this page" not in page.content.decode()
