"""Filters that several lists share."""

import django_filters as filters

from core.forms import DateField


class DateFilter(filters.DateFilter):
    """By a day, entered as in every form."""

    field_class = DateField
