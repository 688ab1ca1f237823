"""The catalogue: modules, dated versions, and which old ones make up a new one (R071, R072)."""

import datetime
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import Record, ScopedQuerySet
from reference.models import CodedRow, ReferenceQuerySet
from training.enums import ModuleGroup


class Module(CodedRow):
    """A course as it is called, whatever its version: life skills, business creation."""

    group = models.CharField(
        _("counted under"),
        max_length=20,
        choices=ModuleGroup.choices,
        help_text=_("Modules of an earlier scheme count under the group that replaced them."),
    )

    class Meta(CodedRow.Meta):
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def get_absolute_url(self) -> str:
        return reverse("training:module-detail", args=[self.code])


class Equivalence(Record):
    """An old module as a part of a newer one: all parts together are worth the whole (R072)."""

    part = models.ForeignKey(
        Module, models.PROTECT, related_name="wholes", verbose_name=_("earlier module")
    )
    whole = models.ForeignKey(
        Module, models.PROTECT, related_name="parts", verbose_name=_("is part of")
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("equivalence of modules")
        verbose_name_plural = _("equivalences of modules")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "whole"],
                name="equivalence_once",
                violation_error_message=_("This equivalence is recorded already."),
            ),
            models.CheckConstraint(
                condition=~Q(part=F("whole")),
                name="equivalence_of_two_modules",
                violation_error_message=_("A module is not a part of itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} → {self.whole_id}"

    def clean(self) -> None:
        """Both count under one group, or the parts would be worth another subject (R072)."""
        super().clean()
        if self.part.group != self.whole.group:
            raise ValidationError(
                _("%(part)s and %(whole)s count under different groups."),
                code="different_groups",
                params={"part": self.part.label, "whole": self.whole.label},
            )


class ModuleVersionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The catalogue holds no personal data: everybody who has signed in may read it."""
        return self.all() if user.is_authenticated else self.none()

    def with_list_data(self) -> Self:
        return self.select_related("module")

    def in_force(self, day: datetime.date) -> Self:
        """The catalogue as of a day (R071)."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day
        )

    def in_reading_order(self) -> Self:
        """Preparatory modules first."""
        return self.order_by("-is_preparatory", "module__group", "module", "number")


class ModuleVersion(Record):
    """A module between two dates: its length, aims and what it presupposes (R071, R092)."""

    module = models.ForeignKey(
        Module, models.PROTECT, related_name="versions", verbose_name=_("module")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(
        _("length in working days"),
        help_text=_("Monday to Friday, without public holidays."),
    )
    aims_fr = models.TextField(_("aims in French"), blank=True)
    aims_en = models.TextField(_("aims in English"), blank=True)
    aims_ar = models.TextField(_("aims in Arabic"), blank=True)
    is_preparatory = models.BooleanField(_("preparatory"), default=False)
    is_vocational = models.BooleanField(
        _("vocational"),
        default=False,
        help_text=_("Needs both preparatory modules completed (R073)."),
    )
    completion_percent = models.PositiveSmallIntegerField(
        _("attendance needed to complete"),
        default=80,
        help_text=_("Share of the half-days, in percent."),
    )

    objects = ModuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a module")
        verbose_name_plural = _("versions of modules")
        ordering = ["module", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "number"],
                name="module_version_number_once",
                violation_error_message=_("This module has a version of this number."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="module_version_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=120),
                name="module_version_days_plausible",
                violation_error_message=_("A module lasts from 1 to 120 working days."),
            ),
            models.CheckConstraint(
                condition=Q(completion_percent__gte=1, completion_percent__lte=100),
                name="module_version_completion_is_share",
                violation_error_message=_("Enter a share between 1 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(is_preparatory=False) | Q(is_vocational=False),
                name="module_version_of_one_kind",
                violation_error_message=_("A module is preparatory or vocational, not both."),
            ),
            ExclusionConstraint(
                name="module_one_version_at_a_time",
                expressions=[
                    ("module", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "Another version of this module is in force in part of that time."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.module.label

    @property
    def aims(self) -> str:
        """The aims in the active language."""
        return getattr(self, f"aims_{(get_language() or 'fr')[:2]}", self.aims_fr)

    @property
    def half_days(self) -> int:
        return self.days * 2
