"""What a registration takes, and how a case and its person are told."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from cases import services
from cases.api.fields import codes, words
from cases.enums import (
    BirthPrecision,
    ConsentAnswer,
    ConsentGiver,
    ContactOwner,
    EducationLevel,
    FamilySituation,
    LifePlan,
    Sex,
    TimeAbroad,
)
from cases.forms.fields import (
    CASE_FIELDS,
    PERSON_FIELDS,
    PROFILE_FIELDS,
    orientation_points,
    places,
)
from cases.models import Case, Person
from cases.presenters import clock_of
from cases.services.duplicates import Likeness, told_apart
from core import audit
from core.api import DateField, InputSerializer
from reference.models import Country, Language, Place, ReferralSource, Sector


class PersonOut(serializers.Serializer):
    family_name = serializers.CharField()
    given_name = serializers.CharField()
    sex = serializers.CharField()
    birth_on = serializers.DateField()
    nationality = serializers.CharField(source="nationality_id")


class ClockOut(serializers.Serializer):
    """Day of the usual window until the departure, then the days it took (R036)."""

    day = serializers.IntegerField()
    window = serializers.IntegerField()
    took = serializers.IntegerField(allow_null=True)


class CaseOut(serializers.ModelSerializer):
    person = PersonOut()
    reporting_group = serializers.CharField()
    clock = serializers.SerializerMethodField()
    office = serializers.CharField(source="office.code")
    country = serializers.CharField(source="country_id")
    programme = serializers.CharField(source="programme.code", default=None)
    destination = serializers.CharField(source="destination_id", default=None)
    referral_source = serializers.CharField(source="referral_source_id", default=None)
    registered_by = serializers.CharField(source="registered_by.name")

    class Meta:
        model = Case
        fields = (
            "reference",
            "version",
            "status",
            "outcome",
            "person",
            "office",
            "country",
            "programme",
            "destination",
            "registered_on",
            "registered_by",
            "referral_source",
            "referred_on",
            "closed_on",
            "wished_travel_on",
            "children_in_care",
            "is_unaccompanied_child",
            "reporting_group",
            "clock",
            "handed_over_at",
        )

    @extend_schema_field(ClockOut(allow_null=True))
    def get_clock(self, case: Case) -> Any:
        clock = clock_of(case, self.context["usual_window"])
        return None if clock is None else asdict(clock)


class ProfileOut(serializers.ModelSerializer):
    """What people are grouped by: each code with the words beside it (R022)."""

    experience = serializers.SlugRelatedField("code", many=True, read_only=True)
    interests = serializers.SlugRelatedField("code", many=True, read_only=True)
    languages = serializers.SlugRelatedField("code", many=True, read_only=True)

    class Meta:
        model = Person
        fields = ("birth_on", "birth_precision", "birth_note", *PROFILE_FIELDS)
        extra_kwargs = {
            "family_situation": {"choices": FamilySituation.choices},
            "education": {"choices": EducationLevel.choices},
            "time_abroad": {"choices": TimeAbroad.choices},
            "main_plan": {"choices": LifePlan.choices},
        }


class RegisterIn(InputSerializer):
    """Person and case in one body, flat."""

    family_name = serializers.CharField(max_length=100)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    birth_on = DateField(required=False, allow_null=True)
    birth_precision = serializers.ChoiceField(BirthPrecision.choices, required=False)
    nationality = codes(Country.objects.active())
    document_number = words(max_length=100)
    birth_note = words()
    community = codes(Place.objects.active(), required=False, allow_null=True)
    community_note = words()
    time_abroad = serializers.ChoiceField(TimeAbroad.choices, required=False)
    time_abroad_note = words()
    family_situation = serializers.ChoiceField(FamilySituation.choices, required=False)
    family_note = words()
    education = serializers.ChoiceField(EducationLevel.choices, required=False)
    education_note = words()
    experience = codes(Sector.objects.active(), many=True, required=False)
    experience_note = words(max_length=5_000)
    interests = codes(Sector.objects.active(), many=True, required=False)
    interests_note = words()
    main_plan = serializers.ChoiceField(LifePlan.choices, required=False)
    life_plans = words(max_length=5_000)
    languages = codes(Language.objects.active(), many=True, required=False)
    languages_note = words()
    office = codes(orientation_points(), "code")
    registered_on = DateField()
    country = codes(Country.objects.active())
    destination = codes(places(), required=False, allow_null=True)
    referral_source = codes(
        ReferralSource.objects.active(), "code", required=False, allow_null=True
    )
    referred_on = DateField(required=False, allow_null=True)
    referral = serializers.CharField(required=False, default="")
    wished_travel_on = DateField(required=False, allow_null=True)
    children_in_care = serializers.IntegerField(required=False, min_value=0, max_value=30)
    #: Required of everybody under 18.
    is_unaccompanied_child = serializers.BooleanField(required=False, allow_null=True, default=None)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    phone_owner = serializers.ChoiceField(ContactOwner.choices, default=ContactOwner.SELF)
    consents = serializers.DictField(
        child=serializers.ChoiceField(ConsentAnswer.choices), required=False
    )
    given_by = serializers.ChoiceField(ConsentGiver.choices, default=ConsentGiver.SELF)
    explained_in = codes(Language.objects.active(), required=False, allow_null=True, default=None)
    declaration_signed_on = DateField(required=False, allow_null=True, default=None)
    known_case = serializers.CharField(required=False, default="")
    take_over = serializers.BooleanField(required=False, default=False)
    different_from = serializers.ListField(
        child=serializers.CharField(max_length=20), required=False, default=list, max_length=50
    )

    PERSON = frozenset(PERSON_FIELDS)


class CorrectCaseIn(RegisterIn):
    """Only what changes of person and case; what is left out stays."""

    reason = serializers.CharField(max_length=300)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        kept = {name: fields[name] for name in (*PERSON_FIELDS, *CASE_FIELDS)}
        for field in kept.values():
            field.required, field.default = False, empty
        return kept | {"reason": fields["reason"]}


class PossibleDuplicate(serializers.ValidationError):
    """Somebody like this is registered already: ``alike`` holds the visible files (R037)."""

    def __init__(self, found: Sequence[Likeness], *, told: Mapping[str, Any], by: Any) -> None:
        super().__init__(
            _(
                "Somebody like this is registered already. Compare with “alike”; then send "
                "known_case for the same person, or different_from for somebody else: the "
                "references of “alike”, and “elsewhere” where is_known_elsewhere is true."
            )
        )
        alike, is_known_elsewhere = services.seen_among(found, by=by)
        files = [(item, case) for item, cases in alike for case in cases]
        audit.listed(by, [case for _item, case in files])
        self.extra = {
            "alike": [
                {
                    "reference": case.reference,
                    "office": case.office.code,
                    "registered_on": case.registered_on,
                    "status": case.status,
                    "reasons": item.reasons,
                    "told_differently": sorted(told_apart(item.person, told)[1]),
                }
                for item, case in files
            ],
            "is_known_elsewhere": is_known_elsewhere,
        }


def registration_error(error: ValidationError, *, by: Any) -> Exception:
    """What a refused registration says here: the files to compare, our names of fields."""
    if getattr(error, "code", "") == "possible_duplicate":
        return PossibleDuplicate(error.params["found"], told=error.params["told"], by=by)
    if hasattr(error, "error_dict"):
        for theirs, ours in (("value", "phone"), ("on", "declaration_signed_on")):
            if theirs in error.error_dict:
                error.error_dict[ours] = error.error_dict.pop(theirs)
    return error
