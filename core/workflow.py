"""The one door through which a status moves (ADR 0002)."""

import datetime
from collections.abc import Mapping, Set
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import records

M = TypeVar("M", bound=models.Model)


@transaction.atomic
def move(
    obj: M,
    to: str,
    *,
    transitions: Mapping[str, Set[str]],
    by: Any,
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    reason: str = "",
) -> M:
    """Lock ``obj``, check the arrow to ``to``, set ``values`` with it, save and audit.

    The calling verb writes its own event row. Returns the fresh row.
    Raises ValidationError (code ``invalid_transition``) and Stale.
    """
    current: Any = records.lock(obj, version=version)
    choices = dict(current._meta.get_field("status").flatchoices)
    if to not in transitions[current.status]:
        raise ValidationError(
            _("This cannot go from “%(old)s” to “%(new)s”."),
            code="invalid_transition",
            params={"old": choices[current.status], "new": choices[to]},
        )
    current.status = to
    for name, value in (values or {}).items():
        setattr(current, name, value)
    moved: M = records.save(current, by=by, reason=reason)
    return moved


def require_not_future(on: datetime.date, *, today: datetime.date, field: str) -> None:
    """What is recorded as having happened cannot lie in the future."""
    if on > today:
        raise ValidationError(
            {field: _("This date is in the future. Enter the day on which it happened.")},
            code="future",
        )
