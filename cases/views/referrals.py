"""Referrals by government partners."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import filters, policies, services
from cases.forms import referrals as forms
from cases.models import Referral
from cases.pages import RuledAction
from core.forms import ReasonForm
from core.views import RecordCreate, RecordDetail, RecordList


class ReferralList(RecordList):
    model = Referral
    required_permission = P.VIEW_REFERRALS
    template_name = "cases/referral_list.html"
    title = _("Referrals")
    filterset_class = filters.ReferralFilter
    ordering = ("-referred_on", "-id")

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().select_related("office", "organisation", "nationality", "case")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        handles = self.request.user.has_permission(P.HANDLE_REFERRALS)
        return super().get_context_data(handles=handles, **kwargs)


class ReferralDetail(RecordDetail):
    model = Referral
    required_permission = P.VIEW_REFERRALS
    template_name = "cases/referral_detail.html"
    context_object_name = "referral"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, referral = self.request.user, self.object
        return super().get_context_data(
            handles=policies.handles(user, referral),
            can_answer=policies.can_answer_referral(user, referral),
            can_take_back=policies.can_take_back_answer(user, referral),
            can_correct=policies.can_correct_referral(user, referral),
            **kwargs,
        )


class Refer(RecordCreate):
    required_permission = P.REFER_PEOPLE
    title = _("Refer a person")
    form_class = forms.ReferralForm
    submit_label = _("Send")
    success_message = _(
        "The referral is sent. You will see here whether the person was registered."
    )

    def perform(self, form: Any) -> Referral:
        return services.refer(by=self.request.user, **form.values())


class CorrectReferral(RuledAction):
    model = Referral
    required_permission = P.REFER_PEOPLE
    rule = policies.can_correct_referral
    title = _("Correct the referral")
    form_class = forms.CorrectReferralForm
    success_message = _("Corrected. The earlier values stay in the history.")

    def perform(self, form: Any) -> Referral:
        values = form.values()
        values["referred_on"] = values["referred_on"] or self.object.referred_on
        return services.correct_referral(self.object, by=self.request.user, **values)


class LinkReferral(RuledAction):
    """The referred person has an open case already; the referrer sees that it is registered."""

    model = Referral
    required_permission = P.HANDLE_REFERRALS
    rule = policies.can_answer_referral
    title = _("Already registered here")
    intro = _("The referrer sees that the person is registered, and nothing of the case.")
    form_class = forms.LinkReferralForm
    submit_label = _("Link to this case")
    success_message = _("The referral is linked to the case.")

    def perform(self, form: Any) -> Referral:
        return services.link_referral(
            self.object,
            case=form.cleaned_data["case"],
            by=self.request.user,
        )


class DeclineReferral(RuledAction):
    model = Referral
    required_permission = P.HANDLE_REFERRALS
    rule = policies.can_answer_referral
    title = _("Not registered")
    form_class = forms.DeclineReferralForm
    success_message = _("The referrer sees that the person was not registered.")

    def perform(self, form: Any) -> Referral:
        return services.decline_referral(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class TakeBackAnswer(RuledAction):
    """An answer given by mistake: the referral waits again."""

    model = Referral
    required_permission = P.HANDLE_REFERRALS
    rule = policies.can_take_back_answer
    title = _("Take back the answer")
    intro = _("The referral waits for an answer again. A case that was linked stays as it is.")
    form_class = ReasonForm
    success_message = _("The referral waits for an answer again.")

    def perform(self, form: Any) -> Referral:
        return services.take_back_answer(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
