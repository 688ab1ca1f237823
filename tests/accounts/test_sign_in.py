"""Signing in: what is asked, what is refused, how long it lasts."""

import datetime
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from core.models import AuditAction, AuditEntry, SentMail
from tests.personas import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
RESET = "/accounts/password/reset/"


@pytest.fixture(autouse=True)
def _no_earlier_attempts():
    cache.clear()


@pytest.fixture
def visitor():
    client = Client()
    client.cookies["awda_language"] = "en"
    return client


def sign_in_with(browser, email, password):
    return browser.post(LOGIN, {"login": email, "password": password})


def test_the_sign_in_page_asks_for_the_email_address_in_our_look(visitor):
    page = visitor.get(LOGIN)

    text = page.content.decode()
    assert 'name="login"' in text
    assert 'type="email"' in text
    assert "Accounts are opened by your administrator." in text
    assert "css/awda.css" in text


def test_the_email_address_and_the_password_open_the_work_list(visitor, world):
    response = sign_in_with(visitor, "Clerk@Example.org", PASSWORD)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert visitor.get("/").status_code == 200
    entry = AuditEntry.objects.get(action=AuditAction.SIGN_IN)
    assert entry.actor == world.clerk


def test_nobody_signs_up(visitor):
    response = visitor.post(
        "/accounts/signup/",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert response.status_code == 404
    assert not mail.outbox
    assert "_auth_user_id" not in visitor.session


@pytest.mark.parametrize("action", ["action_add", "action_primary", "action_remove"])
def test_nobody_changes_the_own_address(visitor, world, action):
    sign_in_with(visitor, "clerk@example.org", PASSWORD)
    EmailAddress.objects.create(user=world.clerk, email="other@example.org", verified=True)
    before = list(EmailAddress.objects.order_by("pk").values())

    response = visitor.post("/accounts/email/", {action: "", "email": "other@example.org"})

    assert response.status_code == 404
    assert world.fresh("clerk").email == "clerk@example.org"
    assert list(EmailAddress.objects.order_by("pk").values()) == before


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(visitor, world):
    known = sign_in_with(visitor, "clerk@example.org", "wrong")
    unknown = sign_in_with(visitor, "stranger@example.org", "wrong")

    def answer(response):
        text = response.content.decode()
        text = re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]*"', "", text)
        return response.status_code, re.sub(r"(clerk|stranger)@example.org", "", text)

    assert answer(known) == answer(unknown)
    assert "password" in known.content.decode()


def test_a_closed_account_does_not_sign_in(visitor, world):
    world.clerk.is_active = False
    world.clerk.save()

    sign_in_with(visitor, "clerk@example.org", PASSWORD)

    assert "_auth_user_id" not in visitor.session


def test_five_wrong_passwords_lock_the_account_for_a_while_even_for_the_right_one(visitor, world):
    answers = [
        sign_in_with(visitor, "clerk@example.org", f"wrong {n}").status_code for n in range(5)
    ]

    assert answers == [200, 200, 200, 200, 429]
    locked = sign_in_with(visitor, "clerk@example.org", PASSWORD)
    assert "_auth_user_id" not in visitor.session
    cache.clear()
    locked = sign_in_with(visitor, "clerk@example.org", PASSWORD)
    assert locked.status_code == 429
    assert "Sign-in is locked for a while" in locked.content.decode()
    assert sign_in_with(visitor, "caseworker@example.org", PASSWORD).status_code == 302


def test_the_lock_opens_again_by_itself(visitor, world):
    for number in range(5):
        sign_in_with(visitor, "clerk@example.org", f"wrong {number}")
    cache.clear()

    with time_machine.travel(datetime.timedelta(minutes=31), tick=True):
        assert sign_in_with(visitor, "clerk@example.org", PASSWORD).status_code == 302


def test_writing_the_address_in_another_way_gives_no_further_attempts(visitor, world):
    for spelling in ("clerk", "Clerk", "CLERK", "cLerk", "clErk"):
        last = sign_in_with(visitor, f"{spelling}@example.org", "wrong")

    assert last.status_code == 429


def test_asking_for_a_new_password_tells_nothing_about_accounts(visitor, world, settings):
    settings.EMAIL_BACKEND = "core.mail.DemoMailBackend"
    known = visitor.post(RESET, {"email": "clerk@example.org"}, follow=True)
    unknown = visitor.post(RESET, {"email": "stranger@example.org"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert "If this address belongs to an account" in unknown.content.decode()
    assert SentMail.objects.filter(recipients="clerk@example.org").count() == 1
    assert not mail.outbox


def test_no_password_is_sent_for_an_account_that_works_by_keys(visitor, world):
    User.objects.filter(email="partner_client@example.org").update(is_machine=True)
    answer = visitor.post(RESET, {"email": "partner_client@example.org"}, follow=True)

    assert "If this address belongs to an account" in answer.content.decode()
    assert not mail.outbox


def test_the_link_in_the_message_leads_to_the_installation_and_works_once(visitor, world, settings):
    settings.SITE_URL = "https://awda.example.org"
    visitor.post(RESET, {"email": "clerk@example.org"})
    link = re.search(r"https?://\S+", mail.outbox[0].body)[0]
    assert link.startswith("https://awda.example.org/accounts/password/reset/key/")

    new = {"password1": "a new and longer one", "password2": "a new and longer one"}
    form = visitor.get(link.removeprefix("https://awda.example.org"), follow=True)
    visitor.post(form.redirect_chain[-1][0], new)

    assert sign_in_with(Client(), "clerk@example.org", new["password1"]).status_code == 302
    again = Client().get(link.removeprefix("https://awda.example.org"))
    assert again.status_code == 200
    assert "password1" not in again.content.decode()
    entry = AuditEntry.objects.get(changes__has_key="password")
    assert (entry.actor, entry.channel) == (world.clerk, "page")


@pytest.mark.req("R011")
def test_a_new_password_is_audited_without_a_value(visitor, world, sign_in):
    sign_in_with(visitor, "clerk@example.org", PASSWORD)
    new = {"password1": "a new and longer one", "password2": "a new and longer one"}

    response = visitor.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new)

    assert response.status_code == 302
    entry = AuditEntry.objects.latest("id")
    assert (entry.actor, entry.action, entry.model) == (world.clerk, "change", "accounts.user")
    assert (entry.object_ids, entry.changes) == ([str(world.clerk.pk)], {"password": [None, None]})
    page = sign_in(world.data_protection_officer).get(f"/audit/{entry.pk}/")
    assert "Password" in page.content.decode()


@pytest.mark.req("R011")
def test_the_second_step_turned_on_and_off_is_audited(
    visitor, world, sign_in, django_capture_on_commit_callbacks
):
    sign_in_with(visitor, "clerk@example.org", PASSWORD)
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    last = AuditEntry.objects.latest("id").pk
    secret = visitor.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    with django_capture_on_commit_callbacks(execute=True):
        visitor.post("/accounts/2fa/totp/activate/", {"code": code})
        assert secret not in str(Authenticator.objects.get(type="totp").data)
        visitor.post("/accounts/2fa/recovery-codes/generate/")
        visitor.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    entries = AuditEntry.objects.filter(pk__gt=last, model="mfa.authenticator").order_by("id")
    assert {entry.actor for entry in entries} == {world.clerk}
    told = {(entry.action, *entry.changes["type"]) for entry in entries}
    assert told == {
        ("create", None, "totp"),
        ("create", None, "recovery_codes"),
        ("change", "recovery_codes", "recovery_codes"),
        ("delete", "totp", None),
        ("delete", "recovery_codes", None),
    }
    page = sign_in(world.data_protection_officer).get(f"/audit/{entries[0].pk}/")
    assert page.status_code == 200
    assert secret not in "".join(map(str, entries.values_list("changes", flat=True)))


def test_a_new_password_ends_the_sign_ins_of_other_devices(visitor, world, sign_in):
    elsewhere = sign_in(world.clerk)
    assert elsewhere.get("/me/").status_code == 200

    world.clerk.set_password("a new and longer one")
    world.clerk.save()

    assert elsewhere.get("/me/").status_code == 302


def test_a_sign_in_ends_after_a_quarter_of_an_hour_without_use(world, sign_in):
    start = datetime.datetime(2019, 3, 4, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        browser = sign_in(world.clerk)
        assert browser.get("/").status_code == 200

        clock.shift(datetime.timedelta(minutes=14))
        assert browser.get("/").status_code == 200
        clock.shift(datetime.timedelta(minutes=14))
        assert browser.get("/").status_code == 200

        clock.shift(datetime.timedelta(minutes=16))
        response = browser.get("/")
        assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")
        assert not Session.objects.exists()


def test_a_sign_in_ends_after_twelve_hours_however_busy(world, sign_in):
    start = datetime.datetime(2019, 3, 4, 8, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        browser = sign_in(world.clerk)
        answers = [browser.get("/me/").status_code]
        for _ in range(49):
            clock.shift(datetime.timedelta(minutes=14, seconds=50))
            answers.append(browser.get("/me/").status_code)

    assert answers == [200] * 49 + [302]


def test_the_second_step_is_set_up_before_anything_else_where_it_is_required(
    world, sign_in, settings
):
    settings.SECOND_FACTOR_REQUIRED = True
    browser = sign_in(world.clerk)

    for url in ("/", "/cases/", "/me/", "/api/v1/cases/"):
        response = browser.get(url)
        assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/totp/activate/")


def test_whoever_has_the_second_step_works(world, sign_in, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    TOTP.activate(world.clerk, generate_totp_secret())

    assert sign_in(world.clerk).get("/").status_code == 200


def test_the_password_alone_does_not_sign_in_where_the_second_step_is_set_up(visitor, world):
    TOTP.activate(world.clerk, generate_totp_secret())
    response = sign_in_with(visitor, "clerk@example.org", PASSWORD)

    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in visitor.session


def test_choosing_another_language_keeps_the_sign_in(world, sign_in):
    browser = sign_in(world.clerk)
    before = browser.session.session_key

    browser.post("/i18n/setlang/", {"language": "ar", "next": "/me/"})

    page = browser.get("/me/")
    assert page.status_code == 200
    assert 'dir="rtl"' in page.content.decode()
    assert browser.session.session_key == before


def test_signed_in_pages_are_kept_by_nobody(world, sign_in):
    assert "no-store" in sign_in(world.clerk).get("/me/")["Cache-Control"]


def test_the_sign_in_key_changes_when_somebody_signs_in(visitor, world):
    visitor.get(LOGIN)
    session = visitor.session
    session["before"] = "yes"
    session.save()
    before = session.session_key

    sign_in_with(visitor, "clerk@example.org", PASSWORD)

    assert visitor.session.session_key != before
