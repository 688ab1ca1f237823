"""A write that comes twice is done once (design §4.12)."""

import datetime
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from core.exceptions import KeyReused
from core.models import IdempotencyKey


def digest(*parts: bytes) -> str:
    """Hash of a request body, by which a repetition is recognised."""
    value = hashlib.sha256()
    for part in parts:
        value.update(len(part).to_bytes(8, "big") + part)
    return value.hexdigest()


def once(
    user: Any,
    key: str,
    *,
    path: str,
    body_hash: str,
    write: Callable[[], dict[str, Any]],
) -> tuple[dict[str, Any], bool]:
    """Run ``write`` and keep its answer, or give the kept answer of the same key and body.

    Returns (answer, repeated). A failing ``write`` leaves the key free. Two at once: the second
    waits for the first on the unique key. Raises KeyReused for another body or address.
    """
    if kept := _kept(user, key, path, body_hash):
        return json.loads(kept.answer), True
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                user=user, key=key, path=path[:500], body_hash=body_hash
            )
            answer = write()
            row.answer = json.dumps(answer)
            row.save(update_fields=["answer"])
            return answer, False
    except IntegrityError:
        if kept := _kept(user, key, path, body_hash):
            return json.loads(kept.answer), True
        raise


def sweep(*, before: datetime.datetime) -> int:
    """Forget the keys used before a moment, with their answers. Returns how many."""
    count, _models = IdempotencyKey.objects.filter(created_at__lt=before).delete()
    return count


def _kept(user: Any, key: str, path: str, body_hash: str) -> IdempotencyKey | None:
    row = IdempotencyKey.objects.filter(user=user, key=key).first()
    if row and (row.path != path[:500] or row.body_hash != body_hash):
        raise KeyReused
    return row
