"""Who may do what to a case now, and what its calendar allows."""

import datetime
from typing import Any

from django.db.models import Max
from django.db.models.functions import Upper

from accounts.permissions import Permission, Role
from cases.enums import (
    CaseStatus,
    CommitmentKind,
    ConsentAnswer,
    ConsentPurpose,
    HandoverStatus,
)
from cases.models import Case, Commitment, Consent, Declaration, Person
from cases.models.case import HOST_ROLES, ORIGIN_ROLES
from cases.workflow import BEFORE_DEPARTURE, TRANSITIONS


def works_at_host(user: Any, case: Case) -> bool:
    """Does the user work at the orientation point of the case?"""
    return case.office_id in user.offices_for(*HOST_ROLES, Role.PROTECTION_OFFICER)


def works_in_origin(user: Any, case: Case) -> bool:
    """Does the user work for the country the person returns to?"""
    return case.country_id in user.countries_for(*ORIGIN_ROLES, Role.PROTECTION_OFFICER)


def can_edit(user: Any, case: Case) -> bool:
    """The registration data belong to the host office until departure, then to the CoO (R048)."""
    if not user.has_permission(Permission.EDIT_CASES) or case.status == CaseStatus.CLOSED:
        return False
    if case.status in BEFORE_DEPARTURE:
        return works_at_host(user, case)
    return works_in_origin(user, case)


def can_close(user: Any, case: Case) -> bool:
    return (
        user.has_permission(Permission.CLOSE_CASES)
        and CaseStatus.CLOSED in TRANSITIONS[case.status]
    )


def can_record_consent(user: Any, case: Case) -> bool:
    return user.has_permission(Permission.RECORD_CONSENT) and works_at_host(user, case)


def can_send_handover(user: Any, case: Case) -> bool:
    return (
        user.has_permission(Permission.SEND_HANDOVER)
        and case.status in BEFORE_DEPARTURE
        and works_at_host(user, case)
    )


def can_answer_handover(user: Any, case: Case) -> bool:
    handover = getattr(case, "handover", None)
    return (
        handover is not None
        and handover.status in {HandoverStatus.SENT, HandoverStatus.OPENED}
        and user.has_permission(Permission.RECEIVE_HANDOVER)
        and works_in_origin(user, case)
    )


def has_declaration(case: Case) -> bool:
    """Is a signed declaration of voluntary return in force?"""
    return Declaration.objects.filter(case=case, withdrawn_on__isnull=True).exists()


def has_consent(case: Case, purpose: str) -> bool:
    """Is the latest answer to this purpose a yes? Read on each use (design §4.6)."""
    latest = Consent.objects.filter(case=case, purpose=purpose).order_by("-answered_on", "-id")
    row = latest.first()
    return row is not None and row.answer == ConsentAnswer.GIVEN


def missing_for_departure(case: Case) -> list[Any]:
    """Names of the papers without which nobody travels (R020); empty when all are there."""
    missing = []
    if not has_declaration(case):
        missing.append(Declaration._meta.verbose_name)
    for purpose in (ConsentPurpose.PROCESSING,):
        if not has_consent(case, purpose):
            missing.append(purpose.label)
    return missing


def earliest_travel_day(person: Person) -> datetime.date | None:
    """The day after the last day of every started course; None when none was started (R078)."""
    courses = Commitment.objects.live().filter(
        person=person, kind=CommitmentKind.COURSE, is_binding=True
    )
    day: datetime.date | None = courses.aggregate(day=Max(Upper("days")))["day"]
    return day


def travel_conflicts(person: Person, day: datetime.date) -> list[Commitment]:
    """Started courses that would not be over before a journey on ``day`` (R078, R108)."""
    return list(
        Commitment.objects.live()
        .filter(
            person=person,
            kind=CommitmentKind.COURSE,
            is_binding=True,
            days__endswith__gt=day,
        )
        .order_by("days")
    )
