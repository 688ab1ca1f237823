"""Handing a case over to the office of the country of origin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import WRITTEN_BY_HAND
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


class HandoverItemForm(ActionForm):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in WRITTEN_BY_HAND]
    )
    text = forms.CharField(
        label=_("What the office of the country of origin should know"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawItemForm(ActionForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)
