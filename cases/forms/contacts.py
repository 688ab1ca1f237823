"""How a person can be reached, and every try."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import ContactChannel, ContactKind, ContactOwner, ContactResult
from cases.forms.fields import LanguageField
from cases.models import ContactPoint
from core.forms import ActionForm, DateField


class ContactPointForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactKind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=300)
    owner = forms.ChoiceField(label=_("Whose"), choices=ContactOwner.choices)
    owner_name = forms.CharField(
        label=_("Name of the owner"),
        required=False,
        max_length=120,
        help_text=_("Of somebody else: the name and the tie, e.g. “Ibrahima, brother”."),
    )
    may_be_used = forms.BooleanField(label=_("The owner agreed to be contacted"), required=False)
    preferred_hours = forms.CharField(label=_("Preferred hours"), required=False, max_length=60)
    language = LanguageField(label=_("Language"), required=False)


class CorrectContactPointForm(ContactPointForm):
    is_active = forms.BooleanField(label=_("In use"), required=False)
    reason = forms.CharField(label=_("Reason for the correction"), max_length=300)


class ContactAttemptForm(ActionForm):
    on = DateField(label=_("On"))
    channel = forms.ChoiceField(label=_("Channel"), choices=ContactChannel.choices)
    contact_point = forms.ModelChoiceField(
        label=_("Through"), queryset=ContactPoint.objects.none(), required=False
    )
    result = forms.ChoiceField(label=_("Result"), choices=ContactResult.choices)
    initiated_by_person = forms.BooleanField(label=_("The person contacted us"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_point"].queryset = self.record.contact_points.filter(is_active=True)
