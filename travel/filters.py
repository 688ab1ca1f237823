"""Filters of journeys and arrivals, the same for pages and API."""

from typing import Any

import django_filters as filters
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from cases.models import Case
from core.clock import today
from core.filters import DateFilter
from reference import rules
from reference.models import Country
from travel.enums import JourneyStatus
from travel.models import Journey


def asked_or(data: Any, **usual: str) -> Any:
    """What was asked for; the usual choice when nothing was, also on the following pages."""
    if data and set(data) - {"cursor"}:
        return data
    return usual


def countries(request: Any) -> QuerySet:
    """Countries of origin of the cases one may see."""
    cases = Case.objects.visible_to(request.user)
    return Country.objects.filter(Exists(cases.filter(country=OuterRef("pk"))))


class StandingFilter(filters.FilterSet):
    """Without cancelled journeys, unless they are asked for."""

    def filter_queryset(self, queryset: Any) -> QuerySet:
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("status") else found.current()


class JourneyFilter(StandingFilter):
    """By status, day of travel, orientation point, country, and what still waits."""

    class Waiting(models.TextChoices):
        STEPS = "steps", _("A step with the authorities waits")
        PAPERS = "papers", _("A declaration or consent is missing")

    status = filters.ChoiceFilter(choices=JourneyStatus.choices, empty_label=_("All"))
    since = DateFilter("day", "gte", label=_("Travel from"))
    until = DateFilter("day", "lte", label=_("Travel until"))
    office = filters.ModelChoiceFilter(
        "case__office",
        queryset=Office.objects.filter(kind=OfficeKind.MOP),
        to_field_name="code",
        empty_label=_("All"),
        label=_("Orientation point"),
    )
    country = filters.ModelChoiceFilter(
        "case__country", queryset=countries, empty_label=_("All"), label=_("Country of origin")
    )
    waiting = filters.ChoiceFilter(
        method="by_waiting", choices=Waiting.choices, empty_label=_("All"), label=_("What waits")
    )

    class Meta:
        model = Journey
        fields: tuple[str, ...] = ()

    def by_waiting(self, queryset: Any, name: str, value: str) -> QuerySet:
        open_rows = queryset.before_departure()
        if value == self.Waiting.PAPERS:
            return open_rows.without_papers(on=today())
        return open_rows.waiting_for_authorities()


class JourneyCalendarFilter(JourneyFilter):
    """The calendar opens on what lies ahead."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(asked_or(data, since=today().isoformat()), *args, **kwargs)


class ArrivalFilter(StandingFilter):
    """Who is expected, under way, overdue or has arrived."""

    class State(models.TextChoices):
        UNDER_WAY = "under_way", _("Under way")
        OVERDUE = "overdue", _("No news after the usual days")
        EXPECTED = "expected", _("Expected")
        ARRIVED = "arrived", _("Arrived")

    state = filters.ChoiceFilter(
        method="by_state", choices=State.choices, empty_label=_("All"), label=_("State")
    )
    country = filters.ModelChoiceFilter(
        "case__country", queryset=countries, empty_label=_("All"), label=_("Country of origin")
    )

    class Meta:
        model = Journey
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(asked_or(data, state=self.State.UNDER_WAY), *args, **kwargs)

    def by_state(self, queryset: Any, name: str, value: str) -> QuerySet:
        if value == self.State.OVERDUE:
            return queryset.overdue(on=today(), after_days=query_days())
        if value == self.State.EXPECTED:
            return queryset.before_departure()
        if value == self.State.ARRIVED:
            return queryset.filter(status=JourneyStatus.ARRIVED)
        return queryset.under_way()


def query_days() -> int:
    """Days after which a missing arrival raises a query today (R112)."""
    return rules.current(rules.ARRIVAL_QUERY_DAYS, on=today())
