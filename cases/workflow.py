"""The life-cycle of a case: which step may follow which (R034)."""

from cases.enums import CaseStatus as S

TRANSITIONS: dict[str, frozenset[str]] = {
    S.REGISTERED: frozenset({S.ORIENTED, S.READY_TO_TRAVEL, S.CLOSED}),
    S.ORIENTED: frozenset({S.IN_TRAINING, S.READY_TO_TRAVEL, S.CLOSED}),
    S.IN_TRAINING: frozenset({S.READY_TO_TRAVEL, S.CLOSED}),
    S.READY_TO_TRAVEL: frozenset({S.DEPARTED, S.IN_TRAINING, S.CLOSED}),
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


def is_at_or_beyond(status: str, step: str) -> bool:
    """Is a case in ``status`` at this step of the way or past it?"""
    return WAY.index(status) >= WAY.index(step)
