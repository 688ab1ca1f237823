"""Consents and the declaration of voluntary return."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import consents as forms
from cases.models import Case
from cases.pages import CaseSubAction
from core.clock import today


class RecordConsent(CaseSubAction):
    required_permission = P.RECORD_CONSENT
    rule = policies.can_withdraw_consent
    title = _("Record a consent")
    form_class = forms.ConsentForm
    success_message = _("The answer is recorded; earlier answers stay in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def is_still_visible(self) -> bool:
        """Whoever notes that the person stops sharing with their office sees the case no more."""
        return Case.objects.visible_to(self.request.user).filter(pk=self.object.pk).exists()

    def get_success_url(self, result: Any) -> str:
        return super().get_success_url(result) if self.is_still_visible() else reverse("home")

    def get_success_message(self, result: Any) -> str:
        if self.is_still_visible():
            return super().get_success_message(result)
        return gettext("The answer is recorded. Your office no longer sees this file.")

    def perform(self, form: Any) -> Any:
        return services.record_consent(self.object, by=self.request.user, **form.values())


class DeclareVoluntary(CaseSubAction):
    required_permission = P.RECORD_CONSENT
    rule = policies.can_declare
    title = _("Record the declaration of voluntary return")
    form_class = forms.DeclarationForm
    success_message = _("The declaration is recorded.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.declare_voluntary(
            self.object,
            on=data["on"],
            language=data["language"],
            witness=data["witness"],
            by=self.request.user,
        )


class CorrectDeclaration(CaseSubAction):
    """What was written down wrongly; whoever changed their mind withdraws instead."""

    required_permission = P.RECORD_CONSENT
    rule = policies.can_declare
    title = _("Correct the declaration of voluntary return")
    intro = _("If the person changed their mind, withdraw the declaration instead.")
    form_class = forms.CorrectDeclarationForm
    success_message = _("Corrected. The earlier values stay in the history.")

    def get_initial(self) -> dict[str, Any]:
        row = self.object.declarations.filter(withdrawn_on__isnull=True).first()
        if row is None:
            return {}
        return {"on": row.signed_on, "language": row.language_id, "witness": row.witness}

    def perform(self, form: Any) -> Any:
        return services.correct_declaration(self.object, by=self.request.user, **form.values())


class WithdrawDeclaration(CaseSubAction):
    required_permission = P.RECORD_CONSENT
    rule = policies.can_withdraw_consent
    title = _("Withdraw the declaration")
    intro = _("A person may change their mind at any moment. No journey can then be confirmed.")
    form_class = forms.WithdrawDeclarationForm
    danger = True
    success_message = _("The declaration is withdrawn.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        return services.withdraw_declaration(
            self.object,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )
