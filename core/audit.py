"""The audit trail: who read or changed what, in the transaction that did it (R011)."""

import datetime
import decimal
import itertools
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from core.context import current_origin
from core.fields import EncryptedTextField, decrypt, encrypt
from core.models import AuditAction, AuditEntry

SEALED_CONTEXT = "core.auditentry.sealed_changes"
#: In place of a model, where records of several kinds stand on one page.
HOME = "home"
#: Records of one bulk write that share an entry.
BULK = 100
#: Columns that say nothing, or secrets that even a digest of does not belong in the trail.
UNAUDITED = frozenset({"id", "version", "password", "digest"})


def read(user: Any, *objects: models.Model, reason: str = "") -> None:
    """Note that ``user`` read these records."""
    if objects:
        _write(user, AuditAction.READ, objects[0]._meta.label_lower, objects, reason=reason)


def listed(user: Any, objects: Iterable[models.Model]) -> None:
    """Note that ``user`` was shown these records in a list or search."""
    rows = list(objects)
    if rows:
        _write(user, AuditAction.LIST, rows[0]._meta.label_lower, rows)


def shown(user: Any, page: str, objects: Iterable[models.Model]) -> None:
    """Note that ``user`` was shown these records, of several kinds, on one page: by reference."""
    references = sorted({reference_of(row) for row in objects})
    if references:
        _entry(user, AuditAction.LIST, page, references=references).save()


def exported(user: Any, model: type[models.Model], references: Iterable[str], reason: str) -> None:
    """Note that these records left in a file."""
    _entry(
        user,
        AuditAction.EXPORT,
        model._meta.label_lower,
        references=list(references),
        reason=reason,
    ).save()


def refused(user: Any, obj: models.Model | type[models.Model], reason: str) -> None:
    """Note an attempt that was refused (R138): on a record, or to open one of a model."""
    objects = [] if isinstance(obj, type) else [obj]
    _write(user, AuditAction.REFUSED, obj._meta.label_lower, objects, reason=reason)


def not_permitted(user: Any, obj: models.Model | type[models.Model]) -> None:
    """Note a try by somebody whose role has no permission for it (R138)."""
    refused(user, obj, _("Tried without the permission for it."))


def signed_in(user: Any) -> None:
    """Note a sign-in."""
    _write(user, AuditAction.SIGN_IN, user._meta.label_lower, [user])


def secured(user: Any, action: str, obj: models.Model, **changes: list[Any]) -> None:
    """Note that ``user`` changed how the own account is protected: what, never the secret."""
    entry = _entry(user, action, obj._meta.label_lower, [obj] if obj.pk else [])
    entry.changes = changes
    entry.save()


def written(
    user: Any,
    obj: models.Model,
    before: Mapping[str, Any],
    *,
    reason: str = "",
    lists: Mapping[str, list[Any]] | None = None,
    references: Iterable[str] = (),
) -> None:
    """Note a creation (empty ``before``) or a change, field by field.

    ``lists`` are changed lists as ``{name: [old, new]}``; ``references`` those under which a
    record without one of its own is looked up.
    """
    entry = _write_entry(user, obj, before, reason, lists or {}, list(references))
    if entry is not None:
        entry.save()


def written_many(
    user: Any,
    changes: Iterable[tuple[models.Model, Mapping[str, Any]]],
    *,
    reason: str = "",
) -> None:
    """Note many (record, values before) of one model, a hundred to an entry.

    Such an entry holds the columns by record: ``{primary key: {column: [old, new]}}``.
    """
    rows = iter(changes)
    entries = []
    while batch := list(itertools.islice(rows, BULK)):
        kept = [(obj, before, *_diff(obj, before)) for obj, before in batch]
        kept = [item for item in kept if not item[1] or item[2] or item[3]]
        if not kept:
            continue
        action = AuditAction.CHANGE if kept[0][1] else AuditAction.CREATE
        objects = [obj for obj, *_rest in kept]
        entry = _entry(user, action, objects[0]._meta.label_lower, objects, reason=reason)
        entry.references = sorted(set(entry.references))
        entry.changes = {str(obj.pk): plain for obj, _before, plain, _sealed in kept}
        entry.sealed_changes = _seal({str(obj.pk): s for obj, _b, _p, s in kept if s})
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=200)


def deleted(user: Any, obj: models.Model, *, reason: str) -> None:
    """Note a deletion with what was there."""
    plain, sealed = _diff(obj, {}, swap=True)
    entry = _entry(user, AuditAction.DELETE, obj._meta.label_lower, [obj], reason=reason)
    entry.changes, entry.sealed_changes = plain, _seal(sealed)
    entry.save()


def unsealed(entry: AuditEntry) -> dict[str, Any]:
    """The changes of encrypted columns. Whoever shows them notes a read with its reason (R011)."""
    if not entry.sealed_changes:
        return {}
    changes: dict[str, Any] = json.loads(decrypt(entry.sealed_changes, context=SEALED_CONTEXT))
    return changes


def verify() -> tuple[int, list[int]]:
    """Recompute every chain and compare its end with the note kept of it.

    Returns the number of entries and the ids where a chain breaks; where the end is not as noted,
    the negated number of the chain.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS core_audit_count IMMEDIATE")  # entries not committed yet
        cursor.execute("SELECT id FROM core_audit_broken() ORDER BY id")
        broken = [row[0] for row in cursor.fetchall()]
    return AuditEntry.objects.count(), broken


def _write(
    user: Any,
    action: str,
    model: str,
    objects: Iterable[models.Model],
    reason: str = "",
) -> None:
    _entry(user, action, model, objects, reason=reason).save()


def _write_entry(
    user: Any,
    obj: models.Model,
    before: Mapping[str, Any],
    reason: str,
    lists: Mapping[str, list[Any]],
    references: list[str],
) -> AuditEntry | None:
    plain, sealed = _diff(obj, before)
    plain |= lists
    if before and not plain and not sealed:
        return None
    action = AuditAction.CHANGE if before else AuditAction.CREATE
    entry = _entry(user, action, obj._meta.label_lower, [obj], references=references, reason=reason)
    entry.changes, entry.sealed_changes = plain, _seal(sealed)
    return entry


def _entry(
    user: Any,
    action: str,
    model: str,
    objects: Iterable[models.Model] = (),
    *,
    references: list[str] | None = None,
    reason: str = "",
) -> AuditEntry:
    origin = current_origin()
    rows = list(objects)
    actor_id = getattr(user, "pk", None)
    return AuditEntry(
        actor_id=actor_id,
        chain=actor_id or 0,
        action=action,
        model=model,
        object_ids=[str(row.pk) for row in rows],
        references=references or [r for row in rows for r in _references_of(row)],
        reason=reason,
        channel=origin.channel,
        request_id=origin.request_id,
        ip=origin.ip,
    )


def reference_of(obj: models.Model) -> str:
    """The case reference (or own reference) under which people look a record up."""
    for name in ("audit_reference", "reference"):
        if value := getattr(obj, name, None):
            return str(value)
    return ""


def _references_of(obj: models.Model) -> list[str]:
    """Of an entry of the trail itself: all that it tells of."""
    if isinstance(obj, AuditEntry):
        return list(obj.references)
    return [reference] if (reference := reference_of(obj)) else []


def _diff(
    obj: models.Model, before: Mapping[str, Any], *, swap: bool = False
) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Changed columns as ``{column: [old, new]}``; encrypted ones apart."""
    plain: dict[str, list[Any]] = {}
    sealed: dict[str, list[Any]] = {}
    for field in obj._meta.concrete_fields:
        if field.name in UNAUDITED or field.generated:
            continue
        new = _plain(getattr(obj, field.attname))
        old = _plain(before.get(field.attname))
        if new == old or (not before and new in (None, "", [])):
            continue
        pair = [new, old] if swap else [old, new]
        (sealed if isinstance(field, EncryptedTextField) else plain)[field.attname] = pair
    return plain, sealed


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (datetime.date, datetime.datetime, decimal.Decimal)):
        return str(value)
    return str(value)


def _seal(changes: Mapping[str, Any]) -> str:
    return encrypt(json.dumps(changes), context=SEALED_CONTEXT) if changes else ""
