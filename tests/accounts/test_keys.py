"""Machine keys (R012)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts import services
from accounts.models import Assignment, MachineKey
from core.models import AuditEntry, IdempotencyKey

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(world):
    return world.fresh("administrator")


@pytest.fixture
def machine(world, administrator, today):
    """A partner's machine that also reads cases, so that a limit shows."""
    user = services.open_account(
        email="cerf@machines.example.org",
        name="CERF",
        is_machine=True,
        organisation=world.organisations["cerf"],
        by=administrator,
    )
    until = today + datetime.timedelta(days=90)
    for role, scope in (
        ("partner_client", {"organisation": world.organisations["cerf"]}),
        ("caseworker", {"office": world.rabat}),
    ):
        Assignment.objects.create(user=user, role=role, starts_on=today, ends_on=until, **scope)
    return user


@pytest.fixture
def key_of(machine, administrator, today):
    def _key_of(**values):
        given = {
            "user": machine,
            "label": "attendance",
            "expires_on": today + datetime.timedelta(days=30),
            "by": administrator,
        }
        return services.issue_key(**given | values)

    return _key_of


def call(key, url="/api/v1/cases/"):
    return Client().get(url, headers={"Authorization": f"Bearer {key}"})


@pytest.mark.req("R012")
def test_a_revoked_key_answers_401_at_once(key_of, administrator):
    row, key = key_of()
    assert call(key).status_code == 200

    services.revoke_key(row, by=administrator)

    assert call(key).status_code == 401


@pytest.mark.req("R012")
def test_a_key_for_attendance_only_cannot_read_cases(key_of, register):
    case = register()
    _row, full = key_of()
    _row, limited = key_of(permissions=["attendance:write"])

    assert call(full, f"/api/v1/cases/{case.reference}/").status_code == 200
    assert call(limited).status_code == 403
    assert call(limited, f"/api/v1/cases/{case.reference}/").status_code == 403


def test_an_expired_key_and_the_key_of_a_closed_account_answer_401(
    key_of, machine, administrator, today
):
    row, key = key_of()
    MachineKey.objects.filter(pk=row.pk).update(expires_on=today - datetime.timedelta(days=1))
    assert call(key).status_code == 401

    _row, key = key_of()
    services.deactivate(machine, by=administrator, reason="agreement ended")
    assert call(key).status_code == 401


@pytest.mark.parametrize("key", ["", "awda_0_0", "awda_ffffffffffff_wrong", "nonsense"])
def test_a_wrong_key_answers_401(machine, key):
    assert call(key).status_code == 401


@pytest.mark.req("R012")
def test_a_key_shows_once_and_is_stored_nowhere(world, sign_in, machine, today):
    browser = sign_in(world.administrator)
    url = f"/users/{machine.pk}/keys/new/"
    form = {
        "idempotency_key": "k1",
        "record_version": machine.version,
        "label": "attendance",
        "permissions": ["attendance:write"],
        "expires_on": (today + datetime.timedelta(days=30)).isoformat(),
    }
    shown = browser.post(url, form)

    row = MachineKey.objects.get()
    text = shown.content.decode()
    key = text[text.index("awda_" + row.prefix) :].partition("<")[0]
    assert call(key, "/api/v1/cases/").status_code == 403
    assert "no-store" in shown["Cache-Control"]
    again = browser.post(url, form)
    assert again.status_code == 302
    for page in (browser.get(again["Location"]), browser.get(url)):
        assert key not in page.content.decode()
    assert MachineKey.objects.count() == 1
    kept = [
        *AuditEntry.objects.values_list("changes"),
        *IdempotencyKey.objects.values_list("answer"),
    ]
    assert key not in repr(kept)
    assert key.split("_", 2)[2] not in repr(kept)


def test_a_key_is_revoked_on_its_page(world, sign_in, key_of):
    row, key = key_of()
    browser = sign_in(world.administrator)
    url = f"/machine-keys/{row.prefix}/revoke/"
    assert "cannot be undone" in browser.get(url).content.decode()

    response = browser.post(url, {"idempotency_key": "r1", "record_version": row.version})

    assert response["Location"] == f"/users/{row.user_id}/"
    assert "Revoked" in browser.get(response["Location"]).content.decode()
    assert call(key).status_code == 401


def test_people_get_no_keys(world, key_of):
    with pytest.raises(ValidationError, match="Keys belong to open machine accounts"):
        key_of(user=world.clerk)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_key_lives_a_year_at_most(key_of, today, days):
    with pytest.raises(ValidationError) as error:
        key_of(expires_on=today + datetime.timedelta(days=days))

    assert "expires_on" in error.value.message_dict


def test_a_key_is_limited_to_known_permissions(key_of):
    with pytest.raises(ValidationError) as error:
        key_of(permissions=["everything"])

    assert "permissions" in error.value.message_dict
