"""REST: orientation sessions and their roll call."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind, User
from accounts.permissions import Permission as P
from cases.models import Case
from core import audit
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from reference.models import Language
from training import filters, services
from training.api.feedback import CountsIn, SessionFeedbackIn, require_participants
from training.api.fields import Approver, StaffMember, chosen
from training.enums import (
    AbsenceReason,
    Attendance,
    SessionMode,
)
from training.models import Invitation, OrientationSession


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
    facilitator = StaffMember(slug_field="email", queryset=User.objects.none())
    language = serializers.SlugRelatedField(slug_field="code", queryset=Language.objects.all())
    room = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    capacity = serializers.IntegerField(min_value=1, max_value=500, required=False, default=20)
    mode = serializers.ChoiceField(SessionMode.choices, default=SessionMode.GROUP)


class InviteIn(InputSerializer):
    cases = chosen(Case, "reference", many=True)
    override_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    approved_by = Approver(slug_field="email", queryset=User.objects.none(), required=False)


class RollMarkIn(InputSerializer):
    case = chosen(Case, "reference")
    attendance = serializers.ChoiceField([Attendance.PRESENT, Attendance.ABSENT])
    reason = serializers.ChoiceField(
        AbsenceReason.choices, required=False, allow_blank=True, default=""
    )


class RollIn(InputSerializer):
    marks = RollMarkIn(many=True, allow_empty=False)
    override_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    approved_by = Approver(slug_field="email", queryset=User.objects.none(), required=False)


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
        "feedback": P.ANSWER_SURVEYS,
        "feedback_counts": P.ANSWER_SURVEYS,
    }

    @extend_schema(request=SessionIn, responses={201: SessionOut})
    def create(self, request: Any) -> Response:
        return self.open(SessionIn, services.plan_session)

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

        def perform(marks: list[dict[str, Any]], **exemption: Any) -> OrientationSession:
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
                **exemption,
            )

        return self.act(RollIn, perform)

    @extend_schema(request=SessionFeedbackIn, responses={201: SessionOut})
    @action(detail=True, methods=["post"])
    def feedback(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(**data: Any) -> OrientationSession:
            services.record_answers(session, by=request.user, **data)
            return session

        return self.act(SessionFeedbackIn, perform, code=status.HTTP_201_CREATED)

    @extend_schema(request=CountsIn, responses={201: SessionOut})
    @action(detail=True, methods=["post"], url_path="feedback/counts")
    def feedback_counts(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(**data: Any) -> OrientationSession:
            require_participants(session, data.get("programme"))
            services.count_answers(session, by=request.user, **data)
            return session

        return self.act(CountsIn, perform, code=status.HTTP_201_CREATED)
