"""Information material handed out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from cases import policies
from cases.forms.fields import LanguageField
from cases.models import HandOut
from core.forms import ActionForm, DateField
from programmes.models import Programme


class HandOutForm(ActionForm):
    """Copies handed out at one's own office."""

    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none())
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    on = DateField(label=_("On"))
    occasion = forms.ChoiceField(label=_("Occasion"), choices=HandOut.Occasion.choices)
    material = forms.CharField(label=_("Material"), max_length=120)
    language = LanguageField(label=_("Language"))
    quantity = forms.IntegerField(label=_("Copies"), min_value=1, max_value=10_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = policies.own_offices(self.user)
        self.fields["office"].queryset = Office.objects.filter(pk__in=own, kind=OfficeKind.MOP)
        self.fields["programme"].queryset = Programme.objects.visible_to(self.user)


class HandOutCorrectionForm(ActionForm):
    quantity = forms.IntegerField(label=_("Copies"), min_value=1, max_value=10_000)
    reason = forms.CharField(label=_("Reason for the correction"), max_length=300)
