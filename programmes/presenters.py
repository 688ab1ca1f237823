"""What the page of a programme shows as of a day."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.clock import today
from partners.models import CityDuty, Organisation
from programmes.models import (
    EligibilityKind,
    EligibilityRule,
    Programme,
    ProgrammeAgreement,
)
from reference.models import Country

IN_FORCE = (_("In force"), "success")
LATER = (_("Later"), "info")
OVER = (_("Over"), "neutral")
REPLACED = (_("Replaced"), "neutral")


def state_of(programme: Programme, on: datetime.date) -> tuple[Any, str]:
    """Words and tone for where a programme stands on a day."""
    if on < programme.starts_on:
        return LATER
    return IN_FORCE if on <= programme.ends_on else OVER


def countries_of(programme: Programme, on: datetime.date) -> list[dict[str, Any]]:
    """Target countries by name, with whether each is covered on a day."""
    rows = sorted(
        programme.target_countries.all(), key=lambda row: (row.country.label, row.first_on)
    )
    return [
        {
            "row": row,
            "state": IN_FORCE if row.covers(on) else (LATER if row.first_on > on else OVER),
            "may_be_taken_back": row.first_on >= today(),
        }
        for row in rows
    ]


def rules_of(programme: Programme, on: datetime.date) -> list[dict[str, Any]]:
    """Conditions in words, with whether each is asked on a day."""
    return [
        {
            "row": row,
            "words": words_of(row),
            "state": IN_FORCE if row.is_in_force(on) else (LATER if row.valid_from > on else OVER),
            "is_over": row.valid_until is not None and row.valid_until < today(),
            "may_be_taken_back": row.valid_from >= today(),
        }
        for row in programme.eligibility_rules.all()
    ]


def words_of(rule: EligibilityRule) -> str:
    """A condition as people read it, a country by its name."""
    if rule.kind != EligibilityKind.EXCLUDED_NATIONALITY:
        return str(rule)
    country = Country.objects.filter(pk=rule.value).first()
    return f"{rule.get_kind_display()}: {country.label if country else rule.value}"


def ceilings_of(programme: Programme, on: datetime.date) -> list[dict[str, Any]]:
    """Grant ceilings by category, earliest first; the last one begun by a day is in force."""
    rows = sorted(programme.grant_ceilings.all(), key=lambda row: (row.category, row.valid_from))
    current = {row.category: row.pk for row in rows if row.valid_from <= on}
    return [
        {
            "row": row,
            "state": LATER
            if row.valid_from > on
            else (IN_FORCE if current[row.category] == row.pk else REPLACED),
        }
        for row in rows
    ]


def agreements_of(programme: Programme, *, viewer: Any) -> list[Any]:
    """Agreements that serve the programme, of organisations that this person may know of (R013)."""
    links = ProgrammeAgreement.objects.filter(
        programme=programme,
        agreement__organisation__in=Organisation.objects.visible_to(viewer),
    ).select_related("agreement__organisation")
    return [link.agreement for link in links.order_by("agreement__starts_on", "agreement")]


def consortium_of(
    programme: Programme, on: datetime.date, *, viewer: Any
) -> list[tuple[Any, list[str]]]:
    """For each city the organisations that lead, teach and support on a day, in the order of
    ``CityDuty.Duty`` (R087, R201).
    """
    agreements = agreements_of(programme, viewer=viewer)
    duties = CityDuty.objects.filter(agreement__in=agreements).in_force(on)
    duties = duties.select_related("office", "agreement__organisation")
    cities: dict[Any, dict[str, list[str]]] = {}
    for duty in duties.order_by("office__name", "agreement__organisation__name"):
        city = cities.setdefault(duty.office, {kind: [] for kind in CityDuty.Duty})
        city[duty.duty].append(duty.agreement.organisation.name)
    return [
        (office, [", ".join(names) for names in by_duty.values()])
        for office, by_duty in cities.items()
    ]
