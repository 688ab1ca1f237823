"""REST: people in courses (R104)."""

from typing import Any

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
from training.api.fields import NothingIn, ReasonIn
from training.enums import CHOSEN_REASON_CHOICES
from training.models import Edition, Enrolment


class EnrolmentOut(serializers.ModelSerializer):
    """What the training partner may know: name, languages, attendance, child care (R003)."""

    case = serializers.SerializerMethodField()
    name = serializers.SerializerMethodField()
    languages = serializers.SlugRelatedField(
        source="case.person.languages", slug_field="code", many=True, read_only=True
    )
    edition = serializers.CharField(source="edition.reference")
    module = serializers.CharField(source="edition.module_version.module_id")
    needs_child_care = serializers.BooleanField()
    half_days_attended = serializers.IntegerField(source="attended", default=0)
    half_days = serializers.IntegerField(source="edition.module_version.half_days")
    attendance_percent = serializers.SerializerMethodField()
    is_in_transit_place = serializers.BooleanField(source="edition.office.is_transit")

    class Meta:
        model = Enrolment
        fields = (
            "reference",
            "version",
            "status",
            "case",
            "name",
            "languages",
            "edition",
            "module",
            "nominated_on",
            "acknowledged_on",
            "ended_on",
            "needs_child_care",
            "half_days_attended",
            "half_days",
            "attendance_percent",
            "is_in_transit_place",
        )

    def get_name(self, row: Enrolment) -> str:
        """The name; the reference of the case where the file is restricted (R006)."""
        return row.name_for(self.context["request"].user)

    def get_case(self, row: Enrolment) -> str | None:
        """The case reference, for those who work with cases."""
        user = self.context["request"].user
        return row.case.reference if user.has_permission(P.VIEW_CASES) else None

    def get_attendance_percent(self, row: Enrolment) -> int:
        return row.attendance_percent if hasattr(row, "attended") else 0


class EnrolIn(InputSerializer):
    edition = VisibleField(slug_field="reference", queryset=Edition.objects.all())
    case = CaseField()
    is_confirmed = serializers.BooleanField(required=False, default=False)


class WithdrawIn(InputSerializer):
    reason = serializers.ChoiceField(CHOSEN_REASON_CHOICES)
    on = DateField(required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class EnrolmentViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """People in courses: nominated, acknowledged, withdrawn (R104)."""

    model = Enrolment
    serializer_class = EnrolmentOut
    filterset_class = filters.EnrolmentFilter
    ordering = ("-nominated_on", "-id")
    permissions = {
        "list": P.VIEW_EDITIONS,
        "retrieve": P.VIEW_EDITIONS,
        "create": P.ENROL,
        "acknowledge": P.WRITE_ATTENDANCE,
        "confirm": P.ENROL,
        "withdraw": P.WITHDRAW_ENROLMENTS,
        "take_back": P.WITHDRAW_ENROLMENTS,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("case__person__languages")

    @extend_schema(request=EnrolIn, responses={201: EnrolmentOut})
    def create(self, request: Any) -> Response:
        return self.open(EnrolIn, services.enrol)

    @extend_schema(request=NothingIn, responses=EnrolmentOut)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Any, reference: str = "") -> Response:
        return self.verb(NothingIn, services.acknowledge)

    @extend_schema(request=WithdrawIn, responses=EnrolmentOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, reference: str = "") -> Response:
        return self.verb(WithdrawIn, services.withdraw)

    @extend_schema(request=NothingIn, responses=EnrolmentOut)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Any, reference: str = "") -> Response:
        return self.verb(NothingIn, services.confirm_place)

    @extend_schema(request=ReasonIn, responses=EnrolmentOut)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.take_back_withdrawal)
