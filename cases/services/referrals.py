"""Referrals by government partners (R010)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission, Role
from cases import policies, references
from cases.enums import ReferralStatus
from cases.models import Case, Referral
from cases.services.contacts import normal_phone
from cases.workflow import REFERRAL_TRANSITIONS
from core import records, workflow
from core.clock import today
from core.exceptions import Refused


@transaction.atomic
def refer(*, by: Any, referred_on: datetime.date | None = None, **values: Any) -> Referral:
    """Send a person to an orientation point. The referrer's organisation is the sender."""
    if not by.has_permission(Permission.REFER_PEOPLE):
        raise Refused(_("You may not refer people."), by)
    organisations = sorted(by.organisations_for(Role.REFERRER))
    if not organisations:
        raise ValidationError(_("Your account is not linked to an organisation that may refer."))
    referral = Referral(
        organisation_id=organisations[0],
        referred_by=by,
        referred_on=referred_on or today(),
        **values,
    )
    _check(referral)
    return records.save(referral, by=by)


@transaction.atomic
def correct_referral(referral: Referral, *, why: str, by: Any, **values: Any) -> Referral:
    """Correct what one referred, until it is answered (R010); ``why`` is for the audit."""
    referral = records.lock(referral)
    if not policies.can_correct_referral(by, referral):
        raise Refused(_("You may correct your own referrals until they are answered."), referral)
    for name, value in values.items():
        setattr(referral, name, value)
    _check(referral)
    return records.save(referral, by=by, reason=why)


def _check(referral: Referral) -> None:
    """The day is not to come, and the phone is one; a short number is one of the office."""
    workflow.require_not_future(referral.referred_on, today=today(), field="referred_on")
    if referral.phone:
        try:
            referral.phone = normal_phone(referral.phone, referral.office.country_id)
        except ValidationError as error:
            raise ValidationError({"phone": error.error_dict["value"]}) from error


@transaction.atomic
def decline_referral(referral: Referral, *, by: Any, reason: str) -> Referral:
    """The person was not registered; the referrer sees that and no more."""
    return _answer(referral, ReferralStatus.NOT_REGISTERED, by=by, reason=reason)


@transaction.atomic
def link_referral(referral: Referral, *, case: str, by: Any) -> Referral:
    """The person has an open case here already: the referral is answered with it (R010).

    ``case`` is its reference; the referrer sees the status and not the case. Raises
    ValidationError under ``case`` for none that is open and visible to ``by``, and Refused.
    """
    reference = references.read(case) or case
    found = Case.objects.visible_to(by).open().filter(reference=reference).first()
    if found is None:
        unknown = _("No open case with this reference is open to you.")
        raise ValidationError({"case": ValidationError(unknown, code="unknown")})
    return settle(referral, found, by=by)


@transaction.atomic
def take_back_answer(referral: Referral, *, reason: str, by: Any) -> Referral:
    """The answer was given by mistake: the referral waits again (R010). A case stays as it is."""
    referral = records.lock(referral)
    if not policies.can_take_back_answer(by, referral):
        raise Refused(
            _("Only the orientation point that answered takes its answer back."), referral
        )
    nothing = {"case": None, "answered_on": None, "answered_by": None, "answer_reason": ""}
    return workflow.move(
        referral,
        ReferralStatus.RECEIVED,
        transitions=REFERRAL_TRANSITIONS,
        by=by,
        values=nothing,
        reason=reason,
    )


def settle(referral: Referral, case: Case, *, by: Any) -> Referral:
    """The referred person was registered as ``case``."""
    return _answer(referral, ReferralStatus.REGISTERED, by=by, case=case)


def _answer(
    referral: Referral, status: str, *, by: Any, reason: str = "", **values: Any
) -> Referral:
    referral = records.lock(referral)
    if not policies.handles(by, referral):
        raise Refused(_("Only the orientation point it was sent to answers a referral."), referral)
    return workflow.move(
        referral,
        status,
        transitions=REFERRAL_TRANSITIONS,
        by=by,
        values=values | {"answered_on": today(), "answered_by": by, "answer_reason": reason[:300]},
        reason=reason,
    )
