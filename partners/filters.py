"""Filters of the list of organisations."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation, OrganisationKind

IN_USE = "in_use"
STATES = ((IN_USE, _("In use")), ("retired", _("No longer in use")))


class OrganisationFilter(filters.FilterSet):
    """By words, by kind, and by whether we still work together."""

    q = filters.CharFilter("name", "icontains", label=_("Name"))
    kind = filters.ChoiceFilter(choices=OrganisationKind.choices, empty_label=_("All"))
    state = filters.ChoiceFilter(
        choices=STATES, method="by_state", empty_label=_("All"), label=_("State")
    )

    class Meta:
        model = Organisation
        fields = ("q", "kind", "state")

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(is_active=value == IN_USE)
