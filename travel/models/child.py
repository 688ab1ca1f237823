"""The safeguards without which no child travels alone."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cases.models import Case, OfCaseQuerySet
from core.fields import EncryptedTextField
from core.models import Record, paired
from travel.enums import Determination

#: The six safeguards: what each is called, and the columns that say it is there.
SAFEGUARDS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("positive best-interest determination"), ("determined_on", "determined_by")),
    (_("consent of the guardian"), ("guardian_consented_on", "guardian_name")),
    (_("assent of the child"), ("child_assented_on",)),
    (_("family assessment"), ("family_assessed_on",)),
    (_("named escort"), ("escort_name",)),
    (_("named receiver"), ("receiver_name",)),
)
ALL_SIX = Q(determination=Determination.RETURN) & Q(
    **{f"{name}__isnull": False for _label, names in SAFEGUARDS for name in names}
)


class ChildGateQuerySet(OfCaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Only with the permission for protection matters, of files one may open (R005, R006)."""
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_PROTECTION):
            return self.none()
        return super().visible_to(user)

    def signed(self) -> Self:
        return self.filter(decided_by__isnull=False)


class ChildGate(Record):
    """Six safeguards of a child travelling alone, recorded by one person and signed by another.

    An encrypted column can only be asked whether it is there; a name not known yet is null.
    """

    case = models.OneToOneField(
        Case, models.PROTECT, related_name="child_gate", verbose_name=_("case")
    )
    determination = models.CharField(
        _("best-interest determination"),
        max_length=6,
        choices=Determination.choices,
        blank=True,
    )
    determined_on = models.DateField(_("determined on"), null=True, blank=True)
    determined_by = EncryptedTextField(
        _("determined by"),
        null=True,
        blank=True,
        help_text=_("The panel, judge or authority that took the decision."),
    )
    guardian_name = EncryptedTextField(_("guardian"), null=True, blank=True)
    guardian_consented_on = models.DateField(_("guardian consented on"), null=True, blank=True)
    child_assented_on = models.DateField(_("child assented on"), null=True, blank=True)
    family_assessed_on = models.DateField(
        _("family assessed on"),
        null=True,
        blank=True,
        help_text=_("By the office of the country of origin, at home if possible."),
    )
    escort_name = EncryptedTextField(_("escort"), null=True, blank=True)
    receiver_name = EncryptedTextField(_("receiver on arrival"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("signed by"),
    )
    decided_on = models.DateField(_("signed on"), null=True, editable=False)

    objects = ChildGateQuerySet.as_manager()

    class Meta:
        verbose_name = _("safeguards of a child travelling alone")
        verbose_name_plural = _("safeguards of children travelling alone")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("recorded_by")),
                name="child_gate_by_two_people",
                violation_error_message=_(
                    "Somebody else than the person who recorded the safeguards signs them."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ALL_SIX,
                name="child_gate_signed_when_complete",
                violation_error_message=_("All six safeguards come before the signature."),
            ),
            models.CheckConstraint(
                condition=paired("decided_by", "decided_on"),
                name="child_gate_signed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.case.reference

    def get_absolute_url(self) -> str:
        return reverse("travel:child-gate", args=[self.case.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    @property
    def points(self) -> list[tuple[Any, bool]]:
        """Each safeguard in words, and whether it is there."""
        return [
            (label, all(getattr(self, name) for name in names) and self._is_positive(names))
            for label, names in SAFEGUARDS
        ]

    def _is_positive(self, names: tuple[str, ...]) -> bool:
        return "determined_on" not in names or self.determination == Determination.RETURN

    @property
    def missing(self) -> list[str]:
        """Names of the safeguards that are not there."""
        return [str(label) for label, there in self.points if not there]

    @property
    def is_signed(self) -> bool:
        return self.decided_by_id is not None

    def is_signed_by(self, day: datetime.date) -> bool:
        """Was it signed on this day or before?"""
        return self.decided_on is not None and self.decided_on <= day


def signed_gate(case: str) -> Exists:
    """SQL: is there a signed gate for this case?"""
    return Exists(ChildGate.objects.signed().filter(case=OuterRef(case)))
