"""Which step of a plan and of an assistance item may follow which."""

from reintegration.enums import ItemStatus as I
from reintegration.enums import PlanStatus as P

PLAN_TRANSITIONS: dict[str, frozenset[str]] = {
    P.DRAFT: frozenset({P.SUBMITTED, P.CLOSED_INCOMPLETE}),
    P.SUBMITTED: frozenset({P.AGREED, P.DRAFT, P.CLOSED_INCOMPLETE}),
    P.AGREED: frozenset({P.IN_PROGRESS, P.SUSPENDED, P.CLOSED_INCOMPLETE, P.SUBMITTED}),
    P.IN_PROGRESS: frozenset({P.COMPLETED, P.SUSPENDED, P.CLOSED_INCOMPLETE, P.AGREED}),
    P.COMPLETED: frozenset({P.IN_PROGRESS}),
    P.SUSPENDED: frozenset({P.AGREED, P.IN_PROGRESS, P.CLOSED_INCOMPLETE}),
    P.CLOSED_INCOMPLETE: frozenset(),
}

UNSIGNED = frozenset({P.DRAFT, P.SUBMITTED})
SIGNED = frozenset({P.AGREED, P.IN_PROGRESS, P.COMPLETED, P.SUSPENDED})
ENDED = frozenset({P.COMPLETED, P.CLOSED_INCOMPLETE})
RUNNING = frozenset({P.AGREED, P.IN_PROGRESS})

PLAN_TONES: dict[str, str] = {
    P.DRAFT: "neutral",
    P.SUBMITTED: "info",
    P.AGREED: "progress",
    P.IN_PROGRESS: "progress",
    P.COMPLETED: "success",
    P.SUSPENDED: "warning",
    P.CLOSED_INCOMPLETE: "neutral",
}

ITEM_TRANSITIONS: dict[str, frozenset[str]] = {
    I.PROPOSED: frozenset({I.APPROVED, I.REJECTED, I.CANCELLED}),
    I.APPROVED: frozenset({I.PAID, I.PROPOSED, I.CANCELLED}),
    I.REJECTED: frozenset({I.PROPOSED, I.CANCELLED}),
    I.PAID: frozenset({I.DELIVERED, I.APPROVED}),
    I.DELIVERED: frozenset({I.PAID}),
    I.CANCELLED: frozenset({I.PROPOSED}),
}

#: Items that take up the grant.
COUNTED = frozenset({I.PROPOSED, I.APPROVED, I.PAID, I.DELIVERED})
#: Items the finance office works with.
FOR_FINANCE = frozenset({I.APPROVED, I.PAID, I.DELIVERED})
PAID = frozenset({I.PAID, I.DELIVERED})

ITEM_TONES: dict[str, str] = {
    I.PROPOSED: "info",
    I.APPROVED: "progress",
    I.REJECTED: "danger",
    I.PAID: "success",
    I.DELIVERED: "success",
    I.CANCELLED: "neutral",
}
