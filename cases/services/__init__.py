"""Verbs of a case; callers write ``services.register(…)``."""

from cases.services.bulk import advance_many, close_many, record_handovers_many
from cases.services.bulk_registration import Entry, register_many
from cases.services.calendar import (
    bind,
    commit,
    commit_many,
    end_early,
    move_commitment,
    release,
)
from cases.services.consents import (
    correct_declaration,
    declare_voluntary,
    record_consent,
    record_consents,
    withdraw_declaration,
)
from cases.services.contacts import (
    add_contact_point,
    correct_contact_point,
    log_attempt,
    phone_given,
    withdraw_attempt,
)
from cases.services.documents import (
    add_document,
    add_note,
    add_protection_entry,
    withdraw_document,
)
from cases.services.duplicates import possible_duplicates, seen_among
from cases.services.eligibility import assign_programme_many
from cases.services.guard import require_not_gone
from cases.services.handouts import correct_hand_out, hand_out
from cases.services.handovers import (
    accept_handover,
    add_handover_item,
    deposit,
    deposit_many,
    open_handover,
    question_handover,
    send_handover,
    take_back_deposits,
    withdraw_handover_item,
)
from cases.services.lifecycle import (
    advance,
    close,
    correct_last_step,
    correct_step_day,
    require_after_last_step,
    take_back_step,
)
from cases.services.marks import (
    confirm_mark_removal,
    decline_mark_removal,
    propose_mark_removal,
)
from cases.services.merges import (
    clashes_in_words,
    confirm_merge,
    decline_merge,
    likely_the_same,
    merge,
    undo_merge,
)
from cases.services.referrals import (
    correct_referral,
    decline_referral,
    link_referral,
    refer,
    take_back_answer,
)
from cases.services.registration import correct_registration, register

__all__ = [
    "Entry",
    "accept_handover",
    "add_contact_point",
    "add_document",
    "add_handover_item",
    "add_note",
    "add_protection_entry",
    "advance",
    "advance_many",
    "assign_programme_many",
    "bind",
    "clashes_in_words",
    "close",
    "close_many",
    "commit",
    "commit_many",
    "confirm_mark_removal",
    "confirm_merge",
    "correct_contact_point",
    "correct_declaration",
    "correct_hand_out",
    "correct_last_step",
    "correct_referral",
    "correct_registration",
    "correct_step_day",
    "declare_voluntary",
    "decline_mark_removal",
    "decline_merge",
    "decline_referral",
    "deposit",
    "deposit_many",
    "end_early",
    "hand_out",
    "likely_the_same",
    "link_referral",
    "log_attempt",
    "merge",
    "move_commitment",
    "open_handover",
    "phone_given",
    "possible_duplicates",
    "propose_mark_removal",
    "question_handover",
    "record_consent",
    "record_consents",
    "record_handovers_many",
    "refer",
    "register",
    "register_many",
    "release",
    "require_after_last_step",
    "require_not_gone",
    "seen_among",
    "send_handover",
    "take_back_answer",
    "take_back_deposits",
    "take_back_step",
    "undo_merge",
    "withdraw_attempt",
    "withdraw_declaration",
    "withdraw_document",
    "withdraw_handover_item",
]
