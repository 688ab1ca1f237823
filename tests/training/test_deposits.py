"""What sessions and courses leave for the office of the country of origin (R117)."""

import datetime

import pytest

from core.models import AuditEntry
from training import services
from training.enums import Attendance, EnrolmentStatus, Mark
from training.models import ChecklistItem, Enrolment, OrientationSession

D = datetime.date
pytestmark = pytest.mark.django_db


def texts(case, kind):
    return list(case.handover_items.filter(kind=kind).values_list("text", flat=True))


def close(session, officer, *, leave_out=0):
    items = list(ChecklistItem.objects.filter(is_active=True))
    services.tick_items(session, items=items[leave_out:], by=officer)
    return services.close_session(
        OrientationSession.objects.get(pk=session.pk),
        unticked_reason="No time" if leave_out else "",
        by=officer,
    )


@pytest.mark.req("R117")
def test_closing_a_session_deposits_what_each_participant_was_told(ready, session, officer):
    came, stayed_away = ready(), ready()
    row = session()
    invitations = services.invite(row, cases=[came, stayed_away], by=officer)
    attendance = {
        invitation: Attendance.PRESENT if invitation.case == came else Attendance.ABSENT
        for invitation in invitations
    }
    reasons = {row: "work" for row, mark in attendance.items() if mark == Attendance.ABSENT}
    row = services.call_roll(row, attendance=attendance, reasons=reasons, by=officer)
    outcomes = {i: ["none"] for i in invitations if i.case == came}
    row = services.recommend(row, outcomes=outcomes, by=officer)
    assert texts(came, "told") == []

    row = close(row, officer, leave_out=1)

    first, second, *_rest = ChecklistItem.objects.filter(is_active=True)
    (told,) = texts(came, "told")
    assert second.label_fr in told
    assert first.label_fr not in told
    assert texts(stayed_away, "told") == []
    assert came.handover_items.get().on == row.day


def test_a_session_opened_again_takes_back_what_was_told(ready, orient, officer):
    case = ready()
    row = close(orient(case), officer, leave_out=1)
    before = texts(case, "told")

    row = services.reopen_session(row, reason="An item was forgotten", by=officer)
    assert texts(case, "told") == []
    close(row, officer)

    assert texts(case, "told") != before
    assert len(texts(case, "told")) == 1
    assert AuditEntry.objects.filter(model="cases.handoveritem", action="delete").count() == 1


@pytest.mark.req("R117")
def test_a_completion_that_was_wrong_leaves_the_handover_again(world, edition, enrolled, attend):
    trainer = world.fresh("trainer")
    right, wrong = enrolled(row := edition()), enrolled(row)
    attend(right)
    row = services.complete_edition(attend(wrong), by=trainer)
    assert len(texts(wrong.case, "learned")) == 1

    row = services.reopen_edition(row, reason="Another person's sheet", by=trainer)
    assert texts(wrong.case, "learned") == []
    attend(Enrolment.objects.get(pk=wrong.pk), mark=Mark.ABSENT, days=3)
    services.complete_edition(row, by=trainer)

    wrong.refresh_from_db()
    assert wrong.status == EnrolmentStatus.NOT_COMPLETED
    assert texts(wrong.case, "learned") == []
    assert len(texts(right.case, "learned")) == 1
    assert AuditEntry.objects.filter(model="cases.handoveritem", action="delete").count() == 2


def test_an_attendance_corrected_after_the_closing_corrects_what_was_told(ready, orient, officer):
    case = ready()
    close(orient(case), officer)
    invitation = case.orientations.get()

    services.correct_attendance(
        invitation, attendance=Attendance.ABSENT, reason="Somebody else signed", by=officer
    )
    assert texts(case, "told") == []
    services.correct_attendance(
        invitation, attendance=Attendance.PRESENT, reason="It was so", by=officer
    )
    assert len(texts(case, "told")) == 1
