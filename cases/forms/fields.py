"""What several forms of cases share: fields made from columns, languages, places."""

from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import Office, OfficeKind
from core.fields import EncryptedTextField
from core.forms import DateField
from reference.models import Language, Place

#: What people are grouped by: each code with the words beside it (R022); the age is asked above.
PROFILE_FIELDS = (
    "community",
    "community_note",
    "time_abroad",
    "time_abroad_note",
    "family_situation",
    "family_note",
    "education",
    "education_note",
    "experience",
    "experience_note",
    "interests",
    "interests_note",
    "main_plan",
    "life_plans",
    "languages",
    "languages_note",
)


PERSON_FIELDS = (
    "family_name",
    "given_name",
    "sex",
    "birth_on",
    "birth_precision",
    "birth_note",
    "nationality",
    "document_number",
    *PROFILE_FIELDS,
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


class LanguageField(forms.ModelChoiceField):
    """A language of the list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Language.objects.active(), **kwargs)


class PlaceChoiceField(forms.ModelChoiceField):
    """Places shown with the areas they lie in: Guinea › Kindia › Télimélé."""

    def label_from_instance(self, place: Any) -> str:
        return place.path


def orientation_points(*, keeping: int | None = None) -> Any:
    """Migrant orientation points in use, and the one that the record has."""
    rows = Office.objects.filter(kind=OfficeKind.MOP)
    return rows.filter(Q(is_active=True) | Q(pk=keeping))


def places(*, keeping: int | None = None) -> Any:
    """Places of the countries of origin in use, and the one that the record has."""
    return (
        Place.objects.offered(keeping=[keeping])
        .exclude(country__offices__kind=OfficeKind.MOP)
        .with_path()
        .order_by("country", "name")
    )
