"""Keeps a copy of the migrated test database, so that a run does not migrate from nothing.

The copy is named after everything that the migrations consist of; when any of it changes, the next
run migrates again. Only the embedded PostgreSQL of scripts/test gets such copies. Every run still
calls migrate, which then has nothing to do, and still makes its own database.
"""

import ast
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from pytest_django.plugin import DjangoDbBlocker

PREFIX = "awda_migrated_"


@pytest.fixture(scope="session")
def wanted_copy(pytestconfig: pytest.Config) -> str:
    """The name of the copy that this run would start from."""
    return copy_name(pytestconfig.rootpath)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
    wanted_copy: str,
) -> None:
    """Start from the copy if it is there."""
    if os.environ.get("AWDA_KEEP_MIGRATED"):
        with django_db_blocker.unblock():
            if wanted_copy in databases():
                connection.settings_dict["TEST"]["TEMPLATE"] = wanted_copy


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    pytestconfig: pytest.Config,
    wanted_copy: str,
) -> None:
    """Make the copy before the first test runs, and remove older ones."""
    migrated = connection.settings_dict["NAME"]
    if not os.environ.get("AWDA_KEEP_MIGRATED") or not migrated.startswith("test_"):
        return
    if copy_name(pytestconfig.rootpath) != wanted_copy:
        return  # somebody changed a migration just now
    with django_db_blocker.unblock():
        existing = databases()
        if wanted_copy in existing:
            return
        connection.close()
        for old in existing:
            execute(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
        execute(f'CREATE DATABASE "{wanted_copy}" TEMPLATE "{migrated}"')


def databases() -> set[str]:
    """The copies that exist."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        return {name for (name,) in cursor.fetchall()}


def execute(statement: str) -> None:
    """Run a statement on databases; another process of the same run may have been quicker."""
    try:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        pass


def copy_name(root: Path) -> str:
    """Changes with every file that decides what the migrated database holds."""
    migrations = sorted(root.glob("*/migrations/*.py"))
    files = {*migrations, *(path for path in root.glob("*/data/**/*") if path.is_file())}
    for migration in migrations:
        files.update(imported_files(migration, root))
    digest = hashlib.sha256()
    for path in [root / "requirements.txt", *sorted(files)]:
        digest.update(path.read_bytes())
    return PREFIX + digest.hexdigest()[:12]


def imported_files(migration: Path, root: Path) -> Iterator[Path]:
    """The project's own modules that a migration calls."""
    for node in ast.walk(ast.parse(migration.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            base = root.joinpath(*name.split("."))
            for path in (base.with_suffix(".py"), base / "__init__.py"):
                if path.is_file():
                    yield path
