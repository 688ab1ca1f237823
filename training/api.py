"""REST resources of orientation and courses: the same scope, filters and services as the pages."""

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
from training.enums import (
    AbsenceReason,
    Attendance,
    EnrolmentReason,
    Half,
    Mark,
    SessionMode,
)
from training.models import Edition, Enrolment, Invitation, ModuleVersion, OrientationSession


class Chosen(serializers.SlugRelatedField):
    """A record named by its reference or code, among those the user may see."""

    def get_queryset(self) -> Any:
        queryset = super().get_queryset()
        scoped = getattr(queryset, "visible_to", None)
        return scoped(self.context["request"].user) if scoped else queryset


def chosen(model: Any, field: str, **kwargs: Any) -> Chosen:
    return Chosen(slug_field=field, queryset=model.objects.all(), **kwargs)


# --- orientation sessions -----------------------------------------------------------------------
class InvitationOut(serializers.ModelSerializer):
    case = serializers.CharField(source="case.reference")

    class Meta:
        model = Invitation
        fields = ("case", "answer", "reason", "attendance", "attended_on", "outcomes")


class SessionOut(serializers.ModelSerializer):
    office = serializers.CharField(source="office.code")
    facilitator = serializers.CharField(source="facilitator.name")
    language = serializers.CharField(source="language_id")
    invited = serializers.IntegerField(default=0)
    present = serializers.IntegerField(default=0)

    class Meta:
        model = OrientationSession
        fields = (
            "reference",
            "version",
            "status",
            "mode",
            "office",
            "starts_at",
            "minutes",
            "facilitator",
            "language",
            "room",
            "capacity",
            "invited",
            "present",
        )


class SessionIn(InputSerializer):
    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(kind=OfficeKind.MOP)
    )
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=10, max_value=600, required=False)
    facilitator = serializers.SlugRelatedField(
        slug_field="email", queryset=User.objects.filter(is_active=True)
    )
    language = serializers.SlugRelatedField(slug_field="code", queryset=Language.objects.all())
    room = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    capacity = serializers.IntegerField(min_value=1, max_value=500, required=False, default=20)
    mode = serializers.ChoiceField(SessionMode.choices, default=SessionMode.GROUP)


class InviteIn(InputSerializer):
    cases = chosen(Case, "reference", many=True)
    override_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    approved_by = serializers.SlugRelatedField(
        slug_field="email", queryset=User.objects.filter(is_active=True), required=False
    )


class RollMarkIn(InputSerializer):
    case = chosen(Case, "reference")
    attendance = serializers.ChoiceField([Attendance.PRESENT, Attendance.ABSENT])
    reason = serializers.ChoiceField(
        AbsenceReason.choices, required=False, allow_blank=True, default=""
    )


class RollIn(InputSerializer):
    marks = RollMarkIn(many=True, allow_empty=False)


class SessionViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Orientation sessions and their roll call (R051–R057)."""

    model = OrientationSession
    serializer_class = SessionOut
    filterset_class = filters.SessionFilter
    ordering = ("-starts_at", "-id")
    permissions = {
        "list": P.VIEW_SESSIONS,
        "retrieve": P.VIEW_SESSIONS,
        "create": P.RUN_SESSIONS,
        "invitations": P.VIEW_SESSIONS,
        "invite": P.RUN_SESSIONS,
        "attendance": P.RUN_SESSIONS,
    }

    @extend_schema(request=SessionIn, responses={201: SessionOut})
    def create(self, request: Any) -> Response:
        return self.act(
            SessionIn,
            lambda **data: services.plan_session(by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )

    @extend_schema(responses=InvitationOut(many=True))
    @action(detail=True)
    def invitations(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()
        rows = Invitation.objects.visible_to(request.user).filter(session=session)
        rows = list(rows.select_related("case").order_by("id"))
        audit.listed(request.user, rows)
        return Response({"results": InvitationOut(rows, many=True).data})

    @extend_schema(request=InviteIn, responses={201: SessionOut})
    @invitations.mapping.post
    def invite(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(**data: Any) -> OrientationSession:
            services.invite(session, by=request.user, **data)
            return session

        return self.act(InviteIn, perform, code=status.HTTP_201_CREATED)

    @extend_schema(request=RollIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def attendance(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(marks: list[dict[str, Any]]) -> OrientationSession:
            rows = Invitation.objects.visible_to(request.user).filter(session=session)
            by_case = {row.case_id: row for row in rows}
            wanted = [(mark["case"], mark) for mark in marks]
            unknown = [case.reference for case, _row in wanted if case.pk not in by_case]
            if unknown:
                text = _("Not invited to this session: %(list)s.") % {"list": ", ".join(unknown)}
                raise serializers.ValidationError({"marks": [text]})
            return services.call_roll(
                session,
                attendance={by_case[c.pk]: m["attendance"] for c, m in wanted},
                reasons={by_case[c.pk]: m["reason"] for c, m in wanted},
                by=request.user,
            )

        return self.act(RollIn, perform)


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
class EditionOut(serializers.ModelSerializer):
    module = serializers.CharField(source="module_version.module_id")
    module_version = serializers.IntegerField(source="module_version.number")
    office = serializers.CharField(source="office.code")
    trainer_organisation = serializers.CharField(source="trainer_organisation.code")
    support_organisation = serializers.CharField(source="support_organisation.code", default=None)
    seats_taken = serializers.IntegerField(default=0)

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

    @extend_schema(request=EditionIn, responses={201: EditionOut})
    def create(self, request: Any) -> Response:
        return self.act(
            EditionIn,
            lambda **data: services.plan_edition(by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )

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
        "withdraw": P.VIEW_EDITIONS,
    }

    @extend_schema(request=EnrolIn, responses={201: EnrolmentOut})
    def create(self, request: Any) -> Response:
        return self.act(
            EnrolIn,
            lambda edition, **data: services.enrol(edition, by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )

    @extend_schema(request=NothingIn, responses=EnrolmentOut)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Any, reference: str = "") -> Response:
        return self.act(
            NothingIn,
            lambda obj: services.acknowledge(obj, by=request.user),
            obj=self.get_object(),
        )

    @extend_schema(request=WithdrawIn, responses=EnrolmentOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, reference: str = "") -> Response:
        return self.act(
            WithdrawIn,
            lambda obj, **data: services.withdraw(obj, by=request.user, **data),
            obj=self.get_object(),
        )


ROUTES = (
    ("orientation-sessions", SessionViewSet),
    ("modules", ModuleViewSet),
    ("editions", EditionViewSet),
    ("enrolments", EnrolmentViewSet),
)
