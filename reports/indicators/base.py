"""The words of the catalogue: what an indicator is, and what it is asked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Q, QuerySet
from django.utils.formats import number_format

from programmes.models import Programme
from reference.rule_kinds import Rule
from reports.indicators.splits import NOT_STATED

#: Part of the name of what is counted by the options of a question.
ANSWER = "answer"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """For whom, of which programme and as of which day something is counted.

    An ``office``, a ``country`` and a ``group`` leave only the people whose first registration has
    them; such a part of the figures is for readers inside the programme (R235).
    """

    user: Any
    programme: Programme
    as_of: datetime.date
    office: str = ""
    country: str = ""
    group: str = ""

    @property
    def only(self) -> Q:
        """Which first registrations count; they know their ``group``."""
        wanted = {"office__code": self.office, "country": self.country, "group": self.group}
        return Q(**{field: value for field, value in wanted.items() if value})


def part_of(asked: Mapping[str, Any]) -> dict[str, str]:
    """Which part of the people a form or query string asks for, by code, as a scope takes it."""
    office, country = asked.get("office"), asked.get("country")
    chosen = {
        "office": office.code if office else "",
        "country": country.pk if country else "",
        "group": asked.get("group") or "",
    }
    return {name: value for name, value in chosen.items() if value}


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
class Sums:
    """The people of several indicators added up, part by part: who is in three of them is three.

    Nothing is looked up, and readers outside get it where every number that is added is printed.
    """

    of: tuple[str, ...]


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


Measure = People | Things | Sums | Answers | Days


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
class Trait:
    """A split that one indicator has for itself, told inside the programme only.

    ``rows`` leads to people and their keys; whoever it says nothing about has the key ``rest``.
    """

    name: str
    rows: Callable[[Scope], Iterable[tuple[int, str]]]
    rest: str = NOT_STATED


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One figure: its name, what it counts in words, which rows, how they are measured and split.

    ``of`` names the indicator it is a part of: only people who are in that one are counted.
    ``same_day``: and counted on the day on which that one counts them.
    ``besides``: everybody who is in that one and not in this other one; no rows are looked up.
    ``never_outside``: somebody outside of it is an error in the data and stops every report (R075).
    ``sensitive``: the stricter limit for small numbers holds (R240). ``sentence`` says the figure
    in words, with the places ``%(value)s``, ``%(denominator)s`` and ``%(percent)s``. ``rule``: the
    words name its value of the day at ``%(rule)s`` (R270).
    """

    slug: str
    label: Any
    definition: Any
    rows: Rows
    measure: Measure
    sentence: Any
    of: str = ""
    same_day: bool = False
    besides: str = ""
    split_by: tuple[str, ...] = ()
    placed: tuple[PlacedSplit, ...] = ()
    traits: tuple[Trait, ...] = ()
    never_outside: bool = False
    sensitive: bool = False
    rule: Rule[Any] | None = None

    def is_sensitive(self, split: str) -> bool:
        """Whether the stricter limit holds for one of its splits."""
        return self.sensitive or any(p.sensitive for p in self.placed if p.name == split)

    def is_inside(self, split: str) -> bool:
        """Whether one of its splits is never told outside the programme."""
        return any(trait.name == split for trait in self.traits)

    def worded(self, text: Any, value: str | None = None) -> str:
        """Its label or sentence with the value of its rule, the default one if none is given."""
        if self.rule is None:
            return str(text)
        known = self.rule.parse(value) if value else self.rule.default
        return str(text).replace("%(rule)s", number_format(known))
