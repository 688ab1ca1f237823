"""Taking off the mark of a child travelling alone, which needs two people (R018)."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cases.models.case import Case, OfCaseQuerySet
from core.models import Record, paired


class MarkRemovalQuerySet(OfCaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Protection officers who see the case: also once its file is open to its office again."""
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_PROTECTION):
            return self.none()
        return super().visible_to(user)

    def waiting(self) -> Self:
        return self.filter(is_confirmed__isnull=True)


class MarkRemoval(Record):
    """Why somebody is no child travelling alone after all: proposed by one, decided by another."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="mark_removals", verbose_name=_("case")
    )
    reason = models.CharField(_("why the mark is taken off"), max_length=500)
    proposed_on = models.DateField(_("proposed on"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    is_confirmed = models.BooleanField(_("confirmed"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    objects = MarkRemovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("removal of the mark of a child travelling alone")
        verbose_name_plural = _("removals of the mark of a child travelling alone")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(is_confirmed__isnull=True),
                name="one_mark_removal_waiting",
                violation_error_message=_("Taking the mark off waits for a second person already."),
            ),
            models.CheckConstraint(
                condition=paired("decided_on", "decided_by"),
                name="mark_removal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(is_confirmed__isnull=True, decided_on__isnull=True)
                | Q(is_confirmed__isnull=False, decided_on__isnull=False),
                name="mark_removal_decided_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(is_confirmed=True) | ~Q(decided_by=F("proposed_by")),
                name="mark_removal_confirmed_by_another",
                violation_error_message=_("Somebody else confirms that the mark is taken off."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.proposed_on}"

    @property
    def audit_reference(self) -> str:
        return self.case.reference
