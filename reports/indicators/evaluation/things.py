"""Counts what is nobody: editions, copies, and people added up as often as they took part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from django.db.models.functions import TruncMonth

from reports.indicators.base import Indicator, Scope, Sums, Things
from reports.indicators.evaluation.base import Content, listed
from reports.indicators.splits import MONTH, MOP


def count_things(
    scope: Scope, indicator: Indicator, measure: Things, keys: Mapping[str, list[str]]
) -> Content:
    counts = {name: Counter[str]() for name in indicator.split_by}
    total = 0
    found = indicator.rows(scope)
    if scope.office:
        found = found.filter(**{measure.office: scope.office})
    rows = (
        found.order_by()
        .annotate(in_month=TruncMonth(measure.on))
        .values_list(measure.office, "in_month")
        .annotate(number=measure.aggregate)
    )
    for mop, month, number in rows:
        total += number
        counts[MOP][mop] += number
        counts[MONTH][f"{month:%Y-%m}"] += number
    by = {name: listed(parts, keys[name]) for name, parts in counts.items()}
    return {"total": total, "by": by}


def add_up(indicator: Indicator, measure: Sums, figures: Mapping[str, Content]) -> Content:
    """Other indicators added up, and so each of their parts."""
    parts = [figures[slug] for slug in measure.of]
    return {
        "total": sum(part["total"] for part in parts),
        "by": {
            name: {
                key: sum(part["by"][name][key] for part in parts) for key in parts[0]["by"][name]
            }
            for name in indicator.split_by
        },
    }
