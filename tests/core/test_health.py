"""Liveness asks nobody; readiness asks database, broker and file store, and keeps secrets."""

from unittest import mock

import pytest
from celery import Celery

from core import health

pytestmark = pytest.mark.django_db
PLAIN = {"Accept": "text/plain"}


def test_the_process_answers_without_asking_anybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/health/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.get("/health/", headers=PLAIN).content == b"status: ok\n"


def test_everything_that_a_request_needs_is_there(client):
    answer = client.get("/health/ready/")

    parts = {"database": "ok", "broker": "ok", "files": "ok"}
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"} | parts)


@pytest.mark.parametrize("part", ["database", "broker", "files"])
def test_what_is_away_is_named_and_its_address_is_not(client, part):
    away = mock.Mock(side_effect=OSError("redis://:secret@10.0.0.7"))

    with mock.patch.dict(health.PARTS, {part: away}):
        answer = client.get("/health/ready/")
        plain = client.get("/health/ready/", headers=PLAIN)

    assert answer.status_code == plain.status_code == 503
    assert (answer.json()["status"], answer.json()[part]) == ("failed", "failed")
    assert plain["Content-Type"].startswith("text/plain")
    assert f"{part}: failed\n" in plain.content.decode()
    assert "secret" not in answer.content.decode() + plain.content.decode()


def test_a_broker_that_does_not_answer_is_noticed(client):
    nowhere = Celery("nowhere", broker="redis://127.0.0.1:1/0", set_as_current=False)

    with mock.patch.object(health, "current_app", nowhere):
        assert client.get("/health/ready/").json()["broker"] == "failed"


def test_a_store_that_cannot_be_written_to_is_noticed(client):
    with mock.patch.object(health.default_storage, "save", side_effect=PermissionError):
        assert client.get("/health/ready/").json()["files"] == "failed"
