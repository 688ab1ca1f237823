"""Joining two files of one person (R037, ADR 0012)."""

import datetime
import itertools
from collections.abc import Sequence
from typing import Any

from accounts.permissions import Permission
from cases.enums import CaseOutcome, CommitmentKind, MergeStatus
from cases.models import Case, Commitment, Merge, Person
from core.clock import today
from reference import rules


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
