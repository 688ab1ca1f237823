"""Handing a case over to the office of the country of origin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm


class HandoverForm(ActionForm):
    message = forms.CharField(
        label=_("Message to the office of the country of origin"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HandoverQuestionForm(ActionForm):
    question = forms.CharField(
        label=_("Your question"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )
