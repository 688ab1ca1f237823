"""Filters of the case list, the same for pages and API."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from cases.enums import CaseStatus, ReferralStatus
from cases.models import Case, Referral
from core.filters import DateFilter, ShortListFilter
from reference.models import Country


class CaseFilter(filters.FilterSet):
    """By words, status, office, country and days of registration."""

    q = filters.CharFilter(method="search", label=_("Name or reference"))
    status = filters.ChoiceFilter(choices=CaseStatus.choices, empty_label=_("All"))
    office = ShortListFilter(
        queryset=Office.objects.filter(kind=OfficeKind.MOP),
        to_field_name="code",
        empty_label=_("All"),
        label=_("Orientation point"),
    )
    country = ShortListFilter(
        queryset=Country.objects.filter(Exists(Case.objects.filter(country=OuterRef("pk")))),
        empty_label=_("All"),
        label=_("Country of origin"),
    )
    registered_from = DateFilter("registered_on", "gte", label=_("Registered from"))
    registered_until = DateFilter("registered_on", "lte", label=_("Registered until"))

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()

    def search(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.search(value)


class ReferralFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=ReferralStatus.choices, empty_label=_("All"))

    class Meta:
        model = Referral
        fields = ("status",)
