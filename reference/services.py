"""Verbs of the reference data."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import records
from core.clock import today
from reference.models import RuleValue
from reference.rules import Rule, declared


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
        stored = rule.stored(rule.parse(value))
    except ValidationError as error:
        raise ValidationError({"value": error.error_list}) from error
    row = (
        RuleValue.objects.select_for_update().filter(rule=rule.code, valid_from=from_on).first()
    ) or RuleValue(rule=rule.code, valid_from=from_on)
    row.value, row.note, row.set_by = stored, note, by
    return records.save(row, by=by, reason=note)
