"""What an orientation point does besides its cases: referrals and hand-outs."""

from typing import Any

from accounts.permissions import Permission, Role
from cases.enums import ReferralStatus
from cases.models import HandOut, Referral
from cases.policies.cases import own_offices


def handles(user: Any, referral: Referral) -> bool:
    """Does the user answer referrals to this orientation point (R010)?"""
    return user.has_permission(Permission.HANDLE_REFERRALS) and referral.office_id in own_offices(
        user
    )


def can_answer_referral(user: Any, referral: Referral) -> bool:
    return handles(user, referral) and referral.status == ReferralStatus.RECEIVED


def can_take_back_answer(user: Any, referral: Referral) -> bool:
    """An answer given by mistake; the referral waits again."""
    return handles(user, referral) and referral.status != ReferralStatus.RECEIVED


def can_correct_referral(user: Any, referral: Referral) -> bool:
    """Whoever sent it, until it is answered."""
    return (
        user.has_permission(Permission.REFER_PEOPLE)
        and referral.referred_by_id == user.pk
        and referral.organisation_id in user.organisations_for(Role.REFERRER)
        and referral.status == ReferralStatus.RECEIVED
    )


def can_hand_out_at(user: Any, office_id: int) -> bool:
    return user.has_permission(Permission.RUN_SESSIONS) and office_id in own_offices(user)


def can_correct_hand_out(user: Any, row: HandOut) -> bool:
    return can_hand_out_at(user, row.office_id)
