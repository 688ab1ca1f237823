"""Reference data: what is the same for everybody, named in three languages, retired not deleted."""

import datetime
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import Labelled, Record, ScopedQuerySet
from core.text import Fold, fold
from reference.enums import PARENT_LEVELS, Certainty, PlaceLevel

PATH_SEPARATOR = " › "


class ReferenceQuerySet(ScopedQuerySet):
    """Rows without personal data: everybody who has signed in may read them."""

    def visible_to(self, user: Any) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)

    def offered(self, *, keeping: Iterable[Any] = ()) -> Self:
        """Rows a form offers: the active ones, and the values that the record already has."""
        kept = [value for value in keeping if value]
        return self.filter(Q(is_active=True) | Q(pk__in=kept))


def label_column() -> str:
    """The column with the names in the active language."""
    language = (get_language() or "fr")[:2]
    return f"label_{language if language in ('en', 'ar') else 'fr'}"


class LabelledQuerySet(ReferenceQuerySet):
    """Rows named in the three languages."""

    def by_label(self) -> Self:
        """In the alphabetical order of the active language, accents aside."""
        return self.order_by(Fold(label_column()))


class CodedRow(Labelled, Record):
    """A reference row known by a stable code."""

    code = models.CharField(
        _("code"),
        max_length=40,
        primary_key=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
                _("Use letters without accents, digits, dashes and underscores."),
            )
        ],
    )
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("Rows no longer in use stay on old records and are not offered any more."),
    )

    objects = LabelledQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["code"]


class Country(CodedRow):
    """A country or territory of ISO 3166-1, keyed by its two-letter code."""

    iso3 = models.CharField(_("three-letter code"), max_length=3, unique=True)
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        help_text=_("Three-letter code of ISO 4217."),
    )
    currency_decimals = models.PositiveSmallIntegerField(
        _("decimals of the currency"),
        default=2,
        help_text=_("Digits after the decimal sign: none for the CFA and Guinean francs."),
    )
    dial_code = models.CharField(_("dialling code"), max_length=6, blank=True)

    class Meta(CodedRow.Meta):
        verbose_name = _("country")
        verbose_name_plural = _("countries")


class Language(CodedRow):
    """A language people speak, keyed by its ISO 639 code."""

    class Meta(CodedRow.Meta):
        verbose_name = _("language")
        verbose_name_plural = _("languages")


class Sector(CodedRow):
    """A sector of economic activity."""

    class Meta(CodedRow.Meta):
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")


class Vulnerability(CodedRow):
    """A vulnerability a screening may find; one person may have several."""

    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("Only protection staff may see who has it."),
    )

    class Meta(CodedRow.Meta):
        verbose_name = _("vulnerability")
        verbose_name_plural = _("vulnerabilities")


class ReferralSource(CodedRow):
    """Who sent a person to us (R017)."""

    class Meta(CodedRow.Meta):
        verbose_name = _("referral source")
        verbose_name_plural = _("referral sources")


class Service(CodedRow):
    """A kind of help that people are sent to, beside courses (R059, R067)."""

    class Meta(CodedRow.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")


class PlaceQuerySet(ReferenceQuerySet):
    """Places; the tree is three levels deep, so that descent needs no recursion."""

    def with_path(self) -> Self:
        """With what ``Place.path`` reads."""
        return self.select_related("country", "parent__parent")

    def with_list_data(self) -> Self:
        return self.with_path()

    def roots_of(self, country: "Country | str") -> Self:
        """First-level areas of a country."""
        return self.filter(country=country, parent=None)

    def below(self, place: "Place") -> Self:
        """The place and everything under it."""
        return self.filter(Q(pk=place.pk) | Q(parent=place) | Q(parent__parent=place))

    def search(self, text: str) -> Self:
        """Places whose name contains the text; accents, case and Arabic forms do not count."""
        key = fold(text)
        if not key:
            return self
        return self.alias(key=Fold("name"), key_ar=Fold("name_ar")).filter(
            Q(key__contains=key) | Q(key_ar__contains=key)
        )


class Place(Record):
    """An area people come from, live in or return to: country › region › prefecture › locality."""

    country = models.ForeignKey(
        Country, models.PROTECT, related_name="places", verbose_name=_("country")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("belongs to"),
    )
    level = models.CharField(_("level"), max_length=10, choices=PlaceLevel.choices)
    code = models.CharField(
        _("code"),
        max_length=10,
        blank=True,
        help_text=_("Code of ISO 3166-2, where the place has one."),
    )
    name = models.CharField(_("name"), max_length=120)
    name_ar = models.CharField(_("name in Arabic"), max_length=120, blank=True)
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("Places no longer in use stay on old records and are not offered any more."),
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "parent", "name"],
                nulls_distinct=False,
                name="place_name_once_per_parent",
                violation_error_message=_("There is already a place of this name here."),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~Q(code=""),
                name="place_code_once",
                violation_error_message=_("Another place has this code."),
            ),
            models.CheckConstraint(
                condition=Q(level=PlaceLevel.REGION, parent__isnull=True)
                | (~Q(level=PlaceLevel.REGION) & Q(parent__isnull=False)),
                name="place_region_has_no_parent",
                violation_error_message=_(
                    "A region belongs to its country; every other place belongs to another place."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the active language."""
        return self.name_ar if self.name_ar and get_language() == "ar" else self.name

    @property
    def ancestors(self) -> list["Place"]:
        """The places above, widest first. Use ``with_path()`` to read many."""
        chain: list[Place] = []
        place = self.parent
        while place is not None:
            chain.insert(0, place)
            place = place.parent
        return chain

    @property
    def path(self) -> str:
        """Where it is, in full: "Guinée › Kindia › Télimélé"."""
        return PATH_SEPARATOR.join(
            [self.country.label, *(place.label for place in self.ancestors), self.label]
        )

    def clean(self) -> None:
        if self.parent is None:
            return
        if self.parent.country_id != self.country_id:
            raise ValidationError(
                {"parent": _("Choose a place of the same country.")},
                code="other_country",
            )
        if self.parent.level not in PARENT_LEVELS.get(self.level, frozenset()):
            raise ValidationError(
                {"parent": _("Choose a wider area: a place belongs to a place of a higher level.")},
                code="wrong_level",
            )

    def get_absolute_url(self) -> str:
        return reverse("reference:place_detail", args=[self.pk])


class Holiday(Labelled, Record):
    """A day on which nobody works in a country; courses skip it (R079)."""

    country = models.ForeignKey(
        Country, models.PROTECT, related_name="holidays", verbose_name=_("country")
    )
    day = models.DateField(_("day"))
    certainty = models.CharField(
        _("certainty"),
        max_length=10,
        choices=Certainty.choices,
        default=Certainty.FIXED,
        help_text=_("Feasts of the lunar calendar are expected until they are announced."),
    )
    is_active = models.BooleanField(
        _("in use"),
        default=True,
        help_text=_("A holiday that was moved or cancelled is no longer in use."),
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day", "country"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "day"],
                name="holiday_once_per_day",
                violation_error_message=_("This day is already a holiday in this country."),
            ),
        ]


class RuleValueQuerySet(ScopedQuerySet):
    """Dated values; the one in force on a day is the latest that began by then."""

    def visible_to(self, user: Any) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def in_force(self, on: datetime.date) -> Self:
        """One row per rule that has a value on this day."""
        return self.filter(valid_from__lte=on).order_by("rule", "-valid_from").distinct("rule")


class RuleValue(Record):
    """The value of a declared rule from a date on; see ``reference.rules`` (R270)."""

    rule = models.CharField(_("rule"), max_length=60)
    value = models.JSONField(_("value"))
    valid_from = models.DateField(_("valid from"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("set by"),
    )

    objects = RuleValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule value")
        verbose_name_plural = _("rule values")
        ordering = ["rule", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "valid_from"],
                name="rule_value_once_per_day",
                violation_error_message=_("This rule already has a value from this day on."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} = {self.value} ({self.valid_from})"
