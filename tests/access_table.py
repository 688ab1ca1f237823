"""The addresses of the product, and the table of who gets which answer from each."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from core.views import PUBLIC, Page

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


def report(wrong: list[str]) -> None:
    """All at once, so that one run shows everything."""
    if wrong:
        pytest.fail(f"{len(wrong)} wrong:\n" + "\n".join(wrong), pytrace=False)
