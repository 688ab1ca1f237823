"""Who is invited to an orientation session, and who says they will come (R052, R056, R080)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CommitmentKind
from cases.models import Case
from core import records, workflow
from core.clock import today
from reference import rules
from reference.models import Country
from training import notifications, policies
from training.enums import Attendance, InvitationAnswer, SessionStatus
from training.models import Invitation, OrientationSession
from training.services.sessions import require_session_rights, require_status
from training.services.steps import require_approval


@transaction.atomic
def invite(
    session: OrientationSession,
    *,
    cases: Sequence[Case],
    by: Any,
    on: datetime.date | None = None,
    override_reason: str = "",
    approved_by: Any = None,
) -> list[Invitation]:
    """Invite people to a session and keep the day free in their calendars (R056, R080).

    Raises ValidationError beyond the places, for a nationality too many (the message names the
    next session; an exception needs a reason and an approver, R052), for people who have left or
    are engaged on that day.
    """
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.PLANNED, SessionStatus.HELD)
    known = set(session.invitations.values_list("case", flat=True))
    _check_people(session, cases, known)
    exception = _check_nationalities(session, cases, override_reason, approved_by, by)
    invitations = []
    for case in cases:
        needs_exception = case.person.nationality_id in exception
        invitation = Invitation(
            session=session,
            case=case,
            invited_on=on or min(today(), session.day),
            invited_by=by,
            override_reason=override_reason if needs_exception else "",
            approved_by=approved_by if needs_exception else None,
        )
        engage(invitation, by)
        invitations.append(records.save(invitation, by=by))
    if exception:
        notifications.exception_approved(approved_by, record=session, reason=override_reason, by=by)
    return invitations


def _check_people(session: OrientationSession, cases: Sequence[Case], known: set[int]) -> None:
    if not cases:
        raise ValidationError({"cases": _("Choose at least one person.")})
    for case in cases:
        if not policies.may_be_invited(case):
            raise ValidationError(
                {
                    "cases": _("%(name)s has left or the case is closed.")
                    % {"name": case.person.full_name}
                }
            )
        require_registered(case, session, field="cases")
        if case.pk in known:
            raise ValidationError(
                {
                    "cases": _("%(name)s is invited to this session already.")
                    % {"name": case.person.full_name}
                }
            )
        known.add(case.pk)
    _require_places(session, len(cases), field="cases")


def _require_places(session: OrientationSession, wanted: int, *, field: str) -> None:
    free = session.capacity - session.invitations.expected().count()
    if wanted > free:
        raise ValidationError(
            {
                field: _("This session has %(free)s free places; %(count)s people are chosen.")
                % {"free": max(free, 0), "count": wanted}
            }
        )


def require_registered(case: Case, session: OrientationSession, *, field: str) -> None:
    """Nobody is oriented before being registered."""
    if case.registered_on > session.day:
        raise ValidationError(
            {
                field: _("%(name)s was registered after the day of this session.")
                % {"name": case.person.full_name}
            }
        )


def _check_nationalities(
    session: OrientationSession,
    cases: Sequence[Case],
    reason: str,
    approved_by: Any,
    by: Any,
    field: str = "cases",
) -> set[str]:
    """Nationalities that come on top of the rule, by an approved exception (R052)."""
    present = policies.nationalities_of(session)
    limit = rules.current(rules.MAX_NATIONALITIES_PER_SESSION, on=session.day)
    surplus: list[str] = []
    for case in cases:
        nationality = case.person.nationality_id
        if nationality in present:
            continue
        if len(present) >= limit:
            surplus.append(nationality)
        present.add(nationality)
    if not surplus:
        return set()
    if reason.strip() or approved_by is not None:
        concerned = [case for case in cases if case.person.nationality_id in surplus]
        require_approval(by=by, reason=reason, approved_by=approved_by, cases=concerned)
        return set(surplus)
    raise ValidationError(
        {field: [_one_nationality_more(session, nationality, limit) for nationality in surplus]}
    )


def _one_nationality_more(
    session: OrientationSession, nationality: str, limit: int
) -> ValidationError:
    """What is wrong, and the next session open to this nationality among the params."""
    params = {"limit": limit, "country": Country.objects.get(pk=nationality).label}
    following = policies.next_session_for(nationality, session)
    if following is None:
        text = _(
            "A session holds at most %(limit)s nationalities, and %(country)s would be one more. "
            "No later session here is open to this nationality: plan one, or ask for an exception."
        )
        return ValidationError(text, code="too_many_nationalities", params=params)
    text = _(
        "A session holds at most %(limit)s nationalities, and %(country)s would be one more. "
        "The next session open to this nationality is %(reference)s on %(day)s."
    )
    proposed = {
        "nationality": nationality,
        "session": following,
        "reference": following.reference,
        "day": date_format(following.day),
    }
    return ValidationError(text, code="too_many_nationalities", params=params | proposed)


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """Why a rule is set aside, and who approved it; empty when nobody did."""

    reason: str = ""
    approved_by: Any = None


def expect_again(
    invitation: Invitation, exemption: Exemption, *, by: Any, field: str = "__all__"
) -> None:
    """Somebody who had declined takes part after all: checked like a new invitation (R052).

    An exception approved with the invitation still stands. Raises ValidationError.
    """
    session = invitation.session
    _require_places(session, 1, field=field)
    if invitation.approved_by_id is not None:
        return
    reason, approver = exemption.reason, exemption.approved_by
    if _check_nationalities(session, [invitation.case], reason, approver, by, field):
        invitation.override_reason, invitation.approved_by = reason, approver
        notifications.exception_approved(approver, record=session, reason=reason, by=by)


def engage(invitation: Invitation, by: Any) -> None:
    """Keep the day of a group session free. A talk takes an hour and no day of the calendar."""
    session = invitation.session
    held = invitation.commitment
    if not session.is_group or (held is not None and not held.is_released):
        return
    invitation.commitment = case_services.commit(
        invitation.case.person,
        kind=CommitmentKind.ORIENTATION,
        first=session.day,
        last=session.day,
        label=session.reference,
        by=by,
        field="cases",
    )


def free(invitation: Invitation, by: Any, reason: str = "") -> None:
    if invitation.commitment is not None:
        case_services.release(invitation.commitment, by=by, reason=reason)


@transaction.atomic
def answer_invitation(
    invitation: Invitation,
    *,
    answer: str,
    by: Any,
    reason: str = "",
    on: datetime.date | None = None,
    override_reason: str = "",
    approved_by: Any = None,
) -> Invitation:
    """Note whether the person will come; taking part is a free choice (R056).

    Declining frees the day and the place. Raises ValidationError when the roll was called already,
    and as inviting does for somebody who had declined and now comes (R052).
    """
    require_session_rights(by, invitation.session.office, invitation.session)
    session = records.lock(invitation.session)
    require_status(session, SessionStatus.PLANNED, SessionStatus.HELD)
    invitation = records.lock(invitation)
    if invitation.attendance != Attendance.UNKNOWN:
        raise ValidationError(_("The roll was called already. Correct the attendance instead."))
    if answer == InvitationAnswer.DECLINED:
        if not reason:
            raise ValidationError({"reason": _("Enter why the person will not come.")})
        free(invitation, by)
    else:
        if invitation.has_declined:
            exemption = Exemption(reason=override_reason, approved_by=approved_by)
            expect_again(invitation, exemption, by=by, field="answer")
        engage(invitation, by)
    answered_on = on or today()
    workflow.require_not_future(answered_on, today=today(), field="on")
    invitation.answer = answer
    invitation.reason = reason if answer == InvitationAnswer.DECLINED else ""
    invitation.answered_on = None if answer == InvitationAnswer.OPEN else answered_on
    return records.save(invitation, by=by)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, reason: str, by: Any) -> OrientationSession:
    """Somebody was invited by mistake: the place and the day are free, no figure counts it (R056).

    Only until the roll is called for the person. The audit keeps it, and the person may be invited
    again. Raises Refused, ValidationError.
    """
    session = records.lock(invitation.session)
    require_session_rights(by, session.office, session)
    require_status(session, SessionStatus.PLANNED, SessionStatus.HELD)
    invitation = records.lock(invitation)
    if invitation.is_called:
        raise ValidationError(_("The roll was called already. Correct the attendance instead."))
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the invitation is withdrawn.")})
    free(invitation, by, reason)
    records.delete(invitation, by=by, reason=reason)
    return session
