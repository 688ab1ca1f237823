"""Counts the whole catalogue, exactly, in a fixed number of statements.

The people of each indicator are read once, with the day on which they first reached it; who is
inside what is worked out here. One more statement is for each split that an indicator has for
itself. Time and memory grow with the number of people, the number of statements does not. What
comes out is plain data, to be frozen.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from cases.models import Case
from reference import rules
from reports.indicators import BY_SLUG, CATALOGUE, CATALOGUE_VERSION
from reports.indicators.base import (
    ANSWER,
    Answers,
    Days,
    Indicator,
    People,
    Scope,
    Sums,
    Things,
)
from reports.indicators.splits import (
    COUNTRY,
    GROUP,
    MONTH,
    MOP,
    NOT_STATED,
    keys_of,
    labels_of,
    names_of,
)
from surveys.enums import ScoringStatus
from surveys.models import Answer, Option, Score

Content = dict[str, Any]
FirstDays = dict[int, datetime.date | None]

PLACES = (GROUP, MOP, COUNTRY, MONTH)

SESSION = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL enable_nestloop = off",
    "SET LOCAL cursor_tuple_fraction = 1",
    "SET LOCAL jit = off",
    "SET LOCAL work_mem = '128MB'",
)


class Contradiction(Exception):
    """The data contradict themselves; no figure may leave before they are put right (R075)."""


def evaluate(scope: Scope) -> Content:
    """Every figure of the catalogue as of the day, with its splits and the names of their keys.

    Reads the days of events only, so that what was entered later for later days changes nothing
    (R113). Raises Contradiction when people are in a stage without the one before (R075), or when
    parts do not add up to a total (R236).
    """
    with _one_moment():
        return _evaluate(scope)


def evaluate_again(scope: Scope, earlier: datetime.date) -> tuple[Content, Content]:
    """Every figure as of the day, and as of an earlier one, from the same data (R239)."""
    with _one_moment():
        return _evaluate(scope), _evaluate(replace(scope, as_of=earlier))


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """All statements see the same data, whatever is written meanwhile; and they join by hash.

    The planner takes chains of stages for much smaller than they are. A loop over them would cost
    the square of the number of people.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("; ".join(SESSION))
        yield


def _evaluate(scope: Scope) -> Content:
    keys = keys_of(scope.programme, scope.as_of)
    people = [i for i in CATALOGUE if isinstance(i.measure, People)]
    figures = _count_people(scope, people, keys)
    for indicator in CATALOGUE:
        if isinstance(indicator.measure, Things) and not (scope.country or scope.group):
            figures[indicator.slug] = _count_things(scope, indicator, indicator.measure, keys)
        elif isinstance(indicator.measure, Sums):
            figures[indicator.slug] = _add_up(indicator, indicator.measure, figures)
        elif isinstance(indicator.measure, Answers) and not scope.only:
            figures[indicator.slug] = _count_answers(scope, indicator, indicator.measure)
        elif isinstance(indicator.measure, Days):
            figures[indicator.slug] = _measure_days(scope, indicator, indicator.measure, figures)
        if indicator.rule is not None:
            figures[indicator.slug]["rule"] = str(rules.current(indicator.rule, on=scope.as_of))
    _check_sums(figures)
    programme = scope.programme
    return {
        "catalogue": CATALOGUE_VERSION,
        "programme": {
            "code": programme.code,
            "name": programme.name,
            "donor": programme.donor.name,
            "starts_on": programme.starts_on.isoformat(),
            "ends_on": programme.ends_on.isoformat(),
            "is_demonstration": programme.is_demonstration,
        },
        "issuer": _issuer(),
        "as_of": scope.as_of.isoformat(),
        "is_score_provisional": Score.objects.filter(
            response__in=BY_SLUG["scored"].rows(scope).order_by().values("pk"),
            scoring_status=ScoringStatus.PROVISIONAL,
        ).exists(),
        "limits": {
            "k": rules.current(rules.SMALL_CELL_DONOR, on=scope.as_of),
            "k_strict": rules.current(rules.SMALL_CELL_PUBLIC, on=scope.as_of),
            "breakdown_min": rules.current(rules.BREAKDOWN_MIN_PEOPLE, on=scope.as_of),
        },
        "keys": keys,
        "names": names_of(programme, keys),
        "figures": {i.slug: figures[i.slug] for i in CATALOGUE if i.slug in figures},
    }


def _issuer() -> str:
    mission = Office.objects.filter(kind=OfficeKind.MISSION).order_by("pk").first()
    return mission.name if mission else ""


# --- people ---------------------------------------------------------------------------------------
def _count_people(
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
            figures[indicator.slug]["by"][trait.name] = _listed(
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
        _first_registrations(scope, first)
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
    measure = _people_of(indicator)
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
        "by": {name: _listed(counts, keys[name]) for name, counts in parts.items()},
    }


def _place(
    scope: Scope,
    indicator: Indicator,
    first: Indicator,
    figure: Content,
    keys: Mapping[str, list[str]],
) -> None:
    """Add the splits that an indicator has for itself; the rest of each place has a key, too."""
    registrations = _first_registrations(scope, first)
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


def _inside(scope: Scope, indicator: Indicator, rows: QuerySet, person: str) -> QuerySet:
    """Those rows of an indicator whose people are in everything around it."""
    around = indicator.of
    while around:
        outer = BY_SLUG[around]
        people = outer.rows(scope).order_by().values(_people_of(outer).field("person"))
        rows = rows.filter(**{f"{person}__in": people})
        around = outer.of
    return rows


def _listed(parts: Mapping[str, int], keys: list[str], *, rest: str = NOT_STATED) -> dict[str, int]:
    """The parts by the fixed keys; what is in none of them comes last."""
    listed = {key: parts.get(key, 0) for key in keys}
    listed[rest] += sum(number for key, number in parts.items() if key not in listed)
    return listed


def _people_of(indicator: Indicator) -> People:
    if not isinstance(indicator.measure, People):
        raise TypeError(f"{indicator.slug} does not count people.")
    return indicator.measure


def _first_registrations(scope: Scope, first: Indicator) -> QuerySet:
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


def _check_registered(scope: Scope, indicator: Indicator) -> None:
    """Nobody reached the stage after the registration before they were registered."""
    measure = _people_of(indicator)
    too_early = indicator.rows(scope).filter(**{measure.field("registered_on__gt"): scope.as_of})
    if people := too_early.order_by().values(measure.field("person")).distinct().count():
        raise Contradiction(_outside(indicator, people))


def _outside(indicator: Indicator, people: int) -> str:
    return _(
        "%(count)s people count as “%(label)s” without the stage before it, or on an earlier day "
        "than that. Correct their dates; until then no report is made."
    ) % {"count": people, "label": indicator.label}


# --- days -----------------------------------------------------------------------------------------
def _measure_days(
    scope: Scope, indicator: Indicator, measure: Days, figures: Mapping[str, Content]
) -> Content:
    """The medians of all people, of those of each place and of each month; and of how many."""
    whole = BY_SLUG[measure.of]
    registrations = _first_registrations(scope, CATALOGUE[0])
    person = _people_of(whole).field("person")
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


def _median(lengths: Sequence[float]) -> str | None:
    """The length in the middle, between two where their number is even; days with one decimal."""
    return f"{median(lengths):.1f}" if lengths else None


# --- things and answers ---------------------------------------------------------------------------
def _count_things(
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
    by = {name: _listed(parts, keys[name]) for name, parts in counts.items()}
    return {"total": total, "by": by}


def _add_up(indicator: Indicator, measure: Sums, figures: Mapping[str, Content]) -> Content:
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


def _count_answers(scope: Scope, indicator: Indicator, measure: Answers) -> Content:
    """How many chose each option, in the order of the questionnaire, and how many were asked."""
    options = Option.objects.filter(
        question__questionnaire__kind=measure.kind, question__code=measure.question
    ).order_by("question__questionnaire__version", "order")
    latest = {option.code: option for option in options}
    responses = indicator.rows(scope)
    chosen = Counter(
        dict(
            Answer.objects.filter(
                response__in=responses.order_by(), question__code=measure.question
            )
            .order_by()
            .values_list("option__code")
            .annotate(Count("pk"))
        )
    )
    total = responses.count()
    counts = {code: chosen[code] for code in latest}
    counts[NOT_STATED] = total - sum(counts.values())
    return {
        "total": total,
        "favourable": [code for code, option in latest.items() if option.is_favourable],
        "options": list(counts),
        "names": {code: labels_of(option) for code, option in latest.items()},
        "by": {ANSWER: counts},
    }


def _check_sums(figures: Mapping[str, Content]) -> None:
    """Parts and "not stated" add up to the total, and no part is negative (R236)."""
    for slug, figure in figures.items():
        for name, parts, total in _tables(figure):
            if sum(parts.values()) != total or min(parts.values(), default=0) < 0:
                raise Contradiction(
                    _("The parts of “%(slug)s” by %(split)s do not add up to the total.")
                    % {"slug": slug, "split": name}
                )


def _tables(figure: Content) -> Iterator[tuple[str, Mapping[str, int], int]]:
    """The splits of a figure, and those of each of its places, with what they add up to."""
    for name, parts in figure["by"].items():
        yield name, parts, figure["total"]
    for name, places in figure.get("by_mop", {}).items():
        for mop, parts in places.items():
            yield name, parts, figure["by"][MOP][mop]
