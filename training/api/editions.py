"""REST: courses with their attendance (R076, R077, R211)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind
from accounts.permissions import Permission as P
from core import audit, uploads
from core.api import (
    DateField,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RetrieveMixin,
    VisibleField,
)
from partners.models import Organisation
from reference.models import Language
from training import filters, services
from training.api.feedback import CountsIn, EditionSurveyIn
from training.api.fields import ReasonIn
from training.enums import CHOSEN_REASON_CHOICES, Half, Mark
from training.models import (
    AttendanceMark,
    Edition,
    Enrolment,
    ModuleVersion,
    SelectionCriterion,
    SignedSheet,
)


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
            "skipped_days",
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


class ChangeEditionIn(InputSerializer):
    """Who teaches, who supports, where; what is left out is not stated afterwards.

    The support is the city's unless another is named.
    """

    trainer_organisation = serializers.SlugRelatedField(
        slug_field="code", queryset=Organisation.objects.filter(is_active=True)
    )
    trainer_name = serializers.CharField(
        max_length=120, required=False, allow_blank=True, default=""
    )
    support_organisation = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Organisation.objects.filter(is_active=True),
        required=False,
        default=None,
    )
    language = serializers.SlugRelatedField(
        slug_field="code", queryset=Language.objects.active(), required=False, default=None
    )
    room = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    capacity = serializers.IntegerField(min_value=1, max_value=500)


class EditionIn(ChangeEditionIn):
    capacity = serializers.IntegerField(min_value=1, max_value=500, required=False, default=15)
    module = serializers.CharField(max_length=40)
    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(kind=OfficeKind.MOP)
    )
    starts_on = DateField()
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


class MoveEditionIn(ReasonIn):
    starts_on = DateField()


class SkipDayIn(ReasonIn):
    day = DateField()


class CriteriaIn(InputSerializer):
    criteria = serializers.ListField(child=serializers.CharField(max_length=200), allow_empty=False)


class WhyNotIn(InputSerializer):
    enrolment = VisibleField(slug_field="reference", queryset=Enrolment.objects.all())
    reason = serializers.ChoiceField(CHOSEN_REASON_CHOICES)


class CompleteIn(InputSerializer):
    """Why each did not start or not finish, where it is not simply for absences."""

    reasons = WhyNotIn(many=True, required=False, default=list)


class HalfDayIn(InputSerializer):
    enrolment = VisibleField(slug_field="reference", queryset=Enrolment.objects.all())
    half = serializers.ChoiceField(Half.choices)
    mark = serializers.ChoiceField(Mark.choices)


class DayIn(InputSerializer):
    day = DateField()
    marks = HalfDayIn(many=True, allow_empty=False)


class MarkOut(serializers.ModelSerializer):
    """Who was there on which half-day; the enrolment says who."""

    enrolment = serializers.CharField(source="enrolment.reference")

    class Meta:
        model = AttendanceMark
        fields = ("day", "half", "enrolment", "mark")


class SheetOut(serializers.ModelSerializer):
    """A signed sheet; the file itself is on its page."""

    class Meta:
        model = SignedSheet
        fields = ("reference", "day", "content_type", "size", "added_on")


class SheetIn(InputSerializer):
    day = DateField()
    file = serializers.FileField(help_text=_("PDF, JPEG or PNG, 10 MB at most."))

    def validate_file(self, file: Any) -> dict[str, Any]:
        return uploads.describe(file)


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
        "hold_day": P.PLAN_EDITIONS,
        "change": P.PLAN_EDITIONS,
        "criteria": P.PLAN_EDITIONS,
        "cancel": P.PLAN_EDITIONS,
        "complete": P.VIEW_EDITIONS,
        "reopen": P.VIEW_EDITIONS,
        "attendance": P.VIEW_EDITIONS,
        "call_roll": P.WRITE_ATTENDANCE,
        "sheets": P.VIEW_EDITIONS,
        "file_sheet": P.WRITE_ATTENDANCE,
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

    @extend_schema(request=SkipDayIn, responses=EditionOut)
    @action(detail=True, methods=["post"], url_path="hold-day")
    def hold_day(self, request: Any, reference: str = "") -> Response:
        return self.verb(SkipDayIn, services.hold_day)

    @extend_schema(request=ChangeEditionIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, reference: str = "") -> Response:
        return self.verb(ChangeEditionIn, services.change_edition)

    @extend_schema(request=CriteriaIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def criteria(self, request: Any, reference: str = "") -> Response:
        return self.verb(CriteriaIn, services.change_criteria)

    @extend_schema(request=ReasonIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.cancel_edition)

    @extend_schema(request=CompleteIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def complete(self, request: Any, reference: str = "") -> Response:
        def complete(edition: Edition, *, reasons: list[dict[str, Any]], by: Any) -> Edition:
            given = {row["enrolment"].pk: row["reason"] for row in reasons}
            return services.complete_edition(edition, reasons=given, by=by)

        return self.verb(CompleteIn, complete)

    @extend_schema(request=ReasonIn, responses=EditionOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.reopen_edition)

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

    @extend_schema(responses=SheetOut(many=True))
    @action(detail=True)
    def sheets(self, request: Any, reference: str = "") -> Response:
        edition = self.get_object()
        sheets = list(SignedSheet.objects.visible_to(request.user).filter(edition=edition))
        audit.listed(request.user, sheets)
        return Response({"results": SheetOut(sheets, many=True).data})

    @extend_schema(request={"multipart/form-data": SheetIn}, responses={201: EditionOut})
    @sheets.mapping.post
    def file_sheet(self, request: Any, reference: str = "") -> Response:
        edition = self.get_object()

        def perform(**data: Any) -> Edition:
            return services.file_sheet(edition, by=request.user, **data).edition

        return self.act(SheetIn, perform, code=status.HTTP_201_CREATED)

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
            services.count_answers(edition, by=request.user, **data)
            return edition

        return self.act(CountsIn, perform, code=status.HTTP_201_CREATED)


class SheetViewSet(RecordViewSet):
    """Signed sheets of the courses one may see, found by reference; listed under their course."""

    model = SignedSheet
    serializer_class = SheetOut
    permissions = {"withdraw": P.WRITE_ATTENDANCE}

    @extend_schema(request=ReasonIn, responses=SheetOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, reference: str = "") -> Response:
        """A sheet filed under the wrong course or day; nobody sees it any more."""
        return self.verb(ReasonIn, services.withdraw_sheet)
