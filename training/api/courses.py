"""REST: the catalogue, courses with their attendance, enrolments."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind
from accounts.permissions import Permission as P
from cases.models import Case
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from core.clock import today
from partners.models import Organisation
from training import filters, services
from training.api.fields import chosen
from training.enums import (
    EnrolmentReason,
    Half,
    Mark,
)
from training.models import Edition, Enrolment, ModuleVersion, SelectionCriterion


# --- modules ------------------------------------------------------------------------------------
class ModuleVersionOut(serializers.ModelSerializer):
    code = serializers.CharField(source="module_id")
    label = serializers.CharField(source="module.label")
    group = serializers.CharField(source="module.group")

    class Meta:
        model = ModuleVersion
        fields = (
            "code",
            "number",
            "label",
            "group",
            "days",
            "aims",
            "is_preparatory",
            "is_vocational",
            "completion_percent",
            "valid_from",
            "valid_until",
        )


class OnIn(InputSerializer):
    on = serializers.DateField(required=False)


@extend_schema_view(
    list=extend_schema(
        parameters=[OpenApiParameter("on", str, description="Day of the catalogue, ISO date.")]
    )
)
class ModuleViewSet(ListMixin, RecordViewSet):
    """The catalogue as of a day, today unless ``on`` names another (R071)."""

    model = ModuleVersion
    serializer_class = ModuleVersionOut
    ordering = ("module", "number")
    permissions = {"list": P.VIEW_MODULES}

    def allowed_parameters(self) -> set[str]:
        return super().allowed_parameters() | {"on"}

    def get_queryset(self) -> Any:
        given = self.request.query_params.get("on")
        form = OnIn(data={"on": given} if given else {})
        form.is_valid(raise_exception=True)
        return super().get_queryset().in_force(form.validated_data.get("on", today()))


# --- editions -----------------------------------------------------------------------------------
class CriterionOut(serializers.ModelSerializer):
    class Meta:
        model = SelectionCriterion
        fields = ("position", "text")


class EditionOut(serializers.ModelSerializer):
    module = serializers.CharField(source="module_version.module_id")
    module_version = serializers.IntegerField(source="module_version.number")
    office = serializers.CharField(source="office.code")
    trainer_organisation = serializers.CharField(source="trainer_organisation.code")
    support_organisation = serializers.CharField(source="support_organisation.code", default=None)
    seats_taken = serializers.IntegerField(default=0)
    seats_promised = serializers.IntegerField(default=0)
    criteria = CriterionOut(many=True)
    is_in_transit_place = serializers.BooleanField(source="office.is_transit")

    class Meta:
        model = Edition
        fields = (
            "reference",
            "version",
            "status",
            "module",
            "module_version",
            "office",
            "starts_on",
            "ends_on",
            "trainer_organisation",
            "support_organisation",
            "room",
            "capacity",
            "seats_taken",
            "seats_promised",
            "criteria",
            "is_in_transit_place",
            "transit_reason",
        )


class EditionIn(InputSerializer):
    module = serializers.CharField(max_length=40)
    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(kind=OfficeKind.MOP)
    )
    starts_on = serializers.DateField()
    trainer_organisation = serializers.SlugRelatedField(
        slug_field="code", queryset=Organisation.objects.filter(is_active=True)
    )
    room = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    capacity = serializers.IntegerField(min_value=1, max_value=500, required=False, default=15)
    transit_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    criteria = serializers.ListField(
        child=serializers.CharField(max_length=200), required=False, default=list
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        versions = ModuleVersion.objects.in_force(attrs["starts_on"])
        version = versions.filter(module=attrs.pop("module")).first()
        if version is None:
            raise serializers.ValidationError(
                {"module": [_("This module is not in force on the first day.")]}
            )
        return attrs | {"module_version": version}


class HalfDayIn(InputSerializer):
    enrolment = chosen(Enrolment, "reference")
    half = serializers.ChoiceField(Half.choices)
    mark = serializers.ChoiceField(Mark.choices)


class DayIn(InputSerializer):
    day = serializers.DateField()
    marks = HalfDayIn(many=True, allow_empty=False)


class EditionViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Courses in the cities, and their attendance by half-day (R076, R077, R211)."""

    model = Edition
    serializer_class = EditionOut
    filterset_class = filters.EditionFilter
    ordering = ("-starts_on", "-id")
    permissions = {
        "list": P.VIEW_EDITIONS,
        "retrieve": P.VIEW_EDITIONS,
        "create": P.PLAN_EDITIONS,
        "attendance": P.WRITE_ATTENDANCE,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related("criteria")

    @extend_schema(request=EditionIn, responses={201: EditionOut})
    def create(self, request: Any) -> Response:
        return self.open(EditionIn, services.plan_edition)

    @extend_schema(request=DayIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def attendance(self, request: Any, reference: str = "") -> Response:
        edition = self.get_object()

        def perform(day: Any, marks: list[dict[str, Any]]) -> Edition:
            halves = [services.HalfDay(**mark) for mark in marks]
            return services.record_attendance(edition, day=day, marks=halves, by=request.user)

        return self.act(DayIn, perform)


# --- enrolments ---------------------------------------------------------------------------------
class EnrolmentOut(serializers.ModelSerializer):
    """What the training partner may know: name, languages, attendance, child care (R003)."""

    case = serializers.SerializerMethodField()
    name = serializers.CharField(source="case.person.full_name")
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

    def get_case(self, row: Enrolment) -> str | None:
        """The case reference, for those who work with cases."""
        user = self.context["request"].user
        return row.case.reference if user.has_permission(P.VIEW_CASES) else None

    def get_attendance_percent(self, row: Enrolment) -> int:
        return row.attendance_percent if hasattr(row, "attended") else 0


class EnrolIn(InputSerializer):
    edition = chosen(Edition, "reference")
    case = chosen(Case, "reference")
    is_confirmed = serializers.BooleanField(required=False, default=False)


class NothingIn(InputSerializer):
    """No body is needed."""


class WithdrawIn(InputSerializer):
    reason = serializers.ChoiceField(EnrolmentReason.choices)
    on = serializers.DateField(required=False)
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
        "withdraw": P.WITHDRAW_ENROLMENTS,
    }

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
