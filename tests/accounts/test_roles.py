"""Roles in code: seventeen, denied by default."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver

from accounts.permissions import (
    EXPIRING_ROLES,
    INCOMPATIBLE_ROLES,
    PERMISSION_LABELS,
    ROLE_PERMISSIONS,
    ROLE_SCOPES,
    Permission,
    Role,
)
from core.views import Access

SEVENTEEN = {
    "clerk",
    "caseworker",
    "protection_officer",
    "trainer",
    "partner_coordinator",
    "focal_point",
    "reintegration_officer",
    "programme_manager",
    "me_officer",
    "finance_officer",
    "committee_member",
    "donor",
    "partner_client",
    "referrer",
    "evaluator",
    "data_protection_officer",
    "administrator",
}


def guarded_addresses() -> Iterator[tuple[str, Any]]:
    """Every page that asks for a permission, with its address for a record that is not there."""

    def walk(resolver: Any, prefix: str) -> Iterator[tuple[str, Any]]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
                continue
            permission = getattr(entry.callback, "required_permission", None)
            if permission is None or isinstance(permission, Access):
                continue
            address = "/" + route
            for name in entry.pattern.converters:
                for kind in ("int", "str", "slug"):
                    address = address.replace(f"<{kind}:{name}>", "999999999")
            yield address, permission

    yield from walk(get_resolver(), "")


def test_every_role_says_what_it_may_do_and_what_it_is_held_over():
    assert set(Role) == set(ROLE_PERMISSIONS) == set(ROLE_SCOPES)
    assert set(PERMISSION_LABELS) == set(Permission)
    assert set(Role) >= EXPIRING_ROLES
    assert all(pair <= set(Role) and len(pair) == 2 for pair in INCOMPATIBLE_ROLES)


def test_every_permission_is_granted_to_somebody():
    assert frozenset().union(*ROLE_PERMISSIONS.values()) == set(Permission)


@pytest.mark.django_db
@pytest.mark.req("R001")
def test_a_fresh_installation_has_the_seventeen_roles_and_grants_nothing_without_one(
    world, sign_in
):
    assert set(Role.values) == SEVENTEEN

    nobody = world.fresh("nobody")
    assert not any(nobody.has_permission(permission) for permission in Permission)
    browser = sign_in(nobody)
    addresses = dict(guarded_addresses())
    assert len(addresses) > 20
    answers = {address: browser.get(address).status_code for address in addresses}
    assert set(answers.values()) <= {403, 404}, answers


@pytest.mark.django_db
def test_an_administrator_sees_no_case(world, sign_in, register):
    case = register()
    browser = sign_in(world.administrator)

    assert browser.get("/cases/").status_code == 403
    assert browser.get(case.get_absolute_url()).status_code == 404
    assert browser.get("/search/?q=camara").status_code == 403
    assert browser.get("/api/v1/cases/").status_code == 403
    assert browser.get(f"/api/v1/cases/{case.reference}/").status_code == 404


@pytest.mark.django_db
def test_the_overview_shows_every_role_and_permission_to_administrators_only(world, sign_in):
    page = sign_in(world.administrator).get("/users/roles/").content.decode()

    for role in Role:
        assert str(role.label) in page
    for label in PERMISSION_LABELS.values():
        assert str(label) in page
    granted = sum(len(permissions) for permissions in ROLE_PERMISSIONS.values())
    assert page.count('aria-label="Yes"') == granted
    assert sign_in(world.programme_manager).get("/users/roles/").status_code == 403
