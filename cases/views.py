"""Pages of cases and referrals."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import filters, forms, policies, references, services
from cases.enums import ContactResult
from cases.models import (
    Case,
    Document,
    HandOut,
    HandoverItem,
    ProtectionEntry,
    Referral,
)
from cases.pages import CaseAction, CasePage, CaseSubAction
from cases.presenters import timeline_of
from cases.services.registration import candidate
from core import audit
from core.clock import today
from core.views import RecordAction, RecordCreate, RecordDetail, RecordList
from programmes import eligibility


class CaseList(RecordList):
    model = Case
    required_permission = P.VIEW_CASES
    template_name = "cases/list.html"
    title = _("Cases")
    filterset_class = filters.CaseFilter
    ordering = ("-registered_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_register = self.request.user.has_permission(P.REGISTER_CASES)
        return super().get_context_data(can_register=can_register, **kwargs)


class Search(RecordList):
    """Finding a person from anywhere, by name or reference (R037)."""

    model = Case
    required_permission = P.VIEW_CASES
    template_name = "cases/search.html"
    title = _("Search")
    ordering = ("-registered_on", "-id")

    def get_queryset(self) -> Any:
        return super().get_queryset().search(self.words)

    @property
    def words(self) -> str:
        return self.request.GET.get("q", "")[:200].strip()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reference = references.read(self.words)
        too_short = bool(self.words) and reference is None and len(self.words) < 3
        return super().get_context_data(words=self.words, too_short=too_short, **kwargs)


class CaseDetail(CasePage):
    template_name = "cases/detail.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if hasattr(self.object, "handover"):
            services.open_handover(self.object, by=request.user)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, user = self.object, self.request.user
        handover = getattr(case, "handover", None)
        return super().get_context_data(
            verdicts=eligibility.explain(candidate(case, case.person)),
            events=timeline_of(case),
            consents=latest_consents(case),
            declaration=case.declarations.filter(withdrawn_on__isnull=True).first(),
            missing=policies.missing_for_departure(case),
            contact_points=case.contact_points.all(),
            attempts=case.contact_attempts.select_related("by")[:10],
            documents=Document.objects.visible_to(user).filter(case=case),
            notes=case.notes.select_related("by"),
            protection_entries=ProtectionEntry.objects.visible_to(user)
            .filter(case=case)
            .select_related("by"),
            sees_protection=user.has_permission(P.VIEW_PROTECTION),
            handover=handover,
            handover_items=HandoverItem.objects.filter(case=case),
            window=case.days_since_registration(today()),
            can_edit=policies.can_edit(user, case),
            can_close=policies.can_close(user, case),
            can_record_consent=policies.can_record_consent(user, case),
            can_send_handover=policies.can_send_handover(user, case),
            can_answer_handover=policies.can_answer_handover(user, case),
            **kwargs,
        )


def latest_consents(case: Case) -> list[Any]:
    """The current answer to each purpose that was asked."""
    latest: dict[str, Any] = {}
    for consent in case.consents.all():
        latest.setdefault(consent.purpose, consent)
    return list(latest.values())


class RegisterCase(RecordCreate):
    """Registration on one screen, with the duplicate warning before anything is saved."""

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
        visible = set()
        found = getattr(kwargs.get("form"), "duplicates", [])
        if found:
            ids = [case.pk for item in found for case in item.cases]
            rows = Case.objects.visible_to(self.request.user).filter(pk__in=ids)
            visible = set(rows.values_list("pk", flat=True))
            audit.listed(self.request.user, rows)
        return super().get_context_data(visible_cases=visible, form_id="registration", **kwargs)

    def perform(self, form: Any) -> Case:
        decision = self.request.POST.get("duplicate_decision", "")
        known = None
        if decision and decision != "new":
            known = get_object_or_404(
                Case.objects.visible_to(self.request.user), reference=decision
            ).person
            if known.cases.open().exists():
                raise ValidationError(_t("This person has an open case. Work on that case."))
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
        return _t("Registered as %(reference)s.") % {"reference": result.reference}


class CorrectRegistration(CaseAction):
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


class CloseCase(CaseAction):
    required_permission = P.CLOSE_CASES
    title = _("Close the case")
    form_class = forms.CloseForm
    submit_label = _("Close the case")
    danger = True
    success_message = _("The case is closed.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Case:
        return services.close(
            self.object,
            outcome=form.cleaned_data["outcome"],
            on=form.cleaned_data["on"],
            note=form.cleaned_data["note"],
            by=self.request.user,
        )


class TakeBackStep(CaseAction):
    required_permission = P.CLOSE_CASES
    title = _("Take back the last step")
    intro = _("For a step recorded by mistake. Both entries stay in the history.")
    form_class = forms.TakeBackForm
    success_message = _("The last step was taken back.")

    def perform(self, form: Any) -> Case:
        return services.correct_last_step(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class RecordConsent(CaseSubAction):
    required_permission = P.RECORD_CONSENT
    title = _("Record a consent")
    form_class = forms.ConsentForm
    success_message = _("The answer is recorded; earlier answers stay in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.record_consent(
            self.object,
            purpose=data["purpose"],
            answer=data["answer"],
            on=data["on"],
            given_by=data["given_by"],
            language=data["language"],
            note=data["note"],
            by=self.request.user,
        )


class DeclareVoluntary(CaseSubAction):
    required_permission = P.RECORD_CONSENT
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


class WithdrawDeclaration(CaseSubAction):
    required_permission = P.RECORD_CONSENT
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


class AddDocument(CaseSubAction):
    title = _("Add a document")
    form_class = forms.DocumentForm
    success_message = _("The document is filed.")

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.add_document(
            self.object,
            kind=data["kind"],
            title=data["title"],
            sensitivity=data["sensitivity"],
            file=data["file"],
            by=self.request.user,
        )


class DocumentFile(RecordDetail):
    """The file itself, to whoever sees it; a download, never shown inside our pages."""

    model = Document
    required_permission = P.VIEW_CASES

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            audit.read(request.user, self.object)
        try:
            stored = self.object.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(
            stored,
            as_attachment=True,
            filename=self.object.original_name,
            content_type=self.object.content_type,
        )
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


class AddNote(CaseSubAction):
    required_permission = P.RECORD_CONTACT
    title = _("Write a note")
    form_class = forms.NoteForm
    success_message = _("The note is saved.")

    def perform(self, form: Any) -> Any:
        return services.add_note(self.object, text=form.cleaned_data["text"], by=self.request.user)


class AddProtectionEntry(CaseSubAction):
    required_permission = P.VIEW_PROTECTION
    title = _("Write a protection entry")
    form_class = forms.ProtectionEntryForm
    success_message = _("The entry is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return services.add_protection_entry(
            self.object,
            kind=data["kind"],
            text=data["text"],
            on=data["on"],
            vulnerabilities=data["vulnerabilities"],
            by=self.request.user,
        )


class SendHandover(CaseSubAction):
    required_permission = P.SEND_HANDOVER
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
    title = _("Accept the handover")
    submit_label = _("Accept")
    success_message = _("The handover is accepted.")

    def perform(self, form: Any) -> Any:
        return services.accept_handover(self.object, by=self.request.user)


class QuestionHandover(CaseSubAction):
    required_permission = P.RECEIVE_HANDOVER
    title = _("Send the handover back with a question")
    form_class = forms.HandoverQuestionForm
    success_message = _("The question is sent.")

    def perform(self, form: Any) -> Any:
        return services.question_handover(
            self.object, question=form.cleaned_data["question"], by=self.request.user
        )


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
        handles = self.request.user.has_permission(P.HANDLE_REFERRALS)
        return super().get_context_data(handles=handles, **kwargs)


class Refer(RecordCreate):
    required_permission = P.REFER_PEOPLE
    title = _("Refer a person")
    form_class = forms.ReferralForm
    submit_label = _("Send")
    success_message = _(
        "The referral is sent. You will see here whether the person was registered."
    )

    def perform(self, form: Any) -> Referral:
        data = form.cleaned_data
        return services.refer(
            by=self.request.user,
            family_name=data["family_name"],
            given_name=data["given_name"],
            sex=data["sex"],
            nationality=data["nationality"],
            phone=data["phone"],
            office=data["office"],
            reason=data["reason"],
        )


class DeclineReferral(RecordAction):
    model = Referral
    required_permission = P.HANDLE_REFERRALS
    title = _("Not registered")
    form_class = forms.DeclineReferralForm
    success_message = _("The referrer sees that the person was not registered.")

    def perform(self, form: Any) -> Referral:
        return services.decline_referral(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class HandOutList(RecordList):
    model = HandOut
    required_permission = P.RUN_SESSIONS
    template_name = "cases/handout_list.html"
    title = _("Hand-outs")
    ordering = ("-on", "-id")
    audited = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("office", "programme", "language")


class LogHandOut(RecordCreate):
    required_permission = P.RUN_SESSIONS
    title = _("Log a hand-out")
    form_class = forms.HandOutForm
    success_message = _("The hand-out is logged.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> HandOut:
        names = ("on", "office", "programme", "occasion", "material", "language", "quantity")
        values = {name: form.cleaned_data[name] for name in names}
        return services.hand_out(by=self.request.user, **values)

    def get_success_url(self, result: Any) -> str:
        return reverse("cases:handout-list")

    def get_cancel_url(self) -> str:
        return reverse("cases:handout-list")


class CorrectHandOut(RecordAction):
    model = HandOut
    slug_field = "pk"
    required_permission = P.RUN_SESSIONS
    title = _("Correct a hand-out")
    form_class = forms.HandOutCorrectionForm
    success_message = _("Corrected. The earlier value stays in the history.")

    def get_initial(self) -> dict[str, Any]:
        return {"quantity": self.object.quantity}

    def perform(self, form: Any) -> HandOut:
        return services.correct_hand_out(
            self.object,
            quantity=form.cleaned_data["quantity"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
        )

    def get_success_url(self, result: Any) -> str:
        return reverse("cases:handout-list")

    def get_cancel_url(self) -> str:
        return reverse("cases:handout-list")
