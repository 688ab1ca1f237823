"""Who sends a case to the office of origin, and who answers there."""

from typing import Any

from accounts.permissions import Permission
from cases.enums import WRITTEN_BY_HAND, CaseStatus, HandoverStatus
from cases.models import Case, HandoverItem
from cases.policies.cases import works_at_host, works_in_origin
from cases.workflow import HANDOVER_TRANSITIONS


def hands_over(user: Any, case: Case) -> bool:
    """Does the user send this case to the office of origin, and answer its questions?"""
    return (
        user.has_permission(Permission.SEND_HANDOVER)
        and case.status != CaseStatus.CLOSED
        and works_at_host(user, case)
    )


def can_send_handover(user: Any, case: Case) -> bool:
    return hands_over(user, case) and HandoverStatus.SENT in HANDOVER_TRANSITIONS[_handover(case)]


def can_withdraw_handover_item(user: Any, item: HandoverItem) -> bool:
    """What was written by hand, until the handover is sent."""
    return (
        item.kind in WRITTEN_BY_HAND
        and hands_over(user, item.case)
        and _handover(item.case) == HandoverStatus.DRAFT
    )


def receives_handover(user: Any, case: Case) -> bool:
    """Does the user answer handovers of this country of origin?"""
    return user.has_permission(Permission.RECEIVE_HANDOVER) and works_in_origin(user, case)


def can_answer_handover(user: Any, case: Case) -> bool:
    return (
        receives_handover(user, case)
        and HandoverStatus.ACCEPTED in HANDOVER_TRANSITIONS[_handover(case)]
    )


def _handover(case: Case) -> str:
    handover = getattr(case, "handover", None)
    return HandoverStatus.DRAFT if handover is None else handover.status
