"""Registering a migrant, and correcting the registration."""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import registration as forms
from cases.models import Case, Person, Referral
from cases.pages import CaseAction
from cases.presenters import told_now
from cases.services.duplicates import ELSEWHERE
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
        reference = self.request.GET.get("referral")
        if reference and self.request.method != "POST":
            referral = get_object_or_404(self.referrals().waiting(), reference=reference)
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

    def referrals(self) -> Any:
        return Referral.objects.visible_to(self.request.user)

    def referral(self) -> Referral | None:
        """The referral of this person; one that was answered meanwhile is refused by its service.

        Raises ValidationError for one that is not there: what was typed stays.
        """
        reference = self.request.GET.get("referral")
        if not reference:
            return None
        found: Referral | None = self.referrals().filter(reference=reference).first()
        if found is None:
            raise ValidationError(_t("No referral with this reference is open to you."))
        return found

    def known_person(self, reference: str) -> Person | None:
        """Whose file was chosen. Raises ValidationError for one that is not open to the user."""
        if not reference:
            return None
        found = Case.objects.visible_to(self.request.user).filter(reference=reference).first()
        if found is None:
            raise ValidationError(_t("No file with this reference is open to you. Choose again."))
        return found.person

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.get("form")
        found = getattr(form, "duplicates", [])
        seen, is_known_elsewhere = services.seen_among(found, by=self.request.user)
        files = [case for _item, cases in seen for case in cases]
        audit.listed(self.request.user, files)
        alike = [(item, cases, told_now(item.person, form.person_values())) for item, cases in seen]
        shown = [case.reference for case in files] + [ELSEWHERE] * is_known_elsewhere
        return super().get_context_data(
            alike=alike,
            is_known_elsewhere=is_known_elsewhere,
            different_from=" ".join(shown),
            form_id="registration",
            **kwargs,
        )

    def perform(self, form: Any) -> Case:
        decision = forms.DuplicateDecision(self.request.POST)
        if not decision.is_valid():
            raise ValidationError(_t("Choose again whether it is one of these people."))
        return services.register(
            by=self.request.user,
            person=form.person_values(),
            case=form.case_values(),
            consents=form.consents(),
            declaration=form.declaration(),
            contact_points=form.contact_points(),
            given_by=form.giver(),
            explained_in=form.cleaned_data["explained_in"],
            known_person=self.known_person(decision.known),
            take_over=decision.takes_over,
            different_from=decision.judged,
            referral=self.referral(),
        )

    def get_success_url(self, result: Any) -> str:
        return page_of(result, self.request.user)

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

    def get_success_url(self, result: Any) -> str:
        return page_of(result, self.request.user)


def page_of(case: Case, user: Any) -> str:
    """The page of the case; the list where the file is closed to the user, as that of a child."""
    seen = Case.objects.visible_to(user).filter(pk=case.pk).exists()
    return case.get_absolute_url() if seen else reverse("cases:list")
