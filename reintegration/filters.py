"""Filters of the lists of reintegration, the same for pages and API."""

from typing import Any

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from core.filters import DateFilter
from programmes.models import Programme
from reintegration.enums import ItemKind, ItemStatus, PaymentMethod, PlanStatus, ProjectKind
from reintegration.models import AssistanceItem, Delivery, Disbursement, Plan


def programmes(request: Any) -> Any:
    return Programme.objects.visible_to(request.user)


def by_programme(path: str) -> filters.ModelChoiceFilter:
    return filters.ModelChoiceFilter(
        path,
        queryset=programmes,
        to_field_name="code",
        empty_label=_("All"),
        label=_("Programme"),
    )


class PlanFilter(filters.FilterSet):
    """By status, kind of project and case."""

    status = filters.ChoiceFilter(choices=PlanStatus.choices, empty_label=_("All"))
    project_kind = filters.ChoiceFilter(
        choices=ProjectKind.choices, empty_label=_("All"), label=_("Kind of project")
    )
    case = filters.CharFilter("case__reference", label=_("Reference of the case"))

    class Meta:
        model = Plan
        fields: tuple[str, ...] = ()


class ItemFilter(filters.FilterSet):
    """By status, use, programme and case."""

    status = filters.ChoiceFilter(choices=ItemStatus.choices, empty_label=_("All"))
    kind = filters.ChoiceFilter(choices=ItemKind.choices, empty_label=_("All"), label=_("Used for"))
    programme = by_programme("programme")
    case = filters.CharFilter("plan__case__reference", label=_("Reference of the case"))

    class Meta:
        model = AssistanceItem
        fields: tuple[str, ...] = ()


class DisbursementFilter(filters.FilterSet):
    """By days, way of payment, programme and case."""

    paid_from = DateFilter("paid_on", "gte", label=_("Paid from"))
    paid_until = DateFilter("paid_on", "lte", label=_("Paid until"))
    method = filters.ChoiceFilter(choices=PaymentMethod.choices, empty_label=_("All"))
    programme = by_programme("item__programme")
    case = filters.CharFilter("item__plan__case__reference", label=_("Reference of the case"))

    class Meta:
        model = Disbursement
        fields: tuple[str, ...] = ()


class DeliveryFilter(filters.FilterSet):
    item = filters.CharFilter("item__reference", label=_("Reference of the item"))

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()
