"""Writing rows: validated, versioned and audited in one step."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from core import audit
from core.exceptions import Stale
from core.models import Record

T = TypeVar("T", bound=models.Model)


def lock(obj: T, *, version: int | None = None) -> T:
    """The freshly read row, locked until the transaction ends.

    Raises Stale with the current row when ``version`` is given and no longer current.
    """
    current = type(obj)._default_manager.select_for_update(of=("self",)).get(pk=obj.pk)
    if version is not None and getattr(current, "version", version) != version:
        raise Stale(current)
    vars(current).setdefault("loaded_values", _values(current))
    return current


@transaction.atomic
def save(
    obj: T,
    *,
    by: Any,
    reason: str = "",
    lists: Mapping[str, list[Any]] | None = None,
    references: Iterable[str] = (),
) -> T:
    """Validate, save and audit one row; an existing Record gets its next version.

    ``lists`` and ``references`` go into the audit entry, see ``audit.written``. Raises
    ValidationError with the fields' messages.
    """
    before = {} if obj._state.adding else getattr(obj, "loaded_values", {})
    obj.full_clean()
    if before and isinstance(obj, Record):
        obj.version += 1
    obj.save()
    audit.written(by, obj, before, reason=reason, lists=lists, references=references)
    vars(obj)["loaded_values"] = _values(obj)
    return obj


def _values(obj: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(obj, f.attname) for f in obj._meta.concrete_fields}


@transaction.atomic
def create_many(model: type[T], objects: Sequence[T], *, by: Any) -> list[T]:
    """Insert many rows whose rules the calling service has checked in sets; audited."""
    created = model._default_manager.bulk_create(objects, batch_size=2_000)
    audit.written_many(by, ((obj, {}) for obj in created))
    return created


@transaction.atomic
def update_many(model: type[T], objects: Sequence[T], fields: Iterable[str], *, by: Any) -> None:
    """Write these columns of many loaded rows and audit each change."""
    model._default_manager.bulk_update(objects, list(fields), batch_size=2_000)
    audit.written_many(by, ((obj, getattr(obj, "loaded_values", {})) for obj in objects))


@transaction.atomic
def delete(obj: models.Model, *, by: Any, reason: str) -> None:
    """Remove a row and keep what it held in the audit."""
    audit.deleted(by, obj, reason=reason)
    obj.delete()
