"""Files, notes and protection entries of a case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import documents as forms
from cases.models import Document
from cases.pages import CaseSubAction, RuledAction
from core.clock import today
from core.views import RecordFile


class AddDocument(CaseSubAction):
    rule = policies.can_edit
    title = _("Add a document")
    form_class = forms.DocumentForm
    success_message = _("The document is filed.")

    def perform(self, form: Any) -> Any:
        return services.add_document(self.object, by=self.request.user, **form.values())


class DocumentFile(RecordFile):
    """The file itself, to whoever sees it."""

    model = Document
    required_permission = P.VIEW_CASES


class WithdrawDocument(RuledAction):
    model = Document
    required_permission = P.EDIT_CASES
    rule = policies.can_withdraw_document
    title = _("Take back a document")
    intro = _("For a paper filed by mistake, such as somebody else’s. Nobody sees it any more.")
    form_class = forms.WithdrawDocumentForm
    submit_label = _("Take back")
    danger = True
    success_message = _("The document is taken back.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = [(self.object.get_kind_display(), str(self.object))]
        return super().get_context_data(facts=facts, **kwargs)

    def perform(self, form: Any) -> Any:
        return services.withdraw_document(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )

    def get_success_url(self, result: Any) -> str:
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return self.object.case.get_absolute_url()


class AddNote(CaseSubAction):
    required_permission = P.RECORD_CONTACT
    rule = policies.can_record_contact
    title = _("Write a note")
    form_class = forms.NoteForm
    success_message = _("The note is saved.")

    def perform(self, form: Any) -> Any:
        return services.add_note(self.object, text=form.cleaned_data["text"], by=self.request.user)


class AddProtectionEntry(CaseSubAction):
    required_permission = P.VIEW_PROTECTION
    rule = policies.can_record_protection
    title = _("Write a protection entry")
    form_class = forms.ProtectionEntryForm
    success_message = _("The entry is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        return services.add_protection_entry(self.object, by=self.request.user, **form.values())
