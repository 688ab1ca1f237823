"""What each step leaves behind: from, to, on which day, by whom."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Step(models.Model):
    """One dated move of a record through its workflow; written once, never changed."""

    from_status = models.CharField(_("from"), max_length=16, blank=True)
    to_status = models.CharField(_("to"), max_length=16)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.to_status} · {self.on}"
