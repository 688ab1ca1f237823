"""REST resource of programmes."""

from rest_framework import serializers

from accounts.permissions import Permission as P
from core.api import ListMixin, RecordViewSet, RetrieveMixin
from programmes.filters import ProgrammeFilter
from programmes.models import EligibilityRule, GrantCeiling, Programme, TargetCountry


class TargetCountryOut(serializers.ModelSerializer):
    country = serializers.CharField(source="country_id")
    first_on = serializers.DateField()
    last_on = serializers.DateField()

    class Meta:
        model = TargetCountry
        fields = ("country", "first_on", "last_on", "note")


class EligibilityRuleOut(serializers.ModelSerializer):
    class Meta:
        model = EligibilityRule
        fields = ("kind", "value", "valid_from", "valid_until")


class GrantCeilingOut(serializers.ModelSerializer):
    class Meta:
        model = GrantCeiling
        fields = ("category", "amount", "currency", "valid_from")


class ProgrammeOut(serializers.ModelSerializer):
    """A programme with everything that has dates."""

    donor = serializers.CharField(source="donor.name")
    target_countries = TargetCountryOut(many=True)
    eligibility_rules = EligibilityRuleOut(many=True)
    grant_ceilings = GrantCeilingOut(many=True)

    class Meta:
        model = Programme
        fields = (
            "code",
            "version",
            "name",
            "donor",
            "starts_on",
            "ends_on",
            "activities",
            "budget",
            "currency",
            "is_demonstration",
            "target_countries",
            "eligibility_rules",
            "grant_ceilings",
        )


class ProgrammeViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Programmes one works for or funds (R004, R216)."""

    model = Programme
    serializer_class = ProgrammeOut
    filterset_class = ProgrammeFilter
    lookup_field = "code"
    ordering = ("code", "id")
    permissions = {"list": P.VIEW_PROGRAMMES, "retrieve": P.VIEW_PROGRAMMES}


ROUTES = (("programmes", ProgrammeViewSet),)
