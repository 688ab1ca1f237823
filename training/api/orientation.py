"""REST: orientation sessions and their roll call."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind, User
from accounts.permissions import Permission as P
from cases.fields import CaseField
from cases.models import Case
from core import audit
from core.api import (
    DateField,
    DateTimeField,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RetrieveMixin,
)
from reference.models import Language
from training import filters, services
from training.api.feedback import CountsIn, SessionFeedbackIn
from training.api.fields import Approver, ReasonIn, StaffMember
from training.enums import AbsenceReason, Attendance, InvitationAnswer, SessionMode
from training.models import ChecklistItem, Invitation, OrientationSession


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


class ChangeSessionIn(InputSerializer):
    starts_at = DateTimeField()
    minutes = serializers.IntegerField(min_value=10, max_value=600)
    facilitator = StaffMember(slug_field="email", queryset=User.objects.none())
    language = serializers.SlugRelatedField(slug_field="code", queryset=Language.objects.all())
    room = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    capacity = serializers.IntegerField(min_value=1, max_value=500)


class SessionIn(ChangeSessionIn):
    capacity = serializers.IntegerField(min_value=1, max_value=500, required=False, default=20)
    minutes = serializers.IntegerField(min_value=10, max_value=600, required=False)
    office = serializers.SlugRelatedField(
        slug_field="code", queryset=Office.objects.filter(kind=OfficeKind.MOP)
    )
    mode = serializers.ChoiceField(SessionMode.choices, default=SessionMode.GROUP)


class ExemptionIn(InputSerializer):
    """Why a rule is set aside, and who approved it."""

    override_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )
    approved_by = Approver(slug_field="email", queryset=User.objects.none(), required=False)


class InviteIn(ExemptionIn):
    cases = CaseField(many=True)


class SessionAnswerIn(ExemptionIn):
    case = CaseField()
    answer = serializers.ChoiceField(InvitationAnswer.choices)
    reason = serializers.ChoiceField(
        AbsenceReason.choices, required=False, allow_blank=True, default=""
    )
    on = DateField(required=False)


class WithdrawInvitationIn(ReasonIn):
    case = CaseField()


class RollMarkIn(InputSerializer):
    case = CaseField()
    attendance = serializers.ChoiceField([Attendance.PRESENT, Attendance.ABSENT])
    reason = serializers.ChoiceField(
        AbsenceReason.choices, required=False, allow_blank=True, default=""
    )


class RollIn(ExemptionIn):
    marks = RollMarkIn(many=True, allow_empty=False)


class OutcomeIn(InputSerializer):
    case = CaseField()
    outcomes = serializers.ListField(child=serializers.CharField(max_length=40), allow_empty=False)


class OutcomesIn(InputSerializer):
    """What each participant leaves with: courses, codes of services, or ``none`` (R059)."""

    people = OutcomeIn(many=True, allow_empty=False)


class ChecklistIn(InputSerializer):
    """What was covered; items left out are not ticked (R054)."""

    items = serializers.SlugRelatedField(
        slug_field="code", queryset=ChecklistItem.objects.filter(is_active=True), many=True
    )


class SessionCloseIn(InputSerializer):
    unticked_reason = serializers.CharField(
        max_length=500, required=False, allow_blank=True, default=""
    )


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
        "answer": P.RUN_SESSIONS,
        "withdraw_invitation": P.RUN_SESSIONS,
        "outcomes": P.RUN_SESSIONS,
        "checklist": P.RUN_SESSIONS,
        "close": P.RUN_SESSIONS,
        "reopen": P.RUN_SESSIONS,
        "change": P.RUN_SESSIONS,
        "cancel": P.RUN_SESSIONS,
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
            rows = self.invited(session, [mark["case"] for mark in marks], field="marks")
            return services.call_roll(
                session,
                attendance={rows[m["case"].pk]: m["attendance"] for m in marks},
                reasons={rows[m["case"].pk]: m["reason"] for m in marks},
                by=request.user,
                **exemption,
            )

        return self.act(RollIn, perform)

    def invited(
        self, session: OrientationSession, cases: list[Case], *, field: str = "case"
    ) -> dict[int, Invitation]:
        """The invitations of these people, by case. Raises ValidationError for others."""
        rows = Invitation.objects.visible_to(self.request.user).filter(session=session)
        by_case = {row.case_id: row for row in rows}
        unknown = [case.reference for case in cases if case.pk not in by_case]
        if unknown:
            text = _("Not invited to this session: %(list)s.") % {"list": ", ".join(unknown)}
            raise serializers.ValidationError({field: [text]})
        return by_case

    @extend_schema(request=SessionAnswerIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def answer(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(case: Case, **data: Any) -> OrientationSession:
            row = self.invited(session, [case])[case.pk]
            services.answer_invitation(row, by=request.user, **data)
            return session

        return self.act(SessionAnswerIn, perform)

    @extend_schema(request=WithdrawInvitationIn, responses=SessionOut)
    @action(detail=True, methods=["post"], url_path="withdraw-invitation")
    def withdraw_invitation(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(case: Case, reason: str) -> OrientationSession:
            row = self.invited(session, [case])[case.pk]
            return services.withdraw_invitation(row, reason=reason, by=request.user)

        return self.act(WithdrawInvitationIn, perform)

    @extend_schema(request=OutcomesIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def outcomes(self, request: Any, reference: str = "") -> Response:
        session = self.get_object()

        def perform(people: list[dict[str, Any]]) -> OrientationSession:
            rows = self.invited(session, [row["case"] for row in people], field="people")
            given = {rows[row["case"].pk]: row["outcomes"] for row in people}
            return services.recommend(session, outcomes=given, by=request.user)

        return self.act(OutcomesIn, perform)

    @extend_schema(request=ChecklistIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def checklist(self, request: Any, reference: str = "") -> Response:
        return self.verb(ChecklistIn, services.tick_items)

    @extend_schema(request=SessionCloseIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def close(self, request: Any, reference: str = "") -> Response:
        return self.verb(SessionCloseIn, services.close_session)

    @extend_schema(request=ReasonIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.reopen_session)

    @extend_schema(request=ChangeSessionIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, reference: str = "") -> Response:
        return self.verb(ChangeSessionIn, services.change_session)

    @extend_schema(request=ReasonIn, responses=SessionOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, reference: str = "") -> Response:
        return self.verb(ReasonIn, services.cancel_session)

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
            services.count_answers(session, by=request.user, **data)
            return session

        return self.act(CountsIn, perform, code=status.HTTP_201_CREATED)
