"""Verbs of orientation and courses; callers write ``services.enrol(…)``."""

from training.services.applications import (
    Answer,
    apply,
    correct_application,
    decide,
    take_back_decision,
    withdraw_application,
)
from training.services.attendance import (
    HalfDay,
    complete_edition,
    record_attendance,
    reopen_edition,
    settle_cut_short,
    settle_given_up,
)
from training.services.bulk_applications import Candidate, select_many
from training.services.bulk_attendance import DayMark, complete_many, mark_many
from training.services.bulk_courses import (
    Place,
    PlannedEdition,
    enrol_many,
    plan_editions_many,
)
from training.services.bulk_orientation import (
    Guest,
    HeldSession,
    hold_sessions_many,
)
from training.services.criteria import change_criteria
from training.services.editions import cancel_edition, change_edition, plan_edition
from training.services.enrolments import (
    acknowledge,
    confirm_place,
    enrol,
    take_back_withdrawal,
    withdraw,
)
from training.services.feedback import (
    context_of,
    count_answers,
    questionnaire_of,
    record_answers,
    satisfaction_of,
    satisfaction_options,
)
from training.services.invitations import answer_invitation, invite, withdraw_invitation
from training.services.modules import (
    add_module,
    add_version,
    correct_module,
    correct_version,
    retire_version,
    set_equivalences,
    take_back_retirement,
)
from training.services.opinions import give_opinion, occasion_of, seal, why_closed
from training.services.rescheduling import (
    Conflict,
    approve_override,
    hold_day,
    move_edition,
    refuse_override,
    request_override,
    skip_day,
    withdraw_override,
)
from training.services.roll_call import call_roll, correct_attendance, recommend, record_talk
from training.services.sessions import (
    cancel_session,
    change_session,
    close_session,
    plan_session,
    reopen_session,
    tick_items,
    unticked_items,
)
from training.services.sheets import file_sheet, withdraw_sheet

__all__ = [
    "Answer",
    "Candidate",
    "Conflict",
    "DayMark",
    "Guest",
    "HalfDay",
    "HeldSession",
    "Place",
    "PlannedEdition",
    "acknowledge",
    "add_module",
    "add_version",
    "answer_invitation",
    "apply",
    "approve_override",
    "call_roll",
    "cancel_edition",
    "cancel_session",
    "change_criteria",
    "change_edition",
    "change_session",
    "close_session",
    "complete_edition",
    "complete_many",
    "confirm_place",
    "context_of",
    "correct_application",
    "correct_attendance",
    "correct_module",
    "correct_version",
    "count_answers",
    "decide",
    "enrol",
    "enrol_many",
    "file_sheet",
    "give_opinion",
    "hold_day",
    "hold_sessions_many",
    "invite",
    "mark_many",
    "move_edition",
    "occasion_of",
    "plan_edition",
    "plan_editions_many",
    "plan_session",
    "questionnaire_of",
    "recommend",
    "record_answers",
    "record_attendance",
    "record_talk",
    "refuse_override",
    "reopen_edition",
    "reopen_session",
    "request_override",
    "retire_version",
    "satisfaction_of",
    "satisfaction_options",
    "seal",
    "select_many",
    "set_equivalences",
    "settle_cut_short",
    "settle_given_up",
    "skip_day",
    "take_back_decision",
    "take_back_retirement",
    "take_back_withdrawal",
    "tick_items",
    "unticked_items",
    "why_closed",
    "withdraw",
    "withdraw_application",
    "withdraw_invitation",
    "withdraw_override",
    "withdraw_sheet",
]
