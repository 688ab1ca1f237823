"""Who is invited to an orientation session, who comes, and what is recommended (R052–R060)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind
from cases.models import Case
from core import records, workflow
from core.clock import today
from reference import rules
from reference.models import Country, Language
from training import notifications, policies
from training.enums import Attendance, InvitationAnswer, SessionMode, SessionStatus
from training.models import Invitation, OrientationSession
from training.services.sessions import (
    deposit_told,
    plan_session,
    require_held_day,
    require_session_rights,
    require_status,
    take_back_told,
)
from training.services.steps import move, require_approval


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
        _engage(invitation, by)
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
        _require_registered(case, session, field="cases")
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


def _require_registered(case: Case, session: OrientationSession, *, field: str) -> None:
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
        require_approval(by=by, reason=reason, approved_by=approved_by)
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


def _expect_again(
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


def _engage(invitation: Invitation, by: Any) -> None:
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


def _free(invitation: Invitation, by: Any, reason: str = "") -> None:
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
        _free(invitation, by)
    else:
        if invitation.has_declined:
            exemption = Exemption(reason=override_reason, approved_by=approved_by)
            _expect_again(invitation, exemption, by=by, field="answer")
        _engage(invitation, by)
    answered_on = on or today()
    workflow.require_not_future(answered_on, today=today(), field="on")
    invitation.answer = answer
    invitation.reason = reason if answer == InvitationAnswer.DECLINED else ""
    invitation.answered_on = None if answer == InvitationAnswer.OPEN else answered_on
    return records.save(invitation, by=by)


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
        _require_registered(invitation.case, session, field="__all__")
        if invitation.has_declined:
            _expect_again(invitation, exemption, by=by)
        _engage(invitation, by)
        invitation.attended_on, invitation.reason = session.day, ""
        if invitation.answer != InvitationAnswer.ACCEPTED:
            invitation.answer = InvitationAnswer.ACCEPTED
            invitation.answered_on = invitation.answered_on or session.day
        case_services.advance(invitation.case, CaseStatus.ORIENTED, on=session.day, by=by)
    else:
        invitation.attended_on, invitation.outcomes = None, []
        invitation.reason = absence or invitation.reason
        _free(invitation, by, reason)
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
