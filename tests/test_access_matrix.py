"""Every address × method × person: the answers are those of ``access_matrix.csv``.

The table is the oracle, kept by hand. ``test_the_table_keeps_to_the_rules`` holds it against the
roles and scopes of the design, so that a cell cannot be changed to whatever the product answers:

1.  Nobody without a sign-in: pages lead to it (302, a form sent 401), the API answers 401.
2.  A collection, and a form that opens a record, asks for its permission: 200 or 403 (R001).
3.  A record out of scope is 404 for reading and writing alike, as if it did not exist; only a
    record in scope may answer 403.
4.  Donors, officers of evaluation, referrers, evaluators, committee members, administrators, data
    protection officers and people without a role see no case and nothing of one (R002–R004).
    Finance sees items from their approval on, with payments and receipts, and nothing else.
5.  Country of origin: nothing before the handover, nothing of another country.
6.  Office: nothing of another office; programme: nothing of another programme.
7.  A child travelling alone: protection officers only (R006); protection papers: with the
    permission of their own (R005).
8.  Training partners: courses of their own organisation and who is in them until a month after
    the end, no case; their rights end at the organisation (R003).
9.  Referrals: the person who sent them, and the orientation point they were sent to (R010).
10. Accounts and keys: administrators; the audit: data protection officers.
11. Exact reports: the programme's own manager and officer; its donor, once released (R004).
12. Reintegration surveys: the office of the country of origin, as psychosocial goals (design 4.2).
13. Pages of the packages in use (sign-in, second step, the document of the API) are named one by
    one; they answer everybody who has signed in alike.
"""

import collections
import csv
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.authentication import SessionBackend
from accounts.permissions import Permission, granted
from core.views import PUBLIC, Access, Page
from tests import access_world, personas

MATRIX = Path(__file__).with_name("access_matrix.csv")
ANONYMOUS = "anonymous"
PEOPLE = (
    "clerk",
    "caseworker",
    "caseworker_oujda",
    "protection_officer",
    "trainer",
    "other_trainer",
    "partner_coordinator",
    "focal_point",
    "focal_point_mali",
    "reintegration_officer",
    "origin_protection_officer",
    "programme_manager",
    "other_manager",
    "me_officer",
    "finance_officer",
    "committee_member",
    "donor",
    "other_donor",
    "partner_client",
    "referrer",
    "other_referrer",
    "evaluator",
    "data_protection_officer",
    "administrator",
    "nobody",
    ANONYMOUS,
)
PERMITTED = {
    name: granted(role, over_country="country" in scope) if role else frozenset()
    for name, role, scope in personas.PEOPLE
}

# Addresses that neither a page nor an endpoint of ours answers, and which of them need no sign-in.
PUBLIC_LIBRARY = {
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "set_language",
}
DOCUMENTS_OF_THE_API = {"schema", "docs"}
LIBRARY = {
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    *PUBLIC_LIBRARY,
    *DOCUMENTS_OF_THE_API,
}
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


# --- what there is ------------------------------------------------------------------------------
def addresses() -> list[tuple[str, Any]]:
    """Full name of each address with what answers it, all of them."""

    def walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, Any]]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from walk(entry, inner)
            elif isinstance(entry, URLPattern):
                yield f"{space}{entry.name or ''}", entry.callback

    return list(walk(get_resolver(), ""))


def own_pages() -> dict[str, Any]:
    return {name: view for name, view in addresses() if is_page(view)}


def public_pages() -> set[str]:
    return {name for name, view in own_pages().items() if view.required_permission is PUBLIC}


def api_routes() -> dict[str, Any]:
    """Name of each address of the REST API with the viewset that answers it."""
    return {name: view for name, view in addresses() if is_endpoint(view)}


def is_page(view: Any) -> bool:
    return issubclass(getattr(view, "view_class", object), Page)


def is_endpoint(view: Any) -> bool:
    return hasattr(view, "actions")


def forms() -> set[tuple[str, str]]:
    """Pages that may be sent."""
    return {
        (name, "POST") for name, view in own_pages().items() if hasattr(view.view_class, "post")
    }


def all_rows_wanted() -> set[tuple[str, str]]:
    """Pages by GET; that a form sent is refused like its page has a test of its own."""
    pages = {(name, "GET") for name in own_pages()}
    api = {
        (name, method.upper())
        for name, view in api_routes().items()
        for method in view.actions
        if method != "head"
    }
    return pages | api | {(name, "GET") for name in LIBRARY}


def table() -> list[dict[str, str]]:
    with MATRIX.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def part_of(route: str) -> str:
    """The app whose pages or addresses these are."""
    if is_api(route):
        return "-".join(route.split("-")[:2])
    return route.partition(":")[0] if ":" in route else "avrr"


def is_api(route: str) -> bool:
    return route.startswith("api-")


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


def report(wrong: list[str]) -> None:
    """All at once, so that one run shows everything."""
    if wrong:
        pytest.fail(f"{len(wrong)} wrong:\n" + "\n".join(wrong), pytrace=False)


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


# --- the table against the design ---------------------------------------------------------------
NO_CASES = {  # rule 4
    "me_officer",
    "committee_member",
    "donor",
    "other_donor",
    "referrer",
    "other_referrer",
    "evaluator",
    "data_protection_officer",
    "administrator",
    "nobody",
}
PARTNERS = {"trainer", "other_trainer", "partner_coordinator", "partner_client"}
ORIGIN = {"focal_point", "reintegration_officer", "origin_protection_officer"}
MANAGERS = {"programme_manager"}
RABAT = {"clerk", "caseworker", "protection_officer"}
OUJDA = {"caseworker_oujda", "protection_officer"}
PROTECTION = {"protection_officer", "origin_protection_officer"}
# Who may find each object at all; to everybody else it answers 404, whatever the route.
IN_SCOPE: dict[str, set[str]] = {
    **dict.fromkeys(
        (
            "case",
            "case_survey",
            "document",
            "contact_point",
            "journey",
            "step",
            "follow_up",
            "enrolment_past",
        ),
        RABAT | ORIGIN | MANAGERS,
    ),
    "response": ORIGIN,
    "waiting": RABAT | MANAGERS,
    "handover_item": RABAT | MANAGERS,
    "application": RABAT - {"clerk"} | MANAGERS,
    "applicant_course": RABAT | MANAGERS,
    "document_waiting": RABAT | MANAGERS,
    "journey_ahead": RABAT | MANAGERS,
    "override": RABAT | MANAGERS,
    "merge": RABAT | MANAGERS,
    "merge_proposed": {"protection_officer"} | MANAGERS,
    "oujda": OUJDA | MANAGERS,
    "journey_oujda": OUJDA | MANAGERS,
    "child": PROTECTION,
    "child_survey": PROTECTION,
    "document_child": PROTECTION,
    "document_protection": PROTECTION,
    "need": RABAT - {"clerk"} | ORIGIN,
    "session": RABAT | MANAGERS,
    "session_person": RABAT | MANAGERS,
    "session_oujda": OUJDA | MANAGERS,
    "session_oujda_person": OUJDA | MANAGERS,
    **dict.fromkeys(
        (
            "edition",
            "edition_past",
            "edition_day",
            "edition_sheet",
            "enrolment",
        ),
        RABAT | MANAGERS | {"trainer", "partner_coordinator", "partner_client"},
    ),
    "edition_past_sheet": RABAT | MANAGERS,
    "edition_override": RABAT | MANAGERS | {"partner_coordinator"},
    **dict.fromkeys(
        ("edition_oujda", "edition_oujda_day", "enrolment_oujda"),
        OUJDA | MANAGERS | {"other_trainer"},
    ),
    **dict.fromkeys(("plan", "goal", "plan_version", "item", "item_rejected"), ORIGIN | MANAGERS),
    "plan_draft": RABAT - {"clerk"} | MANAGERS,
    **dict.fromkeys(
        ("item_approved", "item_paid", "item_delivered", "payment", "receipt"),
        ORIGIN | MANAGERS | {"finance_officer"},
    ),
    "referral": RABAT | {"referrer"},
    "referral_oujda": OUJDA | {"referrer"},
    "hand_out": RABAT,
    "report": MANAGERS | {"me_officer"},
    "report_released": MANAGERS | {"me_officer", "donor"},
    "account": {"administrator", "clerk"},
    "assignment": {"administrator", "clerk"},
    "machine": {"administrator"},
    "key": {"administrator"},
    "audit_entry": {"data_protection_officer"},
}
OF_A_CASE = {
    name for name in IN_SCOPE if not name.startswith(("referral", "account", "assignment"))
}
OF_A_CASE -= {"machine", "key", "hand_out", "report", "report_released", "audit_entry"}


def test_the_table_keeps_to_the_rules() -> None:
    wrong, public = [], public_pages() | PUBLIC_LIBRARY
    for row in table():
        where = f"{row['route']} {row['method']} {row['object']}"
        scope = IN_SCOPE.get(row["object"])
        is_of_api = is_api(row["route"]) or row["route"] in DOCUMENTS_OF_THE_API
        stopped = "401" if is_of_api else "302"
        if row[ANONYMOUS] != stopped and row["route"] not in public:
            wrong.append(f"{where} {ANONYMOUS}: {row[ANONYMOUS]}")
        for person in PEOPLE[:-1]:
            cell = row[person]
            if scope is not None and person not in scope and cell != "404":
                wrong.append(f"{where} {person}: {cell}, out of scope")
            if not row["object"] and cell not in allowed_by_role(row, person):
                wrong.append(f"{where} {person}: {cell}, against the permissions of the role")
        if row["route"] in LIBRARY and len({row[person] for person in PEOPLE[:-1]}) > 1:
            wrong.append(f"{where}: not alike for everybody")
    report(wrong)


def test_the_rules_themselves_keep_outsiders_out() -> None:
    """Rules 4, 7 and 8, said once more of everything that belongs to a case."""
    for name in OF_A_CASE:
        assert not IN_SCOPE[name] & (NO_CASES | {"other_manager", "focal_point_mali"}), name
        if not name.startswith(("edition", "enrolment")):
            assert not IN_SCOPE[name] & PARTNERS, name
        if "child" in name or "protection" in name:
            assert IN_SCOPE[name] == PROTECTION, name


def allowed_by_role(row: dict[str, str], person: str) -> set[str]:
    """Rule 2: what a collection may answer somebody with this person's role."""
    if row["route"] in LIBRARY:
        return {"200"} if row["route"] in DOCUMENTS_OF_THE_API else {"200", "302", "404"}
    if is_api(row["route"]):
        view = api_routes()[row["route"]]
        wanted = view.cls.permissions[view.actions[row["method"].lower()]]
    else:
        wanted = own_pages()[row["route"]].required_permission
    if isinstance(wanted, Access) or wanted in PERMITTED[person]:
        return {"200"} if row["method"] == "GET" else {"400", "428"}
    return {"403"}
