"""Responses: what was answered, to which version, and what it is worth. Frozen once stored."""

import datetime
import secrets
from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.models import Case, OfCaseQuerySet
from cases.models.case import HOST_SIDE, ORIGIN_SIDE
from core.models import Record
from surveys.enums import (
    Channel,
    QuestionKind,
    QuestionnaireKind,
    Respondent,
    ScoreBand,
    ScoringStatus,
)
from surveys.models.questionnaire import Option, Question, Questionnaire

#: Codes that feedback questionnaires share, whatever their version.
SATISFACTION = "satisfaction"
USEFULNESS = "usefulness"


def new_reference() -> str:
    """An address nobody can guess."""
    return secrets.token_hex(16)


def _readable(user: Any, path: str = "") -> Q:
    """All but reintegration surveys; those are read by whoever works with the person.

    They tell of distress and the wish for support. Like psychosocial goals they are for the office
    of the country of origin, not for who supervises or has handed the person over (design §4.2).
    """
    countries = user.countries_for(*ORIGIN_SIDE)
    return ~Q(**{f"{path}questionnaire__kind": QuestionnaireKind.REINTEGRATION}) | Q(
        **{f"{path}case__country__in": countries}
    )


class ResponseQuerySet(OfCaseQuerySet):
    """Single responses are seen with their case; those without a case are only counted."""

    def visible_to(self, user: Any) -> Self:
        """Of visible cases; reintegration surveys for whoever works with the person only."""
        if not user.is_authenticated:
            return self.none()
        return super().visible_to(user).filter(_readable(user))

    def countable_by(self, user: Any) -> Self:
        """Responses whose figures this user may ask for, without seeing one; only for reports."""
        programmes = user.programmes_for(Role.ME_OFFICER, Role.PROGRAMME_MANAGER, Role.DONOR)
        return self.filter(
            Q(case__programme__in=programmes) | Q(case__isnull=True, programme__in=programmes)
        )

    def totalled_for(self, user: Any) -> Self:
        """Responses in the totals that staff read: those one may read, and those of one's own
        programme, or of one's own office where no case is named.
        """
        if not user.is_authenticated:
            return self.none()
        programmes = user.programmes_for(Role.ME_OFFICER, Role.PROGRAMME_MANAGER)
        offices = user.offices_for(*HOST_SIDE)
        return self.filter(
            Q(case__in=Case.objects.visible_to(user)) & _readable(user)
            | Q(case__programme__in=programmes)
            | Q(case__isnull=True, programme__in=programmes)
            | Q(case__isnull=True, office__in=offices)
        )

    def current(self) -> Self:
        """Without those corrected or withdrawn since."""
        return self.filter(is_current=True)

    def of_kind(self, kind: str) -> Self:
        return self.filter(questionnaire__kind=kind)

    def of_context(self, *contexts: str) -> Self:
        """Given on these occasions: ``edition:ABC``."""
        return self.filter(context__in=contexts)

    def answered_by(self, day: datetime.date) -> Self:
        """Current, and answered on or before a day."""
        return self.current().filter(answered_on__lte=day)

    def scored(self) -> Self:
        """With a composite score: every part has enough answers."""
        return self.filter(score__composite__isnull=False)

    def latest_scored_per_person(self, day: datetime.date) -> Self:
        """Each person's latest scored response by a day."""
        latest = (
            self.scored()
            .answered_by(day)
            .filter(case__isnull=False)
            .order_by("case__person", "-answered_on", "-id")
            .distinct("case__person")
        )
        return self.model._default_manager.filter(pk__in=latest.values("pk"))

    def sustainable(self) -> Self:
        """Whose composite reaches the threshold."""
        return self.filter(score__is_sustainable=True)

    def favourable(self, question: str) -> Self:
        """With an answer that counts as satisfied or useful."""
        answers = Answer.objects.filter(
            response=models.OuterRef("pk"), question__code=question, option__is_favourable=True
        )
        return self.filter(models.Exists(answers))

    def satisfied(self) -> Self:
        """Satisfied or very satisfied (R058, R083, R162)."""
        return self.favourable(SATISFACTION)

    def useful(self) -> Self:
        """Found the skills useful or quite useful (R101)."""
        return self.favourable(USEFULNESS)

    def option_counts(self) -> dict[int, int]:
        """How many responses chose each option, by the option's id."""
        rows = (
            Answer.objects.filter(response__in=self.order_by(), option__isnull=False)
            .values("option")
            .annotate(count=Count("response", distinct=True))
        )
        return {row["option"]: row["count"] for row in rows}

    def rank_counts(self) -> dict[int, dict[int, int]]:
        """How often each option of a ranking stood in which place, by the option's id."""
        rows = (
            Answer.objects.filter(response__in=self.order_by(), question__kind=QuestionKind.RANK)
            .values("option", "number")
            .annotate(count=Count("id"))
        )
        places: dict[int, dict[int, int]] = {}
        for row in rows:
            places.setdefault(row["option"], {})[int(row["number"])] = row["count"]
        return places

    def with_answers(self) -> Self:
        """With what ``Response.values`` reads."""
        answers = Answer.objects.select_related("question", "option").order_by(
            "question__order", "number", "id"
        )
        return self.prefetch_related(models.Prefetch("answers", queryset=answers))

    def with_list_data(self) -> Self:
        """What a row of a list or of the API shows, in a fixed number of queries."""
        return self.select_related("questionnaire", "case", "score", "entered_by").with_answers()


class Response(Record):
    """One filled-in questionnaire. Corrections replace it by another one and keep it."""

    reference = models.CharField(max_length=32, unique=True, default=new_reference, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire,
        models.PROTECT,
        related_name="responses",
        verbose_name=_("questionnaire"),
    )
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("case"),
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
        help_text=_("Only where no case is named; else it is the programme of the case."),
    )
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
        help_text=_("Only where no case is named; else it is the office of the case."),
    )
    context = models.CharField(
        _("occasion"),
        max_length=80,
        blank=True,
        db_index=True,
        validators=[
            RegexValidator(r"^[a-z][a-z_-]*:[A-Za-z0-9_-]+$", _("Write it as kind:reference."))
        ],
        help_text=_("What was asked about, e.g. the course: edition:ABC."),
    )
    answered_on = models.DateField(_("answered on"))
    channel = models.CharField(
        _("how it was answered"), max_length=10, choices=Channel.choices, default=Channel.PAPER
    )
    respondent = models.CharField(
        _("answered by"), max_length=10, choices=Respondent.choices, default=Respondent.SELF
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered at"), auto_now_add=True)
    is_current = models.BooleanField(_("counts"), default=True, editable=False)
    set_aside_because = models.CharField(
        _("no longer counted because"), max_length=500, blank=True, editable=False
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="superseded_by",
        verbose_name=_("corrects"),
    )

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            models.Index(F("answered_on").desc(), F("id").desc(), name="response_list"),
            models.Index("case", F("answered_on").desc(), name="response_by_case"),
            models.Index("questionnaire", "answered_on", name="response_by_questionnaire"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "case", "context", "answered_on"],
                condition=Q(is_current=True, case__isnull=False),
                name="response_once_a_day",
                violation_error_message=_(
                    "The answers of this person on this day are recorded already. Open them to "
                    "correct them."
                ),
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(programme__isnull=True, office__isnull=True),
                name="response_of_case_follows_case",
                violation_error_message=_("Programme and office are those of the case."),
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(programme__isnull=False) | ~Q(context=""),
                name="response_belongs_somewhere",
                violation_error_message=_(
                    "Answers without a name need the programme or the occasion they belong to."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_current=True, set_aside_because="")
                | Q(is_current=False) & ~Q(set_aside_because=""),
                name="response_set_aside_with_reason",
                violation_error_message=_("Say why the response no longer counts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.answered_on}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:response", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference if self.case_id else ""

    @property
    def values(self) -> dict[str, Any]:
        """The answers by question code, in the form ``services.submit`` takes them."""
        values: dict[str, Any] = {}
        for answer in self.answers.all():
            code, kind = answer.question.code, answer.question.kind
            if kind in (QuestionKind.MULTIPLE, QuestionKind.RANK):
                values.setdefault(code, []).append(answer.option.code)
            elif kind == QuestionKind.SINGLE:
                values[code] = answer.option.code
            else:
                values[code] = answer.number if kind == QuestionKind.NUMBER else answer.text
        return values

    @property
    def calls_for_help(self) -> list["Answer"]:
        """Answers after which somebody should look after the person."""
        return [a for a in self.answers.all() if a.option and a.option.calls_for_help]


class OfResponseQuerySet(OfCaseQuerySet):
    """Answers and scores are read with their response."""

    case_path = "response__case"

    def visible_to(self, user: Any) -> Self:
        if not user.is_authenticated:
            return self.none()
        return super().visible_to(user).filter(_readable(user, "response__"))


class Answer(models.Model):
    """What was answered to one question; a ranking keeps the place in ``number``."""

    response = models.ForeignKey(
        Response, models.CASCADE, related_name="answers", verbose_name=_("response")
    )
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="+", verbose_name=_("question")
    )
    option = models.ForeignKey(
        Option, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("option")
    )
    number = models.DecimalField(
        _("number"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    text = models.TextField(_("text"), blank=True)

    objects = OfResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["response", "question", "number", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question", "option"],
                nulls_distinct=False,
                name="answer_once",
                violation_error_message=_("This answer is given already."),
            ),
            models.CheckConstraint(
                condition=Q(option__isnull=False) | Q(number__isnull=False) | ~Q(text=""),
                name="answer_is_not_empty",
            ),
        ]

    def __str__(self) -> str:
        if self.option_id:
            return str(self.option)
        return self.text or f"{self.number:g}"


class Score(models.Model):
    """What a scored response was worth on the day it was stored; empty means not enough answers."""

    response = models.OneToOneField(
        Response, models.CASCADE, related_name="score", verbose_name=_("response")
    )
    economic = models.DecimalField(
        _("economic"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    social = models.DecimalField(_("social"), max_digits=5, decimal_places=4, null=True, blank=True)
    psychosocial = models.DecimalField(
        _("psychosocial"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    composite = models.DecimalField(
        _("composite"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    is_sustainable = models.BooleanField(_("reaches the threshold"), null=True, blank=True)
    band = models.CharField(_("band"), max_length=6, choices=ScoreBand.choices, blank=True)
    coverage = models.JSONField(_("coverage"), default=dict)
    threshold = models.DecimalField(_("threshold"), max_digits=5, decimal_places=4)
    minimum_coverage = models.DecimalField(_("least coverage"), max_digits=5, decimal_places=4)
    scoring_status = models.CharField(_("scoring"), max_length=12, choices=ScoringStatus.choices)

    objects = OfResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.CheckConstraint(
                condition=Q(composite__isnull=True, is_sustainable__isnull=True, band="")
                | Q(
                    composite__isnull=False,
                    is_sustainable__isnull=False,
                    economic__isnull=False,
                    social__isnull=False,
                    psychosocial__isnull=False,
                ),
                name="score_composite_needs_all_parts",
            ),
            models.CheckConstraint(
                condition=Q(composite__isnull=True)
                | Q(is_sustainable=True, composite__gte=F("threshold"))
                | Q(is_sustainable=False, composite__lt=F("threshold")),
                name="score_sustainable_from_threshold",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{part}__isnull": True})
                    | Q(**{f"{part}__gte": 0, f"{part}__lte": 1}),
                    name=f"score_{part}_is_share",
                )
                for part in ("economic", "social", "psychosocial", "composite")
            ),
        ]

    def __str__(self) -> str:
        return "–" if self.composite is None else str(self.composite)
