"""REST: the catalogue, courses with their attendance, enrolments."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind, User
from accounts.permissions import Permission as P
from cases.models import Case
from core import audit
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from core.clock import today
from partners.models import Organisation
from reference.models import Language
from training import filters, services
from training.api.feedback import CountsIn, EditionSurveyIn, require_participants
from training.api.fields import Approver, chosen
from training.enums import (
    EnrolmentReason,
    Half,
    Mark,
)
from training.models import (
    AttendanceMark,
    Edition,
    Enrolment,
    ModuleVersion,
    SelectionCriterion,
)


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
    language = serializers.CharField(source="language_id", allow_null=True)
    seats_taken = serializers.IntegerField(default=0)
    seats_promised = serializers.IntegerField(default=0)
    people = serializers.IntegerField(default=0)
    half_days_attended = serializers.IntegerField(default=0)
    half_days = serializers.SerializerMethodField()
    attendance_percent = serializers.SerializerMethodField()
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
            "trainer_name",
            "support_organisation",
            "language",
            "room",
            "capacity",
            "seats_taken",
            "seats_promised",
            "people",
            "half_days_attended",
            "half_days",
            "attendance_percent",
            "criteria",
            "is_in_transit_place",
            "transit_reason",
        )

    def get_half_days(self, row: Edition) -> int:
        """Of the whole module, times the people on the roster."""
        return row.half_days_possible if hasattr(row, "people") else 0

    def get_attendance_percent(self, row: Edition) -> int | None:
        return row.attendance_percent if hasattr(row, "people") else None


class EditionIn(InputSerializer):
    module = serializers.CharField(max_length=40)
    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(kind=OfficeKind.MOP)
    )
    starts_on = serializers.DateField()
    trainer_organisation = serializers.SlugRelatedField(
        slug_field="code", queryset=Organisation.objects.filter(is_active=True)
    )
    trainer_name = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default=""
    )
    support_organisation = serializers.SlugRelatedField(
        slug_field="code", queryset=Organisation.objects.filter(is_active=True), required=False
    )
    language = serializers.SlugRelatedField(
        slug_field="code", queryset=Language.objects.active(), required=False
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


class RescheduleIn(InputSerializer):
    reason = serializers.CharField(max_length=500)
    override_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    approved_by = Approver(slug_field="email", queryset=User.objects.none(), required=False)


class MoveEditionIn(RescheduleIn):
    starts_on = serializers.DateField()


class SkipDayIn(RescheduleIn):
    day = serializers.DateField()


class HalfDayIn(InputSerializer):
    enrolment = chosen(Enrolment, "reference")
    half = serializers.ChoiceField(Half.choices)
    mark = serializers.ChoiceField(Mark.choices)


class DayIn(InputSerializer):
    day = serializers.DateField()
    marks = HalfDayIn(many=True, allow_empty=False)


class MarkOut(serializers.ModelSerializer):
    """Who was there on which half-day; the enrolment says who."""

    enrolment = serializers.CharField(source="enrolment.reference")

    class Meta:
        model = AttendanceMark
        fields = ("day", "half", "enrolment", "mark")


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
        "move": P.PLAN_EDITIONS,
        "skip_day": P.PLAN_EDITIONS,
        "attendance": P.VIEW_EDITIONS,
        "call_roll": P.WRITE_ATTENDANCE,
        "survey": P.ANSWER_SURVEYS,
        "survey_counts": P.ANSWER_SURVEYS,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().with_totals().prefetch_related("criteria")

    @extend_schema(request=EditionIn, responses={201: EditionOut})
    def create(self, request: Any) -> Response:
        return self.open(EditionIn, services.plan_edition)

    @extend_schema(request=MoveEditionIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def move(self, request: Any, reference: str = "") -> Response:
        return self.verb(MoveEditionIn, services.move_edition)

    @extend_schema(request=SkipDayIn, responses=EditionOut)
    @action(detail=True, methods=["post"], url_path="skip-day")
    def skip_day(self, request: Any, reference: str = "") -> Response:
        return self.verb(SkipDayIn, services.skip_day)

    @extend_schema(responses=MarkOut(many=True))
    @action(detail=True)
    def attendance(self, request: Any, reference: str = "") -> Response:
        rows = AttendanceMark.objects.visible_to(request.user)
        rows = rows.filter(enrolment__edition=self.get_object()).select_related("enrolment__case")
        marks = list(rows.order_by("day", "enrolment", "half"))
        audit.listed(request.user, {row.enrolment_id: row.enrolment for row in marks}.values())
        return Response({"results": MarkOut(marks, many=True).data})

    @extend_schema(request=DayIn, responses=EditionOut)
    @attendance.mapping.post
    def call_roll(self, request: Any, reference: str = "") -> Response:
        edition = self.get_object()

        def perform(day: Any, marks: list[dict[str, Any]]) -> Edition:
            halves = [services.HalfDay(**mark) for mark in marks]
            return services.record_attendance(edition, day=day, marks=halves, by=request.user)

        return self.act(DayIn, perform)

    @extend_schema(request=EditionSurveyIn, responses={201: EditionOut})
    @action(detail=True, methods=["post"])
    def survey(self, request: Any, reference: str = "") -> Response:
        edition = self.get_object()

        def perform(enrolment: Enrolment, **data: Any) -> Edition:
            services.record_answers(edition, case=enrolment.case, by=request.user, **data)
            return edition

        return self.act(EditionSurveyIn, perform, code=status.HTTP_201_CREATED)

    @extend_schema(request=CountsIn, responses={201: EditionOut})
    @action(detail=True, methods=["post"], url_path="survey/counts")
    def survey_counts(self, request: Any, reference: str = "") -> Response:
        edition = self.get_object()

        def perform(**data: Any) -> Edition:
            require_participants(edition, data.get("programme"))
            services.count_answers(edition, by=request.user, **data)
            return edition

        return self.act(CountsIn, perform, code=status.HTTP_201_CREATED)


# --- enrolments ---------------------------------------------------------------------------------
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
