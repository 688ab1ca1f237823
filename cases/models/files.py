"""Documents of a case and notes about it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cases.enums import DocumentKind
from cases.models.case import Case, OfCaseQuerySet
from core.fields import EncryptedTextField
from core.models import Record, Sensitivity, StoredFile, paired


class DocumentQuerySet(OfCaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Documents of visible cases; protection documents need their own permission (R005).

        One that was taken back is shown to nobody.
        """
        rows = super().visible_to(user).filter(withdrawn_on__isnull=True)
        if user.is_authenticated and user.has_permission(Permission.VIEW_PROTECTION):
            return rows
        return rows.exclude(sensitivity=Sensitivity.PROTECTION)


class Document(StoredFile):
    """A paper of the case, scanned (R049). Served only to whoever sees the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="documents", verbose_name=_("case"))
    reference = models.CharField(max_length=32, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=DocumentKind.choices)
    title = models.CharField(_("title"), max_length=200, blank=True)
    added_on = models.DateField(_("added on"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("added by"),
    )
    withdrawn_on = models.DateField(_("taken back on"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-added_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=paired("withdrawn_on", "withdrawn_by"),
                name="document_withdrawn_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("cases:document", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference


class Note(Record):
    """A note everybody who sees the case may read."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes", verbose_name=_("case"))
    text = models.TextField(_("note"))
    written_on = models.DateField(_("written on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-written_on", "-id"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def audit_reference(self) -> str:
        return self.case.reference


class ProtectionEntryQuerySet(OfCaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Only with the permission of its own (R005)."""
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_PROTECTION):
            return self.none()
        return super().visible_to(user)


class ProtectionEntry(Record):
    """Vulnerability, medical or psychosocial entry: sealed text, narrower circle (R005)."""

    class Kind(models.TextChoices):
        VULNERABILITY = "vulnerability", _("Vulnerability")
        MEDICAL = "medical", _("Medical")
        PSYCHOSOCIAL = "psychosocial", _("Psychosocial")
        LEGAL = "legal", _("Legal")

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="protection_entries", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    vulnerabilities = models.ManyToManyField(
        "reference.Vulnerability",
        blank=True,
        related_name="+",
        verbose_name=_("vulnerabilities"),
    )
    text = EncryptedTextField(_("entry"))
    written_on = models.DateField(_("written on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    objects = ProtectionEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("protection entry")
        verbose_name_plural = _("protection entries")
        ordering = ["-written_on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.written_on}"

    @property
    def audit_reference(self) -> str:
        return self.case.reference
