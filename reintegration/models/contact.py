"""The first contact of the returnee with the office of the country of origin (R118)."""

import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.enums import ContactChannel
from cases.models import Case, ContactAttempt, OfCaseQuerySet
from core.models import Record
from reintegration.enums import Initiator


class FirstContactQuerySet(OfCaseQuerySet):
    def contacted_by(self, day: datetime.date) -> Self:
        """Contacts made on or before a day, whenever they were entered."""
        return self.filter(on__lte=day)


class FirstContact(Record):
    """When a returnee and the office of origin first spoke, who began it and how (R118)."""

    case = models.OneToOneField(
        Case, models.PROTECT, related_name="first_contact", verbose_name=_("case")
    )
    on = models.DateField(_("day of the contact"))
    initiated_by = models.CharField(
        _("who made the contact"), max_length=6, choices=Initiator.choices
    )
    channel = models.CharField(_("channel"), max_length=10, choices=ContactChannel.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    attempt = models.OneToOneField(
        ContactAttempt,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entry of the contact log"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = FirstContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("first contact")
        verbose_name_plural = _("first contacts")
        indexes = [models.Index(fields=["on"], name="first_contact_by_day")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {self.on}"

    def get_absolute_url(self) -> str:
        return reverse("reintegration:case", args=[self.case.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference
