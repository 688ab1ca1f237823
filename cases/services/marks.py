"""Taking off the mark of a child travelling alone: one proposes, another decides (R018)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies
from cases.models import Case, MarkRemoval, Person
from cases.services.guard import require
from core import records
from core.clock import today


@transaction.atomic
def propose_mark_removal(case: Case, *, reason: str, by: Any) -> Case:
    """Say why this is no child travelling alone. The file stays restricted until it is decided."""
    case = records.lock(case)
    require(policies.can_propose_mark_removal, case, by=by)
    row = MarkRemoval(case=case, reason=reason, proposed_on=today(), proposed_by=by)
    records.save(row, by=by)
    return case


@transaction.atomic
def confirm_mark_removal(case: Case, *, by: Any) -> Case:
    """A second protection officer agrees: the file is open to its office again (R018).

    It stays restricted while another file of the person is that of a child travelling alone.
    """
    files = Case.objects.filter(person=case.person_id).order_by("pk")
    locked = {row.pk: row for row in files.select_for_update(of=("self",))}
    case = locked.get(case.pk) or records.lock(case)
    records.lock(Person(pk=case.person_id))
    require(policies.can_confirm_mark_removal, case, by=by)
    row = _decide(case, is_confirmed=True, by=by)
    case.is_unaccompanied_child = False
    if not any(other.is_unaccompanied_child for other in locked.values()):
        for other in locked.values():
            if other.is_restricted and other.pk != case.pk:
                other.is_restricted = False
                records.save(other, by=by, reason=row.reason)
        case.is_restricted = False
    return records.save(case, by=by, reason=row.reason)


@transaction.atomic
def decline_mark_removal(case: Case, *, reason: str, by: Any) -> Case:
    """The mark stays; whoever proposed to take it off may also take that back."""
    case = records.lock(case)
    require(policies.can_decline_mark_removal, case, by=by)
    _decide(case, is_confirmed=False, reason=reason, by=by)
    return case


def _decide(case: Case, *, is_confirmed: bool, by: Any, reason: str = "") -> MarkRemoval:
    row = case.mark_removals.waiting().select_for_update(of=("self",)).first()
    if row is None:
        raise ValidationError(_("Nothing waits for a decision here."), code="nothing_waits")
    row.is_confirmed, row.decision_reason = is_confirmed, reason
    row.decided_on, row.decided_by = today(), by
    return records.save(row, by=by, reason=reason)
