"""System checks that guard an installation at start."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection, connections


@register(Tags.database)
def arabic_names_can_be_searched(databases: Any = None, **kwargs: Any) -> list[Error]:
    """A database whose character type is C makes no trigram of Arabic: names would not be found."""
    found = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
            if not cursor.fetchone()[0]:
                continue
            cursor.execute("SELECT cardinality(show_trgm('محمد'))")
            if cursor.fetchone()[0] == 0:
                found.append(
                    Error(
                        "This database cannot search Arabic names.",
                        hint="Create it with LC_CTYPE 'C.UTF-8' from template0.",
                        id="core.E001",
                    )
                )
    return found


@register(Tags.security, deploy=True)
def audit_trail_is_append_only(**kwargs: Any) -> list[CheckMessage]:
    """The role that serves may add to the trail, no more: an owner could turn its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT privilege FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) privilege
            WHERE has_table_privilege(to_regclass('core_auditentry'), privilege)
            """
        )
        held = [row[0] for row in cursor.fetchall()]
    if not held:
        return []
    return [
        Warning(
            f"The database role of this installation may {', '.join(held)} on the audit trail.",
            hint="Connect as a role that owns no tables; the README has its grants.",
            id="core.W001",
        )
    ]
