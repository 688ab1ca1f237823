"""Filters of the list of programmes, the same for pages and API."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from core.forms import DateField
from programmes.models import Programme, ProgrammeQuerySet, TargetCountry
from reference.models import Country


class DayFilter(filters.DateFilter):
    field_class = DateField


class ProgrammeFilter(filters.FilterSet):
    """By a day on which it runs and a country it covers."""

    running_on = DayFilter(method="by_day", label=_("Running on"))
    country = filters.ModelChoiceFilter(
        queryset=Country.objects.filter(pk__in=TargetCountry.objects.values("country")),
        method="by_country",
        empty_label=_("All"),
        label=_("Country of origin"),
    )

    class Meta:
        model = Programme
        fields: tuple[str, ...] = ()

    def by_day(self, queryset: ProgrammeQuerySet, name: str, value: Any) -> Any:
        return queryset.running_on(value)

    def by_country(self, queryset: ProgrammeQuerySet, name: str, value: Country) -> Any:
        return queryset.covering(value)
