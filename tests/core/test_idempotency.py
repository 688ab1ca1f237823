"""Answers kept under a key: sealed, given again, forgotten after some days (design §4.12)."""

import datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from cases.models import ContactPoint
from core import tasks
from core.models import IdempotencyKey

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
