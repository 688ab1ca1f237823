"""Contact points and attempts to reach somebody (R030, R155)."""

import datetime
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.enums import ContactKind, ContactOwner, ContactResult
from cases.models import Case, ContactAttempt, ContactPoint
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
    if kind == ContactKind.PHONE:
        value = normal_phone(value, case.office.country_id)
    point = ContactPoint(case=case, kind=kind, value=value, owner=owner, **details)
    return records.save(point, by=by)


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
    """Note one try to reach the person; a success updates when the number last worked (R155)."""
    workflow.require_not_future(on, today=today(), field="on")
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
        point = records.lock(contact_point)
        if point.last_worked_on is None or point.last_worked_on < on:
            point.last_worked_on = on
            records.save(point, by=by)
    return attempt
