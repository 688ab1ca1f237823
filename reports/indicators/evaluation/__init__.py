"""Counts the whole catalogue, exactly, in a fixed number of statements.

The people of each indicator are read once, with the day on which they first reached it; who is
inside what is worked out here. The first stage starts from the cases that the reader may have
counted, and nobody else is in the others (R004). One more statement is for each split that an
indicator has for itself. Time and memory grow with the number of people, the number of statements
does not. What comes out is plain data, to be frozen.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from reference import rules
from reports.indicators import BY_SLUG, CATALOGUE, CATALOGUE_VERSION
from reports.indicators.base import Answers, Days, People, Scope, Sums, Things
from reports.indicators.evaluation.answers import count_answers
from reports.indicators.evaluation.base import Content, Contradiction
from reports.indicators.evaluation.days import measure_days
from reports.indicators.evaluation.people import count_people
from reports.indicators.evaluation.things import add_up, count_things
from reports.indicators.splits import MOP, keys_of, names_of
from surveys.enums import ScoringStatus
from surveys.models import Score

__all__ = ["Content", "Contradiction", "evaluate", "evaluate_again"]

SESSION = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL enable_nestloop = off",
    "SET LOCAL cursor_tuple_fraction = 1",
    "SET LOCAL jit = off",
    "SET LOCAL work_mem = '128MB'",
)


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
    figures = count_people(scope, people, keys)
    for indicator in CATALOGUE:
        if isinstance(indicator.measure, Things) and not (scope.country or scope.group):
            figures[indicator.slug] = count_things(scope, indicator, indicator.measure, keys)
        elif isinstance(indicator.measure, Sums):
            figures[indicator.slug] = add_up(indicator, indicator.measure, figures)
        elif isinstance(indicator.measure, Answers) and not scope.only:
            figures[indicator.slug] = count_answers(scope, indicator, indicator.measure)
        elif isinstance(indicator.measure, Days):
            figures[indicator.slug] = measure_days(scope, indicator, indicator.measure, figures)
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
