"""A person sent to us by a government partner (R010)."""

import secrets
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.enums import ReferralStatus, Sex
from cases.models.case import Case
from cases.workflow import REFERRAL_TONES
from core.fields import EncryptedTextField
from core.models import Record, ScopedQuerySet
from reference.models import ReferralSource


class ReferralQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A referrer's own referrals; an orientation point those sent to it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(referred_by=user, organisation__in=user.organisations_for(Role.REFERRER))
            | Q(office__in=user.offices_for(Role.CLERK, Role.CASEWORKER, Role.PROTECTION_OFFICER))
        )

    def waiting(self) -> Self:
        return self.filter(status=ReferralStatus.RECEIVED)


def new_reference() -> str:
    """Unguessable name of a referral in addresses."""
    return secrets.token_hex(8)


class Referral(Record):
    """Somebody sent to an orientation point. The referrer sees its status and nothing else."""

    reference = models.CharField(
        _("reference"),
        max_length=16,
        unique=True,
        default=new_reference,
        editable=False,
    )
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        related_name="referrals",
        verbose_name=_("migrant orientation point"),
    )
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        related_name="referrals",
        verbose_name=_("referred by"),
    )
    referred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("referrer"),
    )
    referred_on = models.DateField(_("referred on"))
    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices, blank=True)
    nationality = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        related_name="+",
        verbose_name=_("nationality"),
    )
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    reason = models.CharField(_("why the person is referred"), max_length=500, blank=True)
    status = models.CharField(
        _("status"),
        max_length=15,
        choices=ReferralStatus.choices,
        default=ReferralStatus.RECEIVED,
        editable=False,
    )
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        editable=False,
    )
    answered_on = models.DateField(_("answered on"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    #: Why the person was not registered; the office alone reads it.
    answer_reason = models.CharField(
        _("reason of the answer"), max_length=300, blank=True, editable=False
    )

    objects = ReferralQuerySet.as_manager()

    tones: ClassVar = {"status": REFERRAL_TONES}

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [models.Index(fields=["office", "status"], name="referral_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.REGISTERED, case__isnull=False)
                | ~Q(status=ReferralStatus.REGISTERED) & Q(case__isnull=True),
                name="referral_registered_has_case",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=ReferralStatus.RECEIVED,
                    answered_on__isnull=True,
                    answered_by__isnull=True,
                )
                | ~Q(status=ReferralStatus.RECEIVED)
                & Q(answered_on__isnull=False, answered_by__isnull=False),
                name="referral_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def source(self) -> ReferralSource | None:
        """What it counts as (R017): the source with the organisation's code, else with its kind."""
        own, kind = self.organisation.code.replace("-", "_"), self.organisation.kind
        found = ReferralSource.objects.active().in_bulk([own, kind])
        return found.get(own) or found.get(kind)

    def get_absolute_url(self) -> str:
        return reverse("cases:referral-detail", args=[self.reference])
