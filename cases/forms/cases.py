"""Closing a case, and taking a step back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import CLOSING_OUTCOMES
from core.forms import ActionForm, DateField


class CloseForm(ActionForm):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=CLOSING_OUTCOMES,
        help_text=_("Registered twice? Choose “Same person as…” on the page of the case instead."),
    )
    on = DateField(label=_("Closed on"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class TakeBackForm(ActionForm):
    reason = forms.CharField(label=_("Why is the last step taken back?"), max_length=300)
