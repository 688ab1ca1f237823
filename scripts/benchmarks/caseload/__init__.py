"""Invented cases in any number, from a fixed seed, with everything that happened to them.

They are for timing: the tables with their keys, constraints and computed columns are the real ones,
but the rows are copied in, not written by the services.
"""

from django.db import connection, transaction

from scripts.benchmarks.caseload import lives, offices
from scripts.benchmarks.caseload.offices import IMPORT_OFFICE, worker

__all__ = ["IMPORT_OFFICE", "fill", "invent", "worker"]

WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica"
"""The keys fit by construction; checking a million of them one by one would take minutes."""


def fill(cases: int) -> None:
    """Make the setting and so many cases, and tell the planner about them."""
    invent(cases)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def invent(cases: int) -> None:
    """Make the setting, so many cases, and those of one day."""
    world = offices.build()
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_TRIGGERS)
    lives.Caseload(world, cases).make()
