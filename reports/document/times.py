"""How long something took, beside how long it usually takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from reports.disclosure import Audience, Cell
from reports.document.splits import look_of
from reports.document.words import WITHHELD, count_text, days_text


@dataclass(frozen=True, kw_only=True)
class TimeRow:
    """The median of some people; None: of nobody, or withheld."""

    label: str
    median: Decimal | None
    people: Cell

    @property
    def median_text(self) -> str:
        if self.median is not None:
            return days_text(self.median)
        return "–" if self.people.value == 0 else WITHHELD

    @property
    def people_text(self) -> str:
        return count_text(self.people)

    @property
    def is_withheld(self) -> bool:
        return WITHHELD in (self.median_text, self.people_text)


@dataclass(frozen=True, kw_only=True)
class TimeTable:
    """Medians of the parts of a split, each with its people (R036)."""

    template: ClassVar[str] = "reports/blocks/time_table.html"

    anchor: str
    caption: str
    stub: str
    slug: str
    audience: Audience
    rows: tuple[TimeRow, ...]
    total: TimeRow

    @property
    def audiences(self) -> Iterator[Audience]:
        yield self.audience

    @property
    def definitions(self) -> Iterator[str]:
        yield self.slug

    @property
    def cautions(self) -> list[str]:
        return []

    @property
    def look(self) -> str:
        """How a printed table looks."""
        return f"{look_of(len(self.rows))} few"

    @property
    def has_withheld(self) -> bool:
        return any(row.is_withheld for row in (*self.rows, self.total))
