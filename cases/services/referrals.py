"""Referrals by government partners (R010)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Role
from cases.enums import ReferralStatus
from cases.models import Referral
from core import records
from core.clock import today


@transaction.atomic
def refer(*, by: Any, referred_on: datetime.date | None = None, **values: Any) -> Referral:
    """Send a person to an orientation point. The referrer's organisation is the sender."""
    organisations = sorted(by.organisations_for(Role.REFERRER))
    if not organisations:
        raise ValidationError(_("Your account is not linked to an organisation that may refer."))
    referral = Referral(
        organisation_id=organisations[0],
        referred_by=by,
        referred_on=referred_on or today(),
        **values,
    )
    return records.save(referral, by=by)


@transaction.atomic
def decline_referral(referral: Referral, *, by: Any, reason: str) -> Referral:
    """The person was not registered; the referrer sees that and no more."""
    referral = records.lock(referral)
    if referral.status != ReferralStatus.RECEIVED:
        raise ValidationError(_("This referral has been answered already."))
    referral.status = ReferralStatus.NOT_REGISTERED
    referral.answered_on = today()
    return records.save(referral, by=by, reason=reason)


def settle(referral: Referral, case: Any, *, by: Any) -> Referral:
    """The referred person was registered as ``case``."""
    referral = records.lock(referral)
    if referral.status != ReferralStatus.RECEIVED:
        raise ValidationError(_("This referral has been answered already."))
    referral.status = ReferralStatus.REGISTERED
    referral.case = case
    referral.answered_on = today()
    return records.save(referral, by=by)
