"""What figures are split by: fixed lists of keys, how they may be merged, and their names.

The keys never come from the people counted: a key that is listed tells nothing about anybody.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Office, OfficeKind
from cases.enums import ReportingGroup
from core.models import Labelled
from programmes.models import Programme
from reference.models import Country, Place, ReferralSource
from reports.disclosure import Dimension, Merge
from training.enums import AbsenceReason

GROUP, MOP, COUNTRY, MONTH = "group", "mop", "country", "month"
SOURCE, REASON = "source", "reason"
TRAVELLING, REGION, AREA = "travelling", "region", "area"
NOT_STATED = "not_stated"
#: Invited, and neither has the person answered no nor has the roll been called without them.
WAITING = "waiting"
NOT_INVITED = "not_invited"
ALONE, NOT_ALONE = "alone", "not_alone"
ALL = "all"
LANGUAGES = ("fr", "en", "ar")

NAMES = {
    GROUP: gettext_lazy("Group"),
    MOP: gettext_lazy("Orientation point"),
    COUNTRY: gettext_lazy("Country of origin"),
    MONTH: gettext_lazy("Month"),
    SOURCE: gettext_lazy("Referral source"),
    REASON: gettext_lazy("Reason for staying away"),
    TRAVELLING: gettext_lazy("Children travelling alone"),
    REGION: gettext_lazy("Region of return"),
    AREA: gettext_lazy("Prefecture or locality of return"),
}
TRAVELLING_LABELS = {
    ALONE: gettext_lazy("Children travelling alone"),
    NOT_ALONE: gettext_lazy("Everybody else"),
}
GROUP_LABELS = {
    ReportingGroup.MEN.value: gettext_lazy("Men"),
    ReportingGroup.WOMEN.value: gettext_lazy("Women"),
    ReportingGroup.BOYS.value: gettext_lazy("Boys"),
    ReportingGroup.GIRLS.value: gettext_lazy("Girls"),
    "children": gettext_lazy("Children"),
}
#: Subregions of the United Nations' M49 list, for the countries of origin of our programmes.
REGIONS = {
    "west_africa": (
        (
            *("BF", "BJ", "CI", "CV", "GH", "GM", "GN", "GW"),
            *("LR", "ML", "MR", "NE", "NG", "SL", "SN", "TG"),
        ),
        gettext_lazy("West Africa"),
    ),
    "central_africa": (
        ("AO", "CD", "CF", "CG", "CM", "GA", "GQ", "ST", "TD"),
        gettext_lazy("Central Africa"),
    ),
}
#: Reasons for staying away that may be shown as one.
REASON_GROUPS = {
    "hindered": (
        (
            AbsenceReason.WORK.value,
            AbsenceReason.DISTANCE.value,
            AbsenceReason.HEALTH.value,
            AbsenceReason.CHILD_CARE.value,
            AbsenceReason.DATE.value,
            AbsenceReason.TRAVEL.value,
        ),
        gettext_lazy("Hindered by work, distance, health, children or the date"),
    ),
    "unwilling": (
        (AbsenceReason.NOT_INTERESTED.value, AbsenceReason.CHANGED_MIND.value),
        gettext_lazy("Did not wish to take part or to return"),
    ),
    "unknown": (
        (AbsenceReason.UNREACHABLE.value, AbsenceReason.OTHER.value, WAITING, NOT_STATED),
        gettext_lazy("Another reason, or none known"),
    ),
}
REASON_LABELS = {
    WAITING: gettext_lazy("Invited, no answer yet"),
    NOT_INVITED: gettext_lazy("Not invited"),
    NOT_STATED: gettext_lazy("Reason not stated"),
}
GROUPS = REGIONS | REASON_GROUPS
QUARTER_LABELS = {
    "Q1": gettext_lazy("January to March %(year)s"),
    "Q2": gettext_lazy("April to June %(year)s"),
    "Q3": gettext_lazy("July to September %(year)s"),
    "Q4": gettext_lazy("October to December %(year)s"),
    "H1": gettext_lazy("January to June %(year)s"),
    "H2": gettext_lazy("July to December %(year)s"),
}


def keys_of(programme: Programme, as_of: datetime.date) -> dict[str, list[str]]:
    """The keys of every split of a programme's figures; each ends with who is in none of them."""
    offices = Office.objects.filter(kind=OfficeKind.MOP).order_by("code")
    countries = programme.target_countries.order_by("country").values_list("country", flat=True)
    places = places_of(programme)
    return {
        GROUP: list(ReportingGroup.values),
        MOP: [*offices.values_list("code", flat=True), NOT_STATED],
        COUNTRY: [*dict.fromkeys(countries), NOT_STATED],
        MONTH: [*months(programme.starts_on, as_of), NOT_STATED],
        SOURCE: [*ReferralSource.objects.order_by("pk").values_list("pk", flat=True), NOT_STATED],
        REASON: [*AbsenceReason.values, WAITING, NOT_STATED, NOT_INVITED],
        TRAVELLING: [ALONE, NOT_ALONE],
        REGION: [*places.regions, NOT_STATED],
        AREA: [*places.areas, NOT_STATED],
    }


@dataclass(frozen=True)
class Places:
    """Where people may return to: the keys and names of regions and of what is right below them.

    ``above`` leads from a place to the keys of its region and of the area in it; a region has no
    area. Below a region stand prefectures where a country has them, else localities (R021).
    """

    regions: Mapping[str, dict[str, str]]
    areas: Mapping[str, dict[str, str]]
    above: Mapping[int, tuple[str, str]]


def places_of(programme: Programme) -> Places:
    """The tree of places of a programme's countries, retired places included."""
    targets = programme.target_countries.order_by().values("country")
    regions: dict[str, dict[str, str]] = {}
    areas: dict[str, dict[str, str]] = {}
    above = {}
    rows = Place.objects.filter(country__in=targets).select_related("parent__parent")
    for place in rows.order_by("country", "name", "pk"):
        path = [place]
        while path[0].parent:
            path.insert(0, path[0].parent)
        region = path[0].code or f"{place.country_id} {path[0].name}"
        regions.setdefault(region, _names_of_place(path[0]))
        area = NOT_STATED
        if path[1:]:
            area = path[1].code or f"{region} {path[1].name}"
            areas.setdefault(area, _names_of_place(path[1]))
        above[place.pk] = (region, area)
    return Places(regions, areas, above)


def _names_of_place(place: Place) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, place.name) | {"ar": place.name_ar or place.name}


def months(first: datetime.date, last: datetime.date) -> list[str]:
    """The months from a day's to another day's: ``2019-01``."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def names_of(
    programme: Programme, keys: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, dict[str, str]]]:
    """Names of offices and reference rows in the three languages, to be frozen with the figures."""
    places = places_of(programme)
    offices = Office.objects.filter(code__in=keys[MOP]).values_list("code", "name")
    countries = Country.objects.filter(pk__in=keys[COUNTRY])
    sources = ReferralSource.objects.filter(pk__in=keys[SOURCE])
    return {
        MOP: {code: dict.fromkeys(LANGUAGES, name) for code, name in offices.order_by("code")},
        COUNTRY: {row.pk: labels_of(row) for row in countries.order_by("pk")},
        SOURCE: {row.pk: labels_of(row) for row in sources.order_by("pk")},
        REGION: dict(places.regions),
        AREA: dict(places.areas),
    }


def labels_of(row: Labelled) -> dict[str, str]:
    """The three names of a reference row."""
    return {language: getattr(row, f"label_{language}") for language in LANGUAGES}


def dimension(name: str, keys: Iterable[str]) -> Dimension:
    """A split with its steps of merging, the least lossy first (for readers outside)."""
    listed = tuple(keys)
    if name == MONTH:
        return Dimension(name=name, keys=listed, steps=_longer_periods(listed), lasting=False)
    if name == COUNTRY:
        return Dimension(name=name, keys=listed, steps=_grouped(listed, REGIONS))
    if name == REASON:
        return Dimension(name=name, keys=listed, steps=_grouped(listed, REASON_GROUPS))
    if name in (MOP, SOURCE):
        return Dimension(name=name, keys=listed, steps=((Merge(ALL, listed),),))
    return Dimension(name=name, keys=listed)


def _longer_periods(keys: tuple[str, ...]) -> tuple[tuple[Merge, ...], ...]:
    """Quarters, half-years, years, everything."""
    steps: list[tuple[Merge, ...]] = []
    current = [key for key in keys if key != NOT_STATED]
    for longer in (_quarter, _half, _year):
        merged: dict[str, list[str]] = {}
        for key in current:
            merged.setdefault(longer(key), []).append(key)
        steps.append(tuple(Merge(name, tuple(parts)) for name, parts in merged.items()))
        current = list(merged)
    steps.append((Merge(ALL, (*current, NOT_STATED)),))
    return tuple(steps)


def _quarter(month: str) -> str:
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


def _half(quarter: str) -> str:
    year, number = quarter.split("-Q")
    return f"{year}-H{(int(number) + 1) // 2}"


def _year(half: str) -> str:
    return half.split("-")[0]


def _grouped(
    keys: tuple[str, ...], groups: Mapping[str, tuple[tuple[str, ...], Any]]
) -> tuple[tuple[Merge, ...], ...]:
    """The groups that have two keys or more, then everything."""
    merges = []
    left = list(keys)
    for name, (members, _label) in groups.items():
        inside = tuple(key for key in left if key in members)
        if len(inside) > 1:
            merges.append(Merge(name, inside))
            left = [name if key == inside[0] else key for key in left if key not in inside[1:]]
    everything = (Merge(ALL, tuple(left)),)
    return (tuple(merges), everything) if merges else (everything,)


def label(name: str, key: str, names: Mapping[str, Mapping[str, Any]], language: str) -> str:
    """What a key is called in a language; the active language has to be that one."""
    if name == REASON and key in REASON_LABELS:
        return str(REASON_LABELS[key])
    if key == NOT_STATED:
        return _("Not stated") if name in (GROUP, SOURCE, AREA) else _("Other or not stated")
    if key == ALL:
        return _("All together")
    if name == GROUP:
        return str(GROUP_LABELS[key])
    if name == MONTH:
        return _period(key)
    if name == TRAVELLING:
        return str(TRAVELLING_LABELS[key])
    if name == REASON and key in AbsenceReason.values:
        return str(AbsenceReason(key).label)
    if key in GROUPS:
        return str(GROUPS[key][1])
    return str(names[name][key][language])


def _period(key: str) -> str:
    year, _dash, part = key.partition("-")
    if not part:
        return year
    if part in QUARTER_LABELS:
        return str(QUARTER_LABELS[part]) % {"year": year}
    return date_format(datetime.date(int(year), int(part), 1), "F Y")
