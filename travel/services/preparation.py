"""Preparing a departure: the authorities' steps, the checklist, needs on arrival."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from travel import policies
from travel.models import CHECK_ITEMS, ArrivalNeed, DepartureCheck, Journey, TravelStep
from travel.services import moves

STEP_FIELDS = ("status", "requested_on", "answered_on", "authority", "number", "expires_on")


# --- steps with the authorities -------------------------------------------------------------------
@transaction.atomic
def add_step(journey: Journey, *, kind: str, by: Any, **values: Any) -> TravelStep:
    """Note a procedure with the authorities and where it stands (R107).

    Raises ValidationError while an earlier request of the same kind was not refused; Refused.
    """
    journey = _open(journey, by)
    step = TravelStep(journey=journey, kind=kind)
    return _save_step(step, values, by=by, reason="")


@transaction.atomic
def change_step(step: TravelStep, *, by: Any, reason: str = "", **values: Any) -> TravelStep:
    """Note the answer to a step, or correct it; the audit keeps what was there (R107)."""
    journey = _open(step.journey, by)
    step = records.lock(step)
    step.journey = journey
    return _save_step(step, values, by=by, reason=reason)


def _save_step(step: TravelStep, values: Mapping[str, Any], *, by: Any, reason: str) -> TravelStep:
    for name in STEP_FIELDS:
        if name in values:
            setattr(step, name, values[name])
    for name in ("requested_on", "answered_on"):
        day = getattr(step, name)
        if day is not None:
            workflow.require_not_future(day, today=today(), field=name)
    return records.save(step, by=by, reason=reason)


# --- the checklist --------------------------------------------------------------------------------
@transaction.atomic
def save_check(
    journey: Journey,
    *,
    items: Mapping[str, bool],
    by: Any,
    close: bool = False,
    missing_reason: str = "",
    on: datetime.date | None = None,
) -> DepartureCheck:
    """Tick the checklist of the day of departure; ``close`` ends it, saving without opens it again.

    Raises ValidationError naming each point not done when it is closed without a reason (R111).
    """
    journey = _open(journey, by)
    done_on = on or today()
    workflow.require_not_future(done_on, today=today(), field="on")
    check = DepartureCheck.objects.select_for_update().filter(journey=journey).first()
    check = check or DepartureCheck(journey=journey)
    for name in CHECK_ITEMS:
        setattr(check, name, bool(items.get(name, False)))
    check.missing_reason = missing_reason.strip()
    missing = [str(label) for label, is_done in check.points if not is_done]
    if close and missing and not check.missing_reason:
        raise ValidationError(
            {
                "missing_reason": [
                    _("Not done: %(point)s. Do it, or write why it is missing.") % {"point": point}
                    for point in missing
                ]
            },
            code="incomplete",
        )
    check.closed_on, check.closed_by = (done_on, by) if close else (None, None)
    return records.save(check, by=by)


# --- needs on arrival -----------------------------------------------------------------------------
@transaction.atomic
def announce_need(journey: Journey, *, kind: str, text: str, by: Any) -> ArrivalNeed:
    """Tell the office of origin of a special need before travel (R114)."""
    journey = _open(journey, by)
    need = ArrivalNeed(journey=journey, kind=kind, text=text.strip(), announced_by=by)
    return records.save(need, by=by)


@transaction.atomic
def acknowledge_need(need: ArrivalNeed, *, by: Any, answer: str = "") -> ArrivalNeed:
    """The office of origin says that it is ready for this need (R114)."""
    journey = moves.lock(need.journey)
    need = records.lock(need)
    need.journey = journey
    if not policies.can_acknowledge(by, need.journey.case):
        raise Refused(_("The office of the country of origin acknowledges needs on arrival."), need)
    if need.withdrawn_reason:
        raise ValidationError(_("This need was withdrawn."), code="withdrawn")
    if need.acknowledged_at is not None:
        raise ValidationError(_("This need was acknowledged already."), code="acknowledged")
    need.acknowledged_by, need.acknowledged_at = by, timezone.now()
    need.answer = answer.strip()
    return records.save(need, by=by)


@transaction.atomic
def withdraw_need(need: ArrivalNeed, *, reason: str, by: Any) -> ArrivalNeed:
    """Take back a need announced by mistake or no longer there; it stays in the history.

    Raises ValidationError for one that was withdrawn before: its reason stays.
    """
    journey = _open(need.journey, by)
    need = records.lock(need)
    need.journey = journey
    moves.require_reason(reason)
    if need.withdrawn_reason:
        raise ValidationError(_("This need was withdrawn already."), code="withdrawn")
    need.withdrawn_reason = reason.strip()
    return records.save(need, by=by, reason=reason)


def _open(journey: Journey, by: Any) -> Journey:
    journey = moves.lock(journey)
    if not policies.can_prepare(by, journey):
        raise Refused(_("You may not change the preparation of this journey."), journey)
    return journey
