"""Rows and tables of figures, in the active language, from protected figures only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports import disclosure
from reports.disclosure import Figure
from reports.document import (
    Chart,
    CrossTable,
    FigureRow,
    FigureTable,
    SplitColumn,
    SplitTable,
    TimeRow,
    TimeTable,
)
from reports.figures import Figures
from reports.indicators import BY_SLUG, Answers
from reports.indicators import splits as names
from reports.indicators.base import ANSWER


class Tables:
    """Writes the rows and tables of one set of figures."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.language = (get_language() or "fr")[:2]

    def row(self, slug: str, *, level: int = 0) -> FigureRow:
        indicator = BY_SLUG[slug]
        label, sentence = self.figures.name(slug), self.figures.sentence(slug)
        figure = _without_empty_whole(self.figures.figure(slug))
        if indicator.of and figure.denominator is None:
            sentence = (_("%(label)s: nobody so far.") % {"label": label}).replace("%", "%%")
        return FigureRow(
            slug=slug,
            label=label,
            figure=figure,
            of_label=self.of_label(slug) if figure.denominator else "",
            sentence=sentence,
            level=level,
        )

    def rows(self, slugs: Iterable[str]) -> tuple[FigureRow, ...]:
        """Those that were counted: not all are, of a part of the people or by older definitions."""
        return tuple(self.row(slug) for slug in slugs if slug in self.figures.totals)

    def of_label(self, slug: str) -> str:
        indicator = BY_SLUG[slug]
        if isinstance(indicator.measure, Answers):
            return _("answers")
        return self.figures.name(indicator.of) if indicator.of else ""

    def labels(self, slug: str, split: str, keys: Iterable[str]) -> dict[str, str]:
        return {key: self.figures.label(slug, split, key, self.language) for key in keys}

    def figure_table(
        self,
        anchor: str,
        caption: str,
        slugs: Sequence[str],
        chart: Chart = Chart.NONE,
        *,
        description: str = "",
    ) -> Iterator[FigureTable]:
        """Indicators one below the other; nothing where none of them was counted."""
        if rows := self.rows(slugs):
            yield FigureTable(
                anchor=anchor, caption=caption, rows=rows, chart=chart, description=description
            )

    def split_table(
        self, split: str, caption: str, wanted: Sequence[str], *, anchor: str = "stages"
    ) -> Iterator[SplitTable]:
        """Indicators side by side; nothing where none of them was counted."""
        slugs = [slug for slug in wanted if split in self.figures.tables.get(slug, {})]
        if not slugs:
            return
        tables = [self.figures.tables[slug][split] for slug in slugs]
        yield SplitTable(
            anchor=f"{anchor}-by-{split}",
            caption=caption,
            stub=str(names.NAMES[split]),
            labels=self.labels(slugs[0], split, tables[0].rows),
            columns=tuple(
                SplitColumn(slug=slug, label=self.figures.name(slug), table=table)
                for slug, table in zip(slugs, tables, strict=True)
            ),
        )

    def conversion(self, slug: str, caption: str) -> FigureTable:
        """The share of a stage in the stage before, place by place (R070)."""
        of = BY_SLUG[slug].of
        inner, outer = (self.figures.tables[s][names.MOP] for s in (slug, of))
        labels = self.labels(slug, names.MOP, inner.rows)
        rows = tuple(
            self.part_row(
                slug,
                labels[key],
                disclosure.figure(
                    inner[key],
                    audience=self.figures.audience,
                    of=of,
                    denominator=outer[key],
                    limits=self.figures.limits,
                    in_breakdown=True,
                ),
                of_label=self.of_label(slug),
            )
            for key in inner.rows
        )
        return FigureTable(
            anchor=f"{slug}-share-by-mop",
            caption=caption,
            stub=str(names.NAMES[names.MOP]),
            rows=rows,
        )

    def answers(self, slug: str, caption: str) -> Iterator[FigureTable]:
        if slug in self.figures.tables:
            yield self.part_table(
                slug,
                ANSWER,
                caption,
                anchor=f"answers-{slug}",
                stub=_("Answer"),
                chart=Chart.STACK,
                total_label=_("All answers"),
            )

    def answered(self, slug: str, *, of: str) -> FigureRow:
        """How many answered the questionnaire of an indicator, of those who could be asked."""
        figure = disclosure.figure(
            self.figures.whole(slug),
            audience=self.figures.audience,
            of=of,
            denominator=self.figures.totals[of],
            limits=self.figures.limits,
        )
        sentence = _(
            "There are %(value)s answers for %(denominator)s people who returned (%(percent)s)."
        )
        label = _("Answers after the return")
        row = self.part_row(slug, label, figure, of_label=self.figures.name(of))
        if row.figure.denominator is None:
            sentence = (_("%(label)s: nobody so far.") % {"label": label}).replace("%", "%%")
        return replace(row, sentence=sentence)

    def parts(
        self, slug: str, split: str, caption: str, *, only_people: bool = False
    ) -> Iterator[FigureTable]:
        """The parts of one indicator with their shares; nothing where it was not counted then.

        With ``only_people`` parts without anybody are left out, of lists that are long.
        """
        if split in self.figures.tables.get(slug, {}):
            table = self.part_table(
                slug,
                split,
                caption,
                anchor=f"{slug}-by-{split}",
                stub=str(names.NAMES[split]),
                total_label=_("Total"),
            )
            with_people = tuple(row for row in table.rows if row.figure.value.value != 0)
            yield replace(table, rows=with_people) if only_people else table

    def part_table(
        self, slug: str, split: str, caption: str, *, anchor: str, **options: Any
    ) -> FigureTable:
        """The parts of an indicator, each with its share of the total."""
        table = self.figures.tables[slug][split]
        labels = self.labels(slug, split, table.rows)
        of_label = _("answers") if split == ANSWER else self.figures.name(slug)
        rows = tuple(
            self.part_row(slug, labels[key], self.figures.part(slug, split, key), of_label=of_label)
            for key in table.rows
        )
        return FigureTable(
            anchor=anchor.replace("_", "-"),
            caption=caption,
            rows=rows,
            total=table.total,
            **options,
        )

    def reasons_by_place(self) -> Iterator[CrossTable]:
        """Reasons by orientation point, inside the programme."""
        slug, split = "not_oriented", names.REASON
        table = self.figures.crossed.get(slug, {}).get(split)
        if table is not None:
            yield CrossTable(
                anchor=f"{slug}-by-{split}-and-mop".replace("_", "-"),
                caption=_("Reasons for staying away by orientation point"),
                stub=str(names.NAMES[split]),
                slug=slug,
                row_labels=self.labels(slug, split, table.rows),
                column_labels=self.labels(slug, names.MOP, table.columns),
                table=table,
            )

    @staticmethod
    def part_row(slug: str, label: str, figure: Figure, *, of_label: str) -> FigureRow:
        """One part with what it is a part of, where there is anybody."""
        figure = _without_empty_whole(figure)
        of_label = of_label if figure.denominator else ""
        return FigureRow(slug=slug, label=label, figure=figure, of_label=of_label)

    def times(self, slug: str, split: str, caption: str) -> Iterator[TimeTable]:
        """Medians by a split; nothing where most of them may not be shown."""
        medians = self.figures.medians.get(slug)
        table = self.figures.tables.get(slug, {}).get(split)
        if medians is None or table is None:
            return
        with_people = [key for key in table.rows if table[key].value != 0]
        shown = [key for key in with_people if medians.by[split][key] is not None]
        if 2 * len(shown) < max(1, len(with_people)):
            return
        labels = self.labels(slug, split, table.rows)
        yield TimeTable(
            anchor=f"{slug}-by-{split}".replace("_", "-"),
            caption=caption,
            stub=str(names.NAMES[split]),
            slug=slug,
            audience=self.figures.audience,
            rows=tuple(
                TimeRow(label=labels[key], median=medians.by[split][key], people=table[key])
                for key in with_people
            ),
            total=TimeRow(label=_("Total"), median=medians.total, people=table.total),
        )


def caution_of(figures: Figures, slug: str) -> str:
    """What a reader must not conclude from an indicator of few people; nothing of many (R241)."""
    return Tables(figures).row(slug).caution


def _without_empty_whole(figure: Figure) -> Figure:
    """Of nobody there is no share: that is a gap, nothing that is withheld."""
    if figure.denominator is not None and figure.denominator.value == 0:
        return replace(figure, denominator=None, note=None)
    return figure
