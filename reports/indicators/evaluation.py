"""Counts the whole catalogue, exactly, in a fixed number of statements.

All people are counted in one pass: one row per person with a mark for each stage and course,
grouped by the database; one more statement per stage tells the months. The time grows with the
number of people, the number of statements does not. What comes out is plain data, to be frozen.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from cases.models import Case
from reference import rules
from reports.indicators import BY_SLUG, CATALOGUE, CATALOGUE_VERSION
from reports.indicators.base import ANSWER, Answers, Indicator, People, Scope, Things
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
from surveys.models import Answer, Option, Questionnaire

Content = dict[str, Any]

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
        if isinstance(indicator.measure, Things):
            figures[indicator.slug] = _count_things(scope, indicator, indicator.measure, keys)
        elif isinstance(indicator.measure, Answers):
            figures[indicator.slug] = _count_answers(scope, indicator, indicator.measure)
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
        "is_score_provisional": Questionnaire.objects.filter(
            is_scored=True, status=ScoringStatus.PROVISIONAL
        ).exists(),
        "limits": {
            "k": rules.current(rules.SMALL_CELL_DONOR, on=scope.as_of),
            "k_strict": rules.current(rules.SMALL_CELL_PUBLIC, on=scope.as_of),
            "breakdown_min": rules.current(rules.BREAKDOWN_MIN_PEOPLE, on=scope.as_of),
        },
        "keys": keys,
        "names": names_of(keys),
        "figures": {indicator.slug: figures[indicator.slug] for indicator in CATALOGUE},
    }


def _issuer() -> str:
    mission = Office.objects.filter(kind=OfficeKind.MISSION).order_by("pk").first()
    return mission.name if mission else ""


# --- people ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Cell:
    """People who have everything in common that figures are split by."""

    people: int
    at: Mapping[str, str]
    reached: Mapping[str, bool]


def _count_people(
    scope: Scope, indicators: list[Indicator], keys: Mapping[str, list[str]]
) -> dict[str, Content]:
    """Totals and splits of all indicators of people; a stage only has people of the one before."""
    first, second, *_others = indicators
    _check_registered(scope, second)
    totals: Counter[str] = Counter()
    splits = {i.slug: {name: Counter[str]() for name in i.split_by} for i in indicators}
    for cell in _cells(scope, indicators):
        inside = {"": True}
        for indicator in indicators:
            slug, reached = indicator.slug, cell.reached[indicator.slug]
            inside[slug] = reached and inside[indicator.of]
            if reached and indicator.never_outside and not inside[slug]:
                raise Contradiction(_outside(indicator, cell.people))
            if inside[slug]:
                totals[slug] += cell.people
                for name in indicator.split_by:
                    splits[slug][name][cell.at[name]] += cell.people
    for indicator in indicators:
        if indicator is not first and MONTH in indicator.split_by:
            splits[indicator.slug][MONTH] = _months(scope, indicator)
    return {
        i.slug: {
            "total": totals[i.slug],
            "by": {name: _listed(parts, keys[name]) for name, parts in splits[i.slug].items()},
        }
        for i in indicators
    }


def _cells(scope: Scope, indicators: list[Indicator]) -> Iterator[_Cell]:
    """One row per person with a mark for each stage and course, grouped by the database."""
    first, *others = indicators
    marks = {
        f"in_{i.slug}": Exists(
            i.rows(scope).filter(**{_people_of(i).field("person"): OuterRef("person")}).order_by()
        )
        for i in others
    }
    rows = (
        _first_registrations(first.rows(scope))
        .with_group()  # type: ignore[attr-defined]
        .annotate(month=TruncMonth(_people_of(first).on), **marks)
        .order_by()
        .values_list("group", "office__code", "country_id", "month", *marks)
        .annotate(people=Count("pk"))
    )
    for group, mop, country, month, *reached, people in rows.iterator():
        yield _Cell(
            people=people,
            at={GROUP: group, MOP: mop, COUNTRY: country, MONTH: f"{month:%Y-%m}"},
            reached={first.slug: True} | dict(zip((i.slug for i in others), reached, strict=True)),
        )


def _months(scope: Scope, indicator: Indicator) -> Counter[str]:
    """The month in which each person of a stage first reached it."""
    measure = _people_of(indicator)
    person = measure.field("person")
    rows = indicator.rows(scope)
    around = indicator.of
    while around:
        outer = BY_SLUG[around]
        people = outer.rows(scope).order_by().values(_people_of(outer).field("person"))
        rows = rows.filter(**{f"{person}__in": people})
        around = outer.of
    days = rows.order_by().values(person).annotate(day=Min(measure.on)).values_list("day")
    return Counter(f"{day:%Y-%m}" for (day,) in days.iterator())


def _listed(parts: Mapping[str, int], keys: list[str]) -> dict[str, int]:
    """The parts by the fixed keys; what is in none of them comes last."""
    listed = {key: parts.get(key, 0) for key in keys}
    listed[NOT_STATED] += sum(number for key, number in parts.items() if key not in listed)
    return listed


def _people_of(indicator: Indicator) -> People:
    if not isinstance(indicator.measure, People):
        raise TypeError(f"{indicator.slug} does not count people.")
    return indicator.measure


def _first_registrations(registered: QuerySet) -> QuerySet:
    """One case per person: the first of those registered."""
    earlier = Case.objects.filter(
        Q(registered_on__lt=OuterRef("registered_on"))
        | Q(registered_on=OuterRef("registered_on"), pk__lt=OuterRef("pk")),
        person=OuterRef("person"),
        programme=OuterRef("programme"),
    )
    return registered.filter(~Exists(earlier))


def _check_registered(scope: Scope, indicator: Indicator) -> None:
    """Nobody reached the stage after the registration before they were registered."""
    measure = _people_of(indicator)
    too_early = indicator.rows(scope).filter(**{measure.field("registered_on__gt"): scope.as_of})
    if people := too_early.order_by().values(measure.field("person")).distinct().count():
        raise Contradiction(_outside(indicator, people))


def _outside(indicator: Indicator, people: int) -> str:
    return _(
        "%(count)s people count as “%(label)s” without the stage before it. Correct their dates; "
        "until then no report is made."
    ) % {"count": people, "label": indicator.label}


# --- things and answers ---------------------------------------------------------------------------
def _count_things(
    scope: Scope, indicator: Indicator, measure: Things, keys: Mapping[str, list[str]]
) -> Content:
    counts = {name: Counter[str]() for name in indicator.split_by}
    total = 0
    rows = (
        indicator.rows(scope)
        .order_by()
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
            .annotate(Count("response", distinct=True))
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
        for name, parts in figure["by"].items():
            if sum(parts.values()) != figure["total"] or min(parts.values(), default=0) < 0:
                raise Contradiction(
                    _("The parts of “%(slug)s” by %(split)s do not add up to the total.")
                    % {"slug": slug, "split": name}
                )
