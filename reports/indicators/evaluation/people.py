"""Counts people: each once, in a stage only those of the one before (R075, R236)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from reports.indicators.base import Indicator, Scope
from reports.indicators.evaluation.base import (
    Content,
    Contradiction,
    FirstDays,
    first_registrations,
    listed,
    people_of,
)
from reports.indicators.splits import COUNTRY, GROUP, MONTH, MOP, NOT_STATED

PLACES = (GROUP, MOP, COUNTRY, MONTH)


def count_people(
    scope: Scope, indicators: list[Indicator], keys: Mapping[str, list[str]]
) -> dict[str, Content]:
    """Totals and splits of all indicators of people; a stage only has people of the one before."""
    first, *others = indicators
    _check_registered(scope, others[0])
    at, registered = _places(scope, first)
    inside: dict[str, FirstDays] = {first.slug: registered}
    for indicator in others:
        around = inside[indicator.of]
        if indicator.besides:
            rest = around.keys() - inside[indicator.besides].keys()
            inside[indicator.slug] = dict.fromkeys(rest)
            continue
        reached = {person: day for person, day in _reached(scope, indicator) if person in at}
        within = {person: day for person, day in reached.items() if person in around}
        if indicator.never_outside:
            _check_order(indicator, reached, around)
        inside[indicator.slug] = within
    figures = {i.slug: _counted(i, inside[i.slug], at, keys) for i in indicators}
    for indicator in indicators:
        if indicator.placed:
            _place(scope, indicator, first, figures[indicator.slug], keys)
        for trait in indicator.traits:
            found = dict(trait.rows(scope))
            parts = Counter(found.get(person, trait.rest) for person in inside[indicator.slug])
            figures[indicator.slug]["by"][trait.name] = listed(
                parts, keys[trait.name], rest=trait.rest
            )
    return figures


def _check_order(indicator: Indicator, reached: FirstDays, around: FirstDays) -> None:
    """Everybody in a stage was in the one around it before, or on the same day (R075)."""
    wrong = 0
    for person, day in reached.items():
        before = around.get(person)
        if person not in around or (day and before and day < before):
            wrong += 1
    if wrong:
        raise Contradiction(_outside(indicator, wrong))


def _places(scope: Scope, first: Indicator) -> tuple[dict[int, tuple[str, ...]], FirstDays]:
    """What each registered person is split by, as of the first registration, and its day."""
    rows = (
        first_registrations(scope, first)
        .with_group()  # type: ignore[attr-defined]
        .order_by()
        .values_list("person", "group", "office__code", "country_id", "registered_on")
    )
    alike: dict[tuple[Any, ...], tuple[str, ...]] = {}
    at = {}
    registered: FirstDays = {}
    for person, *values in rows.iterator():
        place = tuple(values)
        if place not in alike:
            group, mop, country, day = place
            alike[place] = (group, mop, country, f"{day:%Y-%m}")
        at[person] = alike[place]
        registered[person] = values[-1]
    return at, registered


def _reached(scope: Scope, indicator: Indicator) -> Iterator[tuple[int, datetime.date | None]]:
    """The people of an indicator, each once, with the day on which they first reached it."""
    measure = people_of(indicator)
    rows = indicator.rows(scope).order_by().values_list(measure.field("person"))
    if measure.on:
        yield from rows.annotate(day=Min(measure.on)).iterator()
    else:
        yield from ((person, None) for (person,) in rows.distinct().iterator())


def _counted(
    indicator: Indicator,
    people: FirstDays,
    at: Mapping[int, tuple[str, ...]],
    keys: Mapping[str, list[str]],
) -> Content:
    """How many people, in all and in the parts of each split.

    By month they count when they first reached the stage; those without a day with the month of
    their registration.
    """
    own = [name for name in indicator.split_by if not indicator.is_inside(name)]
    parts = {name: Counter[str]() for name in own}
    for place, number in Counter(at[person] for person in people).items():
        for name, key in zip(PLACES, place, strict=True):
            if name in parts:
                parts[name][key] += number
    days = Counter(day for day in people.values() if day)
    if MONTH in parts and days:
        parts[MONTH] = Counter()
        for day, number in days.items():
            parts[MONTH][f"{day:%Y-%m}"] += number
    return {
        "total": len(people),
        "by": {name: listed(counts, keys[name]) for name, counts in parts.items()},
    }


def _place(
    scope: Scope,
    indicator: Indicator,
    first: Indicator,
    figure: Content,
    keys: Mapping[str, list[str]],
) -> None:
    """Add the splits that an indicator has for itself; the rest of each place has a key, too."""
    registrations = first_registrations(scope, first)
    for split in indicator.placed:
        places = {mop: dict.fromkeys(keys[split.name], 0) for mop in keys[MOP]}
        for mop, key, people in split.rows(scope, registrations):
            places[mop if mop in places else NOT_STATED][key] += people
        for mop, parts in places.items():
            parts[split.rest] += figure["by"][MOP][mop] - sum(parts.values())
        figure["by"][split.name] = {
            key: sum(parts[key] for parts in places.values()) for key in keys[split.name]
        }
        if split.crossed:
            figure.setdefault("by_mop", {})[split.name] = places


def _check_registered(scope: Scope, indicator: Indicator) -> None:
    """Nobody reached the stage after the registration before they were registered."""
    measure = people_of(indicator)
    too_early = indicator.rows(scope).filter(**{measure.field("registered_on__gt"): scope.as_of})
    if people := too_early.order_by().values(measure.field("person")).distinct().count():
        raise Contradiction(_outside(indicator, people))


def _outside(indicator: Indicator, people: int) -> str:
    return _(
        "%(count)s people count as “%(label)s” without the stage before it, or on an earlier day "
        "than that. Correct their dates; until then no report is made."
    ) % {"count": people, "label": indicator.label}
