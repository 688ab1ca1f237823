"""The first contact with the office of the country of origin (R118)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus, ContactResult
from cases.models import Case, ContactPoint
from cases.workflow import is_at_or_beyond
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from reintegration import policies, reach
from reintegration.enums import Initiator
from reintegration.models import FirstContact


def check_contact(
    case: Case, on: datetime.date, arrived_on: datetime.date | None, *, made: bool
) -> None:
    """What a first contact needs: an arrival, none before, and a day after the arrival."""
    if case.status == CaseStatus.CLOSED:
        raise ValidationError(_("The case is closed."), code="closed")
    if not is_at_or_beyond(case.status, CaseStatus.ARRIVED):
        raise ValidationError(
            _("The arrival is not confirmed yet. Confirm the arrival, then the first contact."),
            code="not_arrived",
        )
    if made:
        raise ValidationError(
            _("The first contact is recorded already. Correct it, or log another contact."),
            code="already_contacted",
        )
    check_contact_day(on, arrived_on)


def check_contact_day(on: datetime.date, arrived_on: datetime.date | None) -> None:
    workflow.require_not_future(on, today=today(), field="on")
    if arrived_on and on < arrived_on:
        raise ValidationError(
            {"on": _("This day lies before the arrival. Enter the day of arrival or a later one.")},
            code="before_arrival",
        )


@transaction.atomic
def record_first_contact(
    case: Case,
    *,
    on: datetime.date,
    initiated_by: str,
    channel: str,
    by: Any,
    note: str = "",
    contact_point: ContactPoint | None = None,
) -> FirstContact:
    """Record who made the first contact, when and how; it enters the log of attempts (R118).

    The case goes to “First contact made”. Raises ValidationError, Refused.
    """
    case = records.lock(case)
    if not policies.can_record_first_contact(by, case) and case.status != CaseStatus.CLOSED:
        raise Refused(_("The office of the country of origin records the first contact."), case)
    made = FirstContact.objects.filter(case=case).exists()
    check_contact(case, on, reach.arrival_day(case), made=made)
    attempt = case_services.log_attempt(
        case,
        on=on,
        channel=channel,
        result=ContactResult.REACHED,
        initiated_by_person=initiated_by == Initiator.PERSON,
        contact_point=contact_point,
        note=note,
        by=by,
    )
    contact = FirstContact(
        case=case,
        on=on,
        initiated_by=initiated_by,
        channel=channel,
        note=note,
        attempt=attempt,
        by=by,
    )
    records.save(contact, by=by)
    case_services.advance(case, CaseStatus.CONTACTED, on=on, by=by)
    return contact


@transaction.atomic
def correct_first_contact(
    contact: FirstContact,
    *,
    on: datetime.date,
    initiated_by: str,
    channel: str,
    note: str,
    reason: str,
    by: Any,
) -> FirstContact:
    """Correct a first contact; the audit keeps before, after and why.

    The step of the case goes to the corrected day. The log of attempts is never rewritten:
    another day or channel adds a corrected entry to it.
    """
    contact = records.lock(contact)
    case = contact.case
    _require_origin(case, by)
    check_contact_day(on, reach.arrival_day(case))
    if (on, channel) != (contact.on, contact.channel):
        contact.attempt = case_services.log_attempt(
            case,
            on=on,
            channel=channel,
            result=ContactResult.REACHED,
            initiated_by_person=initiated_by == Initiator.PERSON,
            note=reason[:500],
            by=by,
        )
    contact.on, contact.initiated_by = on, initiated_by
    contact.channel, contact.note = channel, note
    records.save(contact, by=by, reason=reason)
    case_services.correct_step_day(case, CaseStatus.CONTACTED, on=on, reason=reason, by=by)
    return contact


@transaction.atomic
def withdraw_first_contact(contact: FirstContact, *, reason: str, by: Any) -> Case:
    """Remove a first contact recorded by mistake and take the case back to “Arrived”.

    Raises ValidationError when later steps rest on it.
    """
    contact = records.lock(contact)
    _require_origin(contact.case, by)
    case = records.lock(contact.case)
    if case.status != CaseStatus.CONTACTED:
        raise ValidationError(
            _("Later steps rest on this contact. Take them back first."), code="later_steps"
        )
    records.delete(contact, by=by, reason=reason)
    return case_services.correct_last_step(case, reason=reason, by=by)


def _require_origin(case: Case, by: Any) -> None:
    if not policies.can_record_first_contact(by, case):
        raise Refused(_("You may not change this first contact."), case)
