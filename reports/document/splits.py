"""Indicators split by groups, places and days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from reports.disclosure import Audience, ProtectedTable, State
from reports.document.words import count_text

# More lines than these stand closer, so that a table of months fits on a page.
LINES = 20


@dataclass(frozen=True)
class Line:
    """One line of a table: its heading and its cells as text."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SplitColumn:
    """An indicator in a table of splits."""

    slug: str
    label: str
    table: ProtectedTable

    def __post_init__(self) -> None:
        if not isinstance(self.table, ProtectedTable):
            raise TypeError("A report prints protected tables only.")


@dataclass(frozen=True, kw_only=True)
class SplitTable:
    """Indicators side by side, each split the same way; the parts add up to the totals (R236)."""

    template: ClassVar[str] = "reports/blocks/split_table.html"

    anchor: str
    caption: str
    stub: str
    labels: Mapping[str, str]
    columns: tuple[SplitColumn, ...]

    def __post_init__(self) -> None:
        if len({column.table.rows for column in self.columns}) != 1:
            raise ValueError("The columns of a table are split by the same keys.")

    @property
    def audiences(self) -> Iterator[Audience]:
        return (column.table.audience for column in self.columns)

    @property
    def definitions(self) -> Iterator[str]:
        return (column.slug for column in self.columns)

    @property
    def cautions(self) -> list[str]:
        return []

    @property
    def lines(self) -> list[Line]:
        return [
            Line(
                str(self.labels[key]),
                tuple(count_text(column.table[key]) for column in self.columns),
            )
            for key in self.columns[0].table.rows
        ]

    @property
    def total(self) -> Line:
        return Line(_("Total"), tuple(count_text(column.table.total) for column in self.columns))

    @property
    def look(self) -> str:
        """How a printed table looks."""
        return look_of(len(self.lines))

    @property
    def has_withheld(self) -> bool:
        return any(column.table.has_suppressed for column in self.columns)

    @property
    def only_totals(self) -> list[str]:
        """The columns that are not split, because too few people are in them."""
        return [column.label for column in self.columns if column.table.state is State.TOTAL_ONLY]


@dataclass(frozen=True, kw_only=True)
class CrossTable:
    """One indicator split two ways."""

    template: ClassVar[str] = "reports/blocks/cross_table.html"

    anchor: str
    caption: str
    stub: str
    slug: str
    row_labels: Mapping[str, str]
    column_labels: Mapping[str, str]
    table: ProtectedTable

    def __post_init__(self) -> None:
        if not isinstance(self.table, ProtectedTable) or not self.table.columns:
            raise TypeError("A report prints protected tables only, here one of two dimensions.")

    @property
    def audiences(self) -> Iterator[Audience]:
        yield self.table.audience

    @property
    def definitions(self) -> Iterator[str]:
        yield self.slug

    @property
    def cautions(self) -> list[str]:
        return []

    @property
    def head(self) -> list[str]:
        return [str(self.column_labels[key]) for key in self.table.columns]

    @property
    def lines(self) -> list[Line]:
        table = self.table
        return [
            Line(
                str(self.row_labels[row]),
                (
                    *(count_text(table[(row, column)]) for column in table.columns),
                    count_text(table.row_totals[row]),
                ),
            )
            for row in table.rows
        ]

    @property
    def total(self) -> Line:
        margins = (*self.table.column_totals.values(), self.table.total)
        return Line(_("Total"), tuple(count_text(cell) for cell in margins))

    @property
    def look(self) -> str:
        """How a printed table looks."""
        return look_of(len(self.lines))

    @property
    def has_withheld(self) -> bool:
        return self.table.has_suppressed


def look_of(lines: int) -> str:
    """Columns of even width, and lines that stand closer where there are many."""
    return "even dense" if lines > LINES else "even"
