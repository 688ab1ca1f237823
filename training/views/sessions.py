"""Pages of orientation sessions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core import audit
from core.forms import ReasonForm
from core.views import RecordAction, RecordCreate, RecordDetail, RecordList
from training import filters, policies, services
from training.forms import orientation as forms
from training.models import ChecklistItem, Invitation, OrientationSession
from training.presenters import name_outcomes, session_moves, timeline_of, totals_of
from training.workflow import SESSION_TONES


class SessionList(RecordList):
    model = OrientationSession
    required_permission = P.VIEW_SESSIONS
    template_name = "training/session_list.html"
    title = _("Orientation sessions")
    filterset_class = filters.SessionFilter
    ordering = ("-starts_at", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_plan = self.request.user.has_permission(P.RUN_SESSIONS)
        return super().get_context_data(can_plan=can_plan, **kwargs)


class SessionObject:
    """What every page about one session shares."""

    model = OrientationSession
    context_object_name = "session"
    object: Any
    request: Any

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("office", "facilitator", "language")

    def invitations(self) -> list[Invitation]:
        """The people of the session whom this user may see, by name."""
        rows = Invitation.objects.visible_to(self.request.user).filter(session=self.object)
        return list(
            rows.with_list_data()
            .with_group()
            .order_by("case__person__family_name", "case__person__given_name", "id")
        )


class SessionDetail(SessionObject, RecordDetail):
    required_permission = P.VIEW_SESSIONS
    template_name = "training/session_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        session, user = self.object, self.request.user
        invitations = self.invitations()
        audit.listed(user, invitations)
        ticked = set(session.ticks.values_list("item", flat=True))
        satisfied, answered = services.satisfaction_of(session)
        return super().get_context_data(
            title=session.reference,
            invitations=name_outcomes(invitations),
            hidden=session.invitations.count() - len(invitations),
            totals=totals_of(session),
            checklist=[
                {"item": item, "is_ticked": item.pk in ticked}
                for item in ChecklistItem.objects.filter(is_active=True)
            ],
            satisfied=satisfied,
            answered=answered,
            events=timeline_of(session.steps.select_related("by"), SESSION_TONES),
            moves=session_moves(user, session),
            can_call=policies.can_call(user, session),
            can_correct=policies.can_correct(user, session),
            sees_cases=user.has_permission(P.VIEW_CASES),
            **kwargs,
        )


class SessionRoster(SessionObject, RecordDetail):
    """The list of the invited, to print and sign (R051)."""

    required_permission = P.VIEW_SESSIONS
    template_name = "training/session_roster.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        invitations = [row for row in self.invitations() if not row.has_declined]
        audit.listed(self.request.user, invitations)
        return super().get_context_data(
            title=self.object.reference,
            invitations=invitations,
            hidden=self.object.invitations.expected().count() - len(invitations),
            **kwargs,
        )


class PlanSession(RecordCreate):
    required_permission = P.RUN_SESSIONS
    title = _("Plan an orientation session")
    form_class = forms.SessionForm
    submit_label = _("Plan")
    success_message = _("The session is planned. Invite people to it.")

    def perform(self, form: Any) -> OrientationSession:
        return services.plan_session(by=self.request.user, **form.values())


class SessionAction(SessionObject, RecordAction):
    """A verb on one session."""

    required_permission = P.RUN_SESSIONS


class ChangeSession(SessionAction):
    title = _("Change the session")
    form_class = forms.ChangeSessionForm
    success_message = _("The session is changed.")

    def get_initial(self) -> dict[str, Any]:
        session = self.object
        return {
            "starts_at": session.starts_at,
            "minutes": session.minutes,
            "facilitator": session.facilitator_id,
            "language": session.language_id,
            "room": session.room,
            "capacity": session.capacity,
        }

    def perform(self, form: Any) -> OrientationSession:
        return services.change_session(self.object, by=self.request.user, **form.values())


class TickChecklist(SessionAction):
    title = _("Checklist")
    intro = _("Tick what was covered. A session with items left out is closed with a reason.")
    form_class = forms.ChecklistForm
    success_message = _("The checklist is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"items": list(self.object.ticks.values_list("item", flat=True))}

    def perform(self, form: Any) -> OrientationSession:
        return services.tick_items(
            self.object, items=form.cleaned_data["items"], by=self.request.user
        )


class CloseSession(SessionAction):
    title = _("Close the session")
    intro = _("The roll is called, each participant has a recommendation, the checklist is ticked.")
    form_class = forms.CloseSessionForm
    submit_label = _("Close the session")
    success_message = _("The session is closed.")

    def perform(self, form: Any) -> OrientationSession:
        return services.close_session(
            self.object,
            unticked_reason=form.cleaned_data["unticked_reason"],
            by=self.request.user,
        )


class ReopenSession(SessionAction):
    title = _("Open the session again")
    intro = _("To correct it. Both steps stay in the history.")
    form_class = ReasonForm
    submit_label = _("Open again")
    success_message = _("The session is open again.")

    def perform(self, form: Any) -> OrientationSession:
        return services.reopen_session(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class CancelSession(SessionAction):
    title = _("Cancel the session")
    intro = _("The invited people are free on that day again. Tell them.")
    form_class = ReasonForm
    submit_label = _("Cancel the session")
    danger = True
    success_message = _("The session is cancelled.")

    def perform(self, form: Any) -> OrientationSession:
        return services.cancel_session(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
