"""Filters of the list of reports, the same for page and API."""

from typing import Any

import django_filters as filters
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.models import RunStatus
from reports import policies
from reports.models import ReportRun


def programmes(request: Any) -> Any:
    return policies.countable_programmes(request.user)


class ReportFilter(filters.FilterSet):
    """By programme, language and status."""

    programme = filters.ModelChoiceFilter(
        queryset=programmes, to_field_name="code", empty_label=_("All"), label=_("Programme")
    )
    language = filters.ChoiceFilter(
        choices=settings.LANGUAGES, empty_label=_("All"), label=_("Language")
    )
    status = filters.ChoiceFilter(choices=RunStatus.choices, empty_label=_("All"))

    class Meta:
        model = ReportRun
        fields: tuple[str, ...] = ()
