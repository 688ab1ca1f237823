"""Verbs of the journey; callers write ``services.plan(…)``."""

from travel.services.arrivals import arrive, correct_arrival, undo_arrival
from travel.services.bulk import Travelled, record_departures_many
from travel.services.children import record_gate, revoke_gate, sign_gate
from travel.services.departures import correct_departure, depart, undo_departure
from travel.services.overrides import (
    approve_override,
    refuse_override,
    request_override,
    withdraw_override,
)
from travel.services.planning import (
    cancel,
    change_day,
    change_ticket,
    confirm,
    plan,
    put_back,
)
from travel.services.preparation import (
    acknowledge_need,
    add_step,
    announce_need,
    change_step,
    save_check,
    withdraw_need,
)

__all__ = [
    "Travelled",
    "acknowledge_need",
    "add_step",
    "announce_need",
    "approve_override",
    "arrive",
    "cancel",
    "change_day",
    "change_step",
    "change_ticket",
    "confirm",
    "correct_arrival",
    "correct_departure",
    "depart",
    "plan",
    "put_back",
    "record_departures_many",
    "record_gate",
    "refuse_override",
    "request_override",
    "revoke_gate",
    "save_check",
    "sign_gate",
    "undo_arrival",
    "undo_departure",
    "withdraw_need",
    "withdraw_override",
]
