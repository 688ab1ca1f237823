"""Consents and the declaration of voluntary return."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import policies
from cases.enums import ConsentAnswer, ConsentGiver, ConsentPurpose
from cases.forms.fields import LanguageField
from core.forms import ActionForm, DateField


class ConsentForm(ActionForm):
    purpose = forms.ChoiceField(label=_("Purpose"), choices=ConsentPurpose.choices)
    answer = forms.ChoiceField(label=_("Answer"), choices=ConsentAnswer.choices)
    on = DateField(label=_("Answered on"))
    given_by = forms.ChoiceField(label=_("Answered by"), choices=ConsentGiver.choices)
    language = LanguageField(label=_("Explained in"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not policies.can_record_consent(self.user, self.record):
            withdrawn = ConsentAnswer.WITHDRAWN
            self.fields["answer"].choices = [(withdrawn, withdrawn.label)]


class DeclarationForm(ActionForm):
    on = DateField(label=_("Signed on"))
    language = LanguageField(label=_("Explained in"), required=False)
    witness = forms.CharField(label=_("Witness or interpreter"), required=False, max_length=120)


class CorrectDeclarationForm(DeclarationForm):
    is_mistaken = forms.BooleanField(
        label=_("Nothing was signed: remove this entry"), required=False
    )
    reason = forms.CharField(label=_("Reason for the correction"), max_length=300)


class WithdrawDeclarationForm(ActionForm):
    on = DateField(label=_("Withdrawn on"))
    reason = forms.CharField(
        label=_("Reason, if the person gives one"), required=False, max_length=300
    )
