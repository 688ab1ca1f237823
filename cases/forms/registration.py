"""Registering a migrant, and correcting the registration."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from cases import policies
from cases.enums import ConsentAnswer, ConsentGiver, ConsentPurpose, ContactOwner
from cases.forms.fields import (
    CASE_FIELDS,
    PERSON_FIELDS,
    PROFILE_FIELDS,
    LanguageField,
    PlaceChoiceField,
    form_field,
    orientation_points,
    places,
)
from cases.models import Case, Person
from cases.services.contacts import phone_given
from core.forms import ActionForm, DateField

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
        case = self.record or Case()
        own = policies.own_offices(self.user)
        self.fields["office"].queryset = orientation_points(keeping=case.office_id).filter(
            Q(pk__in=own) | Q(pk=case.office_id)
        )
        for name in ("nationality", "country", "referral_source"):
            rows = self.fields[name].queryset
            kept = person.nationality_id if name == "nationality" else getattr(case, f"{name}_id")
            self.fields[name].queryset = rows.offered(keeping=[kept])
        self.fields["community"] = PlaceChoiceField(
            queryset=places(keeping=person.community_id),
            required=False,
            label=_("Community of origin"),
            help_text=Person._meta.get_field("community").help_text,
        )
        self.fields["destination"] = PlaceChoiceField(
            queryset=places(keeping=case.destination_id),
            required=False,
            label=_("Community of return"),
            help_text=_("The area or town the person returns to."),
        )
        self.fields["is_unaccompanied_child"] = forms.TypedChoiceField(
            label=_("Does this child travel alone?"),
            choices=[(True, _("Yes")), (False, _("No"))],
            coerce=lambda value: value == "True",
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            help_text=_("To be answered for everybody under 18."),
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
    given_by = forms.ChoiceField(
        label=_("Answered by"),
        choices=ConsentGiver.choices,
        required=False,
        help_text=_("For a child travelling alone: the guardian, or a best-interest decision."),
    )

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
                "given_by",
                *(f"consent_{purpose}" for purpose in FIRST_PURPOSES),
            ),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duplicates: list[Any] = []
        offices = self.fields["office"].queryset
        if len(offices) == 1:
            self.fields["office"].initial = offices[0]
        self.fields["sex"].choices = [("", _("Not stated")), *self.fields["sex"].choices[1:]]
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
        return {"on": signed_on}

    def giver(self) -> str:
        return self.cleaned_data["given_by"] or ConsentGiver.SELF

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


class DuplicateDecision(forms.Form):
    """What was decided about the people who look alike; sent with the registration (R037)."""

    duplicate_decision = forms.CharField(required=False, max_length=20)
    different_from = forms.CharField(required=False, max_length=1_000)

    @property
    def known(self) -> str:
        """The reference of the person it is; empty for somebody else and while nothing is said."""
        decision: str = self.cleaned_data["duplicate_decision"]
        return "" if decision == "new" else decision

    @property
    def takes_over(self) -> bool:
        return bool(self.known) and self.known in self.data.getlist("take_over")

    @property
    def judged(self) -> list[str]:
        """The files that are somebody else's."""
        if self.cleaned_data["duplicate_decision"] != "new":
            return []
        return str(self.cleaned_data["different_from"]).split()


class CorrectionForm(PersonCaseForm):
    """Correcting a registration."""

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
