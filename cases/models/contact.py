"""How a person can be reached, and every try to reach them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.enums import ContactChannel, ContactKind, ContactOwner, ContactResult
from cases.models.case import Case, OfCaseQuerySet
from core.fields import EncryptedTextField, blind_index
from core.models import Record


class ContactPoint(Record):
    """A phone, address or account, whose it is, and whether we may use it (R030)."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="contact_points", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ContactKind.choices)
    value = EncryptedTextField(_("number or address"))
    value_index = models.CharField(max_length=64, editable=False, db_index=True)
    owner = models.CharField(
        _("whose"),
        max_length=10,
        choices=ContactOwner.choices,
        default=ContactOwner.SELF,
    )
    owner_name = EncryptedTextField(_("name of the owner"), blank=True, default="")
    may_be_used = models.BooleanField(_("the owner agreed to be contacted"), default=False)
    preferred_hours = models.CharField(_("preferred hours"), max_length=60, blank=True)
    language = models.ForeignKey(
        "reference.Language",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("language"),
    )
    last_worked_on = models.DateField(_("last worked on"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["-is_active", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_owner_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.value_index = self.index_of(self.value)
        super().save(*args, **kwargs)

    @staticmethod
    def index_of(value: str) -> str:
        """Under which a number or address is found, however it is spaced."""
        return blind_index(value.replace(" ", ""))

    @property
    def audit_reference(self) -> str:
        return self.case.reference


class ContactAttempt(models.Model):
    """One try to reach a person: day, channel, result; the two-way log of the case (R050, R155)."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="contact_attempts", verbose_name=_("case")
    )
    contact_point = models.ForeignKey(
        ContactPoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attempts",
        verbose_name=_("through"),
    )
    on = models.DateField(_("on"))
    channel = models.CharField(_("channel"), max_length=10, choices=ContactChannel.choices)
    result = models.CharField(_("result"), max_length=14, choices=ContactResult.choices)
    initiated_by_person = models.BooleanField(_("the person contacted us"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact attempt")
        verbose_name_plural = _("contact attempts")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["case", "-on"], name="attempt_by_case")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.case.reference
