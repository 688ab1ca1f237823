"""REST: reintegration plans (R119, R120, R126)."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases.fields import CaseField
from core.api import DateField, InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from programmes.models import GrantCeiling
from reference.models import Sector
from reintegration import services
from reintegration.api.base import DayInput, DayReasonInput, ReasonInput
from reintegration.enums import ProjectKind, ProjectStep, Side
from reintegration.filters import PlanFilter
from reintegration.models import Goal, Plan, PlanVersion


class GoalSerializer(serializers.ModelSerializer):
    class Meta:
        model = Goal
        fields = ("id", "version", "side", "text", "steps", "support", "due_on")


class PlanSerializer(serializers.ModelSerializer):
    """A plan with the goals its reader may see and the days of its project."""

    case = serializers.CharField(source="case.reference", read_only=True)
    goals = serializers.SerializerMethodField()
    project = serializers.SerializerMethodField()
    latest_version = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = (
            "reference",
            "version",
            "case",
            "status",
            "project_kind",
            "sector",
            "description",
            "grant_category",
            "economic_not_needed",
            "social_not_needed",
            "psychosocial_not_needed",
            "opened_on",
            "submitted_on",
            "signed_on",
            "latest_version",
            "goals",
            "project",
        )

    def get_goals(self, plan: Plan) -> list[dict[str, Any]]:
        goals = getattr(plan, "readable_goals", None)
        if goals is None:
            goals = Goal.objects.visible_to(self.context["request"].user).filter(plan=plan)
        return GoalSerializer(goals, many=True).data

    def get_project(self, plan: Plan) -> dict[str, Any]:
        days = {e.step: e.on for e in plan.project_events.all() if not e.is_taken_back}
        return {"begun_on": days.get(ProjectStep.BEGUN), "done_on": days.get(ProjectStep.DONE)}

    def get_latest_version(self, plan: Plan) -> int | None:
        return max((version.number for version in plan.versions.all()), default=None)


class OpenPlanInput(InputSerializer):
    case = CaseField()
    project_kind = serializers.ChoiceField(ProjectKind.choices)
    sector = serializers.SlugRelatedField(
        slug_field="code", queryset=Sector.objects.active(), required=False, allow_null=True
    )
    description = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    grant_category = serializers.ChoiceField(GrantCeiling.Category.choices, required=False)
    grant_grounds = serializers.CharField(required=False, allow_blank=True, max_length=1_000)
    opened_on = DateField(required=False)


class EditPlanInput(InputSerializer):
    """Sector and words as they should be; the ceiling only until the plan is agreed."""

    sector = serializers.SlugRelatedField(
        slug_field="code", queryset=Sector.objects.active(), allow_null=True
    )
    description = serializers.CharField(allow_blank=True, max_length=10_000)
    grant_category = serializers.ChoiceField(GrantCeiling.Category.choices, required=False)
    grant_grounds = serializers.CharField(required=False, allow_blank=True, max_length=1_000)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class CeilingInput(InputSerializer):
    category = serializers.ChoiceField(GrantCeiling.Category.choices)
    grounds = serializers.CharField(max_length=1_000)


class GoalInput(InputSerializer):
    side = serializers.ChoiceField(Side.choices)
    text = serializers.CharField(max_length=10_000)
    steps = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    support = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    due_on = DateField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)


class NotNeededInput(InputSerializer):
    """Why a side without a goal is not needed (R119)."""

    economic_not_needed = serializers.CharField(required=False, allow_blank=True, max_length=300)
    social_not_needed = serializers.CharField(required=False, allow_blank=True, max_length=300)
    psychosocial_not_needed = serializers.CharField(
        required=False, allow_blank=True, max_length=300
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        values = super().validate(attrs)
        names = {side: f"{side}_not_needed" for side in Side.values}
        given = {side: values.pop(name) for side, name in names.items() if name in values}
        return values | {"not_needed": given}


class ChangeGoalInput(NotNeededInput, GoalInput):
    """The goal as it should be."""

    steps = serializers.CharField(allow_blank=True, max_length=10_000)
    support = serializers.CharField(allow_blank=True, max_length=10_000)


class RemoveGoalInput(NotNeededInput, ReasonInput):
    """Taking a goal out of the plan."""


class AgreeInput(InputSerializer):
    """``grant_category`` confirms the ceiling of the plan where it is not the standard one."""

    signed_on = DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)
    grant_category = serializers.ChoiceField(GrantCeiling.Category.choices, required=False)


class ProjectKindInput(ReasonInput):
    kind = serializers.ChoiceField(ProjectKind.choices)
    from_on = DateField()


class PlanViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Reintegration plans (R119, R120, R126)."""

    model = Plan
    serializer_class = PlanSerializer
    filterset_class = PlanFilter
    ordering = ("-opened_on", "-id")
    logs_refusal = frozenset({"agree"})
    permissions = {
        "list": P.VIEW_PLANS,
        "retrieve": P.VIEW_PLANS,
        "create": P.WRITE_PLANS,
        "edit": P.WRITE_PLANS,
        "ceiling": P.APPROVE_ITEMS,
        "goals": P.WRITE_PLANS,
        "kind": P.WRITE_PLANS,
        "submit": P.WRITE_PLANS,
        "send_back": P.AGREE_PLANS,
        "agree": P.AGREE_PLANS,
        "take_back": P.AGREE_PLANS,
        "begin": P.WRITE_PLANS,
        "finish": P.WRITE_PLANS,
        "take_step_back": P.WRITE_PLANS,
        "suspend": P.WRITE_PLANS,
        "resume": P.WRITE_PLANS,
        "close": P.WRITE_PLANS,
    }

    def get_queryset(self) -> Any:
        goals = Goal.objects.visible_to(self.request.user)
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("goals", goals, to_attr="readable_goals"),
                "project_events",
                Prefetch("versions", PlanVersion.objects.defer("sealed_content")),
            )
        )

    @extend_schema(request=OpenPlanInput, responses={201: PlanSerializer})
    def create(self, request: Any) -> Response:
        return self.open(OpenPlanInput, services.open_plan)

    @extend_schema(request=GoalInput, responses={201: PlanSerializer})
    @action(detail=True, methods=["post"])
    def goals(self, request: Any, reference: str) -> Response:
        def perform(plan: Plan, **data: Any) -> Plan:
            return services.add_goal(plan, by=request.user, **data).plan

        return self.act(GoalInput, perform, obj=self.get_object(), code=status.HTTP_201_CREATED)

    @extend_schema(request=EditPlanInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def edit(self, request: Any, reference: str) -> Response:
        return self.verb(EditPlanInput, services.edit_plan)

    @extend_schema(request=CeilingInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def ceiling(self, request: Any, reference: str) -> Response:
        return self.verb(CeilingInput, services.change_ceiling)

    @extend_schema(request=ProjectKindInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def kind(self, request: Any, reference: str) -> Response:
        return self.verb(ProjectKindInput, services.change_project_kind)

    @extend_schema(request=NotNeededInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request: Any, reference: str) -> Response:
        return self.verb(NotNeededInput, services.submit)

    @extend_schema(request=ReasonInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="send-back")
    def send_back(self, request: Any, reference: str) -> Response:
        return self.verb(ReasonInput, services.send_back)

    @extend_schema(request=AgreeInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def agree(self, request: Any, reference: str) -> Response:
        return self.verb(AgreeInput, services.agree)

    @extend_schema(request=ReasonInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Any, reference: str) -> Response:
        return self.verb(ReasonInput, services.take_back_agreement)

    @extend_schema(request=DayInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def begin(self, request: Any, reference: str) -> Response:
        return self.verb(DayInput, services.begin_project)

    @extend_schema(request=DayInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def finish(self, request: Any, reference: str) -> Response:
        return self.verb(DayInput, services.finish_project)

    @extend_schema(request=ReasonInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"], url_path="take-step-back")
    def take_step_back(self, request: Any, reference: str) -> Response:
        return self.verb(ReasonInput, services.take_back_project_step)

    @extend_schema(request=DayReasonInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Any, reference: str) -> Response:
        return self.verb(DayReasonInput, services.suspend)

    @extend_schema(request=DayInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Any, reference: str) -> Response:
        return self.verb(DayInput, services.resume)

    @extend_schema(request=DayReasonInput, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Any, reference: str) -> Response:
        return self.verb(DayReasonInput, services.close_incomplete)


class GoalViewSet(RecordViewSet):
    """Goals of the plans one may see, by their number; listed in their plan (R119)."""

    route_name = "goals"
    model = Goal
    lookup_field = "pk"
    serializer_class = GoalSerializer
    permissions = {"change": P.WRITE_PLANS, "remove": P.WRITE_PLANS}

    def get_queryset(self) -> Any:
        rows = super().get_queryset().filter(plan__reference=self.kwargs["reference"])
        return rows.select_related("plan__case__person")

    def goal_verb(self, input_class: Any, service: Any) -> Response:
        """Of the sides that may stay empty only the one that the goal leaves is asked about."""

        def perform(goal: Goal, *, not_needed: dict[str, str], **data: Any) -> Goal:
            service(goal, not_needed=not_needed.get(goal.side, ""), by=self.request.user, **data)
            return goal

        return self.act(input_class, perform, obj=self.get_object())

    @extend_schema(request=ChangeGoalInput, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, reference: str, pk: str) -> Response:
        return self.goal_verb(ChangeGoalInput, services.change_goal)

    @extend_schema(request=RemoveGoalInput, responses=GoalSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Any, reference: str, pk: str) -> Response:
        """Answers with the goal as it was."""
        return self.goal_verb(RemoveGoalInput, services.remove_goal)
