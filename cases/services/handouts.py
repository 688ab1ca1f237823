"""Logging what was handed out (R061)."""

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies
from cases.models import HandOut
from core import records, workflow
from core.clock import today
from core.exceptions import Refused


@transaction.atomic
def hand_out(*, on: datetime.date, by: Any, **values: Any) -> HandOut:
    """Log copies handed out at one of the user's offices. Raises ValidationError, Refused."""
    office = values["office"]
    if not policies.can_hand_out_at(by, office.pk):
        raise Refused(_("You may log hand-outs at your own office only."), office)
    workflow.require_not_future(on, today=today(), field="on")
    return records.save(HandOut(on=on, by=by, **values), by=by)


@transaction.atomic
def correct_hand_out(row: HandOut, *, quantity: int, reason: str, by: Any) -> HandOut:
    """Correct a quantity; the audit keeps the earlier one."""
    row = records.lock(row)
    if not policies.can_correct_hand_out(by, row):
        raise Refused(_("You may correct hand-outs of your own office only."), row)
    row.quantity = quantity
    return records.save(row, by=by, reason=reason)
