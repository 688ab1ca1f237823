"""The safeguards of a child travelling alone: recorded by one person, signed by another.

There is no exception to them.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from travel import policies
from travel.models import ChildGate
from travel.services.moves import require_reason

GATE_FIELDS = (
    "determination",
    "determined_on",
    "determined_by",
    "guardian_name",
    "guardian_consented_on",
    "child_assented_on",
    "family_assessed_on",
    "escort_name",
    "receiver_name",
)
DAYS = tuple(name for name in GATE_FIELDS if name.endswith("_on"))


@transaction.atomic
def record_gate(case: Case, *, values: Mapping[str, Any], by: Any) -> ChildGate:
    """Write down the safeguards found so far; what was signed before must be signed again.

    Raises ValidationError for days in the future; Refused.
    """
    case = records.lock(case)
    if not policies.can_record_gate(by, case):
        raise Refused(_("You may not record these safeguards."), case)
    gate = ChildGate.objects.select_for_update(of=("self",)).filter(case=case).first()
    gate = gate or ChildGate(case=case)
    for name in GATE_FIELDS:
        if name in values:
            value = values[name]
            setattr(gate, name, value or ("" if name == "determination" else None))
    for name in DAYS:
        if day := getattr(gate, name):
            workflow.require_not_future(day, today=today(), field=name)
    gate.recorded_by, gate.recorded_at = by, timezone.now()
    gate.decided_by = gate.decided_on = None
    return records.save(gate, by=by)


@transaction.atomic
def sign_gate(gate: ChildGate, *, by: Any) -> ChildGate:
    """A second person answers for the six safeguards; only then may the child travel.

    Raises ValidationError naming what is missing; Refused for the person who recorded them.
    """
    gate = _locked(gate)
    if gate.recorded_by_id == by.pk:
        raise Refused(
            _("Somebody else than the person who recorded the safeguards signs them."), gate
        )
    if gate.is_signed:
        raise ValidationError(_("These safeguards are signed already."), code="signed")
    if not policies.can_sign_gate(by, gate):
        raise Refused(_("You may not sign these safeguards."), gate)
    if missing := gate.missing:
        raise ValidationError(
            [_("This is missing: %(safeguard)s.") % {"safeguard": name} for name in missing],
            code="incomplete",
        )
    gate.decided_by, gate.decided_on = by, today()
    return records.save(gate, by=by)


@transaction.atomic
def revoke_gate(gate: ChildGate, *, reason: str, by: Any) -> ChildGate:
    """Take the signature back when something has changed: nobody travels on it any more."""
    gate = _locked(gate)
    if not policies.can_record_gate(by, gate.case):
        raise Refused(_("You may not change these safeguards."), gate)
    require_reason(reason)
    if not gate.is_signed:
        raise ValidationError(_("These safeguards are not signed."), code="not_signed")
    gate.decided_by = gate.decided_on = None
    return records.save(gate, by=by, reason=reason)


def _locked(gate: ChildGate) -> ChildGate:
    case = records.lock(gate.case)
    gate = records.lock(gate)
    gate.case = case
    return gate
