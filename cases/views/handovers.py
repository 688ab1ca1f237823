"""Handing a case over to the office of the country of origin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import handovers as forms
from cases.pages import CaseSubAction


class SendHandover(CaseSubAction):
    required_permission = P.SEND_HANDOVER
    rule = policies.can_send_handover
    template_name = "cases/send_handover.html"
    title = _("Hand over to the country of origin")
    form_class = forms.HandoverForm
    submit_label = _("Send")
    success_message = _(
        "Handed over. The office of the country of origin sees the case from now on."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(handover_items=self.object.handover_items.all(), **kwargs)

    def perform(self, form: Any) -> Any:
        return services.send_handover(
            self.object, message=form.cleaned_data["message"], by=self.request.user
        )


class AcceptHandover(CaseSubAction):
    required_permission = P.RECEIVE_HANDOVER
    rule = policies.can_answer_handover
    title = _("Accept the handover")
    submit_label = _("Accept")
    success_message = _("The handover is accepted.")

    def perform(self, form: Any) -> Any:
        return services.accept_handover(self.object, by=self.request.user)


class QuestionHandover(CaseSubAction):
    required_permission = P.RECEIVE_HANDOVER
    rule = policies.can_answer_handover
    title = _("Send the handover back with a question")
    form_class = forms.HandoverQuestionForm
    success_message = _("The question is sent.")

    def perform(self, form: Any) -> Any:
        return services.question_handover(
            self.object, question=form.cleaned_data["question"], by=self.request.user
        )
