"""Shared kernel: abstract models, the audit trail, idempotency keys, staged uploads, sent mail."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField


class ScopedQuerySet(models.QuerySet):
    """A queryset that answers which rows exist for a person (ADR 0001)."""

    def visible_to(self, user: Any) -> Self:
        """Rows this user may read. Models override it; whoever forgets shows nothing."""
        return self.none()


class Record(models.Model):
    """A row people edit: it has a version, and remembers what was loaded for the audit."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True

    loaded_values: dict[str, Any]

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        instance = super().from_db(db, field_names, values)
        instance.loaded_values = dict(zip(field_names, values, strict=False))
        return instance


class Labelled(models.Model):
    """A reference row named in the three languages."""

    label_fr = models.CharField(_("name in French"), max_length=200)
    label_en = models.CharField(_("name in English"), max_length=200)
    label_ar = models.CharField(_("name in Arabic"), max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language."""
        return getattr(self, f"label_{(get_language() or 'fr')[:2]}", self.label_fr)


class RunStatus(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("In progress")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Run(models.Model):
    """Work that takes long, as a row: safe to kill, to retry and to watch (design §4.11)."""

    status = models.CharField(
        _("status"), max_length=10, choices=RunStatus.choices, default=RunStatus.QUEUED
    )
    progress = models.PositiveSmallIntegerField(_("progress"), default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("requested by"),
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, editable=False)

    class Meta:
        abstract = True


class Sensitivity(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary")
    IDENTITY = "identity", _("Identity document")
    PROTECTION = "protection", _("Protection or medical")


def private_path(instance: Any, filename: str) -> str:
    """Random storage name: neither the person's nor the file's name is in it."""
    return f"{instance._meta.app_label}/{uuid.uuid4().hex}"


class StoredFile(models.Model):
    """A file with what is known of it. Served only through an authorised view."""

    file = models.FileField(_("file"), upload_to=private_path)
    original_name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("file type"), max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64, editable=False)
    sensitivity = models.CharField(
        _("sensitivity"),
        max_length=12,
        choices=Sensitivity.choices,
        default=Sensitivity.ORDINARY,
    )

    class Meta:
        abstract = True


class StagedUpload(StoredFile):
    """A file kept while its form goes back and forth with errors; swept after a day."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    staged_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.original_name


class IdempotencyKey(models.Model):
    """One successful write: the same key and body again gives the same answer (design §4.12).

    The answer, JSON, may hold what only encrypted columns hold elsewhere, so that it is one; swept
    after some days.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    path = models.CharField(max_length=500)
    body_hash = models.CharField(max_length=64)
    answer = EncryptedTextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key


class AuditAction(models.TextChoices):
    READ = "read", _("Read")
    LIST = "list", _("Listed")
    CREATE = "create", _("Created")
    CHANGE = "change", _("Changed")
    DELETE = "delete", _("Deleted")
    EXPORT = "export", _("Exported")
    REFUSED = "refused", _("Refused")
    SIGN_IN = "sign_in", _("Signed in")


class AuditEntry(models.Model):
    """One read or write of a record. Append-only and hash-chained per actor by the database."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=models.functions.Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    action = models.CharField(max_length=10, choices=AuditAction.choices)
    model = models.CharField(max_length=100)
    object_ids = ArrayField(models.CharField(max_length=40), default=list)
    references = ArrayField(models.CharField(max_length=60), default=list)
    changes = models.JSONField(default=dict)
    sealed_changes = models.TextField(blank=True, default="")
    reason = models.TextField(blank=True, default="")
    channel = models.CharField(max_length=10)
    request_id = models.CharField(max_length=40)
    ip = models.GenericIPAddressField(null=True)
    chain = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["chain", "position"], name="audit_by_chain"),
            models.Index(
                fields=["-at"],
                name="audit_watched",
                condition=models.Q(action=AuditAction.REFUSED) | models.Q(model="core.auditentry"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.model}"


class AuditHead(models.Model):
    """How long each chain was at the last commit: a removed tail is noticed by it."""

    chain = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain}:{self.position}"


class SentMail(models.Model):
    """A message kept by the demonstration instead of leaving the machine."""

    sent_at = models.DateTimeField(auto_now_add=True)
    recipients = models.CharField(max_length=500)
    subject = models.CharField(max_length=300)
    body = models.TextField()

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return self.subject


def paired(first: str, second: str) -> models.Q:
    """Condition of a constraint: both columns or neither, ``paired("closed_on", "closed_by")``."""
    empty = {f"{first}__isnull": True, f"{second}__isnull": True}
    return models.Q(**empty) | models.Q(**dict.fromkeys(empty, False))
