"""Medians of how long something took (R036)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median

from django.db.models import F, QuerySet

from reference import rules
from reports.indicators import BY_SLUG, CATALOGUE
from reports.indicators.base import Days, Indicator, Scope
from reports.indicators.evaluation.base import Content, first_registrations, people_of
from reports.indicators.splits import MONTH


def measure_days(
    scope: Scope, indicator: Indicator, measure: Days, figures: Mapping[str, Content]
) -> Content:
    """The medians of all people, of those of each place and of each month; and of how many."""
    whole = BY_SLUG[measure.of]
    registrations = first_registrations(scope, CATALOGUE[0])
    person = people_of(whole).field("person")
    rows = (
        _inside(scope, whole, indicator.rows(scope), person)
        .filter(**{f"{person}__cases__in": registrations})
        .annotate(mop=F(f"{person}__cases__office__code"))
        .order_by()
    )
    day = datetime.timedelta(days=1)
    lengths = [
        row | {"days": row["days"] / day} for row in rows.values("days", *indicator.split_by)
    ]
    parts = figures[measure.of]["by"]
    medians: dict[str, dict[str, str | None]] = {}
    for name in indicator.split_by:
        found: dict[str, list[float]] = defaultdict(list)
        for row in lengths:
            found[f"{row[name]:%Y-%m}" if name == MONTH else row[name]].append(row["days"])
        medians[name] = {key: _median(found[key]) for key in parts[name]}
    return {
        "total": figures[measure.of]["total"],
        "by": {name: dict(parts[name]) for name in indicator.split_by},
        "median": _median([row["days"] for row in lengths]),
        "medians": medians,
        "usual": rules.current(measure.usual, on=scope.as_of),
    }


def _inside(scope: Scope, indicator: Indicator, rows: QuerySet, person: str) -> QuerySet:
    """Those rows of an indicator whose people are in everything around it."""
    around = indicator.of
    while around:
        outer = BY_SLUG[around]
        people = outer.rows(scope).order_by().values(people_of(outer).field("person"))
        rows = rows.filter(**{f"{person}__in": people})
        around = outer.of
    return rows


def _median(lengths: Sequence[float]) -> str | None:
    """The length in the middle, between two where their number is even; days with one decimal."""
    return f"{median(lengths):.1f}" if lengths else None
