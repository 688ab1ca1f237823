"""What is handed to the office of the country of origin before departure (R117)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import HandoverItemKind, HandoverStatus
from cases.models.case import Case, OfCaseQuerySet
from cases.workflow import HANDOVER_TONES
from core.models import Record, paired

ANSWERED = (HandoverStatus.ACCEPTED, HandoverStatus.QUESTIONED)


class Handover(Record):
    """The handing over of a case: sent, opened, accepted or returned with a question."""

    case = models.OneToOneField(
        Case, models.PROTECT, related_name="handover", verbose_name=_("case")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=HandoverStatus.choices,
        default=HandoverStatus.DRAFT,
        editable=False,
    )
    message = models.TextField(_("message to the office of the country of origin"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    question = models.TextField(_("question"), blank=True)

    objects = OfCaseQuerySet.as_manager()

    tones: ClassVar = {"status": HANDOVER_TONES}

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        constraints = [
            models.CheckConstraint(
                condition=paired("sent_at", "sent_by"), name="handover_sent_paired"
            ),
            models.CheckConstraint(
                condition=paired("answered_at", "answered_by"), name="handover_answered_paired"
            ),
            models.CheckConstraint(
                condition=Q(status=HandoverStatus.DRAFT, sent_at__isnull=True)
                | ~Q(status=HandoverStatus.DRAFT) & Q(sent_at__isnull=False),
                name="handover_sent_with_moment",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ANSWERED, answered_at__isnull=False)
                | ~Q(status__in=ANSWERED) & Q(answered_at__isnull=True),
                name="handover_answered_with_moment",
            ),
            models.CheckConstraint(
                condition=Q(status=HandoverStatus.QUESTIONED) & ~Q(question="")
                | ~Q(status=HandoverStatus.QUESTIONED) & Q(question=""),
                name="handover_questioned_in_words",
                violation_error_message=_("Write your question."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_status_display()}"

    @property
    def is_sent(self) -> bool:
        """Sent, and neither opened nor answered yet."""
        return self.status == HandoverStatus.SENT

    @property
    def audit_reference(self) -> str:
        return self.case.reference


class HandoverItem(models.Model):
    """One thing the office of origin should know; deposited as it happens."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="handover_items", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=HandoverItemKind.choices)
    text = models.CharField(_("text"), max_length=500)
    source = models.CharField(
        _("from"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("Reference of the session or course it comes from."),
    )
    on = models.DateField(_("on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover item")
        verbose_name_plural = _("handover items")
        ordering = ["kind", "on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "kind", "text"], name="handover_item_once")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def audit_reference(self) -> str:
        return self.case.reference
