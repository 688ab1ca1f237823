"""Two files of the same person."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.workflow import OPEN
from core.forms import VERSION_FIELD, ActionForm


class OtherFileForm(forms.Form):
    """Which file a file is compared with."""

    other = forms.CharField(label=_("Reference of the other file"), max_length=20)


class MergeForm(ActionForm):
    """Which of two files leads, and why it is the same person; carries both versions (R037)."""

    leading = forms.ChoiceField(
        label=_("Which file leads?"),
        widget=forms.RadioSelect,
        help_text=_(
            "What the leading file says about the person is kept. When both files are open, the "
            "other one is closed as registered twice."
        ),
    )
    reason = forms.CharField(label=_("How do you know that it is the same person?"), max_length=300)
    other_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, other: Case | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.other = other
        if other is None:
            return
        self.fields["leading"].choices = [
            (case.reference, f"{case.reference} · {case.office} · {case.get_status_display()}")
            for case in (self.record, other)
        ]
        self.fields["leading"].initial = max(self.record, other, key=_comes_first).reference
        self.fields["other_version"].initial = other.version

    def joining(self) -> dict[str, Any]:
        """The two files in their parts, each with the version that was compared."""
        data = self.cleaned_data
        files = [(self.record, data[VERSION_FIELD]), (self.other, data["other_version"])]
        if data["leading"] != self.record.reference:
            files.reverse()
        (kept, kept_version), (other, other_version) = files
        return {
            "kept": kept,
            "kept_version": kept_version,
            "other": other,
            "other_version": other_version,
            "reason": data["reason"],
        }


def _comes_first(case: Case) -> tuple[bool, int, int]:
    """Proposed as the leading file: the open one, the one further on, the earlier one."""
    return (case.status in OPEN, case.position, -case.registered_on.toordinal())


class DeclineMergeForm(ActionForm):
    reason = forms.CharField(
        label=_("How do you know that it is not the same person?"), max_length=300
    )


class UndoMergeForm(ActionForm):
    reason = forms.CharField(label=_("Why is the joining undone?"), max_length=300)
