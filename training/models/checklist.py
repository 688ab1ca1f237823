"""What every orientation session covers (R054)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Labelled, Record
from reference.models import ReferenceQuerySet
from training.models.orientation import OfSessionQuerySet, OrientationSession


class ChecklistItem(Labelled, Record):
    """One thing every orientation session covers (R054)."""

    code = models.SlugField(_("code"), unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["position"]


class ChecklistTick(models.Model):
    """An item was covered in a session."""

    session = models.ForeignKey(
        OrientationSession,
        models.CASCADE,
        related_name="ticks",
        verbose_name=_("orientation session"),
    )
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("checklist item")
    )
    ticked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField(_("ticked at"), auto_now_add=True)

    objects = OfSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("tick of the checklist")
        verbose_name_plural = _("ticks of the checklist")
        constraints = [
            models.UniqueConstraint(fields=["session", "item"], name="checklist_tick_once")
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.item_id}"

    @property
    def audit_reference(self) -> str:
        return self.session.reference
