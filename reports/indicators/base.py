"""The words of the catalogue: what an indicator is, and what it is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, QuerySet

from programmes.models import Programme
from reference.rule_kinds import Rule
from reports.indicators.splits import NOT_STATED

#: Part of the name of what is counted by the options of a question.
ANSWER = "answer"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """For whom, of which programme and as of which day something is counted."""

    user: Any
    programme: Programme
    as_of: datetime.date


Rows = Callable[[Scope], QuerySet]


@dataclass(frozen=True, kw_only=True)
class People:
    """Distinct persons: how rows lead to their case, and the field of the day that counts.

    Without a day there is no split by month.
    """

    case: str = "case"
    on: str = ""

    def field(self, name: str) -> str:
        """The path to a field of the case."""
        return f"{self.case}__{name}" if self.case else name


@dataclass(frozen=True, kw_only=True)
class Things:
    """What is not a person: editions, copies. ``office`` and ``on`` are the fields to split by."""

    aggregate: Aggregate
    office: str
    on: str


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Answers to a question by options; those that count as satisfied or useful are the value.

    The whole is everybody who was asked and answered the questionnaire, whatever the option.
    """

    kind: str
    question: str


@dataclass(frozen=True, kw_only=True)
class Days:
    """The median number of days that something took, told beside how long it usually takes.

    ``of`` names the indicator whose people it is taken of: the rows have one line for each of them,
    with ``days`` and the ``month`` in which that indicator counts them.
    """

    of: str
    usual: Rule[int]


Measure = People | Things | Answers | Days


@dataclass(frozen=True, kw_only=True)
class PlacedSplit:
    """A split that one indicator has for itself, counted place by place in a statement of its own.

    ``rows`` leads from the first registration of each person to orientation points, keys and
    numbers of people; whoever it says nothing about has the key ``rest``. ``crossed`` splits are
    told for each orientation point, too, inside the programme. ``sensitive``: as of an indicator.
    """

    name: str
    rows: Callable[[Scope, QuerySet], Iterable[tuple[str, str, int]]]
    rest: str = NOT_STATED
    crossed: bool = False
    sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One figure: its name, what it counts in words, which rows, how they are measured and split.

    ``of`` names the indicator it is a part of: only people who are in that one are counted.
    ``besides``: everybody who is in that one and not in this other one; no rows are looked up.
    ``never_outside``: somebody outside of it is an error in the data and stops every report (R075).
    ``sensitive``: the stricter limit for small numbers holds (R240). ``sentence`` says the figure
    in words, with the places ``%(value)s``, ``%(denominator)s`` and ``%(percent)s``.
    """

    slug: str
    label: Any
    definition: Any
    rows: Rows
    measure: Measure
    sentence: Any
    of: str = ""
    besides: str = ""
    split_by: tuple[str, ...] = ()
    placed: tuple[PlacedSplit, ...] = ()
    never_outside: bool = False
    sensitive: bool = False

    def is_sensitive(self, split: str) -> bool:
        """Whether the stricter limit holds for one of its splits."""
        return self.sensitive or any(p.sensitive for p in self.placed if p.name == split)
