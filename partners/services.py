"""Verbs of agreements: ending them, and saying who does what in which city (R087, R203)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Office
from core import records
from partners.models import Agreement, CityDuty


@transaction.atomic
def end_agreement(
    agreement: Agreement, *, ends_on: datetime.date, reason: str, by: Any
) -> Agreement:
    """Set an earlier last day; the duties in the cities end with it. Raises ValidationError."""
    agreement = records.lock(agreement)
    if ends_on > agreement.ends_on:
        raise ValidationError(
            {"ends_on": _("The agreement ends before this day. Change its dates instead.")}
        )
    agreement.ends_on = ends_on
    return records.save(agreement, by=by, reason=reason)


@transaction.atomic
def add_city_duty(
    agreement: Agreement,
    *,
    office: Office,
    duty: str,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
    by: Any,
) -> CityDuty:
    """Say that the organisation does something in a city, for the time of the agreement or for a
    part of it. Raises ValidationError.
    """
    agreement = records.lock(agreement)
    _check_within(agreement, starts_on=starts_on, ends_on=ends_on)
    row = CityDuty(
        agreement=agreement, office=office, duty=duty, starts_on=starts_on, ends_on=ends_on
    )
    return records.save(row, by=by)


@transaction.atomic
def end_city_duty(duty: CityDuty, *, ends_on: datetime.date, reason: str, by: Any) -> CityDuty:
    """Set the last day of a duty in a city; courses before it stay as they are."""
    duty = records.lock(duty)
    _check_within(duty.agreement, ends_on=ends_on)
    duty.ends_on = ends_on
    return records.save(duty, by=by, reason=reason)


def _check_within(agreement: Agreement, **days: datetime.date | None) -> None:
    """Each named day lies in the time of the agreement."""
    for name, day in days.items():
        if day is not None and not agreement.runs_on(day):
            raise ValidationError(
                {name: _("Choose a day within the agreement's dates.")}, code="outside_agreement"
            )
