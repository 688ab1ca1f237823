"""A whole report: its chapters, definitions, changes and provenance."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reports.disclosure import LIMITS, Audience, Cell, Limits
from reports.document.figures import FigureRow, FigureTable
from reports.document.splits import CrossTable, SplitTable
from reports.document.times import TimeTable
from reports.document.words import count_text
from reports.models import in_groups

Block = FigureTable | SplitTable | CrossTable | TimeTable


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What an indicator counts, in the words of the catalogue."""

    slug: str
    label: str
    text: str
    counted: str = ""


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
        return in_groups(self.snapshot_hash)


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
    changes_since: str = ""
    changes_since_day: datetime.date | None = None
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
