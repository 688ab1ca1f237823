"""Decisions on an item and its history (R138)."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import ScopedQuerySet
from reintegration.enums import Decision, ItemStatus
from reintegration.models.item import AssistanceItem


class OfItemQuerySet(ScopedQuerySet):
    """Rows of an item are seen by whoever sees the item."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(item__in=AssistanceItem.objects.visible_to(user))


class Approval(models.Model):
    """One manager's decision on an item in one round; never the proposer's (R138)."""

    item = models.ForeignKey(
        AssistanceItem, models.PROTECT, related_name="approvals", verbose_name=_("item")
    )
    round = models.PositiveSmallIntegerField(_("round of approval"))
    decision = models.CharField(_("decision"), max_length=8, choices=Decision.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
    )

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision on an item")
        verbose_name_plural = _("decisions on items")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "round", "by"],
                name="approval_once_per_person",
                violation_error_message=_("You have decided on this item already."),
            ),
            models.CheckConstraint(
                condition=~Q(by=F("proposed_by")),
                name="approval_not_by_proposer",
                violation_error_message=_("Nobody approves what they proposed."),
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.REJECTED) | ~Q(reason=""),
                name="rejection_with_reason",
                violation_error_message=_("Say why the item is rejected."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.item.plan.case.reference


class ItemEvent(models.Model):
    """One step of an item: from, to, on which day, by whom."""

    item = models.ForeignKey(
        AssistanceItem, models.PROTECT, related_name="events", verbose_name=_("item")
    )
    from_status = models.CharField(_("from"), max_length=10, choices=ItemStatus.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=10, choices=ItemStatus.choices)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item event")
        verbose_name_plural = _("item events")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_to_status_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.item.plan.case.reference
