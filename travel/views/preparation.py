"""Preparing a departure: steps with the authorities, the checklist, needs on arrival."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.models import Case
from core.forms import AnswerForm, ReasonForm
from travel import forms, policies, services
from travel.models import ArrivalNeed, DepartureCheck, TravelStep
from travel.views.base import JourneyAction, TravelAction, VersionOfRow


class AddStep(JourneyAction):
    form_class = forms.NewStepForm
    title = _("Add a step with the authorities")
    success_message = _("The step is added.")

    def get_initial(self) -> dict[str, Any]:
        return {"kind": self.request.GET.get("kind", "")}

    def perform(self, form: Any) -> Any:
        return services.add_step(self.object, by=self.request.user, **form.values())


class JourneyRowAction(TravelAction):
    """A verb on a row of a journey."""

    required_permission = P.PLAN_JOURNEYS
    slug_field = "pk"

    @property
    def case(self) -> Case:
        return self.object.journey.case

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("journey__case__person")


class ChangeStep(JourneyRowAction):
    model = TravelStep
    rule = policies.can_change_step
    form_class = forms.StepForm
    success_message = _("The step is saved; what was there stays in the history.")

    @property
    def title(self) -> str:
        return self.object.get_kind_display()

    def perform(self, form: Any) -> Any:
        return services.change_step(self.object, by=self.request.user, **form.values())


class CheckList(VersionOfRow, JourneyAction):
    """The checklist of the day of departure."""

    form_class = forms.CheckForm
    title = _("Departure checklist")
    success_message = _("The checklist is saved.")

    def row(self) -> DepartureCheck | None:
        return DepartureCheck.objects.filter(journey=self.object).first()

    def perform(self, form: Any) -> Any:
        return services.save_check(
            self.object,
            items=form.items(),
            close=form.cleaned_data["close"],
            missing_reason=form.cleaned_data["missing_reason"],
            by=self.request.user,
        )


class AnnounceNeed(JourneyAction):
    form_class = forms.NeedForm
    title = _("Announce a need on arrival")
    success_message = _("The need is announced; the office of origin acknowledges it.")

    def perform(self, form: Any) -> Any:
        return services.announce_need(
            self.object,
            kind=form.cleaned_data["kind"],
            text=form.cleaned_data["text"],
            by=self.request.user,
        )


class AcknowledgeNeed(JourneyRowAction):
    model = ArrivalNeed
    required_permission = P.CONFIRM_ARRIVAL
    rule = policies.can_acknowledge_need
    form_class = AnswerForm
    title = _("Acknowledge a need on arrival")
    submit_label = _("Acknowledge")
    success_message = _("The need is acknowledged.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [(self.object.get_kind_display(), self.object.text)]
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> Any:
        return services.acknowledge_need(
            self.object, answer=form.cleaned_data["answer"], by=self.request.user
        )


class WithdrawNeed(JourneyRowAction):
    model = ArrivalNeed
    rule = policies.can_withdraw_need
    form_class = ReasonForm
    title = _("Withdraw a need on arrival")
    success_message = _("The need is withdrawn; it stays in the history.")

    def perform(self, form: Any) -> Any:
        return services.withdraw_need(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )
