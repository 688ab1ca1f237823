"""Registering a migrant, and correcting the registration."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from cases import policies
from cases.enums import ConsentAnswer, ConsentPurpose, ContactOwner
from cases.forms.fields import (
    CASE_FIELDS,
    PERSON_FIELDS,
    PROFILE_FIELDS,
    LanguageField,
    PlaceChoiceField,
    form_field,
    places,
)
from cases.models import Case, Person
from cases.services.contacts import phone_given
from core.forms import ActionForm, DateField
from reference.models import ReferralSource

#: Asked at registration; the others when they come up.
FIRST_PURPOSES = (
    ConsentPurpose.PROCESSING,
    ConsentPurpose.SHARE_WITH_ORIGIN,
    ConsentPurpose.TRAINING_PARTNER,
    ConsentPurpose.FOLLOW_UP,
)


CONSENT_ANSWERS = (
    ("", _("Not asked yet")),
    (ConsentAnswer.GIVEN, ConsentAnswer.GIVEN.label),
    (ConsentAnswer.REFUSED, ConsentAnswer.REFUSED.label),
)


class PersonCaseForm(ActionForm):
    """The columns of a person and their case, shared by registering and correcting."""

    case_fields: tuple[str, ...] = CASE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = {name: self.fields.pop(name) for name in list(self.fields)}
        self.fields |= fields_for_model(Person, PERSON_FIELDS, formfield_callback=form_field)
        self.fields |= fields_for_model(Case, self.case_fields, formfield_callback=form_field)
        self.fields |= hidden
        person = self.record.person if self.record is not None else Person()
        self.fields["community"] = PlaceChoiceField(
            queryset=places(keeping=person.community_id),
            required=False,
            label=_("Community of origin"),
            help_text=Person._meta.get_field("community").help_text,
        )
        self.fields["destination"] = PlaceChoiceField(
            queryset=places(keeping=getattr(self.record, "destination_id", None)),
            required=False,
            label=_("Community of return"),
            help_text=_("The area or town the person returns to."),
        )

    def person_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in PERSON_FIELDS}

    def case_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.case_fields}


class RegistrationForm(PersonCaseForm):
    """Registering a migrant on one screen (R015–R022)."""

    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    phone_owner = forms.ChoiceField(
        label=_("Whose phone"), choices=ContactOwner.choices, required=False
    )
    declaration_signed_on = DateField(
        label=_("Declaration of voluntary return signed on"),
        required=False,
        help_text=_("Leave empty when the person has not signed yet. Nobody travels without it."),
    )
    explained_in = LanguageField(label=_("Explained in"), required=False)

    fieldsets = (
        (
            _("Who"),
            (
                "family_name",
                "given_name",
                "sex",
                "birth_on",
                "birth_precision",
                "birth_note",
                "nationality",
                "document_number",
                "is_unaccompanied_child",
            ),
        ),
        (_("Contact"), ("phone", "phone_owner")),
        (_("Registration"), ("office", "registered_on", "referral_source", "referred_on")),
        (_("Return"), ("country", "destination", "wished_travel_on")),
        (_("Profile"), (*PROFILE_FIELDS, "children_in_care")),
        (
            _("Consents"),
            (
                "declaration_signed_on",
                "explained_in",
                *(f"consent_{purpose}" for purpose in FIRST_PURPOSES),
            ),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duplicates: list[Any] = []
        own = policies.own_offices(self.user)
        offices = Office.objects.filter(pk__in=own, kind=OfficeKind.MOP)
        self.fields["office"].queryset = offices
        if len(own) == 1:
            self.fields["office"].initial = offices.first()
        self.fields["sex"].choices = [("", _("Not stated")), *self.fields["sex"].choices[1:]]
        self.fields["referral_source"].queryset = ReferralSource.objects.filter(is_active=True)
        for purpose in FIRST_PURPOSES:
            self.fields[f"consent_{purpose}"] = forms.ChoiceField(
                label=purpose.label, choices=CONSENT_ANSWERS, required=False
            )

    def consents(self) -> dict[str, str]:
        return {
            purpose: answer
            for purpose in FIRST_PURPOSES
            if (answer := self.cleaned_data[f"consent_{purpose}"])
        }

    def declaration(self) -> dict[str, Any] | None:
        signed_on = self.cleaned_data["declaration_signed_on"]
        if not signed_on:
            return None
        return {"on": signed_on, "language": self.cleaned_data["explained_in"]}

    def contact_points(self) -> list[dict[str, Any]]:
        owner = self.cleaned_data["phone_owner"] or ContactOwner.SELF
        return phone_given(self.cleaned_data["phone"], owner)

    def add_service_error(self, error: ValidationError) -> None:
        if getattr(error, "code", "") == "possible_duplicate":
            self.duplicates = error.params["found"]
        if hasattr(error, "error_dict") and "value" in error.error_dict:
            error.error_dict["phone"] = error.error_dict.pop("value")
        if hasattr(error, "error_dict") and "on" in error.error_dict:
            error.error_dict["declaration_signed_on"] = error.error_dict.pop("on")
        super().add_service_error(error)


class CorrectionForm(PersonCaseForm):
    """Correcting a registration; office and day of registration stay."""

    case_fields = tuple(f for f in CASE_FIELDS if f not in ("office", "registered_on"))
    reason = forms.CharField(label=_("Reason for the correction"), max_length=300)

    fieldsets = tuple(
        (legend, tuple(name for name in names if not name.startswith(("consent_", "phone"))))
        for legend, names in RegistrationForm.fieldsets
        if legend not in (_("Contact"), _("Consents"))
    )

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or {}
        for name in PERSON_FIELDS:
            value = getattr(record.person, name)
            initial.setdefault(name, value.all() if hasattr(value, "all") else value)
        for name in self.case_fields:
            initial.setdefault(name, getattr(record, name))
        super().__init__(*args, record=record, initial=initial, **kwargs)
