"""Registering a migrant, and correcting the registration."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import registration as forms
from cases.models import Case, Referral
from cases.pages import CaseAction
from core import audit
from core.clock import today
from core.views import RecordCreate


class RegisterCase(RecordCreate):
    """Registration on one screen, with the duplicate warning before anything is saved.

    Of files out of scope it says neither how many nor what they have in common (AB02, R006).
    """

    required_permission = P.REGISTER_CASES
    template_name = "cases/register.html"
    form_class = forms.RegistrationForm
    title = _("Register a migrant")
    submit_label = _("Register")
    success_message = _("Registered.")

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {"registered_on": today()}
        referral = self.referral
        if referral is not None:
            initial |= {
                "family_name": referral.family_name,
                "given_name": referral.given_name,
                "sex": referral.sex,
                "nationality": referral.nationality_id,
                "country": referral.nationality_id,
                "phone": referral.phone,
                "office": referral.office_id,
                "referral_source": referral.source,
                "referred_on": referral.referred_on,
            }
        return initial

    @property
    def referral(self) -> Referral | None:
        reference = self.request.GET.get("referral")
        if not reference:
            return None
        visible = Referral.objects.visible_to(self.request.user).waiting()
        return get_object_or_404(visible, reference=reference)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = getattr(kwargs.get("form"), "duplicates", [])
        alike, is_known_elsewhere = services.seen_among(found, by=self.request.user)
        audit.listed(self.request.user, [case for _item, cases in alike for case in cases])
        return super().get_context_data(
            alike=alike, is_known_elsewhere=is_known_elsewhere, form_id="registration", **kwargs
        )

    def perform(self, form: Any) -> Case:
        decision = self.request.POST.get("duplicate_decision", "")
        known = None
        if decision and decision != "new":
            known = get_object_or_404(
                Case.objects.visible_to(self.request.user), reference=decision
            ).person
        return services.register(
            by=self.request.user,
            person=form.person_values(),
            case=form.case_values(),
            consents=form.consents(),
            declaration=form.declaration(),
            contact_points=form.contact_points(),
            known_person=known,
            duplicates_checked=bool(decision),
            referral=self.referral,
        )

    def get_success_url(self, result: Any) -> str:
        if Case.objects.visible_to(self.request.user).filter(pk=result.pk).exists():
            return result.get_absolute_url()
        return reverse("cases:list")

    def get_success_message(self, result: Any) -> str:
        if result.is_restricted:
            return _t(
                "Registered as %(reference)s. The file of a child travelling alone is open to "
                "protection officers only."
            ) % {"reference": result.reference}
        return _t("Registered as %(reference)s, counted among: %(group)s.") % {
            "reference": result.reference,
            "group": result.reporting_group.label,
        }


class CorrectRegistration(CaseAction):
    rule = policies.can_edit
    title = _("Correct the registration")
    form_class = forms.CorrectionForm
    success_message = _("Corrected. The earlier values stay in the history.")

    def perform(self, form: Any) -> Case:
        return services.correct_registration(
            self.object,
            person=form.person_values(),
            values=form.case_values(),
            by=self.request.user,
            reason=form.cleaned_data["reason"],
        )
