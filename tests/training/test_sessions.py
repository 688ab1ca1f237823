"""Orientation sessions: planning, nationalities, roll call, checklist, corrections."""

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
from training.enums import (
    AbsenceReason,
    Attendance,
    InvitationAnswer,
    Outcome,
    SessionStatus,
)
from training.models import ChecklistItem, Invitation, OrientationSession

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(world):
    return world.fresh("protection_officer")


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


@pytest.mark.req("R052")
def test_a_third_nationality_is_refused_and_the_next_session_is_proposed(
    session, register, world, officer, settings
):
    settings.TODAY = "2019-03-11"
    row = session()
    later = session(day=D(2019, 3, 19))
    people = [
        register(nationality=world.country(code), country=world.country(code))
        for code in ("GN", "ML", "SN")
    ]
    services.invite(row, cases=people[:2], by=officer)

    with pytest.raises(ValidationError, match=later.reference) as caught:
        services.invite(row, cases=people[2:], by=officer)

    assert "at most 2 nationalities" in str(caught.value)
    assert row.invitations.count() == 2


@pytest.mark.req("R052")
def test_an_exception_needs_a_reason_and_another_person_who_may_approve(
    session, register, world, officer, mailoutbox, django_capture_on_commit_callbacks
):
    row = session()
    people = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]
    services.invite(row, cases=people[:2], by=officer)

    with pytest.raises(ValidationError, match="why an exception"):
        services.invite(
            row, cases=people[2:], approved_by=world.fresh("programme_manager"), by=officer
        )
    for approver in (officer, world.fresh("caseworker")):
        with pytest.raises(ValidationError, match="another person"):
            services.invite(
                row,
                cases=people[2:],
                override_reason="Travels tomorrow",
                approved_by=approver,
                by=officer,
            )
    with django_capture_on_commit_callbacks(execute=True):
        (invitation,) = services.invite(
            row,
            cases=people[2:],
            override_reason="Travels tomorrow",
            approved_by=world.fresh("programme_manager"),
            by=officer,
        )

    assert invitation.approved_by == world.programme_manager
    assert [mail.to for mail in mailoutbox] == [[world.programme_manager.email]]
    assert people[2].person.family_name not in mailoutbox[0].body


@pytest.fixture
def declined(session, register, world, officer):
    """Malian, who had declined, and whose place a Senegalese took: the session has its two."""
    row = session()
    people = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]
    _guinean, malian = services.invite(row, cases=people[:2], by=officer)
    malian = services.answer_invitation(
        malian, answer=InvitationAnswer.DECLINED, reason=AbsenceReason.WORK, by=officer
    )
    services.invite(row, cases=people[2:], by=officer)
    return malian


def come_after_all(way, invitation, by, **exemption):
    """Three ways in which somebody who had declined is among the participants again."""
    if way == "answer":
        accepted = InvitationAnswer.ACCEPTED
        return services.answer_invitation(invitation, answer=accepted, by=by, **exemption)
    present = Attendance.PRESENT
    if way == "roll":
        marks = {invitation: present}
        return services.call_roll(invitation.session, attendance=marks, by=by, **exemption)
    services.call_roll(invitation.session, attendance={invitation: Attendance.ABSENT}, by=by)
    invitation = Invitation.objects.get(pk=invitation.pk)
    return services.correct_attendance(
        invitation, attendance=present, reason="Was there", by=by, **exemption
    )


@pytest.mark.req("R052")
@pytest.mark.parametrize("way", ["answer", "roll", "correction"])
def test_whoever_had_declined_makes_a_third_nationality_only_by_exception(
    declined, world, officer, way
):
    with pytest.raises(ValidationError, match="at most 2 nationalities"):
        come_after_all(way, declined, officer)
    with pytest.raises(ValidationError, match="another person"):
        come_after_all(
            way, declined, officer, override_reason="Travels tomorrow", approved_by=officer
        )
    assert Invitation.objects.get(pk=declined.pk).has_declined
    come_after_all(
        way,
        declined,
        officer,
        override_reason="Travels tomorrow",
        approved_by=world.fresh("programme_manager"),
    )

    row = Invitation.objects.get(pk=declined.pk)
    assert row.answer == InvitationAnswer.ACCEPTED
    assert (row.override_reason, row.approved_by) == ("Travels tomorrow", world.programme_manager)


@pytest.mark.parametrize("way", ["answer", "roll", "correction"])
def test_whoever_had_declined_finds_the_place_taken(session, register, officer, way):
    row = session(capacity=1)
    (first,) = services.invite(row, cases=[register()], by=officer)
    first = services.answer_invitation(
        first, answer=InvitationAnswer.DECLINED, reason=AbsenceReason.WORK, by=officer
    )
    services.invite(row, cases=[register()], by=officer)

    with pytest.raises(ValidationError, match="0 free places"):
        come_after_all(way, first, officer)


def test_whoever_had_declined_comes_back_without_an_exception_when_none_is_needed(
    session, register, officer
):
    (row,) = services.invite(session(), cases=[register()], by=officer)
    row = services.answer_invitation(
        row, answer=InvitationAnswer.DECLINED, reason=AbsenceReason.WORK, by=officer
    )

    come_after_all("roll", row, officer)

    row.refresh_from_db()
    assert (row.attendance, row.override_reason) == (Attendance.PRESENT, "")


def test_an_invitation_to_a_cancelled_session_is_not_answered(session, register, officer):
    row = session()
    (invitation,) = services.invite(row, cases=[register()], by=officer)
    services.cancel_session(row, reason="Strike", by=officer)

    with pytest.raises(ValidationError, match="no longer be done"):
        services.answer_invitation(invitation, answer=InvitationAnswer.ACCEPTED, by=officer)


def test_a_change_of_the_rule_allows_three_nationalities(session, register, world, officer):
    from reference.models import RuleValue

    RuleValue.objects.create(
        rule="max_nationalities_per_session", value=3, valid_from=D(2019, 3, 1)
    )
    people = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]

    assert len(services.invite(session(), cases=people, by=officer)) == 3


def test_a_full_session_is_refused(session, register, officer):
    row = session(capacity=1)

    with pytest.raises(ValidationError, match="1 free places"):
        services.invite(row, cases=[register(), register()], by=officer)


def test_nobody_is_invited_twice_on_one_day(session, register, officer):
    case = register()
    services.invite(session(), cases=[case], by=officer)

    with pytest.raises(ValidationError, match="already engaged"):
        services.invite(session(), cases=[case], by=officer)


def test_declining_needs_a_reason_and_frees_the_day(session, register, officer):
    (row,) = services.invite(session(), cases=[register()], by=officer)

    with pytest.raises(ValidationError, match="why the person will not come"):
        services.answer_invitation(row, answer=InvitationAnswer.DECLINED, by=officer)
    row = services.answer_invitation(
        row, answer=InvitationAnswer.DECLINED, reason=AbsenceReason.WORK, by=officer
    )

    assert row.reason == AbsenceReason.WORK
    assert not Commitment.objects.live().exists()
    row = services.answer_invitation(row, answer=InvitationAnswer.ACCEPTED, by=officer)
    assert Commitment.objects.live().count() == 1


def test_reasons_for_staying_away_are_counted_by_orientation_point(
    session, register, world, officer
):
    row = session()
    people = [register() for _n in range(3)]
    invitations = services.invite(row, cases=people, by=officer)
    services.answer_invitation(
        invitations[0], answer=InvitationAnswer.DECLINED, reason=AbsenceReason.WORK, by=officer
    )
    services.call_roll(
        row,
        attendance={invitations[1]: Attendance.ABSENT, invitations[2]: Attendance.PRESENT},
        reasons={invitations[1]: AbsenceReason.HEALTH},
        by=officer,
    )

    away = Invitation.objects.exclude(reason="")
    assert sorted(away.values_list("session__office__code", "reason")) == [
        ("rabat", "health"),
        ("rabat", "work"),
    ]


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


def test_a_childs_invitation_is_hidden_from_the_caseworker(session, register, world, officer):
    child = register(is_unaccompanied_child=True, birth_on=D(2005, 1, 1))
    services.invite(session(), cases=[child, register()], by=officer)

    assert Invitation.objects.visible_to(world.fresh("caseworker")).count() == 1
    assert Invitation.objects.visible_to(officer).count() == 2
    for name in ("caseworker_oujda", "trainer", "donor", "focal_point", "nobody"):
        assert not Invitation.objects.visible_to(world.fresh(name)).exists()
        assert not OrientationSession.objects.visible_to(world.fresh(name)).exists()


def test_a_programme_manager_sees_sessions_of_the_programme(session, register, world, officer):
    row = session()
    services.invite(row, cases=[register(programme=world.foras)], by=officer)

    seen = OrientationSession.objects.visible_to
    assert seen(world.fresh("programme_manager")).get() == row
    assert not seen(world.fresh("other_manager")).exists()


@pytest.mark.req("R056")
def test_an_invitation_by_mistake_is_withdrawn_and_the_person_invited_again(
    session, register, officer
):
    row, case = session(), register()
    (invitation,) = services.invite(row, cases=[case], by=officer)
    with pytest.raises(ValidationError, match="Write why"):
        services.withdraw_invitation(invitation, reason="", by=officer)

    services.withdraw_invitation(invitation, reason="The other Mamadou Bah", by=officer)

    assert not Invitation.objects.exists()
    assert not case.person.commitments.live().exists()
    kept = AuditEntry.objects.filter(model="training.invitation", action="delete").get()
    assert kept.reason == "The other Mamadou Bah"
    (again,) = services.invite(row, cases=[case], by=officer)
    services.call_roll(row, attendance={again: Attendance.PRESENT}, by=officer)
    with pytest.raises(ValidationError, match="Correct the attendance"):
        services.withdraw_invitation(again, reason="Wrong again", by=officer)


@pytest.mark.req("R052")
def test_a_session_that_is_over_is_not_proposed(session, register, world, officer, settings):
    past, later = session(), session(day=D(2019, 3, 14))
    coming = session(day=D(2019, 3, 20))
    people = [
        register(nationality=world.country(code), country=world.country(code))
        for code in ("GN", "ML", "SN")
    ]
    services.invite(past, cases=people[:2], by=officer)
    settings.TODAY = "2019-03-15"

    with pytest.raises(ValidationError) as caught:
        services.invite(past, cases=people[2:], by=officer)

    (error,) = caught.value.error_dict["cases"]
    assert later != coming
    assert error.params["session"] == coming


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
