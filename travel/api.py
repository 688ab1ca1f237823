"""REST resource of journeys."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases.fields import CaseField
from cases.models import Case
from core import records
from core.api import (
    DateField,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RetrieveMixin,
)
from core.override_api import OverrideViewSet
from travel import filters, services
from travel.enums import OverrideCause, StepKind, StepStatus, TicketSource
from travel.models import CHECK_ITEMS, Journey, TravelOverride, TravelStep


class StepOut(serializers.ModelSerializer):
    """Where a procedure stands; the number of the document stays on the page."""

    class Meta:
        model = TravelStep
        fields = (
            "id",
            "version",
            "kind",
            "status",
            "requested_on",
            "answered_on",
            "authority",
            "expires_on",
        )


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
            "travels_with",
            "steps",
        )


class TicketIn(InputSerializer):
    route = serializers.CharField(max_length=200, required=False, allow_blank=True)
    ticket_source = serializers.ChoiceField(TicketSource.choices, required=False, allow_blank=True)
    flight = serializers.CharField(max_length=120, required=False, allow_blank=True)
    escorts = serializers.CharField(max_length=200, required=False, allow_blank=True)
    travels_with = serializers.CharField(max_length=200, required=False, allow_blank=True)


class PlanIn(TicketIn):
    gives_up_courses = serializers.BooleanField(default=False)
    case = CaseField()
    planned_on = DateField()


class MoveIn(InputSerializer):
    day = DateField()
    reason = serializers.CharField(max_length=500)
    gives_up_courses = serializers.BooleanField(default=False)


class ConfirmIn(TicketIn):
    on = DateField()
    gives_up_courses = serializers.BooleanField(default=False)


class StepChangeIn(InputSerializer):
    status = serializers.ChoiceField(StepStatus.choices)
    requested_on = DateField(required=False, allow_null=True)
    answered_on = DateField(required=False, allow_null=True)
    authority = serializers.CharField(max_length=120, required=False, allow_blank=True)
    number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    expires_on = DateField(required=False, allow_null=True)


class StepIn(StepChangeIn):
    kind = serializers.ChoiceField(StepKind.choices)


class CheckIn(InputSerializer):
    items = serializers.MultipleChoiceField(choices=CHECK_ITEMS)
    missing_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    close = serializers.BooleanField(default=False)


class DepartIn(InputSerializer):
    on = DateField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    handover_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class ArriveIn(InputSerializer):
    on = DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class JourneyReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class CorrectDepartureIn(JourneyReasonIn):
    departed_on = DateField()
    handover_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


class CorrectArrivalIn(JourneyReasonIn):
    arrived_on = DateField()


class ExceptionIn(JourneyReasonIn):
    day = DateField()
    cause = serializers.ChoiceField(OverrideCause.choices)


class LockedWithCase:
    """The case is locked before what belongs to it, as in every verb."""

    def case_of(self, obj: Any) -> Case:
        return obj.case

    def _locked(self, obj: Any) -> Any:
        records.lock(self.case_of(obj))
        return super()._locked(obj)  # type: ignore[misc]


class JourneyViewSet(LockedWithCase, ListMixin, RetrieveMixin, RecordViewSet):
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
        "ticket": P.PLAN_JOURNEYS,
        "confirm": P.PLAN_JOURNEYS,
        "put_back": P.PLAN_JOURNEYS,
        "cancel": P.PLAN_JOURNEYS,
        "exception": P.PLAN_JOURNEYS,
        "depart": P.PLAN_JOURNEYS,
        "correct_departure": P.PLAN_JOURNEYS,
        "undo_departure": P.PLAN_JOURNEYS,
        "arrive": P.CONFIRM_ARRIVAL,
        "correct_arrival": P.CONFIRM_ARRIVAL,
        "undo_arrival": P.CONFIRM_ARRIVAL,
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

    @extend_schema(request=TicketIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def ticket(self, request: Any, reference: str = "") -> Response:
        return self.verb(TicketIn, services.change_ticket)

    @extend_schema(request=JourneyReasonIn, responses=JourneyOut)
    @action(detail=True, methods=["post"], url_path="put-back", url_name="put-back")
    def put_back(self, request: Any, reference: str = "") -> Response:
        return self.verb(JourneyReasonIn, services.put_back)

    @extend_schema(request=JourneyReasonIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, reference: str = "") -> Response:
        return self.verb(JourneyReasonIn, services.cancel)

    @extend_schema(request=ExceptionIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def exception(self, request: Any, reference: str = "") -> Response:
        def ask(journey: Journey, **data: Any) -> Journey:
            return services.request_override(journey, **data).journey

        return self.verb(ExceptionIn, ask)

    @extend_schema(request=DepartIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def depart(self, request: Any, reference: str = "") -> Response:
        return self.verb(DepartIn, services.depart)

    @extend_schema(request=CorrectDepartureIn, responses=JourneyOut)
    @action(detail=True, methods=["post"], url_path="correct-departure")
    def correct_departure(self, request: Any, reference: str = "") -> Response:
        return self.verb(CorrectDepartureIn, services.correct_departure)

    @extend_schema(request=JourneyReasonIn, responses=JourneyOut)
    @action(detail=True, methods=["post"], url_path="undo-departure")
    def undo_departure(self, request: Any, reference: str = "") -> Response:
        return self.verb(JourneyReasonIn, services.undo_departure)

    @extend_schema(request=ArriveIn, responses=JourneyOut)
    @action(detail=True, methods=["post"])
    def arrive(self, request: Any, reference: str = "") -> Response:
        return self.verb(ArriveIn, services.arrive)

    @extend_schema(request=CorrectArrivalIn, responses=JourneyOut)
    @action(detail=True, methods=["post"], url_path="correct-arrival")
    def correct_arrival(self, request: Any, reference: str = "") -> Response:
        return self.verb(CorrectArrivalIn, services.correct_arrival)

    @extend_schema(request=JourneyReasonIn, responses=JourneyOut)
    @action(detail=True, methods=["post"], url_path="undo-arrival")
    def undo_arrival(self, request: Any, reference: str = "") -> Response:
        return self.verb(JourneyReasonIn, services.undo_arrival)


class OfJourney(LockedWithCase):
    """A row of a journey, by its number."""

    lookup_field = "pk"

    def case_of(self, obj: Any) -> Case:
        return obj.journey.case


class StepViewSet(OfJourney, RecordViewSet):
    """The answer to a step with the authorities, and its correction (R107)."""

    model = TravelStep
    serializer_class = StepOut
    permissions = {"change": P.PLAN_JOURNEYS}

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("journey__case")

    @extend_schema(request=StepChangeIn, responses=StepOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, pk: str = "") -> Response:
        return self.verb(StepChangeIn, services.change_step)


class ExceptionOut(serializers.ModelSerializer):
    journey = serializers.CharField(source="journey.reference")
    case = serializers.CharField(source="journey.case.reference")

    class Meta:
        model = TravelOverride
        fields = (
            "id",
            "version",
            "journey",
            "case",
            "status",
            "day",
            "cause",
            "reason",
            "lost",
            "requested_on",
            "decided_on",
            "answer",
        )


class ExceptionViewSet(OfJourney, OverrideViewSet):
    """Exceptions for days of travel, asked for and decided (R109)."""

    model = TravelOverride
    serializer_class = ExceptionOut
    approving = services.approve_override
    refusing = services.refuse_override
    withdrawing = services.withdraw_override
    permissions = {
        "list": P.VIEW_JOURNEYS,
        "retrieve": P.VIEW_JOURNEYS,
        "approve": P.APPROVE_OVERRIDES,
        "refuse": P.APPROVE_OVERRIDES,
        "withdraw": P.PLAN_JOURNEYS,
    }


ROUTES = (
    ("journeys", JourneyViewSet),
    ("travel-steps", StepViewSet),
    ("travel-exceptions", ExceptionViewSet),
)
