"""Pages of responses: filling in, reading, correcting."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import CaseAction, RuledAction
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordDetail
from surveys import forms, policies, presenters, services
from surveys.enums import OF_A_CASE
from surveys.models import Questionnaire, Response


class ResponseCreate(CaseAction):
    """Filling in a questionnaire for somebody."""

    required_permission = P.ANSWER_SURVEYS
    template_name = "surveys/answer.html"
    form_class = forms.AnswerForm
    submit_label = _("Save the answers")
    success_message = _("The answers are saved.")
    questionnaire: Questionnaire

    def find(self, request: Any) -> None:
        super().find(request)
        try:
            self.questionnaire = Questionnaire.objects.with_questions().named(
                self.kwargs["key"], on=today()
            )
        except Questionnaire.DoesNotExist as error:
            raise Http404 from error
        if self.questionnaire.kind not in OF_A_CASE:
            raise Http404

    @property
    def title(self) -> str:
        return self.questionnaire.label

    def refusal(self) -> str:
        user, case, day = self.request.user, self.object, today()
        if policies.can_offer(user, self.questionnaire, case, day):
            return ""
        if not policies.is_meant_for(self.questionnaire, case, day):
            return str(_("This questionnaire is for adults. Record a visit instead."))
        return self.why_refused()

    def get_form_kwargs(self) -> dict[str, Any]:
        """The case may change meanwhile; the answers do not depend on it."""
        kwargs = super().get_form_kwargs()
        return kwargs | {"version": None, "questionnaire": self.questionnaire}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            questionnaire=self.questionnaire,
            notice=presenters.notice_of(self.questionnaire),
            **kwargs,
        )

    def get_cancel_url(self) -> str:
        return reverse("surveys:case", args=[self.object.reference])

    def perform(self, form: Any) -> Response:
        data = form.cleaned_data
        return services.submit(
            self.questionnaire,
            case=self.object,
            answers=form.answers(),
            answered_on=data["answered_on"],
            channel=data["channel"],
            respondent=data["respondent"],
            by=self.request.user,
        )


class ResponseObject:
    """A page about one response; anonymous ones have none."""

    model = Response
    context_object_name = "response"
    object: Response

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case__person").with_list_data()  # type: ignore[misc]


class ResponseDetail(ResponseObject, RecordDetail):
    """What was answered and what it is worth."""

    required_permission = P.VIEW_SURVEYS
    template_name = "surveys/response.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("superseded_by", "corrects")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        response = self.object
        return super().get_context_data(
            title=response.questionnaire.label,
            card=presenters.card_of(response),
            groups=presenters.answers_of(response),
            can_correct=policies.can_correct(self.request.user, response),
            **kwargs,
        )


class ResponseAction(ResponseObject, RuledAction):
    """A verb on one response, while that counts."""

    required_permission = P.ANSWER_SURVEYS
    rule = policies.can_correct

    def why_refused(self) -> str:
        if not self.object.is_current:
            return str(_("This response was corrected or withdrawn meanwhile."))
        return super().why_refused()


class ResponseCorrect(ResponseAction):
    template_name = "surveys/answer.html"
    form_class = forms.CorrectionForm
    title = _("Correct the answers")
    intro = _("The earlier answers and their score are kept; the corrected ones count.")
    success_message = _("Corrected. The earlier answers stay in the history.")

    def get_initial(self) -> dict[str, Any]:
        response = self.object
        values = {
            name: str(v) if hasattr(v, "as_tuple") else v for name, v in response.values.items()
        }
        return values | {
            "answered_on": response.answered_on,
            "channel": response.channel,
            "respondent": response.respondent,
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        questionnaire = Questionnaire.objects.with_questions().get(pk=self.object.questionnaire_id)
        return super().get_form_kwargs() | {"questionnaire": questionnaire}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        questionnaire = self.object.questionnaire
        return super().get_context_data(
            questionnaire=questionnaire, notice=presenters.notice_of(questionnaire), **kwargs
        )

    def perform(self, form: Any) -> Response:
        data = form.cleaned_data
        return services.correct_response(
            self.object,
            answers=form.answers(),
            answered_on=data["answered_on"],
            channel=data["channel"],
            respondent=data["respondent"],
            reason=data["reason"],
            by=self.request.user,
        )


class ResponseWithdraw(ResponseAction):
    form_class = ReasonForm
    title = _("Withdraw the response")
    submit_label = _("Withdraw")
    intro = _("For answers recorded by mistake. They are kept and no longer counted.")
    danger = True
    success_message = _("The response no longer counts.")

    def perform(self, form: Any) -> Response:
        return services.withdraw_response(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
