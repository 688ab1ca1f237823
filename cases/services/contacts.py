"""Contact points and attempts to reach somebody (R030, R155)."""

import datetime
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from cases import policies
from cases.enums import ContactKind, ContactOwner, ContactResult
from cases.models import Case, ContactAttempt, ContactPoint
from cases.services.guard import require
from cases.workflow import BEFORE_DEPARTURE
from core import records, workflow
from core.clock import today


def normal_phone(value: str, region: str) -> str:
    """A phone number in international form. Raises ValidationError for what is none."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException as error:
        raise ValidationError({"value": _("This is not a phone number.")}) from error
    if not phonenumbers.is_possible_number(number):
        raise ValidationError({"value": _("This phone number has too few or too many digits.")})
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def phone_given(phone: str, owner: str) -> list[dict[str, Any]]:
    """The phone told at registration as ``register`` takes it; an empty one is none.

    Somebody else's is used once its owner has agreed (R030).
    """
    if not phone:
        return []
    is_own = owner == ContactOwner.SELF
    return [{"kind": ContactKind.PHONE, "value": phone, "owner": owner, "may_be_used": is_own}]


@transaction.atomic
def add_contact_point(
    case: Case,
    *,
    kind: str,
    value: str,
    by: Any,
    owner: str = ContactOwner.SELF,
    **details: Any,
) -> ContactPoint:
    """Add a way to reach the person; somebody else's needs their agreement to be used (R030)."""
    case = records.lock(case)
    require(policies.can_record_contact, case, by=by)
    point = ContactPoint(
        case=case, kind=kind, value=_normal(case, kind, value), owner=owner, **details
    )
    return records.save(point, by=by)


@transaction.atomic
def correct_contact_point(
    point: ContactPoint, *, by: Any, reason: str, **values: Any
) -> ContactPoint:
    """Correct a contact, note an agreement or retire a number; the audit keeps what was (R048)."""
    case = records.lock(point.case)
    require(policies.can_record_contact, case, by=by)
    point = records.lock(point)
    for name, value in values.items():
        setattr(point, name, value)
    point.value = _normal(case, point.kind, point.value)
    return records.save(point, by=by, reason=reason)


def _normal(case: Case, kind: str, value: str) -> str:
    """Phones in international form; a short number is one of where the person lives.

    Raises ValidationError under ``value`` for what is no phone or no e-mail address.
    """
    if kind == ContactKind.EMAIL:
        return _checked_email(value)
    if kind != ContactKind.PHONE:
        return value
    is_here = case.stands_at in BEFORE_DEPARTURE
    return normal_phone(value, case.office.country_id if is_here else case.country_id)


def _checked_email(value: str) -> str:
    try:
        validate_email(value)
    except ValidationError as error:
        text = _("This is not an e-mail address. Write it like name@example.org.")
        raise ValidationError({"value": ValidationError(text, code="invalid")}) from error
    return value


@transaction.atomic
def log_attempt(
    case: Case,
    *,
    on: datetime.date,
    channel: str,
    result: str,
    by: Any,
    contact_point: ContactPoint | None = None,
    initiated_by_person: bool = False,
    note: str = "",
) -> ContactAttempt:
    """Note one try to reach the person; a success updates when the number last worked (R155).

    Raises ValidationError for a number whose owner has not agreed to be contacted (R030), and
    after the return when the person does not wish calls and visits (design §4.6).
    """
    case = records.lock(case)
    require(policies.can_record_contact, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    if not (initiated_by_person or case.stands_at in BEFORE_DEPARTURE):
        _check_agrees(case, on)
    if contact_point is not None:
        _check_usable(contact_point, case, is_ours=not initiated_by_person)
    attempt = ContactAttempt(
        case=case,
        contact_point=contact_point,
        on=on,
        channel=channel,
        result=result,
        initiated_by_person=initiated_by_person,
        note=note,
        by=by,
    )
    records.save(attempt, by=by)
    if contact_point is not None and result == ContactResult.REACHED:
        _note_last_worked(contact_point, by=by)
    return attempt


@transaction.atomic
def withdraw_attempt(attempt: ContactAttempt, *, reason: str, by: Any) -> ContactAttempt:
    """Take away a contact that was logged by mistake; the audit keeps it (R048, R155).

    When the number last worked follows from the other entries. Raises ValidationError for the
    entry of a first contact, which is corrected where it stands.
    """
    case = records.lock(attempt.case)
    require(policies.can_record_contact, case, by=by)
    try:
        records.delete(records.lock(attempt), by=by, reason=reason)
    except ProtectedError as error:
        text = _("This is the first contact after the return. Correct it under “Reintegration”.")
        raise ValidationError(text, code="first_contact") from error
    if attempt.contact_point is not None and attempt.result == ContactResult.REACHED:
        _note_last_worked(attempt.contact_point, by=by, reason=reason)
    return attempt


def _note_last_worked(point: ContactPoint, *, by: Any, reason: str = "") -> None:
    point = records.lock(point)
    reached = point.attempts.filter(result=ContactResult.REACHED).aggregate(day=Max("on"))
    if point.last_worked_on != reached["day"]:
        point.last_worked_on = reached["day"]
        records.save(point, by=by, reason=reason)


def _check_agrees(case: Case, on: datetime.date) -> None:
    if not policies.may_follow_up(case, on):
        raise ValidationError(
            _(
                "The person does not wish calls and visits after the return. Only contacts that "
                "the person makes are logged."
            ),
            code="no_follow_up",
        )


def _check_usable(point: ContactPoint, case: Case, *, is_ours: bool) -> None:
    """A contact of this case that is in use; when we call, its owner has agreed to it."""
    if point.case_id != case.pk or not point.is_active:
        error = ValidationError(_("Choose a contact of this case that is in use."), code="unknown")
        raise ValidationError({"contact_point": error})
    if is_ours and not point.may_be_used:
        error = ValidationError(
            _(
                "The owner has not agreed to be contacted. Choose another contact, or correct "
                "this one once the owner agrees."
            ),
            code="no_agreement",
        )
        raise ValidationError({"contact_point": error})
