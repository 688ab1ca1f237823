"""Filters that several lists share."""

from typing import Any

import django_filters as filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DateField
from core.overrides import OverrideStatus


class DateFilter(filters.DateFilter):
    """By a day, entered as in every form."""

    field_class = DateField


class OverrideFilter(filters.FilterSet):
    """Exceptions by state and month of the decision: the monthly quality list (R109)."""

    status = filters.ChoiceFilter(choices=OverrideStatus.choices, empty_label=_("All"))
    month = filters.CharFilter(
        method="by_month",
        label=_("Decided in"),
        widget=forms.TextInput(attrs={"type": "month"}),
        help_text=_("Year and month, for example 2019-06."),
        validators=[
            RegexValidator(
                r"^(19|20)\d\d-(0[1-9]|1[0-2])$",
                _("Enter the year and the month, for example 2019-06."),
            )
        ],
    )

    def by_month(self, queryset: Any, name: str, value: str) -> QuerySet:
        year, month = map(int, value.split("-"))
        return queryset.filter(decided_on__year=year, decided_on__month=month)
