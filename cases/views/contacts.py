"""How a person can be reached, and every try."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.enums import ContactResult
from cases.forms import contacts as forms
from cases.models import ContactAttempt, ContactPoint
from cases.pages import CaseSubAction, RuledAction
from core.clock import today
from core.forms import ReasonForm


class AddContactPoint(CaseSubAction):
    required_permission = P.RECORD_CONTACT
    rule = policies.can_record_contact
    title = _("Add a contact")
    form_class = forms.ContactPointForm
    success_message = _("The contact is added.")

    def perform(self, form: Any) -> Any:
        return services.add_contact_point(self.object, by=self.request.user, **form.values())


class CorrectContactPoint(RuledAction):
    model = ContactPoint
    slug_field = "pk"
    required_permission = P.RECORD_CONTACT
    rule = policies.can_correct_contact_point
    title = _("Correct a contact")
    form_class = forms.CorrectContactPointForm
    success_message = _("Corrected. The earlier values stay in the history.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case")

    def get_initial(self) -> dict[str, Any]:
        names = [name for name in self.form_class.base_fields if name != "reason"]
        return {name: getattr(self.object, name) for name in names}

    def perform(self, form: Any) -> ContactPoint:
        return services.correct_contact_point(self.object, by=self.request.user, **form.values())

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return self.object.case.get_absolute_url()


class LogAttempt(CaseSubAction):
    required_permission = P.RECORD_CONTACT
    rule = policies.can_record_contact
    title = _("Log a contact")
    form_class = forms.ContactAttemptForm
    success_message = _("The contact is logged.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today(), "result": ContactResult.REACHED}

    def perform(self, form: Any) -> Any:
        return services.log_attempt(self.object, by=self.request.user, **form.values())


class WithdrawAttempt(RuledAction):
    model = ContactAttempt
    slug_field = "pk"
    required_permission = P.RECORD_CONTACT
    rule = policies.can_withdraw_attempt
    title = _("Take away a logged contact")
    intro = _("For a contact that was logged by mistake. Log the right one afterwards.")
    form_class = ReasonForm
    danger = True
    success_message = _("The contact is taken away. It stays in the history.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case")

    def perform(self, form: Any) -> ContactAttempt:
        return services.withdraw_attempt(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return self.object.case.get_absolute_url()
