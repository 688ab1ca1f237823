"""Criteria by which the places of a vocational course are given; public, and written first."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import records
from core.exceptions import Refused
from training import policies
from training.models import Edition, ModuleVersion, SelectionCriterion

MOST_CRITERIA = 10
LONGEST = 200


def checked_criteria(version: ModuleVersion, lines: Iterable[str]) -> list[str]:
    """The criteria without empty lines. Raises ValidationError: a vocational course needs some,
    another one has none (R074).
    """
    found = [line.strip() for line in lines if line.strip()]
    problem = ""
    if version.is_vocational and not found:
        problem = _(
            "The places of a vocational course are given by selection. Write the criteria, one per "
            "line."
        )
    elif found and not version.is_vocational:
        problem = _("Only vocational places are given by selection. Leave this empty.")
    elif len(found) > MOST_CRITERIA:
        problem = _("Write at most %(count)s criteria.") % {"count": MOST_CRITERIA}
    elif len({line.casefold() for line in found}) < len(found):
        problem = _("The same criterion is listed twice.")
    elif max(map(len, found), default=0) > LONGEST:
        problem = _("A criterion has at most %(count)s characters.") % {"count": LONGEST}
    if problem:
        raise ValidationError({"criteria": problem})
    return found


def criteria_of(edition: Edition, lines: Sequence[str]) -> list[SelectionCriterion]:
    """The criteria as rows, in their order; not saved yet."""
    return [
        SelectionCriterion(edition=edition, position=number, text=line)
        for number, line in enumerate(lines, start=1)
    ]


@transaction.atomic
def change_criteria(edition: Edition, *, criteria: Iterable[str], by: Any) -> Edition:
    """Rewrite the criteria of a course for which nobody has applied yet (R074).

    Raises Refused, and ValidationError once somebody has applied: everybody is chosen by the same
    criteria.
    """
    edition = records.lock(edition)
    if not policies.can_change_edition(by, edition):
        raise Refused(_("You may not change this course."), edition)
    lines = checked_criteria(edition.module_version, criteria)
    if edition.applications.exists():
        raise ValidationError(
            {
                "criteria": _(
                    "Somebody has applied by these criteria already. Everybody is chosen by the "
                    "same ones: they can no longer change."
                )
            },
            code="applied_already",
        )
    for row in edition.criteria.all():
        records.delete(row, by=by, reason=_("Criteria rewritten"))
    records.create_many(SelectionCriterion, criteria_of(edition, lines), by=by)
    return edition
