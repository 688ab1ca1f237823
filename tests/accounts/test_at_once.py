"""Two roles given at the same moment."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from accounts import services
from accounts.models import Assignment
from core.clock import today
from tests.races import at_once


def test_two_rivals_given_at_once_are_not_both_held(committed: None, world: Any) -> None:
    user, by = world.fresh("nobody"), world.fresh("administrator")

    def giving(role: str) -> Callable[[], Any]:
        return lambda: services.assign(
            user=user, role=role, programme=world.foras, starts_on=today(), by=by
        )

    answers = at_once(giving("programme_manager"), giving("finance_officer"))

    assert sum(isinstance(answer, Assignment) for answer in answers) == 1, answers
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 1, answers
