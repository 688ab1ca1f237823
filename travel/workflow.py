"""The life-cycle of a journey: which step may follow which."""

from travel.enums import JourneyStatus as J
from travel.enums import StepStatus as S

# The arrows back are corrections: each needs a reason and stays in the history.
TRANSITIONS: dict[str, frozenset[str]] = {
    J.PLANNED: frozenset({J.CONFIRMED, J.CANCELLED}),
    J.CONFIRMED: frozenset({J.DEPARTED, J.PLANNED, J.CANCELLED}),
    J.DEPARTED: frozenset({J.ARRIVED, J.CONFIRMED}),
    J.ARRIVED: frozenset({J.DEPARTED}),
    J.CANCELLED: frozenset(),
}

BEFORE_DEPARTURE = frozenset({J.PLANNED, J.CONFIRMED})
AFTER_DEPARTURE = frozenset({J.DEPARTED, J.ARRIVED})

TONES: dict[str, str] = {
    J.PLANNED: "neutral",
    J.CONFIRMED: "info",
    J.DEPARTED: "progress",
    J.ARRIVED: "success",
    J.CANCELLED: "neutral",
}
STEP_TONES: dict[str, str] = {
    S.NOT_NEEDED: "neutral",
    S.REQUESTED: "warning",
    S.OBTAINED: "success",
    S.REFUSED: "danger",
}
