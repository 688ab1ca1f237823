"""Organisations we work with, their agreements and consortia."""

import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from core.models import Record, ScopedQuerySet


class OrganisationKind(models.TextChoices):
    NGO = "ngo", _("Non-governmental organisation")
    TRAINING = "training", _("Training organisation")
    GOVERNMENT = "government", _("Government body")
    INTERNATIONAL = "international", _("International organisation")
    NETWORK = "network", _("Migrant network or diaspora")
    COMPANY = "company", _("Company")


class OrganisationQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The staff knows all partners; donors those that may be named publicly (R013)."""
        if not user.is_authenticated:
            return self.none()
        if user.has_permission(Permission.VIEW_REFERENCE):
            return self
        if user.has_permission(Permission.VIEW_PROGRAMMES):
            return self.displayed()
        return self.none()

    def displayed(self) -> Self:
        """Those that a public page or a donor's report may name (R013)."""
        return self.filter(is_displayed=True)

    def with_list_data(self) -> Self:
        return self.select_related("country").prefetch_related("agreements", "hosted_offices")

    def with_duties(self) -> Self:
        """With agreements, latest first, and what they say about each city."""
        agreements = Agreement.objects.order_by("-starts_on", "-id").with_duties()
        return self.select_related("country").prefetch_related(
            Prefetch("agreements", queryset=agreements), "hosted_offices"
        )


class Organisation(Record):
    """An organisation in a role: training partner, NGO, government body, donor (R013, R201)."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=OrganisationKind.choices)
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("country"),
    )
    is_displayed = models.BooleanField(
        _("may be named publicly"),
        default=True,
        help_text=_("Without this the organisation appears in no public page and no donor report."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:detail", args=[self.code])


class AgreementQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Agreements of the organisations one sees."""
        return self.filter(organisation__in=Organisation.objects.visible_to(user))

    def with_duties(self) -> Self:
        """With what each party does in each city."""
        return self.prefetch_related(
            Prefetch(
                "city_duties",
                queryset=CityDuty.objects.select_related("office").order_by("office__name", "id"),
            )
        )


class Agreement(Record):
    """What was agreed with an organisation, between which dates (R203, R204)."""

    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="agreements",
        verbose_name=_("organisation"),
    )
    title = models.CharField(_("title"), max_length=200)
    duties = models.TextField(_("duties"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.organisation.get_absolute_url()

    def runs_on(self, day: datetime.date) -> bool:
        """In force on a day; both ends count."""
        return self.starts_on <= day <= self.ends_on


class CityDutyQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the agreements one sees."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user))

    def in_force(self, day: Any) -> Self:
        """On a day (or a column with one), by their own days and those of the agreement."""
        return self.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            agreement__starts_on__lte=day,
            agreement__ends_on__gte=day,
        )


class CityDuty(Record):
    """Which organisation does what in which city (R087): courses, or support for attending.

    Without days of its own it lasts as long as the agreement.
    """

    class Duty(models.TextChoices):
        TRAINING = "training", _("Courses")
        SUPPORT = "support", _("Support for attending")
        LEAD = "lead", _("Lead of the consortium")

    agreement = models.ForeignKey(
        Agreement,
        models.CASCADE,
        related_name="city_duties",
        verbose_name=_("agreement"),
    )
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        related_name="city_duties",
        verbose_name=_("office"),
    )
    duty = models.CharField(_("duty"), max_length=10, choices=Duty.choices)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = CityDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty by city")
        verbose_name_plural = _("duties by city")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "office", "duty"],
                condition=Q(ends_on__isnull=True),
                name="city_duty_once",
                violation_error_message=_("The agreement names this duty in this city already."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="city_duty_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.organisation} · {self.get_duty_display()} · {self.office}"

    def get_absolute_url(self) -> str:
        return self.agreement.get_absolute_url()

    def runs_on(self, day: datetime.date) -> bool:
        """In force on a day, with its agreement; both ends count."""
        begun = self.starts_on is None or self.starts_on <= day
        return (
            begun and (self.ends_on is None or day <= self.ends_on) and self.agreement.runs_on(day)
        )
