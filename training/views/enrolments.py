"""Pages of enrolments: the partner's answers, leaving a course (R100, R104)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordAction, RecordDetail, RecordList
from training import filters, policies, services
from training.forms import enrolments as forms
from training.models import Application, Enrolment
from training.presenters import enrolment_moves, name_people, timeline_of
from training.workflow import ENROLMENT_TONES


class EnrolmentList(RecordList):
    model = Enrolment
    required_permission = P.VIEW_EDITIONS
    template_name = "training/enrolment_list.html"
    title = _("Enrolments")
    filterset_class = filters.EnrolmentFilter
    ordering = ("-nominated_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sees_cases = self.request.user.has_permission(P.VIEW_CASES)
        context = super().get_context_data(sees_cases=sees_cases, **kwargs)
        name_people(context["rows"], self.request.user)
        return context


class EnrolmentObject:
    """What every page about one enrolment shares."""

    model = Enrolment
    context_object_name = "enrolment"
    object: Any
    request: Any

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()


class EnrolmentDetail(EnrolmentObject, RecordDetail):
    """One person in one course, as the training partner may see it: no case, no vulnerability."""

    required_permission = P.VIEW_EDITIONS
    template_name = "training/enrolment_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enrolment, user = self.object, self.request.user
        sees_cases = user.has_permission(P.VIEW_CASES)
        events = timeline_of(enrolment.steps.select_related("by"), ENROLMENT_TONES)
        if not sees_cases:  # the notes are for those who look after the person
            events = [event | {"text": ""} for event in events]
        return super().get_context_data(
            title=enrolment.name_for(user),
            languages=enrolment.case.person.languages.all(),
            marks=enrolment.marks.order_by("day", "half"),
            events=events,
            moves=enrolment_moves(user, enrolment),
            sees_cases=sees_cases,
            application=Application.objects.visible_to(user).filter(enrolments=enrolment).first(),
            **kwargs,
        )


class EnrolmentAction(EnrolmentObject, RecordAction):
    """A verb on one enrolment."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        facts = [
            (_("Person"), row.name_for(self.request.user)),
            (_("Course"), str(row.edition)),
            (_("Status"), row.get_status_display()),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class Acknowledge(EnrolmentAction):
    required_permission = P.WRITE_ATTENDANCE
    title = _("Acknowledge the nomination")
    intro = _("You have received the nomination and keep a place for this person.")
    submit_label = _("Acknowledge")
    success_message = _("The nomination is acknowledged.")

    def check_permission(self, request: Any) -> None:
        super().check_permission(request)
        if not policies.is_partner_of(request.user, self.object.edition):
            raise PermissionDenied

    def perform(self, form: Any) -> Enrolment:
        return services.acknowledge(self.object, by=self.request.user)


class ConfirmPlace(EnrolmentAction):
    required_permission = P.ENROL
    title = _("Confirm the place")
    intro = _("The person has been told about the course and will come.")
    submit_label = _("Confirm")
    success_message = _("The person is enrolled.")

    def perform(self, form: Any) -> Enrolment:
        return services.confirm_place(self.object, by=self.request.user)


class Withdraw(EnrolmentAction):
    required_permission = P.WITHDRAW_ENROLMENTS
    title = _("Take out of the course")
    intro = _("The days that are left are free again, for a journey too.")
    form_class = forms.WithdrawForm
    submit_label = _("Take out of the course")
    danger = True
    success_message = _("The person is no longer in this course.")

    def check_permission(self, request: Any) -> None:
        super().check_permission(request)
        if self.object.is_live and not policies.can_withdraw(request.user, self.object):
            raise PermissionDenied

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Enrolment:
        data = form.cleaned_data
        return services.withdraw(
            self.object,
            reason=data["reason"],
            on=data["on"],
            note=data["note"],
            by=self.request.user,
        )


class TakeBackWithdrawal(EnrolmentAction):
    required_permission = P.WITHDRAW_ENROLMENTS
    title = _("Put back into the course")
    intro = _("The person was taken out by mistake. The history keeps both.")
    form_class = ReasonForm
    submit_label = _("Put back")
    success_message = _("The person is in the course again, and the days are kept free.")

    def refusal(self) -> str:
        allowed = policies.can_enrol(self.request.user, self.object.case)
        return "" if allowed else str(_("You may not put this person back into the course."))

    def perform(self, form: Any) -> Enrolment:
        return services.take_back_withdrawal(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
