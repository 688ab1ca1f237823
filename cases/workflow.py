"""Which step may follow which: of a case, its handover, a referral and a merge (R034)."""

from cases.enums import CaseStatus as S
from cases.enums import ConsentAnswer as C
from cases.enums import HandoverStatus as H
from cases.enums import MergeStatus as M
from cases.enums import ReferralStatus as R

TRANSITIONS: dict[str, frozenset[str]] = {
    S.REGISTERED: frozenset({S.ORIENTED, S.READY_TO_TRAVEL, S.CLOSED}),
    S.ORIENTED: frozenset({S.IN_TRAINING, S.READY_TO_TRAVEL, S.CLOSED}),
    S.IN_TRAINING: frozenset({S.READY_TO_TRAVEL, S.CLOSED}),
    S.READY_TO_TRAVEL: frozenset({S.DEPARTED, S.CLOSED}),
    S.DEPARTED: frozenset({S.ARRIVED, S.CLOSED}),
    S.ARRIVED: frozenset({S.CONTACTED, S.CLOSED}),
    S.CONTACTED: frozenset({S.PLAN_AGREED, S.CLOSED}),
    S.PLAN_AGREED: frozenset({S.PROJECT_RUNNING, S.CLOSED}),
    S.PROJECT_RUNNING: frozenset({S.MONITORED, S.CLOSED}),
    S.MONITORED: frozenset({S.CLOSED}),
    S.CLOSED: frozenset(),
}

#: Reading order of the way; the position of a case in it.
WAY: tuple[str, ...] = tuple(S.values)

OPEN = frozenset(S.values) - {S.CLOSED}
BEFORE_DEPARTURE = frozenset({S.REGISTERED, S.ORIENTED, S.IN_TRAINING, S.READY_TO_TRAVEL})
IN_COUNTRY_OF_ORIGIN = frozenset(
    {S.ARRIVED, S.CONTACTED, S.PLAN_AGREED, S.PROJECT_RUNNING, S.MONITORED}
)

#: Steps taken back on the case page; the others where they are taken: journey, contact, plan.
TAKEN_BACK_ON_THE_CASE = frozenset({S.ORIENTED, S.IN_TRAINING, S.MONITORED, S.CLOSED})

TONES: dict[str, str] = {
    S.REGISTERED: "neutral",
    S.ORIENTED: "info",
    S.IN_TRAINING: "info",
    S.READY_TO_TRAVEL: "warning",
    S.DEPARTED: "warning",
    S.ARRIVED: "progress",
    S.CONTACTED: "progress",
    S.PLAN_AGREED: "progress",
    S.PROJECT_RUNNING: "success",
    S.MONITORED: "success",
    S.CLOSED: "neutral",
}


HANDOVER_TRANSITIONS: dict[str, frozenset[str]] = {
    H.DRAFT: frozenset({H.SENT}),
    H.SENT: frozenset({H.OPENED, H.ACCEPTED, H.QUESTIONED}),
    H.OPENED: frozenset({H.ACCEPTED, H.QUESTIONED}),
    H.QUESTIONED: frozenset({H.SENT}),
    H.ACCEPTED: frozenset(),
}

HANDOVER_TONES: dict[str, str] = {
    H.DRAFT: "neutral",
    H.SENT: "info",
    H.OPENED: "info",
    H.QUESTIONED: "warning",
    H.ACCEPTED: "success",
}

CONSENT_TONES: dict[str, str] = {
    C.GIVEN: "success",
    C.REFUSED: "danger",
    C.WITHDRAWN: "danger",
}

REFERRAL_TRANSITIONS: dict[str, frozenset[str]] = {
    R.RECEIVED: frozenset({R.REGISTERED, R.NOT_REGISTERED}),
    R.REGISTERED: frozenset({R.RECEIVED}),
    R.NOT_REGISTERED: frozenset({R.RECEIVED}),
}

REFERRAL_TONES: dict[str, str] = {
    R.RECEIVED: "info",
    R.REGISTERED: "success",
    R.NOT_REGISTERED: "neutral",
}

MERGE_TRANSITIONS: dict[str, frozenset[str]] = {
    M.PROPOSED: frozenset({M.DONE, M.DECLINED}),
    M.DONE: frozenset({M.UNDONE}),
    M.DECLINED: frozenset(),
    M.UNDONE: frozenset(),
}

MERGE_TONES: dict[str, str] = {
    M.PROPOSED: "warning",
    M.DONE: "success",
    M.DECLINED: "neutral",
    M.UNDONE: "neutral",
}


def is_at_or_beyond(status: str, step: str) -> bool:
    """Is a case in ``status`` at this step of the way or past it?"""
    return WAY.index(status) >= WAY.index(step)
