"""Referrals by government partners."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import orientation_points
from cases.models import Referral
from core.forms import ActionForm, DateField, reason_field
from reference.models import Country


class ReferralForm(ActionForm):
    """What a government partner tells us; nothing more is asked (R010)."""

    family_name = forms.CharField(label=_("Family name"), max_length=100)
    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"),
        choices=[("", _("Not stated")), *Referral._meta.get_field("sex").flatchoices],
        required=False,
    )
    nationality = forms.ModelChoiceField(
        label=_("Nationality"), queryset=Country.objects.filter(is_active=True)
    )
    referred_on = DateField(
        label=_("Referred on"),
        required=False,
        help_text=_("Today, unless you say otherwise."),
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    office = forms.ModelChoiceField(
        label=_("Orientation point"),
        queryset=orientation_points(),
    )
    reason = forms.CharField(
        label=_("Why the person is referred"),
        required=False,
        max_length=500,
        help_text=_("Write nothing about health or protection here."),
    )


class CorrectReferralForm(ReferralForm):
    why = reason_field(label=_("Reason for the correction"))

    def __init__(self, *args: Any, record: Referral, **kwargs: Any) -> None:
        referred = {name: getattr(record, name) for name in ReferralForm.base_fields}
        initial = referred | kwargs.pop("initial", {})
        super().__init__(*args, record=record, initial=initial, **kwargs)


class LinkReferralForm(ActionForm):
    case = forms.CharField(label=_("Reference of the case"), max_length=20)


class DeclineReferralForm(ActionForm):
    reason = forms.CharField(
        label=_("Why the person was not registered"),
        max_length=300,
        help_text=_("Only your office reads this."),
    )
