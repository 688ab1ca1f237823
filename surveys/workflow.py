"""Which step of a follow-up may follow which (R154)."""

from surveys.enums import FollowUpStatus as S

#: What was recorded by mistake goes back to planned.
TRANSITIONS: dict[str, frozenset[str]] = {
    S.PLANNED: frozenset({S.DONE, S.NOT_POSSIBLE, S.CANCELLED}),
    S.DONE: frozenset({S.PLANNED}),
    S.NOT_POSSIBLE: frozenset({S.PLANNED}),
    S.CANCELLED: frozenset({S.PLANNED}),
}

TONES: dict[str, str] = {
    S.PLANNED: "info",
    S.DONE: "success",
    S.NOT_POSSIBLE: "warning",
    S.CANCELLED: "neutral",
}
