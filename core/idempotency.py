"""A write that comes twice is done once (design §4.12)."""

import datetime
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.datastructures import MultiValueDict

from core.exceptions import KeyReused
from core.models import IdempotencyKey


def digest(fields: str, files: MultiValueDict) -> str:
    """Hash of a request body with the content of its files, by which a repetition is recognised."""
    sent = [fields]
    for name, uploads in sorted(files.lists()):
        sent += [f"{name}={upload.name}:{_content(upload)}" for upload in uploads]
    return hashlib.sha256(json.dumps(sent).encode()).hexdigest()


def _content(upload: UploadedFile) -> str:
    value = hashlib.sha256()
    for chunk in upload.chunks():
        value.update(chunk)
    upload.seek(0)
    return value.hexdigest()


def recall(user: Any, key: str, *, path: str, body_hash: str) -> dict[str, Any] | None:
    """The kept answer to this very request, if it was done already."""
    try:
        kept = _kept(user, key, path, body_hash)
    except KeyReused:
        return None
    return json.loads(kept.answer) if kept else None


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
