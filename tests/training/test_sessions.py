"""Orientation sessions: planning, roll call, checklist, corrections."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases.enums import CaseStatus
from cases.models import Case, Commitment
from core.exceptions import Refused
from core.models import AuditEntry
from partners.models import Organisation, OrganisationKind
from tests.training.conftest import at
from training import services
from training.enums import Attendance, Outcome, SessionStatus
from training.models import ChecklistItem, Invitation, OrientationSession

D = datetime.date
pytestmark = pytest.mark.django_db


def roll(session, officer, *marks):
    invitations = list(session.invitations.order_by("id"))
    return services.call_roll(
        session, attendance=dict(zip(invitations, marks, strict=True)), by=officer
    )


def test_a_session_lasts_an_hour_unless_said_otherwise(session):
    row = session()

    assert row.minutes == 60
    assert row.ends_at == at(D(2019, 3, 12), 11)
    assert row.reference == "S-RAB-190312-1"
    assert session().reference == "S-RAB-190312-2"


def test_the_day_of_a_session_is_the_day_where_it_takes_place(session):
    late_in_utc = datetime.datetime(2019, 3, 11, 23, 30, tzinfo=datetime.UTC)

    assert session(starts_at=late_in_utc).day == D(2019, 3, 12)


@pytest.mark.req("R053")
def test_a_partners_trainer_cannot_be_facilitator(session, world):
    with pytest.raises(ValidationError, match="own staff") as caught:
        session(facilitator=world.trainer)

    assert "facilitator" in caught.value.message_dict


def test_sessions_are_planned_at_ones_own_orientation_point_only(session, world):
    with pytest.raises(Refused):
        session(by=world.fresh("caseworker_oujda"))


def test_the_roll_makes_people_oriented_from_the_day_of_the_session(session, register, officer):
    there, away = register(), register()
    row = session()
    services.invite(row, cases=[there, away], by=officer)

    row = roll(row, officer, Attendance.PRESENT, Attendance.ABSENT)

    assert row.status == SessionStatus.HELD
    there.refresh_from_db()
    assert there.status == CaseStatus.ORIENTED
    assert there.events.last().on == D(2019, 3, 12)
    assert Case.objects.get(pk=away.pk).status == CaseStatus.REGISTERED
    oriented = Invitation.objects.attended_by(D(2019, 3, 12))
    assert [row.case for row in oriented] == [there]
    assert not Invitation.objects.attended_by(D(2019, 3, 11)).exists()


def test_the_roll_is_not_called_before_the_day(session, register, officer, today):
    row = session(day=today + datetime.timedelta(days=1))
    services.invite(row, cases=[register()], by=officer)

    with pytest.raises(ValidationError, match="future"):
        roll(row, officer, Attendance.PRESENT)


def test_nobody_is_oriented_before_being_registered(session, register, officer):
    case = register(registered_on=D(2019, 3, 20))

    with pytest.raises(ValidationError, match="registered after"):
        services.invite(session(), cases=[case], by=officer)


@pytest.mark.req("R054")
def test_a_session_with_unticked_items_is_closed_only_with_a_reason(orient, register, officer):
    row = orient(register())
    items = list(ChecklistItem.objects.all())
    row = services.tick_items(row, items=items[1:], by=officer)

    with pytest.raises(ValidationError, match="Challenges in the country of origin"):
        services.close_session(row, by=officer)
    row = services.close_session(row, unticked_reason="Fire alarm", by=officer)

    assert row.status == SessionStatus.CLOSED
    assert row.unticked_reason == "Fire alarm"


def test_a_session_with_every_item_ticked_is_closed_without_a_reason(orient, register, officer):
    row = services.tick_items(orient(register()), items=ChecklistItem.objects.all(), by=officer)

    row = services.close_session(row, by=officer)

    assert [step.to_status for step in row.steps.all()] == ["planned", "held", "closed"]


@pytest.mark.req("R059")
def test_each_participant_leaves_with_an_outcome_or_an_explicit_none(session, register, officer):
    row = session()
    (invitation,) = services.invite(row, cases=[register()], by=officer)
    row = roll(row, officer, Attendance.PRESENT)
    row = services.tick_items(row, items=ChecklistItem.objects.all(), by=officer)

    with pytest.raises(ValidationError, match="Nothing is recommended yet"):
        services.close_session(row, by=officer)
    with pytest.raises(ValidationError, match="excludes every other"):
        services.recommend(row, outcomes={invitation: [Outcome.NONE, Outcome.BUSINESS]}, by=officer)
    services.recommend(row, outcomes={invitation: [Outcome.NONE]}, by=officer)

    assert services.close_session(row, by=officer).status == SessionStatus.CLOSED


def test_a_session_is_closed_when_everybody_was_called(session, register, officer):
    row = session()
    first, _second = services.invite(row, cases=[register(), register()], by=officer)
    row = services.call_roll(row, attendance={first: Attendance.PRESENT}, by=officer)

    with pytest.raises(ValidationError, match="not called for 1"):
        services.close_session(row, by=officer)


@pytest.mark.req("R060")
def test_talks_beside_a_session_count_a_person_once(orient, register, officer, world):
    case = register()
    orient(case)
    language = OrientationSession.objects.get().language
    for day in (D(2019, 3, 12), D(2019, 4, 2)):
        services.record_talk(
            case,
            starts_at=at(day, 15),
            language=language,
            outcomes=["health"],
            by=officer,
        )

    attended = Invitation.objects.attended_by(D(2019, 12, 31))
    assert attended.count() == 3
    assert attended.values("case__person").distinct().count() == 1


def test_an_attendance_taken_back_takes_back_the_step_of_the_case(orient, register, officer):
    case = register()
    row = services.tick_items(orient(case), items=ChecklistItem.objects.all(), by=officer)
    services.close_session(row, by=officer)
    invitation = Invitation.objects.get()

    with pytest.raises(ValidationError, match="why this is corrected"):
        services.correct_attendance(
            invitation, attendance=Attendance.ABSENT, reason=" ", by=officer
        )
    services.correct_attendance(
        invitation, attendance=Attendance.ABSENT, reason="Somebody else signed", by=officer
    )

    case.refresh_from_db()
    assert case.status == CaseStatus.REGISTERED
    assert not Commitment.objects.live().exists()
    entry = AuditEntry.objects.filter(model="training.invitation", action="change").last()
    assert entry.changes["attendance"] == ["present", "absent"]
    assert entry.reason == "Somebody else signed"


@pytest.mark.req("R075")
def test_an_attendance_stays_when_the_person_was_trained_since(
    world, edition, enrolled, attend, officer
):
    attend(enrolled(edition()), days=1)

    with pytest.raises(ValidationError, match="attended a course since"):
        services.correct_attendance(
            Invitation.objects.get(), attendance=Attendance.ABSENT, reason="Mistake", by=officer
        )


@pytest.mark.req("R075")
def test_an_orientation_after_the_course_does_not_stand_in_for_the_one_before(
    world, edition, enrolled, attend, orient, officer
):
    enrolment = enrolled(edition())
    attend(enrolment, days=1)
    orient(enrolment.case, day=D(2019, 7, 2))
    first, later = enrolment.case.orientations.order_by("attended_on")

    with pytest.raises(ValidationError, match="attended a course since, on 17 June 2019"):
        services.correct_attendance(
            first, attendance=Attendance.ABSENT, reason="Mistake", by=officer
        )
    services.correct_attendance(later, attendance=Attendance.ABSENT, reason="Mistake", by=officer)

    first.refresh_from_db()
    assert first.attendance == Attendance.PRESENT


def test_a_cancelled_session_frees_the_day(session, register, officer):
    row = session()
    services.invite(row, cases=[register()], by=officer)

    row = services.cancel_session(row, reason="Strike", by=officer)

    assert row.status == SessionStatus.CANCELLED
    assert not Commitment.objects.live().exists()


def test_a_session_on_another_day_moves_the_calendar_of_the_invited(session, register, officer):
    row = session()
    services.invite(row, cases=[register()], by=officer)

    services.change_session(
        row,
        starts_at=at(D(2019, 3, 14)),
        minutes=60,
        facilitator=row.facilitator,
        language=row.language,
        capacity=20,
        room="2",
        by=officer,
    )

    assert Commitment.objects.live().get().first_day == D(2019, 3, 14)


@pytest.mark.req("R063")
def test_a_place_of_transit_offers_orientation_while_a_course_there_is_questioned(
    session, edition, world, register, officer
):
    case = register(office=world.oujda)
    row = session(office=world.oujda)
    services.invite(row, cases=[case], by=officer)

    with pytest.raises(ValidationError, match="place of transit"):
        edition(office=world.oujda)
    planned = edition(office=world.oujda, transit_reason="Twelve people asked for it")

    assert planned.transit_reason == "Twelve people asked for it"


def test_a_programme_manager_sees_sessions_of_the_programme(session, register, world, officer):
    row = session()
    services.invite(row, cases=[register(programme=world.foras)], by=officer)

    seen = OrientationSession.objects.visible_to
    assert seen(world.fresh("programme_manager")).get() == row
    assert not seen(world.fresh("other_manager")).exists()


@pytest.mark.req("R053")
def test_the_account_of_another_international_organisation_leads_no_session(world, session):
    unhcr = Organisation.objects.create(
        code="unhcr", name="UNHCR", kind=OrganisationKind.INTERNATIONAL
    )
    colleague = world.fresh("caseworker")
    colleague.organisation = unhcr
    colleague.save()

    for somebody in (colleague, world.programme_manager):
        with pytest.raises(ValidationError, match="our own staff"):
            session(facilitator=somebody)
