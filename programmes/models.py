"""Programmes: who pays, for which countries and people, with which ceilings, and when."""

import datetime
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, Role
from core.models import Record, ScopedQuerySet
from reference.models import Country


class Donor(Record):
    """A government or institution that funds programmes."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    contact_person = models.CharField(_("contact person"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("donor")
        verbose_name_plural = _("donors")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProgrammeQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Programmes one works for; staff of offices see them all, a donor its own (R004)."""
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_PROGRAMMES):
            return self.none()
        own_only = {
            Role.DONOR,
            Role.PROGRAMME_MANAGER,
            Role.ME_OFFICER,
            Role.FINANCE_OFFICER,
        }
        if user.roles <= own_only:
            return self.filter(pk__in=user.programmes_for(*own_only))
        return self

    def countable_by(self, user: Any) -> Self:
        """Programmes whose figures this user may ask for; only reports may call it."""
        return self.filter(
            pk__in=user.programmes_for(Role.DONOR, Role.PROGRAMME_MANAGER, Role.ME_OFFICER)
        )

    def running_on(self, day: datetime.date) -> Self:
        """Running on a day; both ends count."""
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def covering(self, country: Any) -> Self:
        """That cover a country of origin, at any time."""
        covered = TargetCountry.objects.filter(programme=OuterRef("pk"), country=country)
        return self.filter(Exists(covered))

    def with_list_data(self) -> Self:
        """With donor, countries, rules and ceilings, in a fixed number of queries."""
        targets = TargetCountry.objects.select_related("country").order_by("country", "days")
        return self.select_related("donor").prefetch_related(
            Prefetch("target_countries", queryset=targets),
            Prefetch(
                "eligibility_rules", queryset=EligibilityRule.objects.order_by("valid_from", "id")
            ),
            Prefetch(
                "grant_ceilings",
                queryset=GrantCeiling.objects.order_by("valid_from", "category"),
            ),
        )


class Programme(Record):
    """A funded programme with its dates and rules (R216)."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    donor = models.ForeignKey(
        Donor, models.PROTECT, related_name="programmes", verbose_name=_("donor")
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    activities = models.TextField(_("activities"), blank=True)
    budget = models.DecimalField(
        _("budget"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    is_demonstration = models.BooleanField(_("demonstration"), default=False)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="programme_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            )
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("programmes:detail", args=[self.code])

    def runs_on(self, day: datetime.date) -> bool:
        return self.starts_on <= day <= self.ends_on

    @property
    def months(self) -> int:
        """How long it lasts, in months begun."""
        return (
            (self.ends_on.year - self.starts_on.year) * 12
            + self.ends_on.month
            - self.starts_on.month
            + 1
        )


class OfProgrammeQuerySet(ScopedQuerySet):
    """Rows that are part of a programme."""

    def visible_to(self, user: Any) -> Self:
        """Those of the programmes one sees."""
        return self.filter(programme__in=Programme.objects.visible_to(user))


class TargetCountry(Record):
    """A country of origin a programme covers, from a day on (R019)."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="target_countries",
        verbose_name=_("programme"),
    )
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        related_name="+",
        verbose_name=_("country of origin"),
    )
    days = DateRangeField(_("covered"), help_text=_("From the first to the last day."))
    note = models.CharField(_("decided by"), max_length=300, blank=True)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("target country")
        verbose_name_plural = _("target countries")
        constraints = [
            ExclusionConstraint(
                name="target_country_once",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("country", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This country is covered in part of that time already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.country}"

    def get_absolute_url(self) -> str:
        return self.programme.get_absolute_url()

    @property
    def first_on(self) -> datetime.date | None:
        return self.days.lower

    @property
    def last_on(self) -> datetime.date | None:
        return self.days.upper - datetime.timedelta(days=1) if self.days.upper else None

    def covers(self, day: datetime.date) -> bool:
        return day in self.days


class EligibilityKind(models.TextChoices):
    MIN_AGE = "min_age", _("Minimum age in years")
    MAX_AGE = "max_age", _("Maximum age in years")
    EXCLUDED_NATIONALITY = "excluded_nationality", _("Nationality not covered")
    ONCE_ONLY = "once_only", _("Not helped by this programme before")


AGE_KINDS = (EligibilityKind.MIN_AGE, EligibilityKind.MAX_AGE)
OLDEST = 120


class EligibilityRule(Record):
    """One condition of a programme, as data, in force between dates (R217).

    ``value`` is an age in years, the code of a country, or nothing, as the kind asks.
    """

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="eligibility_rules",
        verbose_name=_("programme"),
    )
    kind = models.CharField(_("condition"), max_length=25, choices=EligibilityKind.choices)
    value = models.CharField(_("value"), max_length=20, blank=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("eligibility rule")
        verbose_name_plural = _("eligibility rules")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}".strip()

    def get_absolute_url(self) -> str:
        return self.programme.get_absolute_url()

    def clean(self) -> None:
        if self.kind in AGE_KINDS:
            if not (self.value.isascii() and self.value.isdigit() and int(self.value) <= OLDEST):
                raise ValidationError({"value": _("Enter an age in whole years, up to 120.")})
        elif self.kind == EligibilityKind.EXCLUDED_NATIONALITY:
            if not Country.objects.filter(pk=self.value).exists():
                raise ValidationError({"value": _("Choose a country.")})
        elif self.value:
            raise ValidationError({"value": _("This condition takes no value. Leave it empty.")})

    def is_in_force(self, day: datetime.date) -> bool:
        """On a day; both ends count."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class GrantCeiling(Record):
    """The most one person may receive from a programme, from a day on (R132)."""

    class Category(models.TextChoices):
        STANDARD = "standard", _("Standard")
        VULNERABLE = "vulnerable", _("Particular vulnerability")
        FAMILY = "family", _("Family")

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="grant_ceilings",
        verbose_name=_("programme"),
    )
    category = models.CharField(_("category"), max_length=12, choices=Category.choices)
    amount = models.DecimalField(
        _("amount"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    valid_from = models.DateField(_("from"))

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant ceiling")
        verbose_name_plural = _("grant ceilings")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "category", "valid_from"],
                name="grant_ceiling_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.get_category_display()} · {self.amount} {self.currency}"

    def clean(self) -> None:
        """One currency for all ceilings of a programme: what is given under them is added up."""
        others = GrantCeiling.objects.filter(programme=self.programme_id).exclude(pk=self.pk)
        if other := others.exclude(currency=self.currency).first():
            raise ValidationError(
                _(
                    "The grant ceilings of %(programme)s are in %(currency)s. A ceiling in another "
                    "currency cannot be added up with them."
                ),
                code="other_currency",
                params={"programme": self.programme, "currency": other.currency},
            )

    def get_absolute_url(self) -> str:
        return self.programme.get_absolute_url()


class ProgrammeAgreement(models.Model):
    """An agreement with a partner that serves a programme: its consortium (R201)."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="agreement_links",
        verbose_name=_("programme"),
    )
    agreement = models.ForeignKey(
        "partners.Agreement",
        models.PROTECT,
        related_name="programme_links",
        verbose_name=_("agreement"),
    )

    objects = OfProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement of a programme")
        verbose_name_plural = _("agreements of programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "agreement"],
                name="programme_agreement_once",
                violation_error_message=_("This agreement belongs to the programme already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.agreement}"
