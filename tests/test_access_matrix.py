"""Every address × method × person: the answers are those of ``access_matrix.csv``.

The table is the oracle, kept by hand. ``test_access_rules`` holds it against the design.
"""

import collections
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.authentication import SessionBackend
from accounts.permissions import Permission
from core.views import Access, Page
from tests import access_world, personas
from tests.access_table import (
    ANONYMOUS,
    LIBRARY,
    PEOPLE,
    addresses,
    all_rows_wanted,
    api_routes,
    forms,
    is_api,
    is_endpoint,
    is_page,
    own_pages,
    part_of,
    public_pages,
    report,
    table,
)

ABSENT = {
    "reference": "99999-99999",
    "case": "99999-99998",
    "edition": "E-ABS-990101-9",
    "pk": 999_999_999,
    "number": 999,
    "prefix": "zzzzzzzzzzzz",
    "code": "no-such-code",
    "name": "no-such-list",
    "key": "no-such-key-v9",
    "day": "2001-01-01",
    "sealed": "session:S-ABS-990101-9~forged",
}
TOKEN = re.compile(r'(value|nonce|content|action|href)="[^"]*"')
# The service refuses these, so that answers typed meanwhile are not lost.
DECIDED_WHEN_SENT = {"surveys:answer"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")

pytestmark = [pytest.mark.django_db, pytest.mark.long]


VIEWS = own_pages() | api_routes()


# --- asking -------------------------------------------------------------------------------------
class Callers:
    """One browser per person; whatever a request writes is taken back.

    People and their roles stay the same throughout, so that they are read once.
    """

    def __init__(self, access: access_world.AccessWorld) -> None:
        self.people = {name: access.person(name) for name in PEOPLE if name != ANONYMOUS}
        self.by_key = {user.pk: user for user in self.people.values()}
        self.clients = {name: self._client(name) for name in PEOPLE}

    def _client(self, name: str) -> Client:
        client = Client()
        client.cookies["awda_language"] = "en"
        if name != ANONYMOUS:
            backend = f"{SessionBackend.__module__}.{SessionBackend.__name__}"
            client.force_login(self.people[name], backend=backend)
            client.get(reverse("accounts:me"))  # notes when the session was seen
        return client

    def ask(self, person: str, route: str, method: str, kwargs: dict[str, Any]) -> Any:
        """The answer, or the exception that a page failed with."""
        url = reverse(route, kwargs=kwargs)
        send: Callable[..., Any] = getattr(self.clients[person], method.lower())
        body = {} if method == "GET" else {"data": {}}
        if is_api(route) and method != "GET":
            body["content_type"] = "application/json"  # type: ignore[assignment]
        undone = transaction.atomic() if method != "GET" else nullcontext()
        try:
            with undone:
                response = send(url, **body)
                if response.streaming:
                    response.getvalue()  # reads it to its end, which closes the file
                if method != "GET":
                    transaction.set_rollback(True)
        except Exception as error:
            return error
        return response

    def decision(self, person: str, route: str, method: str, kwargs: dict[str, Any]) -> str:
        """The status that the view itself answers, without middleware and layout."""
        send = getattr(RequestFactory(), method.lower())
        api = {"data": {}, "content_type": "application/json"}
        request = send(reverse(route, kwargs=kwargs), **(api if method != "GET" else {}))
        request.user = self.people[person]
        request.htmx = False
        request._dont_enforce_csrf_checks = True
        try:
            with transaction.atomic(), mock.patch.object(Page, "response_class", Unrendered):
                response = VIEWS[route](request, **kwargs)
                transaction.set_rollback(True)
        except Http404:
            return "404"
        except PermissionDenied:
            return "403"
        except Exception as error:
            return repr(error)[:120]
        return str(response.status_code)

    def status(self, person: str, route: str, method: str, kwargs: dict[str, Any]) -> str:
        """The status of a whole request."""
        answer = self.ask(person, route, method, kwargs)
        return repr(answer)[:120] if isinstance(answer, Exception) else str(answer.status_code)


@pytest.fixture(scope="module")
def access(django_db_setup: None, django_db_blocker: Any) -> Iterator[access_world.AccessWorld]:
    with access_world.built(django_db_blocker) as built:
        yield built


@pytest.fixture(scope="module")
def callers(access: access_world.AccessWorld, django_db_blocker: Any) -> Iterator[Callers]:
    with (
        django_db_blocker.unblock(),
        override_settings(SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies"),
    ):
        everybody = Callers(access)
        with mock.patch.object(
            SessionBackend, "get_user", lambda backend, key: everybody.by_key.get(int(key))
        ):
            yield everybody


class Unrendered(TemplateResponse):
    """A page whose template is not filled in."""

    rendered_content = ""  # type: ignore[assignment]


@pytest.fixture
def plain_errors() -> Iterator[None]:
    """Error pages without their layout, and nothing logged: thousands of them are asked for."""
    logging.disable(logging.CRITICAL)
    with mock.patch(
        "core.views.problem_page", lambda _r, status, _m="": HttpResponse(status=status)
    ):
        yield
    logging.disable(logging.NOTSET)


# --- completeness -------------------------------------------------------------------------------
def test_every_address_has_a_name_of_its_own() -> None:
    names = collections.Counter(name for name, _view in addresses())

    assert [name for name, times in names.items() if times > 1 or not name.split(":")[-1]] == []


def test_every_address_is_a_page_an_endpoint_or_a_named_one_of_a_package() -> None:
    found = {name for name, view in addresses() if not is_page(view) and not is_endpoint(view)}

    assert found == LIBRARY


def test_every_page_declares_its_permission() -> None:
    report(
        [
            name
            for name, view in own_pages().items()
            if not isinstance(getattr(view, "required_permission", None), Permission | Access)
        ]
    )


def test_few_pages_are_public() -> None:
    assert public_pages() == {
        "health",
        "health-ready",
        "training:opinion",
        "training:opinion-thanks",
    }


def test_every_action_of_the_api_declares_its_permission() -> None:
    report(
        [
            f"{name}: {action}"
            for name, view in api_routes().items()
            for action in view.actions.values()
            if not isinstance(view.cls.permissions.get(action), Permission)
        ]
    )


def test_every_route_and_method_has_a_row_and_every_row_a_route() -> None:
    wanted, rows = all_rows_wanted(), {(row["route"], row["method"]) for row in table()}

    report(
        [f"no row: {route} {method}" for route, method in sorted(wanted - rows)]
        + [f"no such route: {route} {method}" for route, method in sorted(rows - wanted)]
    )


def test_rows_are_unique_and_name_everybody() -> None:
    rows = table()
    keys = [(row["route"], row["method"], row["object"]) for row in rows]

    assert len(keys) == len(set(keys))
    assert set(rows[0]) == {"route", "method", "object", *PEOPLE}
    assert {name for name, _role, _scope in personas.PEOPLE} - set(PEOPLE) == {"second_manager"}


# --- the answers --------------------------------------------------------------------------------
@pytest.mark.req("R001")
@pytest.mark.usefixtures("plain_errors")
@pytest.mark.parametrize("part", sorted({part_of(row["route"]) for row in table()}))
def test_every_cell_of_the_matrix(
    access: access_world.AccessWorld, callers: Callers, part: str
) -> None:
    """The first reader and the stranger make whole requests, the others ask the view itself."""
    wrong = []
    for row in table():
        route, method, name = row["route"], row["method"], row["object"]
        if part_of(route) != part:
            continue
        reader = next((person for person in PEOPLE if row[person] == "200"), None)
        for person in PEOPLE:
            is_whole = person in (reader, ANONYMOUS) or route in LIBRARY
            ask = callers.status if is_whole else callers.decision
            found = ask(person, route, method, access.kwargs[name])
            if found != row[person]:
                wrong.append(f"{route} {method} {name} {person}: {row[person]}, found {found}")
    report(wrong)


@pytest.mark.usefixtures("plain_errors")
def test_unlisted_methods_are_refused(access: access_world.AccessWorld, callers: Callers) -> None:
    """405 for whoever may read; nobody else learns more than from reading."""
    listed = all_rows_wanted() | forms()
    wrong, seen = [], set()
    for row in table():
        route, kwargs = row["route"], access.kwargs[row["object"]]
        reader = next((name for name in PEOPLE if row[name] == "200"), None)
        if route in seen or reader is None or route in LIBRARY:
            continue
        seen.add(route)
        for method in UNSAFE:
            if (route, method) in listed:
                continue
            found = callers.decision(reader, route, method, kwargs)
            if found != "405":
                wrong.append(f"{route} {method} {reader}: {found}")
    report(wrong)


@pytest.mark.usefixtures("plain_errors")
def test_a_form_sent_is_refused_like_its_page(
    access: access_world.AccessWorld, callers: Callers
) -> None:
    """Of those whom the page refuses, one per answer tries; whoever may read gets the form back."""
    sent, wrong = {route for route, _post in forms()}, []
    answers = {"200": "422", "302": "401"}
    sent -= DECIDED_WHEN_SENT
    for row in table():
        if row["method"] != "GET" or row["route"] not in sent:
            continue
        tried = {row[person]: person for person in PEOPLE}
        for answer, person in tried.items():
            ask = callers.status if person == ANONYMOUS else callers.decision
            found = ask(person, row["route"], "POST", access.kwargs[row["object"]])
            if found != answers.get(answer, answer):
                wrong.append(f"{row['route']} POST {row['object']} {person}: {found}, GET {answer}")
    report(wrong)


def test_out_of_scope_looks_like_absent(access: access_world.AccessWorld, callers: Callers) -> None:
    """Same status and body, apart from what names the request: one person tries each route."""
    wrong, seen = [], set()
    for row in table():
        route, method, kwargs = row["route"], row["method"], access.kwargs[row["object"]]
        outside = [person for person in PEOPLE if row[person] == "404"]
        if not outside or (route, method) in seen:
            continue
        seen.add((route, method))
        person = outside[len(seen) % len(outside)]
        found = callers.ask(person, route, method, kwargs)
        absent = callers.ask(person, route, method, {name: ABSENT[name] for name in kwargs})
        if plain(found, kwargs) != plain(absent, ABSENT):
            wrong.append(f"{route} {method} {row['object']} {person}")
    report(wrong)


def plain(answer: Any, kwargs: dict[str, Any]) -> tuple[int, str]:
    """Status and body without the address asked for, tokens and request ids."""
    body = answer.content.decode()
    for value in sorted((str(value) for value in kwargs.values()), key=len, reverse=True):
        if len(value) > 3:
            body = body.replace(value, "…")
    return answer.status_code, TOKEN.sub("", body)
