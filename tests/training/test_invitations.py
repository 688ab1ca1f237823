"""Invitations to a session: nationalities and places, declining, coming after all."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases.models import Commitment
from core.models import AuditEntry
from training import services
from training.enums import AbsenceReason, Attendance, InvitationAnswer
from training.models import Invitation, OrientationSession

D = datetime.date
pytestmark = pytest.mark.django_db


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


def test_a_childs_invitation_is_hidden_from_the_caseworker(session, register, world, officer):
    child = register(is_unaccompanied_child=True, birth_on=D(2005, 1, 1))
    services.invite(session(), cases=[child, register()], by=officer)

    assert Invitation.objects.visible_to(world.fresh("caseworker")).count() == 1
    assert Invitation.objects.visible_to(officer).count() == 2
    for name in ("caseworker_oujda", "trainer", "donor", "focal_point", "nobody"):
        assert not Invitation.objects.visible_to(world.fresh(name)).exists()
        assert not OrientationSession.objects.visible_to(world.fresh(name)).exists()


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
