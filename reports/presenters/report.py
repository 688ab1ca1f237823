"""A whole report in the active language, and what differs between two of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reports import released
from reports.disclosure import Audience, Cell
from reports.document import Change, Definition, Provenance, ReportDocument
from reports.figures import Figures
from reports.indicators import ANSWERS, ATTENDANCES, BY_SLUG, CATALOGUE, FUNNEL, Answers, People
from reports.models import Snapshot
from reports.presenters.chapters import sections_of
from reports.presenters.tables import Tables
from reports.protected import protect

HIGHLIGHTS = ("oriented", "trained", "departed", "with_project")


def report_of(snapshot: Snapshot, figures: Figures, *, template_version: str) -> ReportDocument:
    """The report that says these figures of a snapshot, in the active language."""
    content = snapshot.content
    tables = Tables(figures)
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
        audience=figures.audience,
        provenance=Provenance(
            reference=snapshot.reference,
            snapshot_hash=snapshot.sha256,
            template_version=template_version,
            catalogue_version=snapshot.catalogue_version,
        ),
        highlights=tables.rows(HIGHLIGHTS),
        summary=tables.rows((*FUNNEL, "trained_two_modules", *ATTENDANCES, *ANSWERS)),
        sections=sections_of(figures),
        changes=tuple(changes_since(snapshot, figures)),
        changes_since=snapshot.earlier.reference if snapshot.earlier else "",
        changes_since_day=snapshot.earlier.as_of if snapshot.earlier else None,
        definitions=definitions(figures),
        limits=figures.limits,
        is_demo=programme["is_demonstration"],
    )


def definitions(figures: Figures) -> tuple[Definition, ...]:
    """What is counted, in the words of the catalogue."""
    return tuple(
        Definition(
            slug=indicator.slug,
            label=figures.name(indicator.slug),
            text=str(indicator.definition),
            counted=_counted(indicator.slug),
        )
        for indicator in CATALOGUE
        if indicator.slug in figures.totals
    )


def _counted(slug: str) -> str:
    measure = BY_SLUG[slug].measure
    if isinstance(measure, People):
        return _("Distinct persons are counted.")
    return _("Answers are counted.") if isinstance(measure, Answers) else ""


def changes_since(snapshot: Snapshot, figures: Figures) -> Iterator[Change]:
    """Totals of the last report that were corrected since, as far as they may be told (R239)."""
    earlier = snapshot.earlier
    before = released.filed(earlier, figures.audience) if earlier else None
    if earlier is None or before is None:
        return
    if earlier.catalogue_version == snapshot.catalogue_version:
        reason = _("Records were corrected after the earlier report.")
    else:
        reason = _("Records were corrected, or the definition has changed.")
    for slug, now in figures.corrected.items():
        yield Change(label=figures.name(slug), earlier=before.totals[slug], now=now, reason=reason)


def exact_differences(earlier: Snapshot, later: Snapshot) -> Iterator[tuple[str, str, int, int]]:
    """Every count of the day of an earlier snapshot that differs in a later one: indicator, part,
    then, now (R239).
    """
    before, after = (
        protect(content, audience=Audience.INTERNAL) for content in (earlier.content, later.again)
    )
    language = get_language() or "fr"
    for slug in (slug for slug in _with_counts(after) if slug in before.totals):
        label = after.name(slug)
        yield from _different(label, _("Total"), before.totals[slug], after.totals[slug])
        for split, table in after.tables[slug].items():
            then = before.tables[slug].get(split)
            if then is None:
                continue
            for key in table.rows:
                was = then[key] if key in then.rows else Cell(0)
                part = after.label(slug, split, key, language[:2])
                yield from _different(label, part, was, table[key])


def _with_counts(figures: Figures) -> list[str]:
    """Medians are of people who are counted elsewhere."""
    return [slug for slug in figures.totals if slug not in figures.medians]


def _different(label: str, part: str, then: Cell, now: Cell) -> Iterator[tuple[str, str, int, int]]:
    if then != now and then.value is not None and now.value is not None:
        yield label, part, then.value, now.value
