"""Who a programme covers, with the reason (R019, R217)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programmes.models import AGE_KINDS, EligibilityKind, EligibilityRule, Programme


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What the rules look at: nothing that names the person."""

    country: str
    nationality: str
    age: int | None
    on: datetime.date
    helped_by: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One programme's answer and the sentence that decided it."""

    programme: Programme
    eligible: bool
    reason: str


def explain(candidate: Candidate, programmes: Iterable[Programme] | None = None) -> list[Verdict]:
    """Each programme that runs on the day, with eligible or not and which rule decided."""
    if programmes is None:
        running = Programme.objects.filter(starts_on__lte=candidate.on, ends_on__gte=candidate.on)
        programmes = running.prefetch_related("target_countries", "eligibility_rules")
    return [_judge(candidate, programme) for programme in programmes]


def _judge(candidate: Candidate, programme: Programme) -> Verdict:
    def no(reason: str) -> Verdict:
        return Verdict(programme=programme, eligible=False, reason=reason)

    covered = [
        t.days for t in programme.target_countries.all() if t.country_id == candidate.country
    ]
    if not any(candidate.on in days for days in covered):
        later = min((days.lower for days in covered if days.lower > candidate.on), default=None)
        if later:
            day = date_format(later, "DATE_FORMAT")
            return no(_("The country of origin is covered only from %(day)s.") % {"day": day})
        return no(_("The country of origin is not covered by this programme on that day."))
    for rule in sorted(programme.eligibility_rules.all(), key=lambda rule: rule.pk):
        if rule.is_in_force(candidate.on) and (reason := _broken(candidate, rule)):
            return no(reason)
    reason = _("All conditions of the programme are met.")
    if candidate.age is None and _asks_age(programme, candidate.on):
        reason = _(
            "The age is not known, so the condition on age was not checked. All others are met."
        )
    return Verdict(programme=programme, eligible=True, reason=reason)


def _asks_age(programme: Programme, on: datetime.date) -> bool:
    rules = programme.eligibility_rules.all()
    return any(rule.kind in AGE_KINDS and rule.is_in_force(on) for rule in rules)


def _broken(candidate: Candidate, rule: EligibilityRule) -> str:
    values: dict[str, Any] = {"value": rule.value}
    match rule.kind:
        case EligibilityKind.MIN_AGE if candidate.age is not None and candidate.age < int(
            rule.value
        ):
            return _("The person is younger than %(value)s.") % values
        case EligibilityKind.MAX_AGE if candidate.age is not None and candidate.age > int(
            rule.value
        ):
            return _("The person is older than %(value)s.") % values
        case EligibilityKind.EXCLUDED_NATIONALITY if candidate.nationality == rule.value:
            return _("This nationality is not covered by the programme.")
        case EligibilityKind.ONCE_ONLY if rule.programme_id in candidate.helped_by:
            return _("The person has been helped by this programme before.")
    return ""
