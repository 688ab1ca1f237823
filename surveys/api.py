"""REST resources of questionnaires and responses."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response as Answered

from accounts.permissions import Permission as P
from cases.fields import CaseField
from core.api import DateField, InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from core.clock import today
from surveys import filters, services
from surveys.enums import OF_A_CASE, Channel, FollowUpObstacle, Respondent
from surveys.models import FollowUp, Option, Question, Questionnaire, Response, Score


class LabelsOut(serializers.Serializer):
    """The name in the three languages."""

    fr = serializers.CharField(source="label_fr")
    en = serializers.CharField(source="label_en")
    ar = serializers.CharField(source="label_ar")


class OptionOut(serializers.ModelSerializer):
    labels = LabelsOut(source="*")

    class Meta:
        model = Option
        fields = ("code", "labels", "score", "counts_as", "is_favourable")


class QuestionOut(serializers.ModelSerializer):
    labels = LabelsOut(source="*")
    options = OptionOut(many=True)

    class Meta:
        model = Question
        fields = (
            "code",
            "order",
            "labels",
            "kind",
            "dimension",
            "is_required",
            "ask_if",
            "weight",
            "composite_weight",
            "max_choices",
            "minimum",
            "maximum",
            "options",
        )


class QuestionnaireOut(serializers.ModelSerializer):
    labels = LabelsOut(source="*")

    class Meta:
        model = Questionnaire
        fields = (
            "key",
            "code",
            "version",
            "kind",
            "status",
            "labels",
            "valid_from",
            "valid_until",
            "is_repeatable",
            "is_for_adults",
            "is_scored",
            "scoring",
        )
        read_only_fields = fields


class QuestionnaireWithQuestionsOut(QuestionnaireOut):
    questions = QuestionOut(many=True)

    class Meta(QuestionnaireOut.Meta):
        fields = (*QuestionnaireOut.Meta.fields, "questions")
        read_only_fields = fields


class QuestionnaireViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Questionnaires with their versions; ``rss`` is the version of today, ``rss-v1`` the first."""

    model = Questionnaire
    serializer_class = QuestionnaireOut
    filterset_class = filters.QuestionnaireFilter
    ordering = ("code", "version", "id")
    lookup_field = "key"
    permissions = {"list": P.VIEW_SURVEYS, "retrieve": P.VIEW_SURVEYS}

    def get_serializer_class(self) -> Any:
        return QuestionnaireWithQuestionsOut if self.action == "retrieve" else QuestionnaireOut

    def get_object(self) -> Questionnaire:
        try:
            obj = self.get_queryset().with_questions().named(self.kwargs["key"], on=today())
        except Questionnaire.DoesNotExist as error:
            raise Http404 from error
        self.check_object_permissions(self.request, obj)
        self.refuse_parameters()
        return obj


class VersionOut(serializers.ModelSerializer):
    """Which version was answered."""

    class Meta:
        model = Questionnaire
        fields = ("key", "code", "version", "kind", "status")
        read_only_fields = fields


class ScoreOut(serializers.ModelSerializer):
    """The stored result; null means not enough answers."""

    class Meta:
        model = Score
        fields = (
            "economic",
            "social",
            "psychosocial",
            "composite",
            "is_sustainable",
            "band",
            "coverage",
            "threshold",
            "minimum_coverage",
            "scoring_status",
        )
        read_only_fields = fields


class ResponseOut(serializers.ModelSerializer):
    questionnaire = VersionOut()
    case = serializers.CharField(source="case.reference", default=None)
    answers = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()

    class Meta:
        model = Response
        fields = (
            "reference",
            "version",
            "questionnaire",
            "case",
            "context",
            "answered_on",
            "channel",
            "respondent",
            "is_current",
            "answers",
            "score",
        )

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_answers(self, response: Response) -> dict[str, Any]:
        return response.values

    @extend_schema_field(ScoreOut(allow_null=True))
    def get_score(self, response: Response) -> dict[str, Any] | None:
        score = getattr(response, "score", None)
        return None if score is None else ScoreOut(score).data


class QuestionnaireField(serializers.CharField):
    """A questionnaire by code, or by code and version."""

    def to_internal_value(self, data: Any) -> Any:
        key = super().to_internal_value(data)
        try:
            found = Questionnaire.objects.with_questions().named(key, on=today())
        except Questionnaire.DoesNotExist as error:
            raise serializers.ValidationError(_("There is no such questionnaire.")) from error
        if found.kind not in OF_A_CASE:
            raise serializers.ValidationError(
                _("This questionnaire is answered with its session or course.")
            )
        return found


class AnswersIn(InputSerializer):
    """Option codes, lists of them, numbers or texts by question code."""

    answers = serializers.DictField(child=serializers.JSONField(), allow_empty=False)
    answered_on = DateField()
    channel = serializers.ChoiceField(Channel.choices, default=Channel.INTERVIEW)
    respondent = serializers.ChoiceField(Respondent.choices, default=Respondent.SELF)


class ResponseIn(AnswersIn):
    questionnaire = QuestionnaireField()
    case = CaseField()


class CorrectionIn(AnswersIn):
    reason = serializers.CharField(max_length=500)


class WithdrawalIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class ResponseViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Responses of the cases one may see; lists leave out corrected and withdrawn ones."""

    model = Response
    serializer_class = ResponseOut
    filterset_class = filters.ResponseFilter
    ordering = ("-answered_on", "-id")
    permissions = {
        "list": P.VIEW_SURVEYS,
        "retrieve": P.VIEW_SURVEYS,
        "create": P.ANSWER_SURVEYS,
        "correct": P.ANSWER_SURVEYS,
        "withdraw": P.ANSWER_SURVEYS,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.current() if self.action == "list" else rows

    @extend_schema(request=ResponseIn, responses={201: ResponseOut})
    def create(self, request: Any) -> Answered:
        return self.act(
            ResponseIn,
            lambda questionnaire, **data: services.submit(questionnaire, by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )

    @extend_schema(request=CorrectionIn, responses={201: ResponseOut})
    @action(detail=True, methods=["post"])
    def correct(self, request: Any, reference: str = "") -> Answered:
        return self.act(
            CorrectionIn,
            lambda obj, **data: services.correct_response(obj, by=request.user, **data),
            obj=self.get_object(),
            code=status.HTTP_201_CREATED,
        )

    @extend_schema(request=WithdrawalIn, responses=ResponseOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, reference: str = "") -> Answered:
        return self.act(
            WithdrawalIn,
            lambda obj, **data: services.withdraw_response(obj, by=request.user, **data),
            obj=self.get_object(),
        )


class FollowUpOut(serializers.ModelSerializer):
    case = serializers.CharField(source="case.reference")

    class Meta:
        model = FollowUp
        fields = (
            "reference",
            "version",
            "case",
            "month",
            "kind",
            "due_on",
            "window_days",
            "status",
            "done_on",
            "obstacle",
        )
        read_only_fields = fields


class FollowUpDoneIn(InputSerializer):
    done_on = DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class FollowUpNotPossibleIn(InputSerializer):
    obstacle = serializers.ChoiceField(FollowUpObstacle.choices)
    on = DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)


class FollowUpMoveIn(InputSerializer):
    due_on = DateField()
    reason = serializers.CharField(max_length=500)


class FollowUpReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class FollowUpViewSet(ListMixin, RecordViewSet):
    """Follow-ups still to be done, the most urgent first; ``?due=overdue`` for the late (R154).

    What came of one is recorded here as well, so that a visit can be entered from elsewhere.
    """

    model = FollowUp
    serializer_class = FollowUpOut
    filterset_class = filters.FollowUpFilter
    ordering = ("due_on", "id")
    permissions = {
        "list": P.VIEW_SURVEYS,
        "done": P.ANSWER_SURVEYS,
        "not_possible": P.ANSWER_SURVEYS,
        "move": P.ANSWER_SURVEYS,
        "cancel": P.ANSWER_SURVEYS,
        "reopen": P.ANSWER_SURVEYS,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.open() if self.action == "list" else rows

    @extend_schema(request=FollowUpDoneIn, responses=FollowUpOut)
    @action(detail=True, methods=["post"])
    def done(self, request: Any, reference: str = "") -> Answered:
        return self.verb(FollowUpDoneIn, services.complete_follow_up)

    @extend_schema(request=FollowUpNotPossibleIn, responses=FollowUpOut)
    @action(detail=True, methods=["post"], url_path="not-possible")
    def not_possible(self, request: Any, reference: str = "") -> Answered:
        return self.verb(FollowUpNotPossibleIn, services.mark_not_possible)

    @extend_schema(request=FollowUpMoveIn, responses=FollowUpOut)
    @action(detail=True, methods=["post"])
    def move(self, request: Any, reference: str = "") -> Answered:
        return self.verb(FollowUpMoveIn, services.move_follow_up)

    @extend_schema(request=FollowUpReasonIn, responses=FollowUpOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, reference: str = "") -> Answered:
        return self.verb(FollowUpReasonIn, services.cancel_follow_up)

    @extend_schema(request=FollowUpReasonIn, responses=FollowUpOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Any, reference: str = "") -> Answered:
        return self.verb(FollowUpReasonIn, services.reopen_follow_up)


ROUTES = (
    ("questionnaires", QuestionnaireViewSet),
    ("responses", ResponseViewSet),
    ("follow-ups", FollowUpViewSet),
)
