"""The words of the catalogue: what an indicator is, and what it is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, QuerySet

from programmes.models import Programme

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


Measure = People | Things | Answers


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One figure: its name, what it counts in words, which rows, how they are measured and split.

    ``of`` names the indicator it is a part of: only people who are in that one are counted.
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
    split_by: tuple[str, ...] = ()
    never_outside: bool = False
    sensitive: bool = False
