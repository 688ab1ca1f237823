"""Questionnaires: versioned data with their questions, options, scores and weights."""

import datetime
import re
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Labelled, ScopedQuerySet
from surveys.enums import (
    WITH_OPTIONS,
    CountsAs,
    Dimension,
    QuestionKind,
    QuestionnaireKind,
    ScoringStatus,
)

KEY = re.compile(r"(?P<code>[a-z0-9-]+?)(?:-v(?P<version>[0-9]{1,4}))?")
code_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
    _("Use letters without accents, digits, dashes and underscores."),
)


class ValidityRange(Func):
    """The days of a version, both ends included."""

    function = "daterange"
    output_field = DateRangeField()


class QuestionnaireQuerySet(ScopedQuerySet):
    """Questionnaires hold no personal data: everybody who has signed in may read them."""

    def visible_to(self, user: Any) -> Self:
        return self.all() if user.is_authenticated else self.none()

    def in_force(self, on: datetime.date) -> Self:
        """Versions in use on a day; at most one per code."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on)

    def named(self, key: str, *, on: datetime.date) -> "Questionnaire":
        """The version an address names: ``rss-v1``, or for ``rss`` the one of that day.

        Before its first day or after its last the latest version is given. Raises DoesNotExist.
        """
        match = KEY.fullmatch(key)
        if match is None:
            raise self.model.DoesNotExist
        rows = self.filter(code=match["code"])
        if match["version"]:
            return rows.get(version=int(match["version"]))
        row = rows.in_force(on).first() or rows.order_by("-version").first()
        if row is None:
            raise self.model.DoesNotExist
        return row

    def with_questions(self) -> Self:
        """With questions and options, in three queries whatever their number."""
        return self.prefetch_related("questions__options")


class Questionnaire(Labelled):
    """One version of a form that is asked and counted; changing it makes another version."""

    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    kind = models.CharField(_("kind"), max_length=20, choices=QuestionnaireKind.choices)
    status = models.CharField(
        _("scoring"),
        max_length=12,
        choices=ScoringStatus.choices,
        default=ScoringStatus.PROVISIONAL,
    )
    valid_from = models.DateField(_("in use from"))
    valid_until = models.DateField(_("in use until"), null=True, blank=True)
    is_repeatable = models.BooleanField(_("may be answered several times"), default=False)
    is_for_adults = models.BooleanField(_("for adults only"), default=False)
    is_scored = models.BooleanField(_("gives a score"), default=False)
    scoring = models.JSONField(_("scoring"), default=dict, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["kind", "code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                name="questionnaire_version_once",
                violation_error_message=_("This version exists already."),
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$") & ~Q(code__regex=r"-v[0-9]+$"),
                name="questionnaire_code_readable",
                violation_error_message=_("Use small letters, digits and dashes."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="questionnaire_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
            ExclusionConstraint(
                name="questionnaire_one_version_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        ValidityRange(
                            "valid_from",
                            "valid_until",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Another version is in use in part of that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Its address: code and version."""
        return f"{self.code}-v{self.version}"

    @property
    def name(self) -> str:
        """Title and version, as named wherever a score is shown."""
        return _("%(title)s, version %(version)s") % {
            "title": self.label,
            "version": self.version,
        }

    @property
    def is_provisional(self) -> bool:
        return self.status == ScoringStatus.PROVISIONAL

    def is_in_force(self, on: datetime.date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def get_absolute_url(self) -> str:
        return reverse("surveys:detail", args=[self.key])


class QuestionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.all() if user.is_authenticated else self.none()


class Question(Labelled):
    """One question of a version, with its part of the score and its weights."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="questions", verbose_name=_("questionnaire")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    order = models.PositiveSmallIntegerField(_("order"))
    dimension = models.CharField(
        _("part of the score"), max_length=12, choices=Dimension.choices, blank=True
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=QuestionKind.choices, default=QuestionKind.SINGLE
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    ask_if = models.JSONField(
        _("asked only if"),
        null=True,
        blank=True,
        help_text=_("Code of an earlier question and the answers after which this one is asked."),
    )
    weight = models.DecimalField(_("weight in its part"), max_digits=7, decimal_places=6, default=0)
    composite_weight = models.DecimalField(
        _("weight in the composite"), max_digits=7, decimal_places=6, default=0
    )
    max_choices = models.PositiveSmallIntegerField(_("most answers"), null=True, blank=True)
    minimum = models.DecimalField(
        _("smallest number"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    maximum = models.DecimalField(
        _("largest number"), max_digits=10, decimal_places=2, null=True, blank=True
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["questionnaire", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "code"],
                name="question_code_once",
                violation_error_message=_("Another question has this code."),
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "order"],
                name="question_order_once",
                violation_error_message=_("Another question stands in this place."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=1)
                & Q(composite_weight__gte=0, composite_weight__lte=1),
                name="question_weights_are_shares",
                violation_error_message=_("A weight lies between 0 and 1."),
            ),
            models.CheckConstraint(
                condition=Q(kind=QuestionKind.SINGLE) | Q(dimension=""),
                name="question_scored_has_one_answer",
                violation_error_message=_("A scored question takes one answer."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def has_options(self) -> bool:
        return self.kind in WITH_OPTIONS


class Option(Labelled):
    """One answer to choose, with what it is worth."""

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="options", verbose_name=_("question")
    )
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    order = models.PositiveSmallIntegerField(_("order"))
    score = models.DecimalField(
        _("score"),
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    counts_as = models.CharField(
        _("counts as"), max_length=14, choices=CountsAs.choices, default=CountsAs.SCORED
    )
    is_favourable = models.BooleanField(_("counts as satisfied or useful"), default=False)
    calls_for_help = models.BooleanField(
        _("calls for help"),
        default=False,
        help_text=_("Whoever reads the response is told that the person may need support."),
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["question", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "code"],
                name="option_code_once",
                violation_error_message=_("Another option has this code."),
            ),
            models.UniqueConstraint(
                fields=["question", "order"],
                name="option_order_once",
                violation_error_message=_("Another option stands in this place."),
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True)
                | Q(score__gte=0, score__lte=1, counts_as=CountsAs.SCORED),
                name="option_score_is_share",
                violation_error_message=_(
                    "A score lies between 0 and 1; missing answers have none."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.label
