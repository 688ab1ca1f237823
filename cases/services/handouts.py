"""Logging what was handed out (R061)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Role
from cases.models import HandOut
from cases.models.case import HOST_ROLES
from core import records, workflow
from core.clock import today


@transaction.atomic
def hand_out(*, on: datetime.date, by: Any, **values: Any) -> HandOut:
    """Log copies handed out at one of the user's offices."""
    workflow.require_not_future(on, today=today(), field="on")
    if values["office"].pk not in by.offices_for(*HOST_ROLES, Role.PROTECTION_OFFICER):
        raise ValidationError({"office": _("Choose your own office.")})
    return records.save(HandOut(on=on, by=by, **values), by=by)


@transaction.atomic
def correct_hand_out(row: HandOut, *, quantity: int, reason: str, by: Any) -> HandOut:
    """Correct a quantity; the audit keeps the earlier one."""
    row = records.lock(row)
    row.quantity = quantity
    return records.save(row, by=by, reason=reason)
