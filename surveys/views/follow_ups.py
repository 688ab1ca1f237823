"""Pages of follow-up: the tab of the case, the overdue list, what came of each visit."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies as case_policies
from cases.pages import CaseAction, CasePage, RuledAction
from core.clock import today
from core.forms import ConfirmForm, ReasonForm
from core.views import RecordList
from surveys import filters, forms, policies, presenters, services
from surveys.enums import OF_A_CASE
from surveys.models import FollowUp, Questionnaire


class CaseFollowUp(CasePage):
    """The tab of the case: what is planned, what was answered, progress over time (R154, R163)."""

    required_permission = P.VIEW_SURVEYS
    template_name = "surveys/case.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user, day = self.object, self.request.user, today()
        current = case.responses.current()
        responses = list(
            current.visible_to(user)
            .select_related("questionnaire", "score")
            .order_by("-answered_on", "-id")
        )
        may_act = policies.can_follow_up(user, case)
        offered = Questionnaire.objects.in_force(day).filter(kind__in=OF_A_CASE)
        return super().get_context_data(
            follow_ups=presenters.follow_ups_of(
                case.follow_ups.select_related("response"), day=day, may_act=may_act
            ),
            may_act=may_act,
            follow_up_answer=case_policies.follow_up_answer(case),
            responses=responses,
            hidden=current.count() - len(responses),
            progress=presenters.progress_of(responses),
            offered=[q for q in offered if policies.can_offer(user, q, case, day)],
            **kwargs,
        )


class PlanFollowUp(CaseAction):
    required_permission = P.ANSWER_SURVEYS
    rule = policies.can_follow_up
    form_class = forms.PlanForm
    title = _("Plan another follow-up")
    submit_label = _("Plan")
    success_message = _("The follow-up is planned.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"version": None}

    def get_cancel_url(self) -> str:
        return reverse("surveys:case", args=[self.object.reference])

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def perform(self, form: Any) -> Any:
        return services.add_follow_up(
            self.object,
            due_on=form.cleaned_data["due_on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class ExtendFollowUp(PlanFollowUp):
    form_class = ConfirmForm
    title = _("Plan the second year")
    intro = _("Follow-ups are planned for the optional months after the first year.")
    success_message = _("The second year is planned.")

    def perform(self, form: Any) -> Any:
        return services.extend_follow_ups(self.object, by=self.request.user)


class FollowUpList(RecordList):
    """What is planned, the most urgent first; the overdue list of R154."""

    model = FollowUp
    required_permission = P.VIEW_SURVEYS
    template_name = "surveys/follow_ups.html"
    title = _("Follow-ups")
    filterset_class = filters.FollowUpFilter
    ordering = ("due_on", "id")

    def get_queryset(self) -> Any:
        return super().get_queryset().open()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(today=today(), **kwargs)


class FollowUpAction(RuledAction):
    """A verb on one follow-up; it leads back to the case."""

    model = FollowUp
    required_permission = P.ANSWER_SURVEYS
    rule = policies.can_act_on
    object: FollowUp

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.object
        facts = [
            (row.case._meta.verbose_name.capitalize(), row.case.reference),
            (row._meta.verbose_name.capitalize(), row.title),
            (row._meta.get_field("due_on").verbose_name.capitalize(), row.due_on),
        ]
        return super().get_context_data(facts=facts, **kwargs)


class FollowUpDone(FollowUpAction):
    title = _("Follow-up done")
    intro = _(
        "Record the survey instead where one was answered: it completes the follow-up by itself."
    )
    form_class = forms.DoneForm
    success_message = _("The follow-up is done.")

    def get_initial(self) -> dict[str, Any]:
        return {"done_on": today()}

    def perform(self, form: Any) -> FollowUp:
        return services.complete_follow_up(
            self.object,
            done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class FollowUpNotPossible(FollowUpAction):
    title = _("Follow-up not possible")
    form_class = forms.NotPossibleForm
    success_message = _("The reason is recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> FollowUp:
        return services.mark_not_possible(
            self.object,
            obstacle=form.cleaned_data["obstacle"],
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class FollowUpMove(FollowUpAction):
    title = _("Move the follow-up")
    form_class = forms.MoveForm
    success_message = _("The follow-up is moved.")

    def get_initial(self) -> dict[str, Any]:
        return {"due_on": self.object.due_on}

    def perform(self, form: Any) -> FollowUp:
        return services.move_follow_up(
            self.object,
            due_on=form.cleaned_data["due_on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )


class FollowUpCancel(FollowUpAction):
    title = _("Cancel the follow-up")
    form_class = ReasonForm
    submit_label = _("Cancel the follow-up")
    danger = True
    success_message = _("The follow-up is cancelled.")

    def perform(self, form: Any) -> FollowUp:
        return services.cancel_follow_up(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class FollowUpReopen(FollowUpAction):
    title = _("Plan the follow-up again")
    intro = _("For what was recorded by mistake. Both steps stay in the history.")
    form_class = ReasonForm
    success_message = _("The follow-up is planned again.")

    def perform(self, form: Any) -> FollowUp:
        return services.reopen_follow_up(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
