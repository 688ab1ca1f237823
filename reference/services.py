"""Verbs of the reference data."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import records
from core.clock import today
from reference.models import RuleValue
from reference.rules import FOLLOW_UP_MONTHS, MONITORING_MONTHS_MIN, Rule, current, declared


@transaction.atomic
def set_rule(
    rule: Rule[Any] | str, *, value: Any, from_on: datetime.date, note: str, by: Any
) -> RuleValue:
    """Give a rule another value from today or a coming day on; earlier days keep theirs (R270).

    A value already waiting for that very day is replaced. Raises UnknownRule for a rule that is
    not declared and ValidationError for a value the rule does not take.
    """
    rule = declared(rule if isinstance(rule, str) else rule.code)
    if from_on < today():
        raise ValidationError(
            {"from_on": _("Choose today or a later day: what was counted so far keeps its rule.")},
            code="in_the_past",
        )
    try:
        parsed = rule.parse(value)
        _check_monitoring(rule, parsed, from_on)
        stored = rule.stored(parsed)
    except ValidationError as error:
        raise ValidationError({"value": error.error_list}) from error
    row = (
        RuleValue.objects.select_for_update().filter(rule=rule.code, valid_from=from_on).first()
    ) or RuleValue(rule=rule.code, valid_from=from_on)
    row.value, row.note, row.set_by = stored, note, by
    return records.save(row, by=by, reason=note)


def _check_monitoring(rule: Rule[Any], value: Any, on: datetime.date) -> None:
    """Follow-up visits last as long as every return must be monitored (R270).

    That holds from the day on and whenever the other rule changes while this value is in force.
    """
    pair = (FOLLOW_UP_MONTHS, MONITORING_MONTHS_MIN)
    if rule not in pair:
        return
    later = RuleValue.objects.filter(valid_from__gt=on).order_by("valid_from")
    until = later.filter(rule=rule.code).values_list("valid_from", flat=True).first()
    others = later.filter(rule__in={other.code for other in pair} - {rule.code})
    days = others.values_list("valid_from", flat=True)
    for day in (on, *(day for day in days if until is None or day < until)):
        months = value if rule is FOLLOW_UP_MONTHS else current(FOLLOW_UP_MONTHS, on=day)
        least = value if rule is MONITORING_MONTHS_MIN else current(MONITORING_MONTHS_MIN, on=day)
        if months[-1] < least:
            raise ValidationError(
                _(
                    "The last follow-up visit after %(last)s months would come before the "
                    "%(least)s months for which every return is monitored."
                ),
                code="monitored_too_short",
                params={"last": months[-1], "least": least},
            )
