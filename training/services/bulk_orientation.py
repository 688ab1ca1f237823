"""Many orientation sessions at once, for imports and demonstration data: the same rules in sets."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Office
from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind, HandoverItemKind
from cases.models import Case, Commitment, HandoverItem
from cases.services.calendar import days
from core import records
from core.clock import today
from reference import rules
from reference.models import Language
from training import policies, references
from training.enums import Attendance, InvitationAnswer, Outcome, SessionMode, SessionStatus
from training.models import (
    ChecklistItem,
    ChecklistTick,
    Invitation,
    OrientationSession,
    SessionStep,
)
from training.services.roll_call import require_offered
from training.services.sessions import told

BATCH = 2_000
SESSION_WAY = (SessionStatus.PLANNED, SessionStatus.HELD, SessionStatus.CLOSED)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody invited to a session that is over: came, or stayed away for a reason."""

    case: Case
    is_present: bool = True
    reason: str = ""
    outcomes: Sequence[str] = (Outcome.NONE,)
    invited_on: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class HeldSession:
    """A session that took place, with everybody who was invited."""

    office: Office
    starts_at: datetime.datetime
    facilitator: Any
    language: Language
    guests: Sequence[Guest]
    capacity: int = 20
    minutes: int = 60
    mode: str = SessionMode.GROUP
    room: str = ""


@transaction.atomic
def hold_sessions_many(sessions: Iterable[HeldSession], *, by: Any) -> list[OrientationSession]:
    """Enter sessions that are over: planned, invited, roll called, checklist ticked, closed.

    Whoever came is oriented from that day. One broken rule refuses all (R051–R059, R075, R080).
    """
    given = list(sessions)
    rows = [_row(item) for item in given]
    offered = policies.recommendations().keys()
    leaders = set(policies.own_staff().values_list("pk", flat=True))
    for item, row in zip(given, rows, strict=True):
        _check(item, row, offered, leaders)
    _number(rows)
    records.create_many(OrientationSession, rows, by=by)
    _leave_steps(rows, by)
    items = list(ChecklistItem.objects.filter(is_active=True))
    _tick(rows, items, by)
    invitations = [
        _invitation(row, guest, by)
        for item, row in zip(given, rows, strict=True)
        for guest in item.guests
    ]
    _engage(invitations, by)
    records.create_many(Invitation, invitations, by=by)
    _advance(invitations, by)
    _deposit(invitations, items, by)
    return rows


def _row(item: HeldSession) -> OrientationSession:
    return OrientationSession(
        office=item.office,
        starts_at=item.starts_at,
        minutes=item.minutes,
        facilitator=item.facilitator,
        language=item.language,
        room=item.room,
        mode=item.mode,
        capacity=1 if item.mode == SessionMode.INDIVIDUAL else item.capacity,
        status=SessionStatus.CLOSED,
    )


def _check(
    item: HeldSession, row: OrientationSession, offered: Set[str], leaders: Set[int]
) -> None:
    day = row.day
    if day > today():
        raise ValidationError(_("A session in the future cannot have been held."), code="future")
    if item.facilitator.pk not in leaders:
        raise ValidationError(_("Orientation is given by our own staff, not by a partner's."))
    if len(item.guests) > row.capacity:
        raise ValidationError(_("More people came than the session has places."), code="full")
    coming = {guest.case.person.nationality_id for guest in item.guests}
    if len(coming) > rules.current(rules.MAX_NATIONALITIES_PER_SESSION, on=day):
        raise ValidationError(
            _("Too many nationalities in one session."), code="too_many_nationalities"
        )
    for guest in item.guests:
        if guest.case.registered_on > day or not policies.may_be_invited(guest.case):
            raise ValidationError(
                _("Case %(reference)s cannot be invited on %(day)s."),
                params={"reference": guest.case.reference, "day": day},
            )
        if not guest.is_present and not guest.reason:
            raise ValidationError(_("Enter why the person did not come."))
        if guest.is_present and not guest.outcomes:
            raise ValidationError(_("Each participant leaves with a recommendation, or with none."))
        require_offered(guest.outcomes, offered)


def _number(rows: Sequence[OrientationSession]) -> None:
    stems = {id(row): references.stem("S", row.office, row.day) for row in rows}
    kept = OrientationSession.objects.filter(
        office__in={row.office_id for row in rows}
    ).values_list("reference", flat=True)
    taken = Counter(reference.rpartition("-")[0] for reference in kept)
    for row in rows:
        stem = stems[id(row)]
        row.reference = references.numbered(stem, taken[stem])
        taken[stem] += 1


def _leave_steps(rows: Sequence[OrientationSession], by: Any) -> None:
    steps = []
    for row in rows:
        before = ""
        for status in SESSION_WAY:
            steps.append(
                SessionStep(session=row, from_status=before, to_status=status, on=row.day, by=by)
            )
            before = status
    SessionStep.objects.bulk_create(steps, batch_size=BATCH)


def _tick(rows: Sequence[OrientationSession], items: Sequence[ChecklistItem], by: Any) -> None:
    ticks = [ChecklistTick(session=row, item=item, ticked_by=by) for row in rows for item in items]
    records.create_many(ChecklistTick, ticks, by=by)


def _invitation(session: OrientationSession, guest: Guest, by: Any) -> Invitation:
    declined = not guest.is_present
    return Invitation(
        session=session,
        case=guest.case,
        invited_on=guest.invited_on or max(guest.case.registered_on, session.day),
        invited_by=by,
        answer=InvitationAnswer.DECLINED if declined else InvitationAnswer.ACCEPTED,
        answered_on=session.day,
        reason=guest.reason if declined else "",
        attendance=Attendance.ABSENT if declined else Attendance.PRESENT,
        called_on=session.day,
        attended_on=None if declined else session.day,
        outcomes=[] if declined else sorted(set(guest.outcomes)),
    )


def _engage(invitations: Sequence[Invitation], by: Any) -> None:
    """Days of group sessions that were attended; whoever stayed away is not committed."""
    coming = [row for row in invitations if row.attended_on and row.session.is_group]
    commitments = [
        Commitment(
            person=row.case.person,
            kind=CommitmentKind.ORIENTATION,
            label=row.session.reference,
            days=days(row.session.day, row.session.day),
        )
        for row in coming
    ]
    for row, held in zip(coming, case_services.commit_many(commitments, by=by), strict=True):
        row.commitment = held


def _advance(invitations: Sequence[Invitation], by: Any) -> None:
    first: dict[int, Invitation] = {}
    for row in sorted(
        (r for r in invitations if r.attended_on), key=lambda r: (r.attended_on, r.pk)
    ):
        first.setdefault(row.case_id, row)
    case_services.advance_many(
        ((row.case, CaseStatus.ORIENTED, row.session.day) for row in first.values()), by=by
    )


def _deposit(invitations: Sequence[Invitation], items: Sequence[ChecklistItem], by: Any) -> None:
    """What was told, for everybody who came (R117)."""
    came = [row for row in invitations if row.attended_on]
    texts = {day: told(day, items) for day in {row.session.day for row in came}}
    case_services.deposit_many(
        (
            HandoverItem(
                case=row.case,
                kind=HandoverItemKind.TOLD,
                text=texts[row.session.day],
                source=row.session.reference,
                on=row.session.day,
                by=by,
            )
            for row in came
            if texts[row.session.day]
        ),
        by=by,
    )
