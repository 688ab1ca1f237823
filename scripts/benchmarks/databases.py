"""The databases of the benchmarks: one migrated, copied and filled for every number of cases."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

from avrr.demo import names, setting
from scripts.benchmarks import caseload
from scripts.stack.demo import migrations_hash
from scripts.stack.messages import say

MIGRATED = "bench_migrated"
DEFAULT = "default"


def provide(cases: int) -> "Database":
    """The database with so many cases; made afresh when code or data have changed since."""
    database = Database(f"bench_{cases}")
    invented = sorted(Path(caseload.__file__).parent.glob("*.py"))
    sources = (*invented, Path(names.__file__), Path(setting.__file__))
    mark = _digest(migrations_hash(), str(cases), *(path.read_text() for path in sources))
    if database.mark != mark:
        _provide_migrated()
        say(f"Inventing {cases:,} cases …")
        database.create(template=MIGRATED)
        with database.in_use():
            caseload.fill(cases)
        database.mark = mark
    return database


def empty(name: str) -> "Database":
    """A migrated database without cases, always a new one."""
    _provide_migrated()
    database = Database(name)
    database.create(template=MIGRATED)
    return database


def _provide_migrated() -> None:
    database, mark = Database(MIGRATED), migrations_hash()
    if database.mark != mark:
        say("Migrating an empty database …")
        database.create(template="template0")
        with database.in_use():
            call_command("migrate", verbosity=0)
        database.connection.close()
        database.mark = mark


class Database:
    """One database of the server; ``in_use`` makes it the default one of the application."""

    def __init__(self, name: str) -> None:
        self.name = name
        settings = connections.settings[DEFAULT] | {"NAME": name}
        backend = load_backend(settings["ENGINE"])
        self.connection: BaseDatabaseWrapper = backend.DatabaseWrapper(settings, DEFAULT)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Everything asks this database; its connection stays open afterwards."""
        before = connections[DEFAULT]
        connections[DEFAULT] = self.connection
        try:
            yield
        finally:
            connections[DEFAULT] = before

    @property
    def url(self) -> str:
        settings = self.connection.settings_dict
        return f"postgresql://{settings['USER']}@/{self.name}?host={settings['OPTIONS']['host']}"

    @property
    def mark(self) -> str:
        """What the database was made from; empty when there is none."""
        rows = _administer(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [self.name],
        )
        return str(rows[0][0] or "") if rows else ""

    @mark.setter
    def mark(self, text: str) -> None:
        _administer(f"COMMENT ON DATABASE {self.name} IS '{text}'")

    def create(self, *, template: str) -> None:
        """A copy of the template in place of what was there."""
        self.connection.close()
        _administer(f"DROP DATABASE IF EXISTS {self.name}")
        _administer(f"CREATE DATABASE {self.name} TEMPLATE {template}")

    def drop(self) -> None:
        self.connection.close()
        _administer(f"DROP DATABASE IF EXISTS {self.name}")


def _administer(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement about databases, from the one that the server was started with."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall()) if cursor.description else []


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
