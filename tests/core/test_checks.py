"""Checks of an installation: Arabic names can be searched, the audit trail is append-only."""

from collections.abc import Iterator

import pytest
from django.core.checks import Tags, registry
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from core import audit
from core.checks import arabic_names_can_be_searched, audit_trail_is_append_only

pytestmark = pytest.mark.django_db

GRANTS = """
CREATE ROLE awda_app;
GRANT USAGE ON SCHEMA public TO awda_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO awda_app;
REVOKE UPDATE, DELETE ON core_auditentry FROM awda_app;
REVOKE DELETE ON core_audithead FROM awda_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO awda_app;
"""


@pytest.fixture
def ascii_only(db: None) -> Iterator[str]:
    """A database whose characters beyond ASCII are no letters."""
    name = f"{connection.settings_dict['NAME']}_ascii"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(
            f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"
            " LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    other = connection.copy("ascii_only")
    other.settings_dict = connection.settings_dict | {"NAME": name}
    connections["ascii_only"] = other
    yield "ascii_only"
    other.close()
    del connections["ascii_only"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def test_arabic_names_make_trigrams():
    assert arabic_names_can_be_searched(databases=["default"]) == []


def test_a_database_without_arabic_letters_is_refused_at_its_first_migration(ascii_only):
    with pytest.raises(DatabaseError, match="cannot search Arabic names"):
        call_command("migrate", "core", "0001", database=ascii_only, verbosity=0)


def test_a_database_without_arabic_letters_is_named_by_the_check(ascii_only):
    with connections[ascii_only].cursor() as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")

    found = arabic_names_can_be_searched(databases=[ascii_only])

    assert [problem.id for problem in found] == ["core.E001"]


def test_a_role_that_may_change_the_audit_trail_is_named_at_deployment():
    found = audit_trail_is_append_only()

    assert [problem.id for problem in found] == ["core.W001"]
    assert "UPDATE, DELETE, TRUNCATE" in found[0].msg
    assert Tags.security in audit_trail_is_append_only.tags
    assert audit_trail_is_append_only in registry.registry.deployment_checks


def test_a_role_with_the_grants_of_the_readme_serves_and_leaves_the_trail_alone(world):
    with connection.cursor() as cursor:
        cursor.execute(GRANTS)
        cursor.execute("SET LOCAL ROLE awda_app")
        audit.signed_in(world.clerk)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert audit_trail_is_append_only() == []
