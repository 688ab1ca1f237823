"""What a report says, ready to be drawn: the same for the preview page and for the PDF file.

Everything here takes protected figures and nothing else. Texts and numbers are written when they
are drawn, in the language that is active then.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import charts
from reports.disclosure import (
    LIMITS,
    Audience,
    Cell,
    Figure,
    Limits,
    Note,
    ProtectedTable,
    State,
)

WITHHELD = "•••"


def count_text(cell: Cell) -> str:
    """A count with its thousands apart, or the sign for what is withheld."""
    return WITHHELD if cell.value is None else number_format(cell.value, force_grouping=True)


def percent_text(share: Decimal) -> str:
    """A percentage the way the language writes it."""
    return _("%(number)s%%") % {"number": number_format(share, decimal_pos=1)}


class Chart(enum.Enum):
    """How a table of figures is drawn."""

    NONE = "none"
    BARS = "bars"
    FUNNEL = "funnel"
    STACK = "stack"


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What an indicator counts, in the words of the catalogue."""

    slug: str
    label: str
    text: str
    counted: str = ""


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One indicator with its figure.

    `sentence` says it in words, with the places `%(value)s`, `%(denominator)s` and `%(percent)s`;
    it is used where nothing of it is withheld.
    """

    slug: str
    label: str
    figure: Figure
    of_label: str = ""
    sentence: str = ""
    level: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.figure, Figure):
            raise TypeError("A report prints protected figures only.")

    @property
    def value(self) -> str:
        return count_text(self.figure.value)

    @property
    def denominator(self) -> str:
        return count_text(self.figure.denominator) if self.figure.denominator else ""

    @property
    def percent(self) -> str:
        if self.figure.percent is not None:
            return percent_text(self.figure.percent)
        return WITHHELD if self.figure.denominator else ""

    @property
    def interval(self) -> str:
        if self.figure.interval is None:
            return ""
        return _("%(low)s to %(high)s") % self._ends()

    @property
    def in_words(self) -> str:
        """The sentence, or that the figure is withheld."""
        if self.figure.value.value is None or (self.figure.denominator and not self.has_share):
            return _("%(label)s: withheld to protect the people concerned.") % {"label": self.label}
        texts = {
            "value": self.value,
            "denominator": self.denominator,
            "percent": self.percent,
        }
        return self.sentence % texts

    @property
    def beside_bar(self) -> str:
        """Count, whole and share on one line."""
        if self.figure.value.value is None:
            return _("withheld")
        if not self.has_share:
            return self.value
        return _("%(value)s of %(denominator)s · %(percent)s") % {
            "value": self.value,
            "denominator": self.denominator,
            "percent": self.percent,
        }

    @property
    def has_share(self) -> bool:
        return self.figure.percent is not None

    @property
    def caution(self) -> str:
        """What a reader must not conclude from few people (R241)."""
        if self.figure.note is not Note.FEW_PEOPLE:
            return ""
        return _(
            "%(label)s: this share rests on %(denominator)s people only. With so few, chance alone "
            "could put the true share anywhere between %(low)s and %(high)s. It says nothing about "
            "those who were not observed, and does not show what the programme has brought about."
        ) % {"label": self.label, "denominator": self.denominator, **self._ends()}

    def _ends(self) -> dict[str, str]:
        low, high = (percent_text(end) for end in self.figure.interval or ())
        return {"low": low, "high": high}


@dataclass(frozen=True, kw_only=True)
class FigureTable:
    """A table of figures, and the chart of the same figures."""

    template: ClassVar[str] = "pdf/blocks/figure_table.html"

    anchor: str
    caption: str
    rows: tuple[FigureRow, ...]
    chart: Chart = Chart.NONE
    total: Cell | None = None
    total_label: str = ""
    description: str = ""

    @property
    def audiences(self) -> Iterator[Audience]:
        return (row.figure.audience for row in self.rows)

    @property
    def definitions(self) -> Iterator[str]:
        return (row.slug for row in self.rows)

    @property
    def cautions(self) -> list[str]:
        return [row.caution for row in self.rows if row.caution]

    @property
    def has_shares(self) -> bool:
        return any(row.figure.denominator for row in self.rows)

    @property
    def has_intervals(self) -> bool:
        return any(row.figure.interval for row in self.rows)

    @property
    def has_withheld(self) -> bool:
        return any(WITHHELD in (row.value, row.denominator, row.percent) for row in self.rows)

    @property
    def total_text(self) -> str:
        return count_text(self.total) if self.total else ""

    @property
    def drawing(self) -> SafeString | None:
        """The chart; the table beside it has the same numbers (R244)."""
        identifier, title, description = f"chart-{self.anchor}", self.caption, self.description
        if self.chart is Chart.NONE:
            return None
        if self.chart is Chart.STACK:
            return charts.stacks(
                [self._stack()],
                series=[row.label for row in self.rows],
                withheld=_("withheld"),
                identifier=identifier,
                title=title,
                description=description,
            )
        draw = charts.funnel if self.chart is Chart.FUNNEL else charts.bars
        return draw(
            [self._bar(row) for row in self.rows],
            identifier=identifier,
            title=title,
            description=description,
        )

    def _stack(self) -> charts.Stack:
        return charts.Stack(
            label=self.total_label,
            parts=tuple(row.figure.value.value for row in self.rows),
            texts=tuple(row.value for row in self.rows),
            total=self.total.value if self.total else None,
            text=self.total_text,
        )

    @staticmethod
    def _bar(row: FigureRow) -> charts.Bar:
        return charts.Bar(
            label=row.label,
            value=row.figure.value.value,
            text=row.beside_bar,
            out_of=row.figure.denominator.value if row.figure.denominator else None,
        )


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

    template: ClassVar[str] = "pdf/blocks/split_table.html"

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
    def has_withheld(self) -> bool:
        return any(column.table.has_suppressed for column in self.columns)

    @property
    def only_totals(self) -> list[str]:
        """The columns that are not split, because too few people are in them."""
        return [column.label for column in self.columns if column.table.state is State.TOTAL_ONLY]


@dataclass(frozen=True, kw_only=True)
class CrossTable:
    """One indicator split two ways."""

    template: ClassVar[str] = "pdf/blocks/cross_table.html"

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
    def has_withheld(self) -> bool:
        return self.table.has_suppressed


Block = FigureTable | SplitTable | CrossTable


@dataclass(frozen=True, kw_only=True)
class Section:
    """A chapter: what it is about in a sentence or two, its tables, what its limits are."""

    anchor: str
    title: str
    paragraphs: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    limits: tuple[str, ...] = ()

    @property
    def cautions(self) -> list[str]:
        """Its limits, and the cautions of its figures."""
        return [*self.limits, *(text for block in self.blocks for text in block.cautions)]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A figure that differs from the last report, and why (R239)."""

    label: str
    earlier: Cell
    now: Cell
    reason: str

    @property
    def earlier_text(self) -> str:
        return count_text(self.earlier)

    @property
    def now_text(self) -> str:
        return count_text(self.now)


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """What the report was made from, so that it can be made again (R238)."""

    reference: str
    snapshot_hash: str
    template_version: str
    catalogue_version: str

    @property
    def short_hash(self) -> str:
        return self.snapshot_hash[:12]

    @property
    def hash_in_groups(self) -> list[str]:
        return [
            self.snapshot_hash[place : place + 8] for place in range(0, len(self.snapshot_hash), 8)
        ]


@dataclass(frozen=True, kw_only=True)
class ReportDocument:
    """A report to a donor, from its cover to its last page."""

    title: str
    programme: str
    donor: str
    issuer: str
    starts_on: datetime.date
    ends_on: datetime.date
    as_of: datetime.date
    prepared_on: datetime.date
    audience: Audience
    provenance: Provenance
    highlights: tuple[FigureRow, ...] = ()
    summary: tuple[FigureRow, ...] = ()
    sections: tuple[Section, ...] = ()
    changes: tuple[Change, ...] = ()
    definitions: tuple[Definition, ...] = ()
    limits: Limits = LIMITS
    is_demo: bool = False
    defined: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "defined", frozenset(d.slug for d in self.definitions))
        _check_audience(self.audience, self._audiences())
        undefined = sorted(set(self._slugs()) - self.defined)
        if undefined:
            raise ValueError(f"Indicators without a definition: {', '.join(undefined)}.")

    @property
    def identifier(self) -> str:
        """What makes this document the document it is."""
        made_from = self.provenance
        return ":".join(
            (
                made_from.reference,
                made_from.snapshot_hash,
                made_from.template_version,
                made_from.catalogue_version,
            )
        )

    @property
    def smallest(self) -> int:
        """The smallest number of people that is printed."""
        return self.limits.smallest(self.audience, sensitive=False)

    @property
    def cautions(self) -> list[tuple[str, list[str]]]:
        """The limits of all sections, under their titles, each of them once (R241)."""
        said: set[str] = set()
        found = []
        for section in self.sections:
            texts = [text for text in section.cautions if text not in said]
            said.update(texts)
            if texts:
                found.append((section.title, texts))
        return found

    def _blocks(self) -> Iterator[Block]:
        return (block for section in self.sections for block in section.blocks)

    def _rows(self) -> Sequence[FigureRow]:
        return (*self.highlights, *self.summary)

    def _audiences(self) -> Iterator[Audience]:
        yield from (row.figure.audience for row in self._rows())
        for block in self._blocks():
            yield from block.audiences

    def _slugs(self) -> Iterator[str]:
        yield from (row.slug for row in self._rows())
        for block in self._blocks():
            yield from block.definitions


def _check_audience(reader: Audience, figures: Iterable[Audience]) -> None:
    """Nobody gets figures that were prepared for readers further inside."""
    order = [Audience.INTERNAL, Audience.DONOR, Audience.PUBLIC]
    for audience in figures:
        if order.index(audience) < order.index(reader):
            raise ValueError(f"These figures are for {audience}, the report is for {reader}.")
