"""What the person agreed to, purpose by purpose, and the declaration of voluntary return (R020)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.enums import ConsentAnswer, ConsentGiver, ConsentPurpose
from cases.models.case import Case, OfCaseQuerySet
from cases.workflow import CONSENT_TONES
from core.models import Record


class Consent(models.Model):
    """An answer to one purpose: given, refused or withdrawn; superseded, never edited (R020)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consents", verbose_name=_("case"))
    purpose = models.CharField(_("purpose"), max_length=20, choices=ConsentPurpose.choices)
    answer = models.CharField(_("answer"), max_length=10, choices=ConsentAnswer.choices)
    answered_on = models.DateField(_("answered on"))
    given_by = models.CharField(
        _("answered by"),
        max_length=15,
        choices=ConsentGiver.choices,
        default=ConsentGiver.SELF,
    )
    language = models.ForeignKey(
        "reference.Language",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("explained in"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = OfCaseQuerySet.as_manager()

    tones: ClassVar = {"answer": CONSENT_TONES}

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["purpose", "-answered_on", "-id"]
        indexes = [models.Index(fields=["case", "purpose", "-answered_on"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.get_answer_display()}"

    @property
    def audit_reference(self) -> str:
        return self.case.reference


class Declaration(Record):
    """The signed declaration that the return is voluntary; withdrawable at any moment (R020)."""

    case = models.ForeignKey(
        Case, models.PROTECT, related_name="declarations", verbose_name=_("case")
    )
    signed_on = models.DateField(_("signed on"))
    language = models.ForeignKey(
        "reference.Language",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("explained in"),
    )
    witness = models.CharField(_("witness or interpreter"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of voluntary return")
        verbose_name_plural = _("declarations of voluntary return")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(withdrawn_on__isnull=True),
                name="one_declaration_in_force",
                violation_error_message=_("A signed declaration is in force already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("signed_on")),
                name="declaration_withdrawn_after_signed",
                violation_error_message=_("The withdrawal lies before the signature."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.signed_on}"

    @property
    def audit_reference(self) -> str:
        return self.case.reference
