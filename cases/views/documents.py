"""Files, notes and protection entries of a case."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.forms import documents as forms
from cases.models import Document
from cases.pages import CaseSubAction
from core.clock import today
from core.views import RecordFile


class AddDocument(CaseSubAction):
    rule = policies.can_edit
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


class DocumentFile(RecordFile):
    """The file itself, to whoever sees it."""

    model = Document
    required_permission = P.VIEW_CASES


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
        data = form.cleaned_data
        return services.add_protection_entry(
            self.object,
            kind=data["kind"],
            text=data["text"],
            on=data["on"],
            vulnerabilities=data["vulnerabilities"],
            by=self.request.user,
        )
