"""Filters of the list of accounts."""

from typing import Any

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind, User, UserQuerySet
from accounts.permissions import Role

OPEN = "open"
STATES = ((OPEN, _("Open")), ("closed", _("Closed")))


class AccountFilter(filters.FilterSet):
    """By words, by a role or office held today, and by whether the account is open."""

    q = filters.CharFilter(method="search", label=_("Name or e-mail address"))
    role = filters.ChoiceFilter(
        choices=Role.choices, method="by_role", empty_label=_("All"), label=_("Role")
    )
    office = filters.ModelChoiceFilter(
        queryset=Office.objects.active(),
        to_field_name="code",
        method="by_office",
        empty_label=_("All"),
        label=_("Office"),
    )
    state = filters.ChoiceFilter(
        choices=STATES, method="by_state", empty_label=_("All"), label=_("Account")
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def search(self, queryset: UserQuerySet, name: str, value: str) -> Any:
        return queryset.filter(Q(name__icontains=value) | Q(email__icontains=value))

    def by_role(self, queryset: UserQuerySet, name: str, value: str) -> Any:
        return queryset.holding(role=value)

    def by_office(self, queryset: UserQuerySet, name: str, value: Office) -> Any:
        return queryset.holding(office=value)

    def by_state(self, queryset: UserQuerySet, name: str, value: str) -> Any:
        return queryset.filter(is_active=value == OPEN)


class OfficeFilter(filters.FilterSet):
    """Orientation points, places of transit (R269)."""

    kind = filters.ChoiceFilter(choices=OfficeKind.choices, empty_label=_("All"))
    is_transit = filters.TypedChoiceFilter(
        choices=[("", _("All")), ("true", _("Yes")), ("false", _("No"))],
        coerce=lambda value: value == "true",
        label=_("Place of transit"),
    )

    class Meta:
        model = Office
        fields: tuple[str, ...] = ()
