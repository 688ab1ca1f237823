"""The figures of a programme for whoever asks (R235, R240)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.clock import today
from core.exceptions import Refused
from programmes.models import Programme
from reports import policies, released
from reports.disclosure import Audience
from reports.figures import Figures
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate
from reports.protected import protect


def figures_for(
    user: Any, programme: Programme, as_of: datetime.date, **part: str
) -> Figures | None:
    """The figures of a programme for whoever asks, as they may be seen by their audience (R240).

    Inside the programme they are counted now. Readers outside get what the last report as of the
    day or before has printed, and None where there is none: whoever could have figures counted on
    two days, or of two days, would see who came in between.

    A ``part`` is an ``office``, a ``country`` or a ``group``, by code: only the people whose first
    registration has it are counted, inside the programme (R235). Raises Refused, and
    ValidationError for a day to come and for a part that is asked for from outside.
    """
    audience = policies.audience_of(user, programme)
    if audience is None:
        raise Refused(_("You may not read the figures of this programme."), programme)
    check_day(as_of)
    _check_part(audience, part)
    if audience.is_protected:
        return released.on(programme, audience, as_of)
    content = evaluate(Scope(user=user, programme=programme, as_of=as_of, **part))
    return protect(content, audience=audience)


def check_day(day: datetime.date) -> None:
    """Refuse a day that has not come. Raises ValidationError."""
    if day > today():
        raise ValidationError(
            {"as_of": _("This day has not come yet. Choose today or an earlier day.")},
            code="future",
        )


def _check_part(audience: Audience, part: Mapping[str, str]) -> None:
    """Refuse a part of the figures to readers outside: they read what was released, and filters
    would tell people apart that the released tables do not (R235, R240).
    """
    if audience.is_protected and any(part.values()):
        message = _("Released figures stand as they were printed. They cannot be filtered.")
        raise ValidationError(
            {name: message for name, value in part.items() if value}, code="released"
        )
