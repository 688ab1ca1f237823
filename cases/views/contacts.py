"""How a person can be reached, and every try."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import forms, services
from cases.enums import ContactResult
from cases.pages import CaseSubAction
from core.clock import today


class AddContactPoint(CaseSubAction):
    required_permission = P.RECORD_CONTACT
    title = _("Add a contact")
    form_class = forms.ContactPointForm
    success_message = _("The contact is added.")

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.add_contact_point(
            self.object,
            kind=data["kind"],
            value=data["value"],
            owner=data["owner"],
            owner_name=data["owner_name"],
            may_be_used=data["may_be_used"],
            preferred_hours=data["preferred_hours"],
            language=data["language"],
            by=self.request.user,
        )


class LogAttempt(CaseSubAction):
    required_permission = P.RECORD_CONTACT
    title = _("Log a contact")
    form_class = forms.ContactAttemptForm
    success_message = _("The contact is logged.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today(), "result": ContactResult.REACHED}

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.log_attempt(
            self.object,
            on=data["on"],
            channel=data["channel"],
            contact_point=data["contact_point"],
            result=data["result"],
            initiated_by_person=data["initiated_by_person"],
            note=data["note"],
            by=self.request.user,
        )
