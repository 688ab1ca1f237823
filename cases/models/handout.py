"""What was handed out: brochures and other material, with quantities (R061)."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.models.case import HOST_SIDE
from core.models import Record, ScopedQuerySet


class HandOutQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of one's own offices."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(office__in=user.offices_for(*HOST_SIDE))

    def countable_by(self, user: Any) -> Self:
        """Of one's programmes, for figures; only for reports."""
        return self.filter(
            programme__in=user.programmes_for(Role.ME_OFFICER, Role.PROGRAMME_MANAGER, Role.DONOR)
        )

    def handed_by(self, day: datetime.date) -> Self:
        """Handed out on or before a day."""
        return self.filter(on__lte=day)


class HandOut(Record):
    """Copies of one material handed out at an office on a day."""

    class Occasion(models.TextChoices):
        REGISTRATION = "registration", _("Registration")
        ORIENTATION = "orientation", _("Orientation session")
        DEPARTURE = "departure", _("Day of departure")

    office = models.ForeignKey(
        "accounts.Office", models.PROTECT, related_name="+", verbose_name=_("office")
    )
    programme = models.ForeignKey(
        "programmes.Programme", models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    on = models.DateField(_("on"))
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion.choices)
    material = models.CharField(_("material"), max_length=120)
    language = models.ForeignKey(
        "reference.Language", models.PROTECT, related_name="+", verbose_name=_("language")
    )
    quantity = models.PositiveIntegerField(_("copies"), validators=[MinValueValidator(1)])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    objects = HandOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-out")
        verbose_name_plural = _("hand-outs")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["programme", "on"], name="handout_by_programme")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1),
                name="handout_at_least_one",
                violation_error_message=_("Enter at least one copy."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.material} · {self.quantity}"
