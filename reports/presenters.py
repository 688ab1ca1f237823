"""Writes figures into the words and tables of a report: for the file, its preview and the page.

Everything is written in the active language, from protected figures only.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports import disclosure
from reports.disclosure import Audience, Cell, Figure
from reports.document import (
    Block,
    Change,
    Chart,
    Definition,
    FigureRow,
    FigureTable,
    Provenance,
    ReportDocument,
    Section,
    SplitColumn,
    SplitTable,
)
from reports.figures import Figures, protect
from reports.indicators import (
    ANSWERS,
    BY_SLUG,
    CATALOGUE,
    COURSES,
    FUNNEL,
    OUTPUTS,
    Answers,
    People,
)
from reports.indicators import splits as names
from reports.indicators.base import ANSWER
from reports.models import Snapshot

HIGHLIGHTS = ("oriented", "trained", "departed", "with_project")
BY_MONTH = ("registered", "oriented", "trained", "departed")
AFTER_RETURN = ("contacted", "with_project", "scored", "sustainable")
#: How each kind of block is drawn on a page; the file has templates of its own.
ON_PAGES = {FigureTable: "reports/figure_table.html", SplitTable: "reports/split_table.html"}


@dataclass(frozen=True)
class Placed:
    """A section with the page templates of its blocks."""

    section: Section
    blocks: list[tuple[str, Block]]


def placed(sections: Iterable[Section]) -> list[Placed]:
    """Sections as pages show them."""
    return [Placed(s, [(ON_PAGES[type(b)], b) for b in s.blocks]) for s in sections]


def report_of(snapshot: Snapshot, *, audience: Audience, template_version: str) -> ReportDocument:
    """The report that a snapshot gives for an audience, in the active language."""
    content = snapshot.content
    figures = protect(content, audience=audience)
    writer = _Writer(figures)
    programme = content["programme"]
    return ReportDocument(
        title=_("Report on voluntary return and reintegration"),
        programme=programme["name"],
        donor=programme["donor"],
        issuer=content["issuer"],
        starts_on=datetime.date.fromisoformat(programme["starts_on"]),
        ends_on=datetime.date.fromisoformat(programme["ends_on"]),
        as_of=snapshot.as_of,
        prepared_on=snapshot.taken_on,
        audience=audience,
        provenance=Provenance(
            reference=snapshot.reference,
            snapshot_hash=snapshot.sha256,
            template_version=template_version,
            catalogue_version=snapshot.catalogue_version,
        ),
        highlights=tuple(writer.row(slug) for slug in HIGHLIGHTS),
        summary=tuple(writer.row(slug) for slug in (*FUNNEL, "trained_two_modules", *ANSWERS)),
        sections=sections_of(figures),
        changes=tuple(changes_between(snapshot.earlier, figures)) if snapshot.earlier else (),
        definitions=definitions(figures.totals),
        limits=figures.limits,
        is_demo=programme["is_demonstration"],
    )


def sections_of(figures: Figures) -> tuple[Section, ...]:
    """The chapters, from registration to what became of people after their return."""
    return _Writer(figures).sections()


def definitions(slugs: Iterable[str]) -> tuple[Definition, ...]:
    """What is counted, in the words of the catalogue."""
    wanted = set(slugs)
    return tuple(
        Definition(
            slug=indicator.slug,
            label=str(indicator.label),
            text=str(indicator.definition),
            counted=_counted(indicator.slug),
        )
        for indicator in CATALOGUE
        if indicator.slug in wanted
    )


def _counted(slug: str) -> str:
    measure = BY_SLUG[slug].measure
    if isinstance(measure, People):
        return _("Distinct persons are counted.")
    return _("Answers are counted.") if isinstance(measure, Answers) else ""


def changes_between(earlier: Snapshot, figures: Figures) -> Iterator[Change]:
    """Totals that differ from those of an earlier snapshot, for the same reader (R239)."""
    before = protect(earlier.content, audience=figures.audience)
    for slug, now in figures.totals.items():
        then = before.totals.get(slug)
        if then is not None and then != now:
            yield Change(
                label=str(BY_SLUG[slug].label),
                earlier=then,
                now=now,
                reason=_("Records were corrected after the earlier report."),
            )


def exact_differences(earlier: Snapshot, later: Snapshot) -> Iterator[tuple[str, str, int, int]]:
    """Every count that differs between two snapshots: indicator, part, then, now (R239)."""
    before, after = (protect(s.content, audience=Audience.INTERNAL) for s in (earlier, later))
    language = get_language() or "fr"
    for slug, total in after.totals.items():
        if slug not in before.totals:
            continue
        label = str(BY_SLUG[slug].label)
        yield from _different(label, _("Total"), before.totals[slug], total)
        for split, table in after.tables[slug].items():
            then = before.tables[slug][split]
            for key in table.rows:
                was = then[key] if key in then.rows else Cell(0)
                part = after.label(slug, split, key, language[:2])
                yield from _different(label, part, was, table[key])


def _different(label: str, part: str, then: Cell, now: Cell) -> Iterator[tuple[str, str, int, int]]:
    if then != now and then.value is not None and now.value is not None:
        yield label, part, then.value, now.value


def _without_empty_whole(figure: Figure) -> Figure:
    """Of nobody there is no share: that is a gap, nothing that is withheld."""
    if figure.denominator is not None and figure.denominator.value == 0:
        return replace(figure, denominator=None, note=None)
    return figure


class _Writer:
    """Rows, tables and sections of figures in the active language."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.language = (get_language() or "fr")[:2]

    def row(self, slug: str, *, level: int = 0) -> FigureRow:
        indicator = BY_SLUG[slug]
        label, sentence = str(indicator.label), str(indicator.sentence)
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

    def of_label(self, slug: str) -> str:
        indicator = BY_SLUG[slug]
        if isinstance(indicator.measure, Answers):
            return _("answers")
        return str(BY_SLUG[indicator.of].label) if indicator.of else ""

    def sections(self) -> tuple[Section, ...]:
        return (
            self.funnel(),
            self.people_reached(),
            self.courses(),
            self.satisfaction(),
            self.after_return(),
        )

    def funnel(self) -> Section:
        return Section(
            anchor="funnel",
            title=_("From registration to reintegration"),
            paragraphs=(
                _(
                    "Each stage counts people of the stage that it is measured against, as they "
                    "stood on the day of the figures."
                ),
            ),
            blocks=(
                self.figure_table(
                    "stages",
                    _("People at each stage"),
                    FUNNEL,
                    Chart.FUNNEL,
                    description=_("Bars that get narrower from stage to stage."),
                ),
            ),
        )

    def people_reached(self) -> Section:
        return Section(
            anchor="people",
            title=_("Who was reached"),
            paragraphs=(
                _("The same stages by group, orientation point, country of origin and month."),
            ),
            blocks=(
                self.split_table(names.GROUP, _("Stages by group"), FUNNEL),
                self.split_table(names.MOP, _("Stages by orientation point"), FUNNEL),
                self.conversion("oriented", _("Oriented people by orientation point")),
                self.conversion("trained", _("Trained people by orientation point")),
                self.split_table(names.COUNTRY, _("Stages by country of origin"), FUNNEL),
                self.split_table(names.MONTH, _("Stages by month"), BY_MONTH),
            ),
        )

    def courses(self) -> Section:
        return Section(
            anchor="courses",
            title=_("Courses and material"),
            blocks=(
                self.figure_table("modules", _("Trained people by course"), COURSES, Chart.BARS),
                self.split_table(names.GROUP, _("Courses by group"), COURSES, anchor="courses"),
                self.figure_table("outputs", _("What was held and handed out"), OUTPUTS),
                self.split_table(
                    names.MOP, _("Editions and brochures by place"), OUTPUTS, anchor="outputs"
                ),
            ),
            limits=(
                _(
                    "Shares of courses add up to more than 100 %, because one person may attend "
                    "several courses."
                ),
            ),
        )

    def satisfaction(self) -> Section:
        return Section(
            anchor="satisfaction",
            title=_("Satisfaction and usefulness"),
            blocks=(
                self.figure_table(
                    "satisfied", _("Favourable answers of all answers"), ANSWERS, Chart.BARS
                ),
                self.answers("satisfied_skills", _("Satisfaction with the skills gained")),
                self.answers("skills_useful", _("Usefulness of the skills after the return")),
            ),
            limits=(
                _(
                    "Only those who answered are counted. Whoever did not answer may think "
                    "differently."
                ),
            ),
        )

    def after_return(self) -> Section:
        scored, sustainable = self.row("scored"), self.row("sustainable")
        limits = [
            _(
                "The score says how people stood when they were asked. It does not show what the "
                "programme has brought about."
            )
        ]
        if self.figures.content["is_score_provisional"]:
            limits.append(
                _(
                    "The score is computed with provisional questions and weights; it cannot be "
                    "compared with scores of the official instrument."
                )
            )
        return Section(
            anchor="after-return",
            title=_("After the return"),
            paragraphs=(
                _("Coverage: %(scored)s %(sustainable)s")
                % {"scored": scored.in_words, "sustainable": sustainable.in_words},
            ),
            blocks=(
                self.figure_table(
                    "outcomes", _("Contact, projects and scores"), AFTER_RETURN, Chart.BARS
                ),
            ),
            limits=tuple(limits),
        )

    # --- tables ---------------------------------------------------------------------------------
    def figure_table(
        self,
        anchor: str,
        caption: str,
        slugs: Sequence[str],
        chart: Chart = Chart.NONE,
        *,
        description: str = "",
    ) -> FigureTable:
        rows = tuple(self.row(slug) for slug in slugs)
        return FigureTable(
            anchor=anchor, caption=caption, rows=rows, chart=chart, description=description
        )

    def split_table(
        self, split: str, caption: str, slugs: Sequence[str], *, anchor: str = "stages"
    ) -> SplitTable:
        tables = [self.figures.tables[slug][split] for slug in slugs]
        labels = {
            key: self.figures.label(slugs[0], split, key, self.language) for key in tables[0].rows
        }
        return SplitTable(
            anchor=f"{anchor}-by-{split}",
            caption=caption,
            stub=str(names.NAMES[split]),
            labels=labels,
            columns=tuple(
                SplitColumn(slug=slug, label=str(BY_SLUG[slug].label), table=table)
                for slug, table in zip(slugs, tables, strict=True)
            ),
        )

    def conversion(self, slug: str, caption: str) -> FigureTable:
        """The share of a stage in the stage before, place by place (R070)."""
        of = BY_SLUG[slug].of
        inner, outer = (self.figures.tables[s][names.MOP] for s in (slug, of))
        rows = tuple(
            FigureRow(
                slug=slug,
                label=self.figures.label(slug, names.MOP, key, self.language),
                figure=_without_empty_whole(
                    disclosure.figure(
                        inner[key],
                        audience=self.figures.audience,
                        of=of,
                        denominator=outer[key],
                        limits=self.figures.limits,
                        in_breakdown=True,
                    )
                ),
                of_label=self.of_label(slug),
            )
            for key in inner.rows
        )
        return FigureTable(anchor=f"{slug}-share-by-mop", caption=caption, rows=rows)

    def answers(self, slug: str, caption: str) -> FigureTable:
        table = self.figures.tables[slug][ANSWER]
        rows = tuple(
            FigureRow(
                slug=slug,
                label=self.figures.label(slug, ANSWER, key, self.language),
                figure=_without_empty_whole(self.figures.part(slug, ANSWER, key)),
                of_label=_("answers"),
            )
            for key in table.rows
        )
        return FigureTable(
            anchor=f"answers-{slug.replace('_', '-')}",
            caption=caption,
            rows=rows,
            chart=Chart.STACK,
            total=table.total,
            total_label=_("All answers"),
        )
