"""Files people send: recognised by content, limited, kept under random names (AB21)."""

import datetime
import hashlib
from typing import Any

import puremagic
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.models import StagedUpload
from core.text import clean_text

ALLOWED_TYPES = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}


def recognise(upload: UploadedFile) -> str:
    """Content type of an accepted file. Raises ValidationError for any other file."""
    if upload.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("This file is too large. The limit is %(limit)s: scan it at a lower resolution."),
            code="too_large",
            params={"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        )
    name = (upload.name or "").lower()
    clean_text(name)
    upload.seek(0)
    head = upload.read(8_192)
    upload.seek(0)
    try:
        found = {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        found = set()
    for content_type, endings in ALLOWED_TYPES.items():
        if content_type in found and name.endswith(endings):
            return content_type
    raise ValidationError(
        _("This kind of file is not accepted. Send a PDF, JPEG or PNG file."),
        code="file_type",
    )


def describe(upload: UploadedFile) -> dict[str, Any]:
    """The columns of a StoredFile for an accepted upload."""
    content_type = recognise(upload)
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return {
        "file": upload,
        "original_name": (upload.name or "file")[-255:],
        "content_type": content_type,
        "size": upload.size,
        "sha256": digest.hexdigest(),
    }


def stage(upload: UploadedFile, *, user: Any) -> StagedUpload:
    """Keep an accepted file while its form comes back with errors."""
    return StagedUpload.objects.create(user=user, **describe(upload))


def staged(token: str, *, user: Any) -> StagedUpload | None:
    """The user's own staged file, if the token names one."""
    try:
        return StagedUpload.objects.filter(user=user, token=token).first()
    except ValidationError:
        return None


def sweep(*, before: datetime.datetime) -> int:
    """Remove staged files, row and content, kept since before a moment. Returns how many."""
    rows = StagedUpload.objects.filter(staged_at__lt=before)
    for row in rows:
        row.file.delete(save=False)
        row.delete()
    return len(rows)
