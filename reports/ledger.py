"""The books: what a report has printed, as plain data, and figures read back from them (R240).

What was printed once stays known. A report made again from the same figures prints what the books
say, later reports are protected against them, and donors' pages show nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reports.disclosure import SUPPRESSED, Audience, Cell, Dimension, ProtectedTable, State
from reports.disclosure.tables import Coordinate
from reports.figures import Figures, Medians
from reports.indicators import BY_SLUG, CATALOGUE
from reports.indicators.base import ANSWER
from reports.indicators.splits import MONTH

Books = Mapping[str, Mapping[str, Any]]


def written(figures: Figures) -> dict[str, dict[str, Any]]:
    """Every printed number, withheld ones as null; keys shown as one with what they stand for."""
    return {
        slug: {
            "total": total.value,
            "by": {
                split: {key: table[key].value for key in table.rows}
                for split, table in figures.tables[slug].items()
            },
            "merged": {
                split: _merged(table.dimensions[0]) for split, table in figures.tables[slug].items()
            },
            "answers": figures.whole(slug).value if ANSWER in figures.tables[slug] else None,
            "medians": _written_medians(figures.medians.get(slug)),
        }
        | ({"corrected": figures.corrected[slug].value} if slug in figures.corrected else {})
        for slug, total in figures.totals.items()
    }


def read(books: Books, *, content: Mapping[str, Any], audience: Audience) -> Figures:
    """The figures that were printed of some content, number by number as the books say."""
    known = [indicator.slug for indicator in CATALOGUE if indicator.slug in books]
    return Figures(
        audience=audience,
        content=content,
        totals={slug: _cell(books[slug]["total"]) for slug in known},
        tables={slug: _tables(slug, books[slug], content, audience) for slug in known},
        medians={
            slug: _read_medians(medians, content["figures"][slug]["usual"])
            for slug in known
            if (medians := books[slug].get("medians"))
        },
        corrected={s: _cell(books[s]["corrected"]) for s in known if "corrected" in books[s]},
    )


def _merged(dimension: Dimension) -> dict[str, list[str]]:
    named = zip(dimension.keys, dimension.parts, strict=True)
    return {key: list(parts) for key, parts in named if parts != (key,)}


def _cell(value: int | None) -> Cell:
    return SUPPRESSED if value is None else Cell(value)


def _tables(
    slug: str, line: Mapping[str, Any], content: Mapping[str, Any], audience: Audience
) -> dict[str, ProtectedTable]:
    splits = [ANSWER] if ANSWER in line["by"] else BY_SLUG[slug].split_by
    return {
        split: _table(
            _dimension(split, line, _keys(slug, split, content)),
            line["by"][split],
            total=_cell(line["answers"] if split == ANSWER else line["total"]),
            audience=audience,
        )
        for split in splits
        if split in line["by"]
    }


def _keys(slug: str, split: str, content: Mapping[str, Any]) -> list[str]:
    """The keys that were counted, in reading order."""
    found: list[str] = (
        content["figures"][slug]["options"] if split == ANSWER else content["keys"][split]
    )
    return found


def _dimension(split: str, line: Mapping[str, Any], keys: list[str]) -> Dimension:
    merged: Mapping[str, list[str]] = line.get("merged", {}).get(split, {})
    shown_as = {part: key for key, parts in merged.items() for part in parts}
    printed = tuple(dict.fromkeys(shown_as.get(key, key) for key in keys))
    return Dimension(
        name=split,
        keys=printed,
        parts=tuple(tuple(merged.get(key, [key])) for key in printed),
        lasting=split != MONTH,
    )


def _table(
    dimension: Dimension, parts: Mapping[str, int | None], *, total: Cell, audience: Audience
) -> ProtectedTable:
    cells: dict[Coordinate, Cell] = {(key,): _cell(parts[key]) for key in dimension.keys}
    is_empty = all(cell.suppressed for cell in cells.values())
    state = State.TOTAL_ONLY if is_empty else State.SHOWN
    return ProtectedTable(
        audience=audience,
        dimensions=(dimension,),
        state=State.WITHHELD if total.suppressed else state,
        cells=cells,
        total=total,
    )


def _written_medians(medians: Medians | None) -> dict[str, Any] | None:
    if medians is None:
        return None
    return {
        "total": _text(medians.total),
        "by": {
            split: {key: _text(days) for key, days in parts.items()}
            for split, parts in medians.by.items()
        },
    }


def _read_medians(medians: Mapping[str, Any], usual: int) -> Medians:
    return Medians(
        total=_days(medians["total"]),
        by={
            split: {key: _days(text) for key, text in parts.items()}
            for split, parts in medians["by"].items()
        },
        usual=usual,
    )


def _text(days: Decimal | None) -> str | None:
    return None if days is None else str(days)


def _days(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
