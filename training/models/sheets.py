"""Photographs of the sheets that participants signed (R077)."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import ScopedQuerySet, StoredFile, paired
from training.enums import EnrolmentStatus
from training.models.editions import Edition
from training.models.enrolments import Enrolment


def sheet_reference() -> str:
    """A long random name, because it stands in an address."""
    return secrets.token_hex(16)


class SheetQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A sheet shows every name at once: seen by whoever sees the course and everybody on its
        roster (R003, R006). A withdrawn one is seen by nobody.
        """
        hidden = (
            Enrolment.objects.filter(edition=OuterRef("edition"))
            .exclude(status=EnrolmentStatus.WITHDRAWN)
            .exclude(pk__in=Enrolment.objects.visible_to(user).values("pk"))
        )
        editions = Edition.objects.visible_to(user).values("pk")
        return self.filter(~Exists(hidden), edition__in=editions, withdrawn_on__isnull=True)


class SignedSheet(StoredFile):
    """The attendance list of one day of a course, signed and photographed (R077)."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="sheets", verbose_name=_("edition")
    )
    reference = models.CharField(
        max_length=32, unique=True, default=sheet_reference, editable=False
    )
    day = models.DateField(_("day"))
    added_on = models.DateField(_("added on"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed sheet")
        verbose_name_plural = _("signed sheets")
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=paired("withdrawn_on", "withdrawn_by"),
                name="sheet_withdrawn_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        return reverse("training:sheet", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.edition.reference
