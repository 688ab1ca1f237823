"""A count with its share of another count, and a median of people."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from decimal import Decimal

from core.rounding import percent, wilson
from reports.disclosure.tables import LIMITS, Audience, Cell, Limits


class Note(enum.StrEnum):
    """What a reader must know about a figure."""

    WITHHELD = "withheld"
    SHARE_WITHHELD = "share_withheld"
    FEW_PEOPLE = "few_people"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A protected count; where it is a part of something, what of, and the share in percent.

    `interval` is the 95 % interval of the share, given when it rests on few people.
    """

    audience: Audience
    value: Cell
    of: str = ""
    denominator: Cell | None = None
    percent: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    note: Note | None = None


def figure(
    value: Cell,
    *,
    audience: Audience,
    of: str = "",
    denominator: Cell | None = None,
    limits: Limits = LIMITS,
    sensitive: bool = False,
    in_breakdown: bool = False,
) -> Figure:
    """Take the share of two protected counts, where it may be shown (R237, R241).

    Outside the programme a share needs enough people in it and enough people outside it. A share
    of few people is shown for a total, with its interval and a caution, never inside a breakdown.
    """
    plain = Figure(audience=audience, value=value, of=of, denominator=denominator)
    if value.value is None:
        return replace(plain, note=Note.WITHHELD)
    if denominator is None:
        return plain
    base = denominator.value
    if base is None or not _may_be_shown(
        value.value,
        base,
        audience=audience,
        limits=limits,
        sensitive=sensitive,
        in_breakdown=in_breakdown,
    ):
        return replace(plain, note=Note.SHARE_WITHHELD)
    is_small = 0 < base < limits.breakdown_min
    return replace(
        plain,
        percent=percent(value.value, base),
        interval=wilson(value.value, base) if is_small else None,
        note=Note.FEW_PEOPLE if is_small else None,
    )


def median(
    exact: Decimal | None, people: Cell, *, audience: Audience, limits: Limits = LIMITS
) -> Decimal | None:
    """A median of protected people, where it may be shown: outside the programme never of few."""
    if not audience.is_protected:
        return exact
    return exact if people.value is not None and people.value >= limits.breakdown_min else None


def _may_be_shown(
    value: int,
    base: int,
    *,
    audience: Audience,
    limits: Limits,
    sensitive: bool,
    in_breakdown: bool,
) -> bool:
    if not audience.is_protected:
        return True
    smallest = limits.smallest(audience, sensitive=sensitive)
    has_enough = value >= smallest and base - value >= smallest
    return has_enough and (base >= limits.breakdown_min or not in_breakdown)
