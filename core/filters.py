"""Filters that several lists share."""

from collections.abc import Iterator
from typing import Any

import django_filters as filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from core.forms import DateField
from core.overrides import OverrideStatus


class DateFilter(filters.DateFilter):
    """By a day, entered as in every form."""

    field_class = DateField


class ShortListIterator(ModelChoiceIterator):
    """The rows as the field has read them."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for row in self.queryset:
            yield self.choice(row)


class ShortListField(ModelChoiceField):
    """One of a few rows, read once: to find what was chosen, and to offer them all."""

    iterator = ShortListIterator

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        for row in self.queryset:
            if str(self.prepare_value(row)) == str(value):
                return row
        raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")


class ShortListFilter(filters.ModelChoiceFilter):
    """By one of a few rows, such as the orientation points."""

    field_class = ShortListField


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
