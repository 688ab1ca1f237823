"""REST: applications for vocational places and the decisions on them (R074)."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases.fields import CaseField
from core.api import (
    DateField,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RetrieveMixin,
    VisibleField,
)
from training import filters, services
from training.api.fields import ReasonIn
from training.enums import ApplicationStatus, Fit
from training.models import Application, CriterionAnswer, Edition
from training.workflow import DECISIONS


class AnswerOut(serializers.ModelSerializer):
    """How far one criterion is met, by its position among the criteria of the course."""

    criterion = serializers.IntegerField(source="criterion.position")

    class Meta:
        model = CriterionAnswer
        fields = ("criterion", "fit", "note")


class ApplicationOut(serializers.ModelSerializer):
    """For those who see the case; training partners have no address for it (R003)."""

    case = serializers.CharField(source="case.reference")
    edition = serializers.CharField(source="edition.reference")
    answers = AnswerOut(many=True)
    decided_by = serializers.CharField(source="decided_by.name", default=None)

    class Meta:
        model = Application
        fields = (
            "reference",
            "version",
            "status",
            "case",
            "edition",
            "applied_on",
            "motivation",
            "answers",
            "decided_on",
            "decided_by",
            "reason",
        )


class AnswerIn(InputSerializer):
    criterion = serializers.IntegerField(min_value=1)
    fit = serializers.ChoiceField(Fit.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class AnswersIn(InputSerializer):
    motivation = serializers.CharField(max_length=1_000)
    answers = AnswerIn(many=True, allow_empty=False)


class ApplyIn(AnswersIn):
    edition = VisibleField(slug_field="reference", queryset=Edition.objects.all())
    case = CaseField()
    on = DateField(required=False)


class CorrectIn(AnswersIn):
    reason = serializers.CharField(max_length=500)


class DecideIn(InputSerializer):
    decision = serializers.ChoiceField(
        [(status.value, status.label) for status in ApplicationStatus if status in DECISIONS]
    )
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    on = DateField(required=False)


class ApplicationViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Applications for vocational places: made, decided, taken back, withdrawn (R074).

    Whoever is accepted is enrolled by ``enrolments``, like everybody else.
    """

    model = Application
    serializer_class = ApplicationOut
    filterset_class = filters.ApplicationFilter
    ordering = ("-applied_on", "-id")
    permissions = {
        "list": P.VIEW_APPLICATIONS,
        "retrieve": P.VIEW_APPLICATIONS,
        "create": P.ENROL,
        "correct": P.ENROL,
        "withdraw": P.ENROL,
        "decide": P.DECIDE_APPLICATIONS,
        "take_back": P.DECIDE_APPLICATIONS,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("answers__criterion")

    @extend_schema(request=ApplyIn, responses={201: ApplicationOut})
    def create(self, request: Any) -> Response:
        def apply(*, edition: Edition, answers: list[dict[str, Any]], **data: Any) -> Application:
            return services.apply(edition, answers=answers_to(edition, answers), **data)

        return self.open(ApplyIn, apply)

    @extend_schema(request=CorrectIn, responses=ApplicationOut)
    @action(detail=True, methods=["post"])
    def correct(self, request: Any, reference: str = "") -> Response:
        def correct(row: Application, *, answers: list[dict[str, Any]], **data: Any) -> Application:
            given = answers_to(row.edition, answers)
            return services.correct_application(row, answers=given, **data)

        return self.verb(CorrectIn, correct)

    @extend_schema(request=DecideIn, responses=ApplicationOut)
    @action(detail=True, methods=["post"])
    def decide(self, request: Any, reference: str = "") -> Response:
        return self.verb(DecideIn, services.decide)

    @extend_schema(request=ReasonIn, responses=ApplicationOut)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.take_back_decision)

    @extend_schema(request=ReasonIn, responses=ApplicationOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.withdraw_application)


def answers_to(edition: Edition, given: list[dict[str, Any]]) -> list[services.Answer]:
    """The answers with the criteria of the course that they name by position."""
    criteria = {row.position: row for row in edition.criteria.all()}
    unknown = sorted({row["criterion"] for row in given} - criteria.keys())
    if unknown:
        text = _("This course has no criterion %(list)s.") % {"list": ", ".join(map(str, unknown))}
        raise serializers.ValidationError({"answers": [text]})
    return [
        services.Answer(criterion=criteria[row["criterion"]], fit=row["fit"], note=row["note"])
        for row in given
    ]
