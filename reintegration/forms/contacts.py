"""Forms of the first contact and of the log of attempts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import ContactResult
from cases.models import ContactAttempt, ContactPoint
from core.forms import reason_field
from reintegration.forms.fields import columns_of
from reintegration.models import FirstContact


class FirstContactForm(columns_of(FirstContact, "on", "initiated_by", "channel", "note")):
    """Who made the first contact, when and how (R118)."""

    contact_point = forms.ModelChoiceField(
        ContactPoint.objects.none(),
        required=False,
        label=_("Through"),
        help_text=_("The number or address that worked."),
    )
    field_order = ("on", "initiated_by", "channel", "contact_point", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_point"].queryset = usable_contacts(self.record)


class CorrectFirstContactForm(columns_of(FirstContact, "on", "initiated_by", "channel", "note")):
    """The first contact as it really was."""

    reason = reason_field(max_length=300)


class CallForm(columns_of(ContactAttempt, "on", "channel", "contact_point", "result", "note")):
    """One attempt to reach the person (R155)."""

    initiated_by_person = forms.BooleanField(label=_("The person contacted us"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_point"].queryset = usable_contacts(self.record)
        self.fields["result"].initial = ContactResult.NO_ANSWER


def usable_contacts(case: Any) -> Any:
    return ContactPoint.objects.filter(case=case, is_active=True)
