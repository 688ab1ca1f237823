"""The commands of whoever installs."""

import getpass
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from core.models import AuditEntry

pytestmark = pytest.mark.django_db

WHO = {"email": "First@Example.org", "name": "Samira Kettani"}


def run(command, *arguments, **options):
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def create(*arguments):
    given = ("--email", WHO["email"], "--name", WHO["name"])
    return run("create_administrator", *given, *arguments)


@pytest.fixture
def terminal(monkeypatch):
    """Somebody at a terminal who types these passwords."""
    typed = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: typed.pop(0))
    return typed


def test_the_first_administrator_types_a_password_and_may_open_accounts(terminal):
    terminal += ["short", "short", "green hills far away", "typo", *["green hills far away"] * 2]

    out = create()

    user = User.objects.get()
    assert (user.email, user.roles) == ("first@example.org", {"administrator"})
    assert user.check_password("green hills far away")
    assert "This password is too short" in out
    assert "The two passwords differ" in out


def test_without_a_terminal_a_link_sets_the_password_once(settings):
    settings.SITE_URL = "https://awda.example.org/"
    link = create().splitlines()[-1]
    assert link.startswith("https://awda.example.org/accounts/password/reset/key/")

    browser = Client()
    form = browser.get(link.removeprefix("https://awda.example.org"), follow=True)
    new = {"password1": "green hills far away", "password2": "green hills far away"}
    browser.post(form.redirect_chain[-1][0], new)

    assert User.objects.get().check_password("green hills far away")
    again = Client().get(link.removeprefix("https://awda.example.org"))
    assert b"password1" not in again.content


def test_the_link_may_be_asked_for(terminal):
    assert "/accounts/password/reset/key/" in create("--link")


def test_a_second_administrator_comes_from_the_pages_unless_forced(world):
    with pytest.raises(CommandError, match="--force"):
        create()
    assert not User.objects.filter(email="first@example.org").exists()

    create("--force")
    assert User.objects.get(email="first@example.org").roles == {"administrator"}


def test_a_closed_administrator_does_not_stand_in_the_way(world):
    User.objects.filter(pk=world.administrator.pk).update(is_active=False)

    assert "is an administrator" in create()


def test_an_address_that_has_an_account_is_refused_and_nothing_is_left(world):
    with pytest.raises(CommandError, match="already exists"):
        run("create_administrator", "--email", "clerk@example.org", "--name", "Clerk", "--force")
    assert world.fresh("clerk").roles == {"clerk"}


def test_a_sound_audit_trail_is_counted(world, register):
    register()

    assert run("audit", "verify") == f"{AuditEntry.objects.count()} entries, 0 broken.\n"


def test_a_changed_audit_trail_is_an_error_that_names_the_entry(world, register):
    register()
    victim = AuditEntry.objects.first()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE core_auditentry SET reason = 'x' WHERE id = %s", [victim.pk])

        with pytest.raises(CommandError, match=f"Entry {victim.pk} ") as error:
            run("audit", "verify")
    assert error.value.returncode == 1


def test_a_missing_end_of_the_audit_trail_is_an_error(world, register):
    register()
    last = AuditEntry.objects.latest("id")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM core_auditentry WHERE id = %s", [last.pk])

        with pytest.raises(CommandError, match=f"account {last.actor_id} are missing"):
            run("audit", "verify")


def test_the_audit_command_asks_for_a_verb():
    with pytest.raises(CommandError):
        run("audit")


def test_demonstration_data_are_refused_where_somebody_has_an_account(settings, world):
    settings.DEMO = True
    with pytest.raises(CommandError, match="use an empty database"):
        run("demo_data")
