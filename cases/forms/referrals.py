"""Referrals by government partners."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from cases.models import Referral
from core.forms import ActionForm
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
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    office = forms.ModelChoiceField(
        label=_("Orientation point"),
        queryset=Office.objects.filter(kind=OfficeKind.MOP, is_active=True),
    )
    reason = forms.CharField(
        label=_("Why the person is referred"),
        required=False,
        max_length=500,
        help_text=_("Write nothing about health or protection here."),
    )


class LinkReferralForm(ActionForm):
    case = forms.CharField(label=_("Reference of the case"), max_length=20)


class DeclineReferralForm(ActionForm):
    reason = forms.CharField(
        label=_("Why the person was not registered"),
        max_length=300,
        help_text=_("Only your office reads this."),
    )
