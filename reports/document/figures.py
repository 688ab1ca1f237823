"""Figures one by one: their rows, the table of them and the chart of the same numbers."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import charts
from reports.disclosure import Audience, Cell, Figure, Note
from reports.document.words import WITHHELD, count_text, percent_text


class Chart(enum.Enum):
    """How a table of figures is drawn."""

    NONE = "none"
    BARS = "bars"
    FUNNEL = "funnel"
    STACK = "stack"


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

    template: ClassVar[str] = "reports/blocks/figure_table.html"

    anchor: str
    caption: str
    rows: tuple[FigureRow, ...]
    stub: str = ""
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
    def slug(self) -> str:
        """The one indicator that all rows are parts of, if there is one."""
        slugs = {row.slug for row in self.rows}
        return slugs.pop() if len(slugs) == 1 and len(self.rows) > 1 else ""

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
