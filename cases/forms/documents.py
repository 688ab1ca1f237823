"""Files, notes and protection entries of a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import DocumentKind
from cases.models import ProtectionEntry
from core.forms import ActionForm, DateField, StagedFileField
from core.models import Sensitivity
from reference.models import Vulnerability


class DocumentForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    sensitivity = forms.ChoiceField(label=_("Sensitivity"), choices=Sensitivity.choices)
    file = StagedFileField(label=_("File"), help_text=_("PDF, JPEG or PNG, 10 MB at most."))


class WithdrawDocumentForm(ActionForm):
    reason = forms.CharField(label=_("Why is it taken back?"), max_length=300)


class NoteForm(ActionForm):
    text = forms.CharField(
        label=_("Note"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 5})
    )


class ProtectionEntryForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ProtectionEntry.Kind.choices)
    vulnerabilities = forms.ModelMultipleChoiceField(
        label=_("Vulnerabilities"),
        queryset=Vulnerability.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("Entry"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    on = DateField(label=_("On"))
