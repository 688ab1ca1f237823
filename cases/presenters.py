"""What pages show of a case: the way, the clock, the profile and the history."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import policies
from cases.enums import BirthPrecision, CaseStatus, MergeStatus
from cases.models import Case, Consent, Merge, Person
from cases.services.duplicates import known_of, told_apart
from cases.workflow import BEFORE_DEPARTURE, TONES, WAY
from core.clock import today
from programmes import eligibility
from reference import rules


def steps_of(case: Case) -> list[dict[str, Any]]:
    """The way with the day of each step done; a closed case stops where it was."""
    history = list(case.events.all())
    events = [e for e in history if e.corrects_id is None]
    corrected = {e.corrects_id for e in history if e.corrects_id}
    days = {e.to_status: e.on for e in events if e.pk not in corrected}
    reached = [s for s in WAY if s in days and s != CaseStatus.CLOSED]
    current = WAY.index(reached[-1]) if reached else 0
    closed = case.status == CaseStatus.CLOSED
    steps = []
    for index, status in enumerate(WAY):
        if status == CaseStatus.CLOSED:
            state = "current" if closed else "upcoming"
        elif status in days:
            state = "current" if index == current and not closed else "done"
        else:
            state = "upcoming"
        on = date_format(days[status], "SHORT_DATE_FORMAT") if status in days else ""
        steps.append({"label": CaseStatus(status).label, "state": state, "on": on})
    return steps


def born(person: Person) -> str:
    """The date of birth as far as it is known: the day, the year, or nothing."""
    if person.birth_on is None:
        return ""
    is_year = person.birth_precision == BirthPrecision.YEAR
    return date_format(person.birth_on, "Y" if is_year else "DATE_FORMAT")


def latest_consents(case: Case) -> list[Consent]:
    """The current answer to each purpose that was asked."""
    latest: dict[str, Consent] = {}
    for consent in case.consents.all():
        latest.setdefault(consent.purpose, consent)
    return list(latest.values())


def why_uncovered(case: Case, verdicts: Iterable[eligibility.Verdict]) -> str:
    """Why the programme of the case would not admit this person today; empty while it would."""
    if case.programme_id is None:
        return ""
    own = next((v for v in verdicts if v.programme.pk == case.programme_id), None)
    if own is None:
        return _("The programme was not running on the day of registration.")
    return "" if own.eligible else own.reason


def papers_to_get(case: Case) -> list[Any]:
    """Papers without which nobody travels, while somebody may still travel (R020)."""
    if case.status not in BEFORE_DEPARTURE:
        return []
    return policies.missing_for_departure(case, on=today())


@dataclass(frozen=True, kw_only=True)
class Clock:
    """From registration to travel against the usual length; ``took`` once the person left."""

    day: int
    window: int
    took: int | None = None

    @property
    def is_late(self) -> bool:
        return self.took is None and self.day > self.window

    def __str__(self) -> str:
        if self.took is None:
            return _("Day %(day)s of %(window)s") % {"day": self.day, "window": self.window}
        text = ngettext("Left after %(days)s day", "Left after %(days)s days", self.took)
        return text % {"days": self.took}


def usual_window() -> int:
    """The usual days from registration to travel, by the rule in force today."""
    return rules.current(rules.USUAL_WINDOW_DAYS, on=today())


def window_of(case: Case) -> int:
    """``usual_window`` as ``with_list_data`` has read it with the case."""
    return rules.USUAL_WINDOW_DAYS.parse(case.usual_window)


def clock_of(case: Case, window: int) -> Clock | None:
    """Day 41 of 56 until the departure, then the days it took (R036); none for who stayed.

    Expects ``with_departed_on``; a case that was just registered has not departed.
    """
    departed_on = getattr(case, "departed_on", None)
    day = case.days_since_registration(today())
    if departed_on is not None:
        took = case.days_since_registration(departed_on)
        return Clock(day=day, window=window, took=took)
    return Clock(day=day, window=window) if case.status in BEFORE_DEPARTURE else None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of the profile: the code in words, and what was said beside it."""

    label: str
    value: str
    note: str = ""


def profile_of(case: Case) -> list[Fact]:
    """The nine things by which people are grouped, each with the words beside it (R022).

    Expects ``with_page_data``.
    """
    person = case.person
    age = case.age_at_registration
    years = ngettext("%(years)s year at registration", "%(years)s years at registration", age or 0)
    return [
        Fact(
            label=_("Age"),
            value="" if age is None else years % {"years": age},
            note=person.birth_note,
        ),
        Fact(
            label=_("Community of origin"),
            value=person.community.path if person.community else "",
            note=person.community_note,
        ),
        Fact(
            label=_("Time spent abroad"),
            value=person.get_time_abroad_display(),
            note=person.time_abroad_note,
        ),
        Fact(
            label=_("Family situation"),
            value=person.get_family_situation_display(),
            note=person.family_note,
        ),
        Fact(
            label=_("Education completed"),
            value=person.get_education_display(),
            note=person.education_note,
        ),
        Fact(
            label=_("Work experience"),
            value=_listed(case.experience),
            note=person.experience_note,
        ),
        Fact(
            label=_("Areas of interest"),
            value=_listed(case.interests),
            note=person.interests_note,
        ),
        Fact(
            label=_("Life plans"),
            value=person.get_main_plan_display(),
            note=person.life_plans,
        ),
        Fact(
            label=_("Spoken languages"),
            value=_listed(case.languages),
            note=person.languages_note,
        ),
    ]


def _listed(rows: Iterable[Any]) -> str:
    return " · ".join(str(row) for row in rows)


def timeline_of(case: Case, merges: Iterable[Merge] = ()) -> list[dict[str, Any]]:
    """The history of the case, newest first, with the ``merges`` its reader may know of."""
    steps = [
        (
            event.on,
            {
                "title": _("Taken back: %(step)s") % {"step": event.get_from_status_display()}
                if event.corrects_id
                else event.get_to_status_display(),
                "on": date_format(event.on),
                "by": event.by.name,
                "text": event.note,
                "tone": "neutral" if event.corrects_id else TONES[event.to_status],
            },
        )
        for event in reversed(case.events.all())
    ]
    entries = [entry for merge in merges for entry in _entries_of(merge, case)] + steps
    return [entry for _day, entry in sorted(entries, key=lambda entry: entry[0], reverse=True)]


def _entries_of(merge: Merge, case: Case) -> list[tuple[datetime.date, dict[str, Any]]]:
    """Joined, and undone."""
    named = {"reference": merge.counterpart(case).reference}
    entries = []
    if merge.undone_on and merge.undone_by:
        undone = _("No longer joined with %(reference)s") % named
        entries.append((merge.undone_on, undone, merge.undone_by, merge.undo_reason))
    if merge.decided_on and merge.decided_by and merge.status != MergeStatus.DECLINED:
        joined = _("Joined with %(reference)s") % named
        entries.append((merge.decided_on, joined, merge.decided_by, merge.reason))
    return [
        (
            day,
            {
                "title": title,
                "on": date_format(day),
                "by": by.name,
                "text": text,
                "tone": "info",
                "url": merge.get_absolute_url(),
            },
        )
        for day, title, by, text in entries
    ]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One line of two files side by side."""

    label: str
    first: str
    second: str

    @property
    def differs(self) -> bool:
        return self.first != self.second


def compared(pairs: Iterable[tuple[Person, Case]]) -> list[Compared]:
    """Two files side by side: each person with the file that was opened for them (R037)."""
    first, second = (_described(person, case) for person, case in pairs)
    return [
        Compared(label=label, first=value, second=second[label]) for label, value in first.items()
    ]


def _described(person: Person, case: Case) -> dict[str, str]:
    points = case.contact_points.all()
    return {
        _("Name"): person.full_name,
        _("Sex"): person.get_sex_display() if person.sex else "",
        _("Date of birth"): born(person),
        _("Nationality"): str(person.nationality),
        _("Spoken languages"): _listed(person.languages.all()),
        _("Family situation"): person.get_family_situation_display(),
        _("Education completed"): person.get_education_display(),
        _("Time spent abroad"): person.get_time_abroad_display(),
        _("Contacts"): _listed(point.value for point in points if point.is_active),
        _("Country of origin"): str(case.country),
        _("Community of return"): case.destination.path if case.destination else "",
        _("Orientation point"): str(case.office),
        _("Registered on"): date_format(case.registered_on),
        _("Programme"): case.programme.name if case.programme else "",
        _("Status"): case.get_outcome_display() or case.get_status_display(),
    }


@dataclass(frozen=True, kw_only=True)
class Told:
    """A column of which something else was told than is known."""

    label: str
    theirs: str
    yours: str
    differs: bool = True


def told_now(person: Person, values: Mapping[str, Any]) -> list[Told]:
    """What was told of somebody met before that differs from what is known of them (R022)."""
    _new, different = told_apart(person, values)
    return [
        Told(
            label=str(Person._meta.get_field(name).verbose_name).capitalize(),
            theirs=_shown(name, known_of(person, name)),
            yours=_shown(name, value),
        )
        for name, value in different.items()
    ]


def _shown(name: str, value: Any) -> str:
    if isinstance(value, datetime.date):
        return date_format(value)
    if isinstance(value, str):
        choices: Any = Person._meta.get_field(name)
        return str(dict(choices.flatchoices).get(value, value))
    return str(value) if isinstance(value, models.Model) else _listed(value)


def same_document(first: Person, second: Person) -> bool | None:
    """Do both show the same identity document? None when one of them showed none."""
    if not (first.document_index and second.document_index):
        return None
    return first.document_index == second.document_index
