"""Filters of the reference lists, for pages and API."""

from typing import Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import today
from reference.enums import PlaceLevel
from reference.models import Country, Holiday, Place, PlaceQuerySet


def countries_with_places(request: Any) -> Any:
    return Country.objects.filter(pk__in=Place.objects.values("country")).by_label()


def countries_with_holidays(request: Any) -> Any:
    return Country.objects.filter(pk__in=Holiday.objects.values("country")).by_label()


def parents(request: Any) -> Any:
    return Place.objects.exclude(level=PlaceLevel.LOCALITY).with_path()


class PlaceFilter(django_filters.FilterSet):
    """Places by country, by the place above, by level, and by a part of the name."""

    country = django_filters.ModelChoiceFilter(queryset=countries_with_places, label=_("Country"))
    parent = django_filters.ModelChoiceFilter(queryset=parents, label=_("Belongs to"))
    level = django_filters.ChoiceFilter(choices=PlaceLevel.choices, label=_("Level"))
    search = django_filters.CharFilter(method="by_name", label=_("Name"))

    class Meta:
        model = Place
        fields = ("country", "parent", "level", "search")

    def by_name(self, queryset: PlaceQuerySet, name: str, value: str) -> PlaceQuerySet:
        return queryset.search(value)


class PlaceBrowseFilter(django_filters.FilterSet):
    """The tree from its regions; a name finds places of every level."""

    country = django_filters.ModelChoiceFilter(queryset=countries_with_places, label=_("Country"))
    search = django_filters.CharFilter(
        method="by_name",
        label=_("Name"),
        help_text=_("A part of the name is enough; accents do not matter."),
    )

    class Meta:
        model = Place
        fields = ("country", "search")

    def by_name(self, queryset: PlaceQuerySet, name: str, value: str) -> PlaceQuerySet:
        return queryset.search(value)

    def filter_queryset(self, queryset: PlaceQuerySet) -> PlaceQuerySet:
        queryset = super().filter_queryset(queryset)
        if self.form.cleaned_data["search"]:
            return queryset
        return queryset.filter(level=PlaceLevel.REGION)


class YearFilter(django_filters.NumberFilter):
    """A whole number."""

    field_class = forms.IntegerField


class HolidayFilter(django_filters.FilterSet):
    """Holidays of a country in a year; the current year unless another is asked for."""

    country = django_filters.ModelChoiceFilter(queryset=countries_with_holidays, label=_("Country"))
    year = YearFilter(
        field_name="day",
        lookup_expr="year",
        label=_("Year"),
        min_value=1900,
        max_value=2100,
    )

    class Meta:
        model = Holiday
        fields = ("country", "year")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data or {"year": str(today().year)}, *args, **kwargs)
