"""What the person agreed to, and the papers without which nobody travels (R020)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists

from accounts.permissions import Permission
from cases.enums import ConsentAnswer, ConsentPurpose
from cases.models import Case, Consent, ContactAttempt, Declaration
from cases.policies.cases import may_write, works_at_host, works_in_origin
from cases.workflow import BEFORE_DEPARTURE


def can_record_consent(user: Any, case: Case) -> bool:
    """Consents are asked at the orientation point, and again in the country of origin."""
    return may_write(user, case, Permission.RECORD_CONSENT)


def can_withdraw_consent(user: Any, case: Case) -> bool:
    """Whoever the person turns to notes a withdrawal, on either side and after closure (R020)."""
    return user.has_permission(Permission.RECORD_CONSENT) and (
        works_at_host(user, case) or works_in_origin(user, case)
    )


def can_declare(user: Any, case: Case) -> bool:
    """The declaration of voluntary return belongs before the departure."""
    return case.status in BEFORE_DEPARTURE and can_record_consent(user, case)


def needs_guardian(case: Case, on: datetime.date) -> bool:
    """Does somebody else have to agree for this child, who travels alone, on a day (R020)?"""
    return case.is_unaccompanied_child and case.person.is_child_on(on)


def has_consent(case: Case, purpose: str, *, on: datetime.date | None = None) -> bool:
    """Is the latest answer to this purpose, or that of a day, a yes?

    Read on each use (design §4.6).
    """
    rows = Case.objects.filter(pk=case.pk)
    rows = rows.with_consent(purpose, on=on) if on else rows.with_current_consent(purpose)
    return rows.exists()


def was_shared(case: Case, *, on: datetime.date) -> bool:
    """Had the case been handed over by a day, and did the person agree to it then (R117)?"""
    return Case.objects.filter(pk=case.pk).shared_with_origin(on=on).exists()


def follow_up_answer(case: Case) -> str | None:
    """The latest answer to calls and visits after the return; "" when never asked.

    None before the departure, when it does not matter yet.
    """
    if case.stands_at in BEFORE_DEPARTURE:
        return None
    rows = case.consents.filter(purpose=ConsentPurpose.FOLLOW_UP).order_by("answered_on", "id")
    return rows.values_list("answer", flat=True).last() or ""


def may_follow_up(case: Case, on: datetime.date) -> bool:
    """May we call, visit or ask the person about the return on a day (R154, R155)?

    Not after a no, until the person contacts us. Somebody never asked may be called: there is no
    other way to ask them.
    """
    return not refusals_of_follow_up([(case, on)])


def refusals_of_follow_up(
    days: Iterable[tuple[Case, datetime.date]],
) -> set[tuple[int, datetime.date]]:
    """Of cases and days those for which ``may_follow_up`` says no, in a fixed number of queries."""
    wanted: dict[int, set[datetime.date]] = {}
    for case, on in days:
        wanted.setdefault(case.pk, set()).add(on)
    answers = Consent.objects.filter(purpose=ConsentPurpose.FOLLOW_UP)
    refused = answers.filter(case__in=wanted).exclude(answer=ConsentAnswer.GIVEN)
    cases = set(refused.values_list("case", flat=True))
    if not cases:
        return set()
    latest: dict[tuple[int, datetime.date], str] = {}
    rows = answers.filter(case__in=cases).order_by("answered_on", "id")
    for pk, answered_on, answer in rows.values_list("case", "answered_on", "answer"):
        latest |= {(pk, on): answer for on in wanted[pk] if answered_on <= on}
    theirs = ContactAttempt.objects.filter(case__in=cases, initiated_by_person=True)
    came = set(theirs.values_list("case", "on"))
    return {day for day, answer in latest.items() if answer != ConsentAnswer.GIVEN} - came


def missing_for_departure(case: Case, *, on: datetime.date) -> list[Any]:
    """Names of the papers that a day of travel lacks (R020), as ``with_papers``; empty: none."""
    row = Case.objects.filter(pk=case.pk)
    declared, agreed = row.declared(on=on), row.with_consent(ConsentPurpose.PROCESSING, on=on)
    missing = []
    is_declared, has_agreed = row.values_list(Exists(declared), Exists(agreed)).get()
    if not is_declared:
        missing.append(Declaration._meta.verbose_name)
    if not has_agreed:
        missing.append(ConsentPurpose.PROCESSING.label)
    return missing
