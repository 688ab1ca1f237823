"""Forms of a case: they check shape; the rules are in the services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from accounts.permissions import Role
from cases.enums import (
    CaseOutcome,
    ConsentAnswer,
    ConsentGiver,
    ConsentPurpose,
    ContactChannel,
    ContactKind,
    ContactOwner,
    ContactResult,
    DocumentKind,
)
from cases.models import Case, ContactPoint, HandOut, Person, ProtectionEntry, Referral
from core.fields import EncryptedTextField
from core.forms import ActionForm, DateField, StagedFileField
from core.models import Sensitivity
from programmes.models import Programme
from reference.models import Country, Language, Place, ReferralSource, Vulnerability

PERSON_FIELDS = (
    "family_name",
    "given_name",
    "sex",
    "birth_on",
    "birth_precision",
    "nationality",
    "document_number",
    "family_situation",
    "education",
    "time_abroad",
    "languages",
    "experience",
    "experience_note",
    "interests",
    "life_plans",
)
CASE_FIELDS = (
    "office",
    "registered_on",
    "referral_source",
    "referred_on",
    "country",
    "destination",
    "wished_travel_on",
    "is_unaccompanied_child",
    "children_in_care",
)
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


def form_field(model_field: Any, **kwargs: Any) -> Any:
    """A model's column as we ask for it: our dates, check boxes for lists."""
    if model_field.get_internal_type() == "DateField":
        return model_field.formfield(form_class=DateField, **kwargs)
    if model_field.many_to_many:
        return forms.ModelMultipleChoiceField(
            queryset=model_field.remote_field.model._default_manager.filter(is_active=True),
            required=False,
            label=model_field.verbose_name.capitalize(),
            widget=forms.CheckboxSelectMultiple,
        )
    if isinstance(model_field, EncryptedTextField):
        return model_field.formfield(widget=forms.TextInput, **kwargs)
    if model_field.get_internal_type() == "TextField":
        return model_field.formfield(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)
    return model_field.formfield(**kwargs)


class PlaceChoiceField(forms.ModelChoiceField):
    """Places shown with the areas they lie in: Guinea › Kindia › Télimélé."""

    def label_from_instance(self, place: Any) -> str:
        return place.path


class PersonCaseForm(ActionForm):
    """The columns of a person and their case, shared by registering and correcting."""

    case_fields: tuple[str, ...] = CASE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = {name: self.fields.pop(name) for name in list(self.fields)}
        self.fields |= fields_for_model(Person, PERSON_FIELDS, formfield_callback=form_field)
        self.fields |= fields_for_model(Case, self.case_fields, formfield_callback=form_field)
        self.fields |= hidden
        self.fields["destination"] = PlaceChoiceField(
            queryset=Place.objects.active()
            .exclude(country__offices__kind=OfficeKind.MOP)
            .with_path()
            .order_by("country", "name"),
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
    explained_in = forms.ModelChoiceField(
        label=_("Explained in"), queryset=Language.objects.filter(is_active=True), required=False
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
                "nationality",
                "document_number",
                "is_unaccompanied_child",
            ),
        ),
        (_("Contact"), ("phone", "phone_owner")),
        (
            _("Registration"),
            ("office", "registered_on", "referral_source", "referred_on"),
        ),
        (_("Return"), ("country", "destination", "wished_travel_on")),
        (
            _("Profile"),
            (
                "languages",
                "family_situation",
                "children_in_care",
                "education",
                "time_abroad",
                "experience",
                "experience_note",
                "interests",
                "life_plans",
            ),
        ),
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
        own = self.user.offices_for(Role.CLERK, Role.CASEWORKER, Role.PROTECTION_OFFICER)
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
        language = self.cleaned_data["explained_in"]
        return {"on": signed_on, "language": str(language or "")}

    def contact_points(self) -> list[dict[str, Any]]:
        phone = self.cleaned_data["phone"]
        if not phone:
            return []
        owner = self.cleaned_data["phone_owner"] or ContactOwner.SELF
        return [
            {
                "kind": ContactKind.PHONE,
                "value": phone,
                "owner": owner,
                "may_be_used": owner == ContactOwner.SELF,
            }
        ]

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


class CloseForm(ActionForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=CaseOutcome.choices)
    on = DateField(label=_("Closed on"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class TakeBackForm(ActionForm):
    reason = forms.CharField(label=_("Why is the last step taken back?"), max_length=300)


class ConsentForm(ActionForm):
    purpose = forms.ChoiceField(label=_("Purpose"), choices=ConsentPurpose.choices)
    answer = forms.ChoiceField(label=_("Answer"), choices=ConsentAnswer.choices)
    on = DateField(label=_("Answered on"))
    given_by = forms.ChoiceField(label=_("Answered by"), choices=ConsentGiver.choices)
    language = forms.CharField(label=_("Explained in"), required=False, max_length=50)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class DeclarationForm(ActionForm):
    on = DateField(label=_("Signed on"))
    language = forms.CharField(label=_("Explained in"), required=False, max_length=50)
    witness = forms.CharField(label=_("Witness or interpreter"), required=False, max_length=120)


class WithdrawDeclarationForm(ActionForm):
    on = DateField(label=_("Withdrawn on"))
    reason = forms.CharField(
        label=_("Reason, if the person gives one"), required=False, max_length=300
    )


class ContactPointForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactKind.choices)
    value = forms.CharField(label=_("Number or address"), max_length=300)
    owner = forms.ChoiceField(label=_("Whose"), choices=ContactOwner.choices)
    owner_name = forms.CharField(label=_("Name of the owner"), required=False, max_length=120)
    may_be_used = forms.BooleanField(label=_("The owner agreed to be contacted"), required=False)
    preferred_hours = forms.CharField(label=_("Preferred hours"), required=False, max_length=60)
    language = forms.CharField(label=_("Language"), required=False, max_length=50)


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


class DocumentForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    title = forms.CharField(label=_("Title"), required=False, max_length=200)
    sensitivity = forms.ChoiceField(label=_("Sensitivity"), choices=Sensitivity.choices)
    file = StagedFileField(label=_("File"), help_text=_("PDF, JPEG or PNG, 10 MB at most."))


class NoteForm(ActionForm):
    text = forms.CharField(
        label=_("Note"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 5})
    )


class ProtectionEntryForm(ActionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ProtectionEntry.Kind.choices)
    vulnerabilities = forms.ModelMultipleChoiceField(
        label=_("Vulnerabilities"),
        queryset=Vulnerability.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    text = forms.CharField(
        label=_("Entry"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    on = DateField(label=_("On"))


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


class HandOutForm(ActionForm):
    """Copies handed out at one's own office."""

    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none())
    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    on = DateField(label=_("On"))
    occasion = forms.ChoiceField(label=_("Occasion"), choices=HandOut.Occasion.choices)
    material = forms.CharField(label=_("Material"), max_length=120)
    language = forms.ModelChoiceField(
        label=_("Language"), queryset=Language.objects.filter(is_active=True)
    )
    quantity = forms.IntegerField(label=_("Copies"), min_value=1, max_value=10_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.user.offices_for(Role.CLERK, Role.CASEWORKER, Role.PROTECTION_OFFICER)
        self.fields["office"].queryset = Office.objects.filter(pk__in=own, kind=OfficeKind.MOP)
        self.fields["programme"].queryset = Programme.objects.visible_to(self.user)


class HandOutCorrectionForm(ActionForm):
    quantity = forms.IntegerField(label=_("Copies"), min_value=1, max_value=10_000)
    reason = forms.CharField(label=_("Reason for the correction"), max_length=300)


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


class DeclineReferralForm(ActionForm):
    reason = forms.CharField(
        label=_("Why the person was not registered"),
        max_length=300,
        help_text=_("Only your office reads this."),
    )
