"""Many registrations at once, for imports and demonstration data (R015–R022)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cases.enums import CaseStatus, ConsentGiver, ContactKind
from cases.models import Case, CaseEvent, Consent, ContactPoint, Declaration, Person
from cases.services.consents import require_giver
from cases.services.contacts import normal_phone
from cases.services.duplicates import LISTS
from cases.services.registration import check_days, require_child, require_own
from core import records
from programmes import eligibility
from programmes.models import Programme


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of ``register_many``: column values of person and case, answers, declaration day."""

    person: Mapping[str, Any]
    case: Mapping[str, Any]
    consents: Mapping[str, str]
    given_by: str = ConsentGiver.SELF
    declared_on: datetime.date | None = None
    phone: str = ""


@transaction.atomic
def register_many(entries: Sequence[Entry], *, by: Any) -> list[Case]:
    """``register`` in bulk.

    The same rules are checked in sets: offices, days, children, places and each person's
    programme. Likely duplicates are the caller's to settle. Returns the cases in order.
    """
    for entry in entries:
        require_own(entry.case["office"], by)
        check_days(entry.person, entry.case)
    people = records.create_many(Person, [_person(e.person) for e in entries], by=by)
    _lists(people, entries, by)
    programmes = Programme.objects.prefetch_related("target_countries", "eligibility_rules")
    running = list(programmes)
    rows = [_case(e, p, running, by) for e, p in zip(entries, people, strict=True)]
    cases = records.create_many(Case, rows, by=by)
    CaseEvent.objects.bulk_create(
        (
            CaseEvent(case=c, to_status=CaseStatus.REGISTERED, on=c.registered_on, by=by)
            for c in cases
        ),
        batch_size=2_000,
    )
    _papers(cases, entries, by)
    return cases


def _person(values: Mapping[str, Any]) -> Person:
    person = Person(**{k: v for k, v in values.items() if k not in LISTS})
    person.document_index = Person.document_index_of(person.document_number)
    return person


def _lists(people: Sequence[Person], entries: Sequence[Entry], by: Any) -> None:
    for name in LISTS:
        field: Any = Person._meta.get_field(name)
        through, column = field.remote_field.through, field.m2m_reverse_field_name()
        rows = [
            through(**{"person_id": person.pk, f"{column}_id": value.pk})
            for person, entry in zip(people, entries, strict=True)
            for value in entry.person.get(name, ())
        ]
        records.create_many(through, rows, by=by)


def _case(entry: Entry, person: Person, running: Sequence[Programme], by: Any) -> Case:
    row = Case(person=person, registered_by=by, **entry.case)
    require_child(row)
    row.is_restricted = row.is_unaccompanied_child
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


def _papers(cases: Sequence[Case], entries: Sequence[Entry], by: Any) -> None:
    pairs = list(zip(cases, entries, strict=True))
    for case, entry in pairs:
        for answer in entry.consents.values():
            require_giver(case, answer=answer, given_by=entry.given_by, on=case.registered_on)
    answers = [
        Consent(
            case=case,
            purpose=purpose,
            answer=answer,
            answered_on=case.registered_on,
            given_by=entry.given_by,
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
            value_index=ContactPoint.index_of(phone),
            may_be_used=True,
        )
        for case, entry in pairs
        if entry.phone and (phone := normal_phone(entry.phone, case.office.country_id))
    ]
    records.create_many(Consent, answers, by=by)
    records.create_many(Declaration, declarations, by=by)
    records.create_many(ContactPoint, phones, by=by)
