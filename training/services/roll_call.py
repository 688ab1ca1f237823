"""Who came to an orientation session, and what is recommended to them (R057–R060)."""

import datetime
from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from core import records
from reference.models import Language
from training import policies
from training.enums import Attendance, InvitationAnswer, SessionMode, SessionStatus
from training.models import Invitation, OrientationSession
from training.services.invitations import (
    Exemption,
    engage,
    expect_again,
    free,
    invite,
    require_registered,
)
from training.services.sessions import (
    deposit_told,
    plan_session,
    require_held_day,
    require_session_rights,
    require_status,
    take_back_told,
)
from training.services.steps import move


@transaction.atomic
def call_roll(
    session: OrientationSession,
    *,
    attendance: Mapping[Invitation, str],
    by: Any,
    reasons: Mapping[Invitation, str] | None = None,
    override_reason: str = "",
    approved_by: Any = None,
) -> OrientationSession:
    """Mark who came and who did not; whoever came is oriented from that day (R057).

    May be called again until the session is closed. Raises ValidationError before the day, and as
    inviting does for somebody who had declined and came all the same (R052).
    """
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.PLANNED, SessionStatus.HELD)
    require_held_day(session)
    marked = {row: mark for row, mark in attendance.items() if mark != Attendance.UNKNOWN}
    if not marked:
        raise ValidationError(_("Mark at least one person as present or absent."))
    exemption = Exemption(reason=override_reason, approved_by=approved_by)
    for invitation, mark in marked.items():
        absence = (reasons or {}).get(invitation, "")
        _set_attendance(invitation, mark, by=by, absence=absence, exemption=exemption)
    if session.status == SessionStatus.PLANNED:
        session = move(session, SessionStatus.HELD, on=session.day, by=by)
    return session


@transaction.atomic
def correct_attendance(
    invitation: Invitation,
    *,
    attendance: str,
    reason: str,
    by: Any,
    absence: str = "",
    override_reason: str = "",
    approved_by: Any = None,
) -> Invitation:
    """Correct who was there, or ``absence``, why somebody was not; with a reason, and the earlier
    mark stays in the history.

    Taking an attendance back takes back the step of the case. Raises ValidationError when the
    person has been trained since (R075), the case has gone further, or as inviting does for
    somebody who had declined (R052).
    """
    session = invitation.session
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.HELD, SessionStatus.CLOSED)
    if attendance == Attendance.UNKNOWN:
        raise ValidationError({"attendance": _("Choose present or absent.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Write why this is corrected.")})
    exemption = Exemption(reason=override_reason, approved_by=approved_by)
    corrected = _set_attendance(
        invitation, attendance, by=by, absence=absence, reason=reason, exemption=exemption
    )
    if session.status == SessionStatus.CLOSED and attendance == Attendance.PRESENT:
        deposit_told(session, [corrected.case_id], by=by)
    elif session.status == SessionStatus.CLOSED:
        take_back_told(session, [corrected.case_id], reason=reason, by=by)
    return corrected


def _set_attendance(
    invitation: Invitation,
    mark: str,
    *,
    by: Any,
    exemption: Exemption,
    absence: str = "",
    reason: str = "",
) -> Invitation:
    invitation = records.lock(invitation)
    was_present = invitation.attendance == Attendance.PRESENT
    is_known = mark == Attendance.PRESENT or not absence or invitation.reason == absence
    if invitation.attendance == mark and is_known:
        return invitation
    session = invitation.session
    invitation.attendance, invitation.called_on = mark, session.day
    if mark == Attendance.PRESENT:
        require_registered(invitation.case, session, field="__all__")
        name = invitation.case.person.full_name
        case_services.require_not_gone(invitation.case, session.day, name=name)
        if invitation.has_declined:
            expect_again(invitation, exemption, by=by)
        engage(invitation, by)
        invitation.attended_on, invitation.reason = session.day, ""
        if invitation.answer != InvitationAnswer.ACCEPTED:
            invitation.answer = InvitationAnswer.ACCEPTED
            invitation.answered_on = invitation.answered_on or session.day
        if not invitation.case.is_closed:
            case_services.advance(invitation.case, CaseStatus.ORIENTED, on=session.day, by=by)
    else:
        invitation.attended_on, invitation.outcomes = None, []
        invitation.reason = absence or invitation.reason
        free(invitation, by, reason)
    invitation = records.save(invitation, by=by, reason=reason)
    if was_present and mark == Attendance.ABSENT:
        _take_back_orientation(invitation.case, by=by, reason=reason or session.reference)
    return invitation


def _take_back_orientation(case: Case, *, by: Any, reason: str) -> None:
    """An attendance was a mistake: without one before it no course was attended, and without any
    the case is not oriented (R075)."""
    oriented_on, trained_on = policies.oriented_on(case), policies.trained_on(case)
    if trained_on is not None and (oriented_on is None or oriented_on > trained_on):
        raise ValidationError(
            _(
                "This person has attended a course since, on %(day)s, and no other orientation "
                "came before it. Correct the course attendance first."
            ),
            code="trained_since",
            params={"day": date_format(trained_on)},
        )
    if oriented_on is not None:
        return
    case = records.lock(case)
    if case.status == CaseStatus.ORIENTED:
        case_services.correct_last_step(case, reason=reason, by=by)
    elif case.status not in {CaseStatus.REGISTERED, CaseStatus.CLOSED}:
        raise ValidationError(
            _("The case has gone further since. Take back its later steps first."),
            code="gone_further",
        )


@transaction.atomic
def recommend(
    session: OrientationSession, *, outcomes: Mapping[Invitation, Iterable[str]], by: Any
) -> OrientationSession:
    """Note what each participant leaves with: at least one thing, or explicitly nothing (R059)."""
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.HELD, SessionStatus.CLOSED)
    offered = policies.recommendations()
    for invitation, chosen in outcomes.items():
        row = records.lock(invitation)
        wanted = sorted(set(chosen))
        if row.attendance != Attendance.PRESENT or row.outcomes == wanted:
            continue
        require_offered(wanted, offered.keys() | row.outcomes)
        if session.status == SessionStatus.CLOSED and not wanted:
            raise ValidationError(
                _("Each participant of a closed session keeps at least one recommendation.")
            )
        row.outcomes = wanted
        records.save(row, by=by)
    return session


def require_offered(codes: Iterable[str], offered: Set[str]) -> None:
    """Only courses and services of the list are recommended."""
    unknown = sorted(set(codes) - offered)
    if unknown:
        raise ValidationError(
            {
                "outcomes": _("Not on the list of services: %(codes)s.")
                % {"codes": ", ".join(unknown)}
            }
        )


@transaction.atomic
def record_talk(
    case: Case,
    *,
    starts_at: datetime.datetime,
    language: Language,
    outcomes: Iterable[str],
    by: Any,
    minutes: int | None = None,
) -> OrientationSession:
    """Note an individual counselling talk that took place: same outcomes as a session (R060)."""
    session = plan_session(
        office=case.office,
        starts_at=starts_at,
        facilitator=by,
        language=language,
        minutes=minutes,
        mode=SessionMode.INDIVIDUAL,
        by=by,
    )
    (invitation,) = invite(session, cases=[case], by=by)
    session = call_roll(session, attendance={invitation: Attendance.PRESENT}, by=by)
    return recommend(session, outcomes={invitation: outcomes}, by=by)
