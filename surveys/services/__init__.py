"""Verbs of surveys; callers write ``services.submit(…)``."""

from surveys.services.follow_ups import (
    add_follow_up,
    cancel_follow_up,
    cancel_follow_ups,
    complete_follow_up,
    extend_follow_ups,
    mark_not_possible,
    move_follow_up,
    plan_follow_ups,
    plan_follow_ups_many,
    reopen_follow_up,
)
from surveys.services.questionnaires import issue_version, load_version
from surveys.services.responses import (
    Entry,
    correct_response,
    submit,
    submit_many,
    withdraw_response,
)

__all__ = [
    "Entry",
    "add_follow_up",
    "cancel_follow_up",
    "cancel_follow_ups",
    "complete_follow_up",
    "correct_response",
    "extend_follow_ups",
    "issue_version",
    "load_version",
    "mark_not_possible",
    "move_follow_up",
    "plan_follow_ups",
    "plan_follow_ups_many",
    "reopen_follow_up",
    "submit",
    "submit_many",
    "withdraw_response",
]
