"""How long it took: from the registration to the departure (R036)."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from reference import rules
from reports.indicators.base import Days, Indicator, Scope
from reports.indicators.funnel import departed


def first_departures(scope: Scope) -> QuerySet:
    """The first journey of each person, with the days since the registration it belongs to."""
    journeys = departed(scope)
    earlier = journeys.filter(
        Q(departed_on__lt=OuterRef("departed_on"))
        | Q(departed_on=OuterRef("departed_on"), pk__lt=OuterRef("pk")),
        case__person=OuterRef("case__person"),
    )
    first: QuerySet = journeys.filter(~Exists(earlier)).annotate(
        month=TruncMonth("departed_on"), days=F("departed_on") - F("case__registered_on")
    )
    return first


INDICATORS = (
    Indicator(
        slug="days_to_departure",
        label=_("Days from registration to departure"),
        definition=_(
            "Median number of days from the registration to the departure of the departed persons: "
            "half of them left sooner, half later. A person who left twice counts with the first "
            "journey. By month: the month of the departure."
        ),
        sentence=_("Half of the people left within %(value)s days of their registration."),
        rows=first_departures,
        measure=Days(of="departed", usual=rules.USUAL_WINDOW_DAYS),
        split_by=("mop", "month"),
    ),
)
