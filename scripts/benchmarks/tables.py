"""Many rows into the application's tables by COPY; columns left out get their model's default."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from django.utils import timezone

from core.fields import EncryptedTextField, encrypt

CHUNK = 20_000
"""Rows that are kept before they are written."""


class Tables:
    """Collects rows by model and writes them in bulk; keys are numbered from 1."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
        self.numbers: dict[type[models.Model], Iterator[int]] = defaultdict(itertools.count)
        self.waiting = 0

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Keep one row; columns by their names in the database. Returns its key."""
        number = next(self.numbers[model]) + 1
        self.rows[model].append({"id": number} | values)
        self.waiting += 1
        if self.waiting >= CHUNK:
            self.write()
        return number

    def write(self) -> None:
        """Write what is kept."""
        for model, rows in self.rows.items():
            copy(model, rows)
            rows.clear()
        self.waiting = 0

    def finish(self) -> None:
        """Write the rest and let later rows be numbered after these."""
        self.write()
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), list(self.rows)):
                cursor.execute(statement)


def copy(model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
    """COPY rows into a model's table."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = {field: str(field.column) for field in fields}
    columns = ", ".join(map(connection.ops.quote_name, names.values()))
    table = connection.ops.quote_name(model._meta.db_table)
    defaults = [(names[field], _default(field)) for field in fields]
    sealed = {names[f]: f._context for f in fields if isinstance(f, EncryptedTextField)}
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as out,
    ):
        for row in rows:
            for column in sealed.keys() & row.keys():
                row[column] = encrypt(row[column], context=sealed[column])
            out.write_row(
                [
                    row[column] if column in row else default() if callable(default) else default
                    for column, default in defaults
                ]
            )


def _default(field: Any) -> Any:
    """A column's value when none is given: a constant, or a function that makes one."""
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    if field.default is not NOT_PROVIDED and callable(field.default):
        made = field.default()
        return "{}" if made in ([], {}) else field.default
    return field.get_default()
