"""REST resource of journeys."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases.models import Case
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from travel import filters, services
from travel.enums import StepKind, StepStatus, TicketSource
from travel.models import CHECK_ITEMS, Journey, TravelStep


class StepOut(serializers.ModelSerializer):
    """Where a procedure stands; the number of the document stays on the page."""

    class Meta:
        model = TravelStep
        fields = ("kind", "status", "requested_on", "answered_on", "authority", "expires_on")


class JourneyOut(serializers.ModelSerializer):
    case = serializers.CharField(source="case.reference")
    steps = StepOut(many=True)

    class Meta:
        model = Journey
        fields = (
            "reference",
            "version",
            "case",
            "status",
            "planned_on",
            "confirmed_for",
            "confirmed_on",
            "departed_on",
            "arrived_on",
            "route",
            "ticket_source",
            "flight",
            "escorts",
            "steps",
        )


class TicketIn(InputSerializer):
    route = serializers.CharField(max_length=200, required=False, allow_blank=True)
    ticket_source = serializers.ChoiceField(TicketSource.choices, required=False, allow_blank=True)
    flight = serializers.CharField(max_length=120, required=False, allow_blank=True)
    escorts = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PlanIn(TicketIn):
    gives_up_courses = serializers.BooleanField(default=False)
    case = serializers.SlugRelatedField(slug_field="reference", queryset=Case.objects.none())
    planned_on = serializers.DateField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.context.get("request")
        if request is not None:
            self.fields["case"].queryset = Case.objects.visible_to(request.user)


class MoveIn(InputSerializer):
    day = serializers.DateField()
    reason = serializers.CharField(max_length=500)
    gives_up_courses = serializers.BooleanField(default=False)


class ConfirmIn(TicketIn):
    on = serializers.DateField()
    gives_up_courses = serializers.BooleanField(default=False)


class StepIn(InputSerializer):
    kind = serializers.ChoiceField(StepKind.choices)
    status = serializers.ChoiceField(StepStatus.choices)
    requested_on = serializers.DateField(required=False, allow_null=True)
    answered_on = serializers.DateField(required=False, allow_null=True)
    authority = serializers.CharField(max_length=120, required=False, allow_blank=True)
    number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True)


class CheckIn(InputSerializer):
    items = serializers.MultipleChoiceField(choices=CHECK_ITEMS)
    missing_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    close = serializers.BooleanField(default=False)


class DepartIn(InputSerializer):
    on = serializers.DateField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    handover_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class ArriveIn(InputSerializer):
    on = serializers.DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class JourneyViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Journeys of the cases one may see, by day of travel."""

    model = Journey
    serializer_class = JourneyOut
    filterset_class = filters.JourneyFilter
    ordering = ("day", "id")
    permissions = {
        "list": P.VIEW_JOURNEYS,
        "retrieve": P.VIEW_JOURNEYS,
        "create": P.PLAN_JOURNEYS,
        "move": P.PLAN_JOURNEYS,
        "steps": P.PLAN_JOURNEYS,
        "checklist": P.PLAN_JOURNEYS,
        "confirm": P.PLAN_JOURNEYS,
        "depart": P.PLAN_JOURNEYS,
        "arrive": P.CONFIRM_ARRIVAL,
    }

    @extend_schema(request=PlanIn, responses={201: JourneyOut})
    def create(self, request: Any) -> Response:
        return self.open(PlanIn, services.plan)

    @extend_schema(request=MoveIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def move(self, request: Any, reference: str = "") -> Response:
        return self.verb(MoveIn, services.change_day)

    @extend_schema(request=StepIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def steps(self, request: Any, reference: str = "") -> Response:
        def add(journey: Journey, **data: Any) -> Journey:
            return services.add_step(journey, **data).journey

        return self.verb(StepIn, add)

    @extend_schema(request=CheckIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def checklist(self, request: Any, reference: str = "") -> Response:
        def save(journey: Journey, *, items: set[str], **data: Any) -> Journey:
            done = dict.fromkeys(items, True)
            return services.save_check(journey, items=done, **data).journey

        return self.verb(CheckIn, save)

    @extend_schema(request=ConfirmIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Any, reference: str = "") -> Response:
        return self.verb(ConfirmIn, services.confirm)

    @extend_schema(request=DepartIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def depart(self, request: Any, reference: str = "") -> Response:
        return self.verb(DepartIn, services.depart)

    @extend_schema(request=ArriveIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Any, reference: str = "") -> Response:
        return self.verb(ArriveIn, services.arrive)


ROUTES = (("journeys", JourneyViewSet),)
