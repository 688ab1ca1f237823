"""What the parts of the evaluation share: whose first registration counts, and listed keys."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case
from reports.indicators.base import Indicator, People, Scope
from reports.indicators.splits import NOT_STATED

Content = dict[str, Any]
FirstDays = dict[int, datetime.date | None]


class Contradiction(Exception):
    """The data contradict themselves; no figure may leave before they are put right (R075)."""


def people_of(indicator: Indicator) -> People:
    if not isinstance(indicator.measure, People):
        raise TypeError(f"{indicator.slug} does not count people.")
    return indicator.measure


def first_registrations(scope: Scope, first: Indicator) -> QuerySet:
    """One case per person: the first of those registered, where it is one that is asked for."""
    earlier = Case.objects.filter(
        Q(registered_on__lt=OuterRef("registered_on"))
        | Q(registered_on=OuterRef("registered_on"), pk__lt=OuterRef("pk")),
        person=OuterRef("person"),
        programme=OuterRef("programme"),
    )
    rows = first.rows(scope).filter(~Exists(earlier))
    if scope.only:
        rows = rows.with_group().filter(scope.only)  # type: ignore[attr-defined]
    return rows


def listed(parts: Mapping[str, int], keys: list[str], *, rest: str = NOT_STATED) -> dict[str, int]:
    """The parts by the fixed keys; what is in none of them comes last."""
    listed = {key: parts.get(key, 0) for key in keys}
    listed[rest] += sum(number for key, number in parts.items() if key not in listed)
    return listed
