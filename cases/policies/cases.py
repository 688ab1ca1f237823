"""Who may do what to a case now."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.permissions import Permission, Role
from cases.enums import CaseOutcome, CaseStatus
from cases.models import Case, ContactAttempt, ContactPoint, Document, MarkRemoval
from cases.models.case import HOST_SIDE, ORIGIN_SIDE
from cases.workflow import BEFORE_DEPARTURE, TAKEN_BACK_ON_THE_CASE, TRANSITIONS


def own_offices(user: Any) -> set[int]:
    """The orientation points at which the user works."""
    offices: set[int] = user.offices_for(*HOST_SIDE)
    return offices


def own_countries(user: Any) -> set[str]:
    """The countries of origin for which the user works."""
    countries: set[str] = user.countries_for(*ORIGIN_SIDE)
    return countries


def works_at_host(user: Any, case: Case) -> bool:
    """Does the user work at the orientation point of the case?"""
    return case.office_id in own_offices(user)


def works_in_origin(user: Any, case: Case) -> bool:
    """Does the user work for the country the person returns to?"""
    return case.country_id in own_countries(user)


def manages(user: Any, case: Case) -> bool:
    """Does the user manage the programme of the case?"""
    return case.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)


def is_in_charge(user: Any, case: Case) -> bool:
    """Does the user work on the side that writes: the host until departure, then the CoO (R048)?

    The host goes on where nothing was handed over, or the person no longer agrees to sharing:
    the office of origin does not see the case. Otherwise the other side reads.
    """
    if case.stands_at in BEFORE_DEPARTURE or not case.is_shared_with_origin:
        return works_at_host(user, case)
    return works_in_origin(user, case)


def may_write(user: Any, case: Case, permission: Permission) -> bool:
    """An open case takes what the side in charge adds to it."""
    return (
        user.has_permission(permission)
        and case.status != CaseStatus.CLOSED
        and is_in_charge(user, case)
    )


def why_refused(user: Any, case: Case) -> str:
    """Why somebody who sees a case may not do something to it now, in words."""
    if case.outcome == CaseOutcome.DUPLICATE:
        return _("This file was joined with another and closed. Undo the joining first.")
    if case.status == CaseStatus.CLOSED:
        return _("This case is closed. Nothing can be added to it or changed.")
    if works_in_origin(user, case) and not is_in_charge(user, case):
        return _("Until the person departs, the orientation point does this.")
    if works_at_host(user, case) and not is_in_charge(user, case):
        return _("The person has departed. The office of the country of origin does this now.")
    return _("You may not do this to this case now.")


def can_register_at(user: Any, office_id: int) -> bool:
    return user.has_permission(Permission.REGISTER_CASES) and office_id in own_offices(user)


def can_edit(user: Any, case: Case) -> bool:
    """Correcting the registration and filing papers."""
    return may_write(user, case, Permission.EDIT_CASES)


def can_withdraw_document(user: Any, document: Document) -> bool:
    """Whoever finds a paper that is not this person's, on either side and after closure (R049)."""
    case = document.case
    return (
        user.has_permission(Permission.EDIT_CASES)
        and document.withdrawn_on is None
        and (works_at_host(user, case) or works_in_origin(user, case))
    )


def can_close(user: Any, case: Case) -> bool:
    """The side in charge, or the manager of the programme at any step (R034)."""
    return (
        user.has_permission(Permission.CLOSE_CASES)
        and CaseStatus.CLOSED in TRANSITIONS[case.status]
        and (is_in_charge(user, case) or manages(user, case))
    )


def can_take_back(user: Any, case: Case) -> bool:
    """Taking back the last step: whoever may close, and for a closed case whoever could."""
    return (
        user.has_permission(Permission.CLOSE_CASES)
        and case.status in TAKEN_BACK_ON_THE_CASE
        and case.outcome != CaseOutcome.DUPLICATE
        and (is_in_charge(user, case) or manages(user, case))
    )


def can_record_contact(user: Any, case: Case) -> bool:
    """Contact points, attempts and notes."""
    return may_write(user, case, Permission.RECORD_CONTACT)


def can_correct_contact_point(user: Any, point: ContactPoint) -> bool:
    return can_record_contact(user, point.case)


def can_withdraw_attempt(user: Any, attempt: ContactAttempt) -> bool:
    return can_record_contact(user, attempt.case)


def can_record_protection(user: Any, case: Case) -> bool:
    return may_write(user, case, Permission.VIEW_PROTECTION)


def can_propose_mark_removal(user: Any, case: Case) -> bool:
    """Saying that somebody is no child travelling alone: protection officers of either side."""
    return _protects_marked(user, case) and _waiting_removal(case) is None


def can_confirm_mark_removal(user: Any, case: Case) -> bool:
    """A second protection officer, who decides on the return of children (R018)."""
    if not (user.has_permission(Permission.DECIDE_CHILD_RETURN) and _protects_marked(user, case)):
        return False
    waiting = _waiting_removal(case)
    return waiting is not None and waiting.proposed_by_id != user.pk


def can_decline_mark_removal(user: Any, case: Case) -> bool:
    """The same; whoever proposed it takes it back so."""
    return _protects_marked(user, case) and _waiting_removal(case) is not None


def _protects_marked(user: Any, case: Case) -> bool:
    return (
        case.is_unaccompanied_child
        and user.has_permission(Permission.VIEW_PROTECTION)
        and (works_at_host(user, case) or works_in_origin(user, case))
    )


def _waiting_removal(case: Case) -> MarkRemoval | None:
    return case.mark_removals.waiting().first()
