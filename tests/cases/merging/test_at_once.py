"""Two people joining at once: one merge, no deadlock, nothing lost (R037)."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from cases import services
from cases.models import Case, Commitment, Merge
from core.clock import today
from core.exceptions import Refused, Stale
from tests.races import at_once

REASON = "Same photo"


def test_two_people_joining_the_same_files_both_ways_join_once(committed, world, register):
    first, second = register(), register()
    users = [world.fresh("caseworker"), world.fresh("protection_officer")]

    def joining(number: int) -> Callable[[], Any]:
        files = (first, second) if number % 2 else (second, first)
        return lambda: services.merge(
            kept=files[0], other=files[1], reason=REASON, by=users[number // 2]
        )

    answers = at_once(*(joining(number) for number in range(4)))

    assert sum(isinstance(answer, Merge) for answer in answers) == 1, answers
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 3, answers
    assert Case.objects.values("person").distinct().count() == 1
    assert Case.objects.open().count() == 1


def test_three_files_joined_in_a_ring_end_with_one_person_and_no_deadlock(
    committed, world, register
):
    files = [register() for _ in range(3)]
    by = world.fresh("caseworker")

    def joining(number: int) -> Callable[[], Any]:
        return lambda: services.merge(
            kept=files[number], other=files[(number + 1) % 3], reason=REASON, by=by
        )

    answers = at_once(*(joining(number) for number in range(3)))

    allowed = (Merge, ValidationError, Stale)
    assert all(isinstance(answer, allowed) for answer in answers), answers
    assert Merge.objects.in_force().count() == sum(isinstance(a, Merge) for a in answers) >= 1
    people = Case.objects.values("person").distinct().count()
    assert people == 3 - Merge.objects.in_force().count()


def test_confirming_and_declining_at_once_decides_once(committed, world, register):
    merge = services.merge(
        kept=register(),
        other=register(office=world.oujda),
        reason=REASON,
        by=world.fresh("protection_officer"),
    )

    answers = at_once(
        lambda: services.confirm_merge(merge, by=world.fresh("programme_manager")),
        lambda: services.confirm_merge(merge, by=world.fresh("second_manager")),
        lambda: services.decline_merge(
            merge, reason="Two sisters", by=world.fresh("protection_officer")
        ),
    )

    assert sum(isinstance(answer, Merge) for answer in answers) == 1, answers
    others = [answer for answer in answers if not isinstance(answer, Merge)]
    assert all(isinstance(answer, Refused | ValidationError) for answer in others), others


def test_undoing_twice_at_once_undoes_once(committed, world, register):
    merge = services.merge(
        kept=register(), other=register(), reason=REASON, by=world.fresh("caseworker")
    )

    answers = at_once(
        *[lambda: services.undo_merge(merge, reason="Two sisters", by=world.fresh("caseworker"))]
        * 3
    )

    assert sum(isinstance(answer, Merge) for answer in answers) == 1, answers
    assert Case.objects.values("person").distinct().count() == 2
    assert Case.objects.open().count() == 2


def test_days_engaged_while_files_are_joined_belong_to_the_one_who_is_kept(
    committed, world, register
):
    first, second = register(), register()
    by = world.fresh("caseworker")

    answers = at_once(
        lambda: services.merge(kept=first, other=second, reason=REASON, by=by),
        lambda: services.commit(
            second.person,
            kind="course",
            first=today(),
            last=today(),
            label="Business",
            by=world.fresh("protection_officer"),
        ),
    )

    assert isinstance(answers[0], Merge), answers
    assert isinstance(answers[1], Commitment | ValidationError), answers
    assert not Commitment.objects.exclude(person=first.person).exists()
