"""Handing a case over to the office of the country of origin."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import handovers as forms
from cases.models import HandoverItem
from cases.pages import CaseSubAction, RuledAction


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
        items = list(self.object.handover_items.all())
        for item in items:
            item.case = self.object
            item.can_withdraw = policies.can_withdraw_handover_item(self.request.user, item)
        return super().get_context_data(handover_items=items, **kwargs)

    def perform(self, form: Any) -> Any:
        return services.send_handover(
            self.object, message=form.cleaned_data["message"], by=self.request.user
        )


class AddHandoverItem(CaseSubAction):
    required_permission = P.SEND_HANDOVER
    rule = policies.hands_over
    title = _("Add to the handover")
    intro = _("What the person was told, needs on arrival and wishes for the time afterwards.")
    form_class = forms.HandoverItemForm
    submit_label = _("Add")
    success_message = _("Added to the handover.")

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.add_handover_item(
            self.object, kind=data["kind"], text=data["text"], by=self.request.user
        )


class WithdrawHandoverItem(RuledAction):
    model = HandoverItem
    slug_field = "pk"
    required_permission = P.SEND_HANDOVER
    rule = policies.can_withdraw_handover_item
    title = _("Withdraw from the handover")
    form_class = forms.WithdrawItemForm
    submit_label = _("Withdraw")
    success_message = _("Withdrawn from the handover.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case__handover")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [(self.object.get_kind_display(), self.object.text)]
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> None:
        services.withdraw_handover_item(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return self.object.case.get_absolute_url()


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
