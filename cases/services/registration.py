"""Registering a migrant at an orientation point (R015–R022, R034–R037, R217)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from cases import policies
from cases.enums import BirthPrecision, CaseOutcome, CaseStatus, ContactKind
from cases.models import (
    Case,
    CaseEvent,
    Consent,
    ContactPoint,
    Declaration,
    Merge,
    Person,
    Referral,
)
from cases.services.consents import declare_voluntary, record_consents
from cases.services.contacts import add_contact_point, normal_phone
from cases.services.duplicates import refuse_duplicates
from cases.services.guard import require
from cases.services.referrals import settle
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from core.fields import blind_index
from programmes import eligibility
from programmes.models import Programme

LISTS = ("languages", "experience", "interests")


@transaction.atomic
def register(
    *,
    by: Any,
    person: Mapping[str, Any],
    case: Mapping[str, Any],
    consents: Mapping[str, str] | None = None,
    declaration: Mapping[str, Any] | None = None,
    contact_points: Iterable[Mapping[str, Any]] = (),
    known_person: Person | None = None,
    duplicates_checked: bool = False,
    referral: Referral | None = None,
) -> Case:
    """Register a migrant: person, case, consents, declaration, contacts in one step (R015–R022).

    ``person`` and ``case`` are column values. ``known_person`` opens a new case for somebody met
    before. ``referral`` tells who sent the person, and when, where ``case`` does not (R017).
    Raises ValidationError with code ``possible_duplicate`` while likely duplicates are
    not confirmed (R037), and Refused outside the user's offices.
    """
    office: Office = case["office"]
    _require_own(office, by)
    if office.kind != OfficeKind.MOP:
        raise ValidationError({"office": _("Choose a migrant orientation point.")})
    _check_days(person, case)
    contact_points = list(contact_points)
    if known_person is None and not duplicates_checked:
        refuse_duplicates(person, contact_points, region=office.country_id)
    row = Case(registered_by=by, **case)
    if referral is not None:
        row.referral_source = row.referral_source or referral.source
        if row.referred_on is None and referral.referred_on <= row.registered_on:
            row.referred_on = referral.referred_on
    row.person = (
        _met_before(known_person)
        if known_person
        else _fill(Person(), person, by=by, references=[row.reference])
    )
    row.is_restricted = row.is_unaccompanied_child
    _require_child(row)
    if row.programme_id is None:
        row.programme = eligible_programme(row)
    records.save(row, by=by)
    CaseEvent.objects.create(case=row, to_status=CaseStatus.REGISTERED, on=row.registered_on, by=by)
    record_consents(row, answers=consents or {}, on=row.registered_on, by=by)
    if declaration:
        declare_voluntary(row, by=by, **declaration)
    for point in contact_points:
        add_contact_point(row, by=by, **point)
    if referral is not None:
        settle(referral, row, by=by)
    return row


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of ``register_many``: column values of person and case, answers, declaration day."""

    person: Mapping[str, Any]
    case: Mapping[str, Any]
    consents: Mapping[str, str]
    declared_on: datetime.date | None = None
    phone: str = ""


@transaction.atomic
def register_many(entries: Sequence[Entry], *, by: Any) -> list[Case]:
    """``register`` in bulk for imports and demonstration data.

    The same rules are checked in sets: offices, days, children, places and each person's
    programme. Likely duplicates are the caller's to settle. Returns the cases in order.
    """
    for entry in entries:
        _require_own(entry.case["office"], by)
        _check_days(entry.person, entry.case)
    people = records.create_many(Person, [_bulk_person(e.person) for e in entries], by=by)
    _bulk_lists(people, entries, by)
    programmes = Programme.objects.prefetch_related("target_countries", "eligibility_rules")
    running = list(programmes)
    rows = [_bulk_case(e, p, running, by) for e, p in zip(entries, people, strict=True)]
    cases = records.create_many(Case, rows, by=by)
    CaseEvent.objects.bulk_create(
        (
            CaseEvent(case=c, to_status=CaseStatus.REGISTERED, on=c.registered_on, by=by)
            for c in cases
        ),
        batch_size=2_000,
    )
    _bulk_papers(cases, entries, by)
    return cases


def _bulk_person(values: Mapping[str, Any]) -> Person:
    person = Person(**{k: v for k, v in values.items() if k not in LISTS})
    person.document_index = blind_index(person.document_number.strip().upper())
    return person


def _bulk_lists(people: Sequence[Person], entries: Sequence[Entry], by: Any) -> None:
    for name in LISTS:
        field: Any = Person._meta.get_field(name)
        through, column = field.remote_field.through, field.m2m_reverse_field_name()
        rows = [
            through(**{"person_id": person.pk, f"{column}_id": value.pk})
            for person, entry in zip(people, entries, strict=True)
            for value in entry.person.get(name, ())
        ]
        records.create_many(through, rows, by=by)


def _bulk_case(entry: Entry, person: Person, running: Sequence[Programme], by: Any) -> Case:
    row = Case(person=person, registered_by=by, **entry.case)
    row.is_restricted = row.is_unaccompanied_child
    _require_child(row)
    on_the_day = [p for p in running if p.runs_on(row.registered_on)]
    who = eligibility.Candidate(
        country=row.country_id,
        nationality=person.nationality_id,
        age=person.age_on(row.registered_on),
        on=row.registered_on,
    )
    verdicts = eligibility.explain(who, on_the_day)
    row.programme = next((v.programme for v in verdicts if v.eligible), None)
    return row


def _bulk_papers(cases: Sequence[Case], entries: Sequence[Entry], by: Any) -> None:
    pairs = list(zip(cases, entries, strict=True))
    answers = [
        Consent(
            case=case,
            purpose=purpose,
            answer=answer,
            answered_on=case.registered_on,
            recorded_by=by,
        )
        for case, entry in pairs
        for purpose, answer in entry.consents.items()
    ]
    declarations = [
        Declaration(case=case, signed_on=entry.declared_on, recorded_by=by)
        for case, entry in pairs
        if entry.declared_on
    ]
    phones = [
        ContactPoint(
            case=case,
            kind=ContactKind.PHONE,
            value=phone,
            value_index=blind_index(phone.replace(" ", "")),
            may_be_used=True,
        )
        for case, entry in pairs
        if entry.phone and (phone := normal_phone(entry.phone, case.office.country_id))
    ]
    records.create_many(Consent, answers, by=by)
    records.create_many(Declaration, declarations, by=by)
    records.create_many(ContactPoint, phones, by=by)


def eligible_programme(case: Case) -> Programme | None:
    """The running programme that covers this person on the day of registration: the one of the case
    while it does, else the first (R217).
    """
    verdicts = eligibility.explain(candidate(case, case.person))
    covering = [v.programme for v in verdicts if v.eligible]
    own = [programme for programme in covering if programme.pk == case.programme_id]
    return next(iter(own + covering), None)


def candidate(case: Case, person: Person) -> eligibility.Candidate:
    """What the eligibility rules look at."""
    helped = (
        person.cases.exclude(pk=case.pk)
        .exclude(outcome=CaseOutcome.DUPLICATE)
        .values_list("programme", flat=True)
        if person.pk
        else ()
    )
    return eligibility.Candidate(
        country=case.country_id,
        nationality=person.nationality_id,
        age=person.age_on(case.registered_on),
        on=case.registered_on,
        helped_by=frozenset(p for p in helped if p),
    )


@transaction.atomic
def correct_registration(
    case: Case,
    *,
    person: Mapping[str, Any],
    values: Mapping[str, Any],
    by: Any,
    reason: str,
) -> Case:
    """Correct the person and the case; the audit keeps before, after and why (R011, R048).

    Until the first step after registration, the programme is decided anew where what its
    conditions look at has changed (R217).
    """
    require(policies.can_edit, case, by=by)
    _check_days(person, {"registered_on": case.registered_on} | dict(values))
    whoever = records.lock(case.person)
    decided_on = candidate(case, whoever)
    references = whoever.cases.order_by("pk").values_list("reference", flat=True)
    _fill(whoever, person, by=by, references=references, reason=reason)
    case = records.lock(case)
    for name, value in values.items():
        setattr(case, name, value)
    case.person = whoever
    _require_child(case)
    case.is_restricted = case.is_restricted or case.is_unaccompanied_child
    if case.status == CaseStatus.REGISTERED and candidate(case, whoever) != decided_on:
        case.programme = eligible_programme(case)
    return records.save(case, by=by, reason=reason)


def _require_own(office: Office, by: Any) -> None:
    if not policies.can_register_at(by, office.pk):
        raise Refused(_("You may register people at your own office only."), office)


def _met_before(person: Person) -> Person:
    """Somebody known, locked: two clerks cannot open a case each (R015, R037)."""
    person = records.lock(person)
    if Merge.objects.in_force().filter(absorbed=person).exists():
        raise ValidationError(
            _("This file was joined with another one a moment ago. Open the page again."),
            code="joined",
        )
    if person.cases.open().exists():
        raise ValidationError(
            _("This person has an open case. Work on that case, or ask your supervisor for it."),
            code="open_case",
        )
    return person


def _fill(
    person: Person,
    values: Mapping[str, Any],
    *,
    by: Any,
    references: Iterable[str],
    reason: str = "",
) -> Person:
    """Write columns and lists; one audit entry under the references of the person's cases."""
    lists = {name: list(values[name]) for name in LISTS if name in values}
    changed = {}
    for name, rows in lists.items():
        pair = [_codes(getattr(person, name).all() if person.pk else ()), _codes(rows)]
        if pair[0] != pair[1]:
            changed[name] = pair
    for name, value in values.items():
        if name not in LISTS:
            setattr(person, name, value)
    records.save(person, by=by, reason=reason, lists=changed, references=references)
    for name in changed:
        getattr(person, name).set(lists[name])
    return person


def _codes(rows: Iterable[Any]) -> list[str]:
    return sorted(str(row.pk) for row in rows)


def _require_child(case: Case) -> None:
    """Who travels as a child alone is under 18 on the day of registration (R018)."""
    if case.is_unaccompanied_child and not case.person.is_child_on(case.registered_on):
        raise ValidationError(
            {"is_unaccompanied_child": _("This person is not under 18 on the day of registration.")}
        )


def _check_days(person: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    registered_on = case["registered_on"]
    workflow.require_not_future(registered_on, today=today(), field="registered_on")
    born = person.get("birth_on")
    if born and born > registered_on:
        raise ValidationError({"birth_on": _("The date of birth lies after the registration.")})
    if (
        born
        and person.get("birth_precision") == BirthPrecision.YEAR
        and (born.month, born.day) != (1, 1)
    ):
        raise ValidationError({"birth_on": _("For “Year only” enter 1 January of that year.")})
    place = case.get("destination")
    country = case.get("country")
    if place and country and place.country_id != country.pk:
        raise ValidationError(
            {"destination": _("This place is not in the country of origin. Choose another one.")}
        )
