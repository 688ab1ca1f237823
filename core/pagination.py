"""Keyset pages: the row value of the last row shown, never an offset (performance.md §0.2)."""

import base64
import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.db.models.expressions import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Page:
    """One page of rows and the cursors of its neighbours (None at the ends)."""

    rows: list[Any]
    next: str | None
    previous: str | None


def paginate(
    queryset: QuerySet, *, ordering: Sequence[str], size: int, cursor: str | None = None
) -> Page:
    """One page of ``queryset``. ``ordering`` columns share one direction, end in a unique column
    and are never null. Raises BadRequest for a cursor we did not make.
    """
    descending = ordering[0].startswith("-")
    names = [name.lstrip("-") for name in ordering]
    if any(name.startswith("-") != descending for name in ordering):
        raise ValueError("keyset columns share one direction")
    backwards, position = _decode(cursor, len(names))
    if position is not None:
        compare = TupleLessThan if descending != backwards else TupleGreaterThan
        queryset = queryset.filter(
            compare(Tuple(*map(F, names)), _typed(queryset, names, position))
        )
    direction = "-" if descending != backwards else ""
    rows = list(queryset.order_by(*(direction + name for name in names))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    first = _encode(True, rows[0], names) if rows else None
    last = _encode(False, rows[-1], names) if rows else None
    has_next = more if not backwards else position is not None
    has_previous = more if backwards else position is not None
    return Page(rows, last if has_next else None, first if has_previous else None)


def _encode(backwards: bool, row: Model, names: list[str]) -> str:
    values = [str(_value(row, name)) for name in names]
    text = json.dumps([int(backwards), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    for part in name.split("__"):
        row = row[part] if isinstance(row, dict) else getattr(row, part)
    return row.isoformat() if isinstance(row, (datetime.date, datetime.datetime)) else row


def _decode(cursor: str | None, length: int) -> tuple[bool, list[str] | None]:
    if not cursor:
        return False, None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        backwards, *values = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, UnicodeError, TypeError):
        values, backwards = [], 0
    if len(values) != length or not all(isinstance(v, str) for v in values):
        raise BadRequest(_("This page address is not valid. Start again from the first page."))
    return bool(backwards), values


def _typed(queryset: QuerySet, names: list[str], values: list[str]) -> tuple[Any, ...]:
    """The cursor's texts as values of their columns."""
    typed = []
    for name, value in zip(names, values, strict=True):
        model, field = queryset.model, None
        for part in name.split("__"):
            field = model._meta.get_field(part) if part != "pk" else model._meta.pk
            model = getattr(field, "related_model", None) or model
        try:
            typed.append(field.to_python(value))
        except Exception as error:
            raise BadRequest(_("This page address is not valid.")) from error
    return tuple(typed)
