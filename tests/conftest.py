"""Strictness for the whole suite, and the fixtures every app starts from."""

import datetime
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from cases import services as case_services
from cases.models import Case
from tests import personas


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Tests talk to this machine only."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"A test wants to reach {address}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: Any) -> personas.World:
    """Offices, partners, programmes and one person per role."""
    return personas.build()


@pytest.fixture
def today() -> datetime.date:
    from core.clock import today

    return today()


@pytest.fixture
def sign_in() -> Callable[[Any], Client]:
    """A browser with somebody signed in."""

    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="accounts.authentication.SessionBackend")
        client.cookies["awda_language"] = "en"
        return client

    return signed_in


@pytest.fixture
def register(world: personas.World) -> Callable[..., Case]:
    """Register somebody through the service; Guinea, adult man, Rabat unless said otherwise."""
    count = iter(range(1, 10_000))

    def _register(**values: Any) -> Case:
        number = next(count)
        person = {
            "family_name": f"Camara{number}",
            "given_name": f"Test{number}",
            "sex": "male",
            "birth_on": datetime.date(1990, 1, 1) + datetime.timedelta(days=7 * number),
            "nationality": world.country("GN"),
        }
        case = {
            "office": world.rabat,
            "country": world.country("GN"),
            "registered_on": datetime.date(2019, 3, 4),
        }
        extra = {}
        for name, value in values.items():
            if name in {"consents", "declaration", "given_by", "contact_points", "by", "referral"}:
                extra[name] = value
            elif name in {f.name for f in Case._meta.fields}:
                case[name] = value
            else:
                person[name] = value
        if case.get("is_unaccompanied_child"):
            extra.setdefault("given_by", "guardian")
        by = extra.pop("by", None)
        if by is None:
            by = (
                world.fresh("protection_officer")
                if case.get("is_unaccompanied_child")
                else world.fresh(
                    "caseworker" if case["office"] == world.rabat else "protection_officer"
                )
            )
        return case_services.register(
            by=by, person=person, case=case, duplicates_checked=True, **extra
        )

    return _register


@pytest.fixture
def ready(register: Callable[..., Case]) -> Callable[..., Case]:
    """Somebody with consents and a declaration: nothing is missing for departure."""

    def _ready(**values: Any) -> Case:
        return register(
            consents={
                "processing": "given",
                "share_with_origin": "given",
                "training_partner": "given",
                "follow_up": "given",
            },
            declaration={"on": values.get("registered_on", datetime.date(2019, 3, 4))},
            **values,
        )

    return _ready


@pytest.fixture
def _audit_trigger_again(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once the tables were emptied: append-only audit and reference data for whoever follows."""
    yield
    with django_db_blocker.unblock():
        _truncation_is("ENABLE")
        if contents := getattr(connection, "_test_serialized_contents", ""):
            connection.creation.deserialize_db_from_string(contents)


@pytest.fixture
def committed(
    _audit_trigger_again: None, django_db_serialized_rollback: None, transactional_db: None
) -> Iterator[None]:
    """Data that other connections see; afterwards the tables may be emptied."""
    yield
    allow_emptying()


def allow_emptying() -> None:
    """Let the end of a test with committed data empty the tables, the audit trail included."""
    _truncation_is("DISABLE")


def _truncation_is(state: str) -> None:
    with connection.cursor() as cursor:
        for table in ("core_auditentry", "core_audithead"):
            cursor.execute(f"ALTER TABLE {table} {state} TRIGGER core_audit_refuse_truncate")
