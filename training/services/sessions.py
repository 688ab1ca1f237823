"""Orientation sessions: planning, checklist, closing (R051–R054)."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from cases import services as case_services
from cases.enums import HandoverItemKind
from cases.models import HandoverItem
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from reference import rules
from reference.models import Language
from training import policies, references
from training.enums import Attendance, SessionMode, SessionStatus
from training.models import ChecklistItem, ChecklistTick, Invitation, OrientationSession
from training.services.steps import leave_step, move


def require_session_rights(user: Any, office: Office, obj: Any) -> None:
    """Refuse whoever does not run the sessions of this office."""
    if not policies.can_run_sessions(user, office.pk):
        raise Refused(_("You may run the sessions of your own orientation point only."), obj)


def require_status(session: OrientationSession, *statuses: str) -> None:
    """Refuse what a session in this status no longer allows."""
    if session.status not in statuses:
        raise ValidationError(
            _("This session is “%(status)s”: this can no longer be done."),
            code="wrong_status",
            params={"status": session.get_status_display()},
        )


@transaction.atomic
def plan_session(
    *,
    office: Office,
    starts_at: datetime.datetime,
    facilitator: Any,
    language: Language,
    by: Any,
    capacity: int = 20,
    minutes: int | None = None,
    room: str = "",
    mode: str = SessionMode.GROUP,
) -> OrientationSession:
    """Plan an orientation session, an hour long unless said otherwise (R051).

    Raises Refused outside the user's offices, ValidationError for a facilitator who is a
    partner's (R053).
    """
    require_session_rights(by, office, office)
    session = OrientationSession(
        office=records.lock(office),
        starts_at=starts_at,
        facilitator=facilitator,
        language=language,
        room=room,
        mode=mode,
        capacity=1 if mode == SessionMode.INDIVIDUAL else capacity,
    )
    session.minutes = minutes or rules.current(rules.SESSION_MINUTES, on=session.day)
    _check(session)
    stem = references.stem("S", office, session.day)
    taken = OrientationSession.objects.filter(reference__startswith=f"{stem}-").count()
    session.reference = references.numbered(stem, taken)
    records.save(session, by=by)
    leave_step(session, on=min(session.day, today()), by=by)
    return session


def _check(session: OrientationSession) -> None:
    if session.office.kind != OfficeKind.MOP:
        raise ValidationError({"office": _("Choose a migrant orientation point.")})
    if not policies.own_staff().filter(pk=session.facilitator_id).exists():
        raise ValidationError(
            {"facilitator": _("Orientation is given by our own staff, not by a partner's.")}
        )


@transaction.atomic
def change_session(
    session: OrientationSession,
    *,
    starts_at: datetime.datetime,
    minutes: int,
    facilitator: Any,
    language: Language,
    capacity: int,
    room: str,
    by: Any,
) -> OrientationSession:
    """Change a planned session; on another day, everybody's calendar moves with it (R051, R080).

    Raises ValidationError naming whoever is engaged elsewhere on the new day.
    """
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.PLANNED)
    before = session.day
    session.starts_at, session.minutes = starts_at, minutes
    session.facilitator, session.language, session.room = facilitator, language, room
    session.capacity = 1 if session.mode == SessionMode.INDIVIDUAL else capacity
    _check(session)
    expected = session.invitations.expected().select_related("commitment")
    if len(expected) > session.capacity:
        raise ValidationError(
            {
                "capacity": _("More people are invited already. Enter at least %(count)s places.")
                % {"count": len(expected)}
            }
        )
    records.save(session, by=by)
    if session.day != before:
        for invitation in expected:
            held = invitation.commitment
            if held is not None and not held.is_released:
                case_services.move_commitment(
                    held,
                    first=session.day,
                    last=session.day,
                    by=by,
                    field="starts_at",
                )
    return session


@transaction.atomic
def tick_items(
    session: OrientationSession, *, items: Iterable[ChecklistItem], by: Any
) -> OrientationSession:
    """Note which items of the checklist were covered; what is left out is unticked (R054)."""
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.PLANNED, SessionStatus.HELD)
    wanted = {item.pk for item in items}
    ticks = {tick.item_id: tick for tick in session.ticks.all()}
    for item_id in ticks.keys() - wanted:
        records.delete(ticks[item_id], by=by, reason="")
    new = [
        ChecklistTick(session=session, item_id=item_id, ticked_by=by)
        for item_id in sorted(wanted - ticks.keys())
    ]
    records.create_many(ChecklistTick, new, by=by)
    return session


def unticked_items(session: OrientationSession) -> list[ChecklistItem]:
    """Items of the checklist that were not covered."""
    covered = session.ticks.values("item")
    return list(ChecklistItem.objects.filter(is_active=True).exclude(pk__in=covered))


@transaction.atomic
def close_session(
    session: OrientationSession, *, by: Any, unticked_reason: str = ""
) -> OrientationSession:
    """Close a held session: roll called, checklist ticked or a reason, outcomes given (R054, R059).

    Raises ValidationError saying what is still missing.
    """
    require_session_rights(by, session.office, session)
    session = records.lock(session)
    require_status(session, SessionStatus.HELD)
    uncalled = session.invitations.expected().filter(attendance=Attendance.UNKNOWN).count()
    if uncalled:
        raise ValidationError(
            _("The roll was not called for %(count)s people. Mark each as present or absent."),
            code="roll_not_called",
            params={"count": uncalled},
        )
    without = session.invitations.without_outcome().count()
    if without:
        raise ValidationError(
            _(
                "Nothing is recommended yet to %(count)s participants. Choose for each what is "
                "recommended, or “Nothing recommended”."
            ),
            code="no_outcome",
            params={"count": without},
        )
    unticked = unticked_items(session)
    if unticked and not unticked_reason.strip():
        raise ValidationError(
            {
                "unticked_reason": _(
                    "Not covered: %(items)s. Tick these items, or write why they were left out."
                )
                % {"items": ", ".join(item.label for item in unticked)}
            }
        )
    reason = unticked_reason if unticked else ""
    closed = move(
        session, SessionStatus.CLOSED, on=today(), by=by, values={"unticked_reason": reason}
    )
    deposit_told(closed, closed.invitations.present().values_list("case", flat=True), by=by)
    return closed


def deposit_told(session: OrientationSession, cases: Iterable[int], *, by: Any) -> None:
    """Leave what a closed session covered for the office of origin, of these cases (R117)."""
    if text := told(session.day, covered_items(session)):
        case_services.deposit_many(
            (
                HandoverItem(
                    case_id=case,
                    kind=HandoverItemKind.TOLD,
                    text=text,
                    source=session.reference,
                    on=session.day,
                    by=by,
                )
                for case in cases
            ),
            by=by,
        )


def take_back_told(
    session: OrientationSession, cases: Iterable[int], *, reason: str, by: Any
) -> None:
    """What ``deposit_told`` left, when it was not so."""
    case_services.take_back_deposits(
        cases,
        kind=HandoverItemKind.TOLD,
        source=session.reference,
        reason=reason,
        by=by,
    )


def covered_items(session: OrientationSession) -> list[ChecklistItem]:
    """Items of the checklist that were covered, in its order."""
    return [tick.item for tick in session.ticks.select_related("item").order_by("item__position")]


def told(day: datetime.date, items: Sequence[ChecklistItem]) -> str:
    """What the office of origin reads, in the language of the installation (R117)."""
    if not items:
        return ""
    with translation.override(settings.LANGUAGE_CODE):
        text = _("Orientation of %(day)s: %(items)s") % {
            "day": date_format(day),
            "items": "; ".join(item.label for item in items),
        }
        return text[:500]


@transaction.atomic
def reopen_session(session: OrientationSession, *, reason: str, by: Any) -> OrientationSession:
    """Open a closed session again to correct it; the history keeps both steps.

    What was told is deposited again when it is closed.
    """
    require_session_rights(by, session.office, session)
    session = move(session, SessionStatus.HELD, on=today(), by=by, note=reason)
    cases = session.invitations.values_list("case", flat=True)
    take_back_told(session, cases, reason=reason, by=by)
    return session


@transaction.atomic
def cancel_session(session: OrientationSession, *, reason: str, by: Any) -> OrientationSession:
    """Cancel a planned session; the invited are free on that day again."""
    require_session_rights(by, session.office, session)
    session = move(session, SessionStatus.CANCELLED, on=today(), by=by, note=reason)
    for invitation in Invitation.objects.filter(session=session).select_related("commitment"):
        if invitation.commitment is not None:
            case_services.release(invitation.commitment, by=by, reason=reason)
    return session


def require_held_day(session: OrientationSession) -> None:
    """The roll is called on the day of the session or after it."""
    workflow.require_not_future(session.day, today=today(), field="__all__")
