"""System checks that guard an installation at start."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections


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
