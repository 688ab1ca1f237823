"""Amending programmes: each change has its day, and earlier days keep what was in force (R219)."""

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from core import records
from core.clock import today
from core.exceptions import Refused
from partners.models import Agreement
from programmes import policies
from programmes.models import GrantCeiling, Programme, ProgrammeAgreement, TargetCountry


@transaction.atomic
def add_target_country(
    programme: Programme, *, country: Any, from_on: datetime.date, note: str, by: Any
) -> TargetCountry:
    """Cover a country of origin from a day to the end of the programme (R019).

    The day may lie in the past, because decisions are recorded after the meeting that took them.
    Raises ValidationError, Refused.
    """
    _check_may_manage(by, programme)
    _check_within(programme, from_on=from_on)
    target = TargetCountry(
        programme=programme, country=country, days=_days(from_on, programme.ends_on), note=note
    )
    return records.save(target, by=by, reason=note)


@transaction.atomic
def amend_target_country(
    target: TargetCountry, *, from_on: datetime.date, last_on: datetime.date, reason: str, by: Any
) -> TargetCountry:
    """Correct or end the days a country is covered; the history keeps the former ones."""
    target = records.lock(target)
    _check_may_manage(by, target.programme)
    _check_within(target.programme, from_on=from_on, last_on=last_on)
    if last_on < from_on:
        raise ValidationError({"last_on": _("The end lies before the beginning.")})
    target.days = _days(from_on, last_on)
    return records.save(target, by=by, reason=reason)


@transaction.atomic
def take_back_target_country(target: TargetCountry, *, reason: str, by: Any) -> Programme:
    """Remove a country added by mistake, on its first day at the latest; the audit keeps it."""
    target = records.lock(target)
    _check_may_manage(by, target.programme)
    if target.first_on is None or target.first_on < today():
        raise ValidationError(
            _("This country has been covered already. Change its days instead."), code="has_begun"
        )
    programme = target.programme
    records.delete(target, by=by, reason=reason)
    return programme


@transaction.atomic
def set_ceiling(
    programme: Programme,
    *,
    category: str,
    amount: Decimal,
    from_on: datetime.date,
    reason: str,
    by: Any,
) -> GrantCeiling:
    """Another grant ceiling from today or a coming day on; earlier days keep theirs (R132, R219).

    One already waiting for that very day is replaced. Raises ValidationError, Refused.
    """
    _check_may_manage(by, programme)
    _check_within(programme, from_on=from_on)
    if from_on < today():
        raise ValidationError(
            {
                "from_on": _(
                    "Choose today or a later day: what was granted so far keeps its ceiling."
                )
            },
            code="in_the_past",
        )
    waiting = GrantCeiling.objects.select_for_update(of=("self",)).filter(
        programme=programme, category=category, valid_from=from_on
    )
    ceiling = waiting.first() or GrantCeiling(
        programme=programme,
        category=category,
        valid_from=from_on,
        currency=programme.currency,
    )
    ceiling.amount = amount
    return records.save(ceiling, by=by, reason=reason)


@transaction.atomic
def link_agreement(programme: Programme, *, agreement: Agreement, by: Any) -> ProgrammeAgreement:
    """Say that an agreement with a partner serves a programme (R201)."""
    return records.save(ProgrammeAgreement(programme=programme, agreement=agreement), by=by)


def _check_may_manage(by: Any, programme: Programme) -> None:
    if not policies.can_manage(by, programme):
        raise Refused(_("You may amend your own programmes only."), programme)


def _check_within(programme: Programme, **days: datetime.date) -> None:
    """Each named day lies in the time of the programme."""
    for name, day in days.items():
        if not programme.runs_on(day):
            raise ValidationError(
                {name: _("Choose a day within the programme's dates.")}, code="outside_programme"
            )


def _days(first: datetime.date, last: datetime.date) -> DateRange:
    return DateRange(first, last + datetime.timedelta(days=1))
