"""Opening and amending programmes: each change has its day, and earlier days keep what was in
force (R216, R219).
"""

import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import records
from core.clock import today
from core.exceptions import Refused
from partners.models import Agreement
from programmes import policies
from programmes.models import (
    Donor,
    EligibilityRule,
    GrantCeiling,
    Programme,
    ProgrammeAgreement,
    TargetCountry,
)

AMENDABLE = ("name", "starts_on", "ends_on", "activities", "budget", "currency")


@transaction.atomic
def open_programme(
    *,
    by: Any,
    donor: Donor | None = None,
    new_donor: str = "",
    contact_person: str = "",
    **values: Any,
) -> Programme:
    """Open a programme of a known donor, or of a new one by its name (R216).

    Raises ValidationError, Refused.
    """
    if not policies.can_open(by):
        raise Refused(_("Administrators open programmes."), by)
    if (donor is None) == (not new_donor):
        raise ValidationError({"donor": _("Choose a donor, or write the name of a new one.")})
    if donor is None:
        donor = _new_donor(new_donor, contact_person, code=str(values["code"]), by=by)
    return records.save(Programme(donor=donor, **values), by=by)


def _new_donor(name: str, contact_person: str, *, code: str, by: Any) -> Donor:
    """Named once; its code is that of the name, or of the programme where the name has no Latin
    letters.
    """
    slug = slugify(name)[:50] or slugify(f"{code}-donor")
    if Donor.objects.filter(name__iexact=name).exists() or Donor.objects.filter(code=slug).exists():
        raise ValidationError(
            {"new_donor": _("This donor is known already. Choose it in the list.")},
            code="known_donor",
        )
    return records.save(Donor(code=slug, name=name, contact_person=contact_person), by=by)


@transaction.atomic
def correct_donor(donor: Donor, *, name: str, contact_person: str, reason: str, by: Any) -> Donor:
    """Correct the name or the contact person; the code stays, the history keeps the former ones.

    Raises ValidationError for the name of another donor, Refused.
    """
    donor = records.lock(donor)
    if not policies.can_open(by):
        raise Refused(_("Administrators correct donors."), donor)
    if Donor.objects.filter(name__iexact=name).exclude(pk=donor.pk).exists():
        raise ValidationError({"name": _("Another donor has this name.")}, code="known_donor")
    donor.name, donor.contact_person = name, contact_person
    return records.save(donor, by=by, reason=reason)


@transaction.atomic
def amend_programme(programme: Programme, *, reason: str, by: Any, **values: Any) -> Programme:
    """Correct the name, the dates, the activities or the budget; the history keeps the former ones.

    Countries that were covered to the last day of the programme are covered to its new last day
    (R219). Raises ValidationError, Refused.
    """
    programme = records.lock(programme)
    _check_may_manage(by, programme)
    former = programme.ends_on
    for name in AMENDABLE:
        setattr(programme, name, values.get(name, getattr(programme, name)))
    programme = records.save(programme, by=by, reason=reason)
    if programme.ends_on != former:
        for target in programme.target_countries.select_for_update(of=("self",)):
            first = target.first_on
            if target.last_on == former and first is not None and first <= programme.ends_on:
                target.days = _days(first, programme.ends_on)
                records.save(target, by=by, reason=reason)
    return programme


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
def add_condition(
    programme: Programme,
    *,
    kind: str,
    value: str,
    from_on: datetime.date,
    until_on: datetime.date | None = None,
    reason: str,
    by: Any,
) -> EligibilityRule:
    """Ask a condition of whoever is registered from a day on (R217).

    The day may lie in the past, as that of a country: decisions are recorded after the meeting.
    Raises ValidationError, Refused.
    """
    _check_may_manage(by, programme)
    _check_within(programme, from_on=from_on)
    if until_on is not None and until_on < from_on:
        raise ValidationError({"until_on": _("The end lies before the beginning.")})
    rule = EligibilityRule(
        programme=programme, kind=kind, value=value, valid_from=from_on, valid_until=until_on
    )
    return records.save(rule, by=by, reason=reason)


@transaction.atomic
def end_condition(
    rule: EligibilityRule, *, last_on: datetime.date, reason: str, by: Any
) -> EligibilityRule:
    """Set the last day on which a condition is asked; the history keeps it (R217)."""
    rule = records.lock(rule)
    _check_may_manage(by, rule.programme)
    if last_on < rule.valid_from:
        raise ValidationError({"last_on": _("The end lies before the beginning.")})
    rule.valid_until = last_on
    return records.save(rule, by=by, reason=reason)


@transaction.atomic
def take_back_condition(rule: EligibilityRule, *, reason: str, by: Any) -> Programme:
    """Remove a condition added by mistake, on its first day at the latest; the audit keeps it."""
    rule = records.lock(rule)
    programme = rule.programme
    _check_may_manage(by, programme)
    if rule.valid_from < today():
        raise ValidationError(
            _("This condition has been asked already. End it instead."), code="has_begun"
        )
    records.delete(rule, by=by, reason=reason)
    return programme


@transaction.atomic
def link_agreement(programme: Programme, *, agreement: Agreement, by: Any) -> ProgrammeAgreement:
    """Say that an agreement with a partner serves a programme (R201). Raises Refused."""
    if not by.is_system:
        _check_may_manage(by, programme)
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
