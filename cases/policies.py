"""Who may do what to a case now, and what its calendar allows."""

import datetime
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Max
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from accounts.permissions import Permission, Role
from cases.enums import (
    WRITTEN_BY_HAND,
    CaseOutcome,
    CaseStatus,
    CommitmentKind,
    ConsentAnswer,
    ConsentPurpose,
    HandoverStatus,
    MergeStatus,
)
from cases.models import (
    Case,
    Commitment,
    Consent,
    ContactAttempt,
    ContactPoint,
    Declaration,
    HandOut,
    HandoverItem,
    Merge,
    Person,
    Referral,
)
from cases.models.case import HOST_ROLES, ORIGIN_ROLES
from cases.workflow import (
    BEFORE_DEPARTURE,
    HANDOVER_TRANSITIONS,
    REFERRAL_TRANSITIONS,
    TAKEN_BACK_ON_THE_CASE,
    TRANSITIONS,
)
from core.clock import today
from reference import rules


# --- who writes -----------------------------------------------------------------------------------
def own_offices(user: Any) -> set[int]:
    """The orientation points at which the user works."""
    offices: set[int] = user.offices_for(*HOST_ROLES, Role.PROTECTION_OFFICER)
    return offices


def own_countries(user: Any) -> set[str]:
    """The countries of origin for which the user works."""
    countries: set[str] = user.countries_for(*ORIGIN_ROLES, Role.PROTECTION_OFFICER)
    return countries


def works_at_host(user: Any, case: Case) -> bool:
    """Does the user work at the orientation point of the case?"""
    return case.office_id in own_offices(user)


def works_in_origin(user: Any, case: Case) -> bool:
    """Does the user work for the country the person returns to?"""
    return case.country_id in own_countries(user)


def manages(user: Any, case: Case) -> bool:
    """Does the user manage the programme of the case?"""
    return case.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)


def is_in_charge(user: Any, case: Case) -> bool:
    """Does the user work on the side that writes: the host until departure, then the CoO (R048)?

    The host goes on where nothing was handed over, or the person no longer agrees to sharing:
    the office of origin does not see the case. Otherwise the other side reads.
    """
    if case.stands_at in BEFORE_DEPARTURE or not case.is_shared_with_origin:
        return works_at_host(user, case)
    return works_in_origin(user, case)


def _may_write(user: Any, case: Case, permission: Permission) -> bool:
    """An open case takes what the side in charge adds to it."""
    return (
        user.has_permission(permission)
        and case.status != CaseStatus.CLOSED
        and is_in_charge(user, case)
    )


def why_refused(user: Any, case: Case) -> str:
    """Why somebody who sees a case may not do something to it now, in words."""
    if case.outcome == CaseOutcome.DUPLICATE:
        return _("This file was joined with another and closed. Undo the joining first.")
    if case.status == CaseStatus.CLOSED:
        return _("This case is closed. Nothing can be added to it or changed.")
    if works_in_origin(user, case) and not is_in_charge(user, case):
        return _("Until the person departs, the orientation point does this.")
    if works_at_host(user, case) and not is_in_charge(user, case):
        return _("The person has departed. The office of the country of origin does this now.")
    return _("You may not do this to this case now.")


# --- the case -------------------------------------------------------------------------------------
def can_register_at(user: Any, office_id: int) -> bool:
    return user.has_permission(Permission.REGISTER_CASES) and office_id in own_offices(user)


def can_edit(user: Any, case: Case) -> bool:
    """Correcting the registration and filing papers."""
    return _may_write(user, case, Permission.EDIT_CASES)


def can_close(user: Any, case: Case) -> bool:
    """The side in charge, or the manager of the programme at any step (R034)."""
    return (
        user.has_permission(Permission.CLOSE_CASES)
        and CaseStatus.CLOSED in TRANSITIONS[case.status]
        and (is_in_charge(user, case) or manages(user, case))
    )


def can_take_back(user: Any, case: Case) -> bool:
    """Taking back the last step: whoever may close, and for a closed case whoever could."""
    return (
        user.has_permission(Permission.CLOSE_CASES)
        and case.status in TAKEN_BACK_ON_THE_CASE
        and case.outcome != CaseOutcome.DUPLICATE
        and (is_in_charge(user, case) or manages(user, case))
    )


def can_record_contact(user: Any, case: Case) -> bool:
    """Contact points, attempts and notes."""
    return _may_write(user, case, Permission.RECORD_CONTACT)


def can_correct_contact_point(user: Any, point: ContactPoint) -> bool:
    return can_record_contact(user, point.case)


def can_record_protection(user: Any, case: Case) -> bool:
    return _may_write(user, case, Permission.VIEW_PROTECTION)


# --- voluntariness --------------------------------------------------------------------------------
def can_record_consent(user: Any, case: Case) -> bool:
    """Consents are asked at the orientation point, and again in the country of origin."""
    return _may_write(user, case, Permission.RECORD_CONSENT)


def can_withdraw_consent(user: Any, case: Case) -> bool:
    """Whoever the person turns to notes a withdrawal, on either side and after closure (R020)."""
    return user.has_permission(Permission.RECORD_CONSENT) and (
        works_at_host(user, case) or works_in_origin(user, case)
    )


def can_declare(user: Any, case: Case) -> bool:
    """The declaration of voluntary return belongs before the departure."""
    return case.status in BEFORE_DEPARTURE and can_record_consent(user, case)


def has_declaration(case: Case) -> bool:
    """Is a signed declaration of voluntary return in force?"""
    return Declaration.objects.filter(case=case, withdrawn_on__isnull=True).exists()


def has_consent(case: Case, purpose: str) -> bool:
    """Is the latest answer to this purpose a yes? Read on each use (design §4.6)."""
    return Case.objects.filter(pk=case.pk).with_current_consent(purpose).exists()


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


def missing_for_departure(case: Case) -> list[Any]:
    """Names of the papers without which nobody travels (R020); empty when all are there."""
    missing = []
    if not has_declaration(case):
        missing.append(Declaration._meta.verbose_name)
    for purpose in (ConsentPurpose.PROCESSING,):
        if not has_consent(case, purpose):
            missing.append(purpose.label)
    return missing


# --- handover, referrals, hand-outs ---------------------------------------------------------------
def hands_over(user: Any, case: Case) -> bool:
    """Does the user send this case to the office of origin, and answer its questions?"""
    return (
        user.has_permission(Permission.SEND_HANDOVER)
        and case.status != CaseStatus.CLOSED
        and works_at_host(user, case)
    )


def can_send_handover(user: Any, case: Case) -> bool:
    return hands_over(user, case) and HandoverStatus.SENT in HANDOVER_TRANSITIONS[_handover(case)]


def can_withdraw_handover_item(user: Any, item: HandoverItem) -> bool:
    """What was written by hand, until the handover is sent."""
    return (
        item.kind in WRITTEN_BY_HAND
        and hands_over(user, item.case)
        and _handover(item.case) == HandoverStatus.DRAFT
    )


def receives_handover(user: Any, case: Case) -> bool:
    """Does the user answer handovers of this country of origin?"""
    return user.has_permission(Permission.RECEIVE_HANDOVER) and works_in_origin(user, case)


def can_answer_handover(user: Any, case: Case) -> bool:
    return (
        receives_handover(user, case)
        and HandoverStatus.ACCEPTED in HANDOVER_TRANSITIONS[_handover(case)]
    )


def _handover(case: Case) -> str:
    handover = getattr(case, "handover", None)
    return HandoverStatus.DRAFT if handover is None else handover.status


def handles(user: Any, referral: Referral) -> bool:
    """Does the user answer referrals to this orientation point (R010)?"""
    return user.has_permission(Permission.HANDLE_REFERRALS) and referral.office_id in own_offices(
        user
    )


def can_answer_referral(user: Any, referral: Referral) -> bool:
    return handles(user, referral) and bool(REFERRAL_TRANSITIONS[referral.status])


def can_hand_out_at(user: Any, office_id: int) -> bool:
    return user.has_permission(Permission.RUN_SESSIONS) and office_id in own_offices(user)


def can_correct_hand_out(user: Any, row: HandOut) -> bool:
    return can_hand_out_at(user, row.office_id)


# --- the calendar ---------------------------------------------------------------------------------
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


def courses_given_up(person: Person, day: datetime.date) -> list[Commitment]:
    """Courses not begun that start after a journey on ``day``: nobody could attend them (R108)."""
    return list(
        Commitment.objects.live()
        .filter(
            person=person,
            kind=CommitmentKind.COURSE,
            is_binding=False,
            days__startswith__gt=day,
        )
        .order_by("days")
    )


# --- joining two files of one person --------------------------------------------------------------
def sees_all(user: Any, files: Sequence[Case]) -> bool:
    """Does the user see every one of these files?"""
    ids = [case.pk for case in files]
    return Case.objects.visible_to(user).filter(pk__in=ids).count() == len(ids)


def can_compare(user: Any, case: Case) -> bool:
    """Looking for the other file of the same person."""
    return user.has_permission(Permission.MERGE_CASES) and case.outcome != CaseOutcome.DUPLICATE


def can_merge(user: Any, case: Case, other: Case) -> bool:
    """Only inside the intersection of scopes (AB44)."""
    return user.has_permission(Permission.MERGE_CASES) and sees_all(user, [case, other])


def merge_needs_second_person(user: Any, files: Sequence[Case]) -> bool:
    """Files of two offices or countries, or one the user does not see, need two people (AB44)."""
    places = {(case.office_id, case.country_id) for case in files}
    return len(places) > 1 or not sees_all(user, files)


def _may_decide(user: Any, merge: Merge) -> bool:
    people = (merge.kept_id, merge.absorbed_id)
    return user.has_permission(Permission.MERGE_CASES) and sees_all(
        user, list(Case.objects.filter(person__in=people))
    )


def can_confirm_merge(user: Any, merge: Merge) -> bool:
    """A second person, who sees all files of both people."""
    return (
        merge.status == MergeStatus.PROPOSED
        and merge.proposed_by_id != user.pk
        and _may_decide(user, merge)
    )


def can_decline_merge(user: Any, merge: Merge) -> bool:
    """Whoever sees both files; whoever proposed it takes it back so."""
    return (
        merge.status == MergeStatus.PROPOSED
        and user.has_permission(Permission.MERGE_CASES)
        and sees_all(user, [merge.kept_case, merge.other_case])
    )


def can_undo_merge(user: Any, merge: Merge) -> bool:
    """Whoever sees all files of the person, and may join."""
    return merge.status == MergeStatus.DONE and _may_decide(user, merge)


def merge_undo_until(merge: Merge) -> datetime.date | None:
    """The last day on which a merge may be undone; none for what was never joined."""
    if merge.decided_on is None or merge.status == MergeStatus.DECLINED:
        return None
    days = rules.current(rules.MERGE_UNDO_DAYS, on=merge.decided_on)
    return merge.decided_on + datetime.timedelta(days=days)


def calendar_clashes(first: Person, second: Person) -> list[tuple[Commitment, Commitment]]:
    """Engagements of two people that one person cannot have both (R078, R080).

    Two on the same day, unless one of them gives way; or a course after a journey to come.
    """
    return [
        (ours, other)
        for ours, other in _pairs(first, second)
        if (_overlap(ours, other) and not (gives_way(ours) or gives_way(other)))
        or _is_left_behind(ours, other)
        or _is_left_behind(other, ours)
    ]


def shared_days(first: Person, second: Person) -> list[tuple[Commitment, Commitment]]:
    """Engagements of two people that fall on the same day."""
    return [(ours, other) for ours, other in _pairs(first, second) if _overlap(ours, other)]


def gives_way(days: Commitment) -> bool:
    """Past days that were never begun, such as an invitation to which nobody came."""
    return not days.is_binding and days.kind != CommitmentKind.TRAVEL and days.last_day < today()


def _pairs(first: Person, second: Person) -> list[tuple[Commitment, Commitment]]:
    theirs: dict[int, list[Commitment]] = {first.pk: [], second.pk: []}
    for row in Commitment.objects.live().filter(person__in=theirs).order_by("days", "pk"):
        theirs[row.person_id].append(row)
    return list(itertools.product(theirs[first.pk], theirs[second.pk]))


def _overlap(first: Commitment, second: Commitment) -> bool:
    return first.first_day <= second.last_day and second.first_day <= first.last_day


def _is_left_behind(journey: Commitment, course: Commitment) -> bool:
    kinds = (journey.kind, course.kind)
    return (
        kinds == (CommitmentKind.TRAVEL, CommitmentKind.COURSE)
        and today() <= journey.first_day <= course.last_day
    )
