"""Pages of invitations: inviting, answers, roll call, recommendations (R052–R060)."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import references as case_references
from cases.enums import CaseStatus
from cases.models import Case
from core import audit
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordAction
from reference.models import Country
from training import services
from training.enums import Attendance
from training.forms import orientation as forms
from training.models import Invitation, OrientationSession
from training.presenters import totals_of
from training.views.sessions import SessionAction

SHOWN = 50


class Invite(SessionAction):
    """People who have waited longest and are not oriented come first (R052)."""

    template_name = "training/invite.html"
    title = _("Invite people")
    form_class = forms.InviteForm
    submit_label = _("Invite")
    success_message = _("Invited. The day is kept free in their calendars.")

    def candidates(self) -> Any:
        """People of the same orientation point who may still be invited."""
        session = self.object
        return (
            Case.objects.visible_to(self.request.user)
            .before_departure()
            .filter(office=session.office_id, registered_on__lte=session.day)
            .exclude(orientations__session=session)
            .select_related("person__nationality")
        )

    def shown(self) -> list[Case]:
        rows = self.candidates()
        if words := self.request.GET.get("q", "").strip()[:100]:
            rows = rows.search(words)
        if nationality := self.request.GET.get("nationality", "")[:2]:
            rows = rows.filter(person__nationality=nationality)
        is_new = ExpressionWrapper(Q(status=CaseStatus.REGISTERED), output_field=BooleanField())
        return list(rows.order_by(is_new.desc(), "registered_on", "id")[:SHOWN])

    def get_form_kwargs(self) -> dict[str, Any]:
        listed = self.shown()
        audit.listed(self.request.user, listed)
        return super().get_form_kwargs() | {"candidates": self.candidates(), "shown": listed}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        nationalities = Country.objects.filter(
            pk__in=self.candidates().order_by().values("person__nationality")
        ).by_label()
        filter_form = forms.CandidateFilterForm(
            self.request.GET or None, nationalities=nationalities
        )
        present = self.object.invitations.expected().values("case__person__nationality")
        return super().get_context_data(
            filter_form=filter_form,
            present=Country.objects.filter(pk__in=present).by_label(),
            free=self.object.capacity - self.object.invitations.expected().count(),
            limit=SHOWN,
            proposed=self.proposed(kwargs["form"]),
            **kwargs,
        )

    @staticmethod
    def proposed(form: Any) -> list[dict[str, Any]]:
        """The next sessions that the refused nationalities may join, with their people (R052)."""
        return [
            error.params
            for error in form.errors.as_data().get("cases", ())
            if error.params and "session" in error.params
        ]

    def perform(self, form: Any) -> OrientationSession:
        services.invite(
            self.object,
            cases=list(form.cleaned_data["cases"]),
            override_reason=form.cleaned_data["override_reason"],
            approved_by=form.cleaned_data["approved_by"],
            by=self.request.user,
        )
        return self.object


class RollCall(SessionAction):
    """One form for the whole session, made for a phone in the hand (R057)."""

    template_name = "training/roll_call.html"
    title = _("Roll call")
    form_class = forms.RollCallForm
    submit_label = _("Save the roll call")
    success_message = _("The roll call is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = self.invitations()
        audit.listed(self.request.user, rows)
        return super().get_form_kwargs() | {"invitations": rows}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = kwargs["form"].invitations
        return super().get_context_data(
            totals=totals_of(self.object),
            is_empty=not rows,
            hidden=self.object.invitations.count() - len(rows),
            **kwargs,
        )

    def perform(self, form: Any) -> OrientationSession:
        return services.call_roll(
            self.object,
            attendance=form.attendance(),
            reasons=form.reasons(),
            by=self.request.user,
            **form.exemption(),
        )


class Recommend(SessionAction):
    title = _("What is recommended to each participant")
    intro = _("At least one thing for each, or “Nothing recommended”.")
    form_class = forms.OutcomesForm
    success_message = _("The recommendations are saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = [row for row in self.invitations() if row.attendance == Attendance.PRESENT]
        audit.listed(self.request.user, rows)
        return super().get_form_kwargs() | {"invitations": rows}

    def perform(self, form: Any) -> OrientationSession:
        return services.recommend(self.object, outcomes=form.outcomes(), by=self.request.user)


class InvitationAction(RecordAction):
    """A verb on one person's invitation, found by session and case."""

    model = Invitation
    required_permission = P.RUN_SESSIONS

    def find(self, request: Any) -> None:
        sessions = OrientationSession.objects.visible_to(request.user)
        rows = Invitation.objects.visible_to(request.user).filter(session__in=sessions)
        case = case_references.read(self.kwargs["case"]) or self.kwargs["case"]
        try:
            self.object = rows.with_list_data().get(
                session__reference=self.kwargs["reference"], case__reference=case
            )
        except Invitation.DoesNotExist as error:
            raise Http404 from error

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"invitations": [self.object]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        facts = [
            (_("Person"), row.case.person.full_name),
            (_("Orientation session"), row.session.reference),
            (_("Attendance"), row.get_attendance_display()),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def get_cancel_url(self) -> str:
        return self.object.session.get_absolute_url()

    def get_success_url(self, result: Any) -> str:
        return result.session.get_absolute_url()


class AnswerInvitation(InvitationAction):
    title = _("Will the person come?")
    intro = _("Taking part is a free choice.")
    form_class = forms.AnswerForm
    success_message = _("The answer is recorded.")

    def get_initial(self) -> dict[str, Any]:
        row = self.object
        return {"answer": row.answer, "reason": row.reason, "on": row.answered_on or today()}

    def perform(self, form: Any) -> Invitation:
        return services.answer_invitation(self.object, by=self.request.user, **form.values())


class WithdrawInvitation(InvitationAction):
    title = _("Withdraw the invitation")
    intro = _("The person was invited by mistake: the place and the day are free again.")
    form_class = ReasonForm
    submit_label = _("Withdraw")
    danger = True
    success_message = _("The invitation is withdrawn.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return RecordAction.get_form_kwargs(self)

    def get_success_url(self, result: Any) -> str:
        return result.get_absolute_url()

    def perform(self, form: Any) -> OrientationSession:
        return services.withdraw_invitation(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class CorrectAttendance(InvitationAction):
    title = _("Correct the attendance")
    intro = _("The earlier mark stays in the history.")
    form_class = forms.CorrectAttendanceForm
    success_message = _("The attendance is corrected.")

    def get_initial(self) -> dict[str, Any]:
        return {"absence": self.object.reason}

    def perform(self, form: Any) -> Invitation:
        return services.correct_attendance(self.object, by=self.request.user, **form.values())
