"""The migrant: who somebody is, apart from what is done for them."""

import datetime
from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, GeneratedField, Q, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from cases.enums import (
    BirthPrecision,
    EducationLevel,
    FamilySituation,
    LifePlan,
    ReportingGroup,
    Sex,
    TimeAbroad,
)
from core.fields import EncryptedTextField, blind_index
from core.models import Record, ScopedQuerySet
from core.text import Fold

ADULT_AGE = 18
FIRST_BIRTH = datetime.date(1900, 1, 1)
#: Stands for an unknown day of birth where people are compared, before every plausible one.
UNKNOWN_DAY = datetime.date(1800, 1, 1)
BORN = Coalesce("birth_on", Value(UNKNOWN_DAY))
#: The same as ``name_key``; so named, the index of likely duplicates serves nothing else.
CALLED = Lower("name_key")


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Completed years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class PersonQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """People of the cases one may see."""
        from cases.models.case import Case

        return self.filter(cases__in=Case.objects.visible_to(user)).distinct()


class Person(Record):
    """A migrant. Names are plain columns because they are searched (design §4.15)."""

    family_name = models.CharField(_("family name"), max_length=100)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    name_key = GeneratedField(
        expression=Fold(
            models.expressions.CombinedExpression(
                models.expressions.CombinedExpression(F("family_name"), "||", Value(" ")),
                "||",
                F("given_name"),
            )
        ),
        output_field=models.CharField(max_length=210),
        db_persist=True,
    )
    sex = models.CharField(_("sex"), max_length=6, choices=Sex.choices, blank=True)
    birth_on = models.DateField(
        _("date of birth"),
        null=True,
        blank=True,
        help_text=_("When only the year is known, enter 1 January and choose “Year only”."),
    )
    birth_precision = models.CharField(
        _("precision of the date of birth"),
        max_length=4,
        choices=BirthPrecision.choices,
        default=BirthPrecision.DAY,
    )
    birth_note = models.CharField(_("age, in words"), max_length=300, blank=True)
    nationality = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        related_name="+",
        verbose_name=_("nationality"),
    )
    community = models.ForeignKey(
        "reference.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("community of origin"),
        help_text=_("Where the person comes from; the community of return may be another one."),
    )
    community_note = models.CharField(
        _("community of origin, in words"), max_length=300, blank=True
    )
    languages = models.ManyToManyField(
        "reference.Language",
        blank=True,
        related_name="+",
        verbose_name=_("spoken languages"),
    )
    languages_note = models.CharField(_("spoken languages, in words"), max_length=300, blank=True)
    family_situation = models.CharField(
        _("family situation"),
        max_length=10,
        choices=FamilySituation.choices,
        blank=True,
    )
    family_note = models.CharField(_("family situation, in words"), max_length=300, blank=True)
    education = models.CharField(
        _("education completed"),
        max_length=20,
        choices=EducationLevel.choices,
        blank=True,
    )
    education_note = models.CharField(_("education, in words"), max_length=300, blank=True)
    time_abroad = models.CharField(
        _("time spent abroad"), max_length=12, choices=TimeAbroad.choices, blank=True
    )
    time_abroad_note = models.CharField(
        _("time spent abroad, in words"), max_length=300, blank=True
    )
    experience = models.ManyToManyField(
        "reference.Sector",
        blank=True,
        related_name="+",
        verbose_name=_("work experience"),
    )
    interests = models.ManyToManyField(
        "reference.Sector",
        blank=True,
        related_name="+",
        verbose_name=_("areas of interest"),
    )
    experience_note = models.TextField(_("work experience, in words"), blank=True)
    interests_note = models.CharField(_("areas of interest, in words"), max_length=300, blank=True)
    main_plan = models.CharField(
        _("main life plan"), max_length=10, choices=LifePlan.choices, blank=True
    )
    life_plans = models.TextField(_("life plans, in the person's words"), blank=True)
    document_number = EncryptedTextField(_("identity document number"), blank=True, default="")
    document_index = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["name_key"], name="person_name"),
            models.Index(fields=["birth_on"], name="person_birth"),
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="person_names"),
            GistIndex(
                OpClass(BORN, "gist_date_ops"),
                OpClass(CALLED, "gist_trgm_ops(siglen=64)"),
                name="person_alike",
            ),
            models.Index(
                fields=["document_index"],
                condition=~Q(document_index=""),
                name="person_document",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_on__isnull=True) | Q(birth_on__gte=FIRST_BIRTH),
                name="person_birth_plausible",
                violation_error_message=_("Enter a date of birth after 1900."),
            ),
            models.CheckConstraint(
                condition=~Q(family_name=""),
                name="person_has_name",
                violation_error_message=_("Enter the family name."),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.document_index = self.document_index_of(self.document_number)
        super().save(*args, **kwargs)

    @staticmethod
    def document_index_of(number: str) -> str:
        """Under which an identity document is found, however its number is written."""
        return blind_index(number.strip().upper())

    @property
    def full_name(self) -> str:
        """Family name first, as on the forms."""
        return f"{self.family_name.upper()} {self.given_name}".strip()

    def age_on(self, day: datetime.date) -> int | None:
        return age_on(self.birth_on, day) if self.birth_on else None

    def is_child_on(self, day: datetime.date) -> bool:
        age = self.age_on(day)
        return age is not None and age < ADULT_AGE

    def group_on(self, day: datetime.date) -> ReportingGroup:
        """The reporting group on a day (R018); ``reporting_group`` is the same in SQL."""
        if self.birth_on is None or not self.sex:
            return ReportingGroup.NOT_STATED
        return GROUPS[self.sex, self.is_child_on(day)]


GROUPS = {
    (Sex.MALE, False): ReportingGroup.MEN,
    (Sex.FEMALE, False): ReportingGroup.WOMEN,
    (Sex.MALE, True): ReportingGroup.BOYS,
    (Sex.FEMALE, True): ReportingGroup.GIRLS,
}


class EighteenYearsBefore(models.Func):
    """The latest birthday of somebody who is an adult on a day."""

    template = "((%(expressions)s)::date - interval '18 years')::date"
    output_field = models.DateField()
    arity = 1


def reporting_group(person: str, day: str) -> models.Case:
    """SQL of the reporting group of ``person`` (a path, "" for the person itself) on ``day``."""
    prefix = f"{person}__" if person else ""
    born, sex = f"{prefix}birth_on", f"{prefix}sex"
    limit = EighteenYearsBefore(F(day))
    is_adult = Q(**{f"{born}__lte": limit})
    is_child = Q(**{f"{born}__gt": limit})
    return models.Case(
        When(is_adult & Q(**{sex: Sex.MALE}), then=Value(ReportingGroup.MEN)),
        When(is_adult & Q(**{sex: Sex.FEMALE}), then=Value(ReportingGroup.WOMEN)),
        When(is_child & Q(**{sex: Sex.MALE}), then=Value(ReportingGroup.BOYS)),
        When(is_child & Q(**{sex: Sex.FEMALE}), then=Value(ReportingGroup.GIRLS)),
        default=Value(ReportingGroup.NOT_STATED),
        output_field=models.CharField(),
    )
