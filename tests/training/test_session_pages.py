"""Pages of orientation sessions: each button once, bad input at its field, access."""

import datetime

import pytest
from django.urls import reverse

from cases.enums import CaseStatus
from core.models import AuditEntry
from training import services
from training.enums import Attendance, SessionStatus
from training.models import ChecklistItem, Invitation, OrientationSession

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(sign_in, world):
    return sign_in(world.protection_officer)


def page(name, *args):
    return reverse(f"training:{name}", args=args)


def post(client, url, **data):
    """Send a form as the page gives it, with these values changed."""
    form = client.get(url).context["form"]
    values = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            values[bound.html_name] = value
    return client.post(url, values | data)


def test_a_session_is_planned_from_its_page(officer, world):
    response = post(
        officer,
        page("session-plan"),
        office="rabat",
        starts_at="2019-03-12T10:00",
        facilitator=world.caseworker.pk,
        language="fr",
        capacity=15,
    )

    row = OrientationSession.objects.get()
    assert response.url == row.get_absolute_url()
    assert (row.minutes, row.capacity, row.day) == (60, 15, D(2019, 3, 12))


@pytest.mark.req("R053")
def test_a_trainer_is_not_offered_and_not_accepted_as_facilitator(officer, world):
    url = page("session-plan")
    form = officer.get(url).context["form"]
    assert world.trainer not in form.fields["facilitator"].queryset

    response = post(
        officer,
        url,
        office="rabat",
        starts_at="2019-03-12T10:00",
        facilitator=world.trainer.pk,
        language="fr",
    )

    assert response.status_code == 422
    assert "facilitator" in response.context["form"].errors
    assert b"2019-03-12T10:00" in response.content


def test_an_impossible_day_is_named_at_its_field(officer, world):
    response = post(
        officer,
        page("session-plan"),
        office="rabat",
        starts_at="2019-02-30T10:00",
        facilitator=world.caseworker.pk,
        language="fr",
    )

    assert "do not exist" in response.context["form"].errors["starts_at"][0]


def test_people_are_invited_and_a_third_nationality_is_named_at_the_field(
    officer, world, session, register, settings
):
    settings.TODAY = "2019-03-11"
    row, later = session(), session(day=D(2019, 3, 19))
    people = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]
    url = page("session-invite", row.reference)

    response = post(officer, url, cases=[case.reference for case in people[:2]])
    assert response.status_code == 302
    assert row.invitations.count() == 2

    response = post(officer, url, cases=[people[2].reference])
    assert response.status_code == 422
    assert later.reference in response.context["form"].errors["cases"][0]
    response = post(
        officer,
        url,
        cases=[people[2].reference],
        override_reason="Travels tomorrow",
        approved_by=world.programme_manager.pk,
    )
    assert response.status_code == 302
    assert row.invitations.count() == 3


@pytest.mark.req("R052")
def test_the_page_leads_to_the_next_session_of_the_country_or_asks_for_an_exception(
    officer, session, register, world, settings
):
    settings.TODAY = "2019-03-11"
    row, later = session(), session(day=D(2019, 3, 19))
    present = [register(nationality=world.country(code)) for code in ("GN", "ML")]
    services.invite(row, cases=present, by=world.fresh("protection_officer"))
    others = [register(nationality=world.country(code)) for code in ("SN", "TG")]
    url = page("session-invite", row.reference)
    chosen = {"cases": [case.reference for case in others]}

    response = post(officer, url, **chosen)

    errors = response.context["form"].errors["cases"]
    assert [country in text for country, text in zip(("Senegal", "Togo"), errors, strict=True)]
    text = response.content.decode()
    assert f"{page('session-invite', later.reference)}?nationality=SN" in text
    assert response.context["form"]["cases"].value() == chosen["cases"]
    reason = {"override_reason": "The interpreter comes only today"}
    response = post(officer, url, **chosen, **reason)
    assert set(response.context["form"].errors) == {"approved_by"}
    own = post(officer, url, **chosen, **reason, approved_by=world.protection_officer.pk)
    assert "another person" in own.context["form"].errors["approved_by"][0]
    manager = world.programme_manager
    assert post(officer, url, **chosen, **reason, approved_by=manager.pk).status_code == 302

    kept = row.invitations.filter(case__in=others)
    assert {(i.override_reason, i.approved_by) for i in kept} == {
        (reason["override_reason"], manager)
    }


@pytest.mark.req("R052")
def test_the_pages_ask_for_an_exception_when_somebody_who_had_declined_comes(
    officer, session, register, world
):
    row, by = session(), world.fresh("protection_officer")
    people = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]
    services.invite(row, cases=people[:2], by=by)
    answer = page("invitation-answer", row.reference, people[1].reference)
    assert "approved_by" not in officer.get(answer).context["form"].fields
    post(officer, answer, answer="declined", reason="work")
    services.invite(row, cases=people[2:], by=by)

    response = post(officer, answer, answer="accepted")
    assert "at most 2 nationalities" in response.context["form"].errors["answer"][0]
    roll_call = page("session-roll-call", row.reference)
    mark = {f"attendance_{row.invitations.get(case=people[1]).pk}": "present"}
    assert post(officer, roll_call, **mark).status_code == 422
    exception = {
        "override_reason": "Came all the same",
        "approved_by": world.programme_manager.pk,
    }
    assert post(officer, roll_call, **mark, **exception).status_code == 302

    assert "by exception" in officer.get(row.get_absolute_url()).content.decode()


def test_the_roll_call_notes_why_somebody_did_not_come(officer, session, register, world):
    row, case = session(), register()
    (invitation,) = services.invite(row, cases=[case], by=world.fresh("protection_officer"))
    marks = {f"attendance_{invitation.pk}": "absent", f"reason_{invitation.pk}": "health"}

    assert post(officer, page("session-roll-call", row.reference), **marks).status_code == 302
    assert "Ill" in officer.get(row.get_absolute_url()).content.decode()
    url = page("invitation-correct", row.reference, case.reference)
    given = {"attendance": "absent", "absence": "work", "reason": "The employer rang"}
    assert post(officer, url, **given).status_code == 302

    invitation.refresh_from_db()
    assert (invitation.attendance, invitation.reason) == ("absent", "work")


def test_candidates_are_found_by_name_and_nationality(officer, world, session, register):
    row = session()
    register(family_name="Diallo")
    register(family_name="Keita", nationality=world.country("ML"))
    url = page("session-invite", row.reference)

    assert "KEITA" not in officer.get(url, {"q": "diallo"}).content.decode()
    found = officer.get(url, {"nationality": "ML"}).content.decode()
    assert "KEITA" in found
    assert "DIALLO" not in found


def test_the_roll_is_called_on_one_page_and_again_for_late_comers(
    officer, session, register, world
):
    row = session()
    invitations = services.invite(
        row, cases=[register(), register()], by=world.fresh("protection_officer")
    )
    names = [f"attendance_{i.pk}" for i in invitations]
    url = page("session-roll-call", row.reference)

    response = post(officer, url, **{names[0]: "present", names[1]: "absent"})
    assert response.url == row.get_absolute_url()
    row.refresh_from_db()
    assert row.status == SessionStatus.HELD
    post(officer, url, **{names[1]: "present"})

    assert Invitation.objects.present().count() == 2
    figures = officer.get(url).context["totals"]
    assert figures[0]["value"] == figures[1]["value"] == 2


def test_a_double_click_on_the_roll_call_changes_nothing(officer, session, register, world):
    row = session()
    (invitation,) = services.invite(row, cases=[register()], by=world.fresh("protection_officer"))
    url = page("session-roll-call", row.reference)
    form = officer.get(url).context["form"]
    body = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    body[f"attendance_{invitation.pk}"] = "present"

    assert officer.post(url, body).status_code == 302
    assert officer.post(url, body).status_code == 302
    assert row.steps.filter(to_status=SessionStatus.HELD).count() == 1


def test_a_session_goes_from_checklist_to_closing(officer, orient, register):
    row = orient(register())
    items = [str(item.pk) for item in ChecklistItem.objects.all()]
    assert post(officer, page("session-close", row.reference)).status_code == 422

    post(officer, page("session-checklist", row.reference), items=items)
    response = post(officer, page("session-close", row.reference))

    assert response.status_code == 302
    row.refresh_from_db()
    assert row.status == SessionStatus.CLOSED
    post(officer, page("session-reopen", row.reference), reason="A name was wrong")
    row.refresh_from_db()
    assert row.status == SessionStatus.HELD


def test_what_is_recommended_is_recorded_for_everybody(officer, orient, register):
    row = orient(register())
    name = f"outcomes_{row.invitations.get().pk}"
    url = page("session-outcomes", row.reference)

    assert post(officer, url, **{name: ["none", "health"]}).status_code == 422
    assert post(officer, url, **{name: ["business", "health"]}).status_code == 302
    assert row.invitations.get().outcomes == ["business", "health"]


def test_answers_and_corrections_have_their_page(officer, session, register, world):
    case = register()
    row = session()
    services.invite(row, cases=[case], by=world.fresh("protection_officer"))
    url = page("invitation-answer", row.reference, case.reference)

    response = post(officer, url, answer="declined")
    assert "reason" in response.context["form"].errors
    assert post(officer, url, answer="declined", reason="work").status_code == 302
    invitation = row.invitations.get()
    assert invitation.reason == "work"
    assert case.person.full_name in officer.get(row.get_absolute_url()).content.decode()


def test_a_correction_asks_why(officer, orient, register):
    case = register()
    row = orient(case)
    url = page("invitation-correct", row.reference, case.reference)

    response = post(officer, url, attendance="absent", reason="Somebody else signed")

    assert response.status_code == 302
    assert row.invitations.get().attendance == Attendance.ABSENT
    case.refresh_from_db()
    assert case.status == CaseStatus.REGISTERED


def test_a_session_is_changed_and_cancelled(officer, session):
    row = session()

    assert post(officer, page("session-change", row.reference), capacity=8).status_code == 302
    row.refresh_from_db()
    assert row.capacity == 8
    post(officer, page("session-cancel", row.reference), reason="Strike")
    row.refresh_from_db()
    assert row.status == SessionStatus.CANCELLED


@pytest.mark.req("R051")
def test_the_roster_prints_with_time_facilitator_and_language(officer, orient, register):
    case = register()
    row = orient(case)

    text = officer.get(page("session-roster", row.reference)).content.decode()

    assert case.person.full_name in text
    assert case.reference in text
    assert row.facilitator.name in text
    assert "French" in text
    assert "10:00–11:00" in text
    assert (row.minutes, row.ends_at - row.starts_at) == (60, datetime.timedelta(hours=1))


def test_totals_and_the_printed_list_account_for_people_whose_file_one_may_not_see(
    sign_in, orient, register, world
):
    child = register(is_unaccompanied_child=True, birth_on=D(2005, 1, 1), family_name="Sylla")
    row = orient(child, register())
    client = sign_in(world.caseworker)

    for name in ("session-detail", "session-roll-call"):
        figures = client.get(page(name, row.reference)).context["totals"]
        assert (figures[0]["value"], figures[-1]["value"]) == (2, 1)
    text = client.get(page("session-roster", row.reference)).content.decode()
    assert "SYLLA" not in text
    assert "1 person whose file you may not see" in text


def test_a_talk_is_recorded_from_the_case(officer, register):
    case = register()

    response = post(
        officer,
        page("talk", case.reference),
        starts_at="2019-03-14T15:00",
        outcomes=["health"],
    )

    assert response.url == page("case", case.reference)
    case.refresh_from_db()
    assert case.status == CaseStatus.ORIENTED
    assert "Individual counselling" in officer.get(response.url).content.decode()


def test_a_colleague_sees_that_a_restricted_person_is_on_the_list(
    sign_in, session, register, world
):
    child = register(is_unaccompanied_child=True, birth_on=D(2005, 1, 1), family_name="Sylla")
    row = session()
    services.invite(row, cases=[child], by=world.fresh("protection_officer"))

    text = sign_in(world.caseworker).get(row.get_absolute_url()).content.decode()

    assert "SYLLA" not in text
    assert "1 person whose file you may not see" in text


def test_reading_a_session_is_audited_with_its_people(officer, orient, register):
    case = register()
    row = orient(case)

    officer.get(row.get_absolute_url())

    listed = AuditEntry.objects.filter(action="list", model="training.invitation").last()
    assert case.reference in listed.references


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("caseworker", 200),
        ("clerk", 200),
        ("programme_manager", 200),
        ("caseworker_oujda", 404),
        ("focal_point", 404),
        ("trainer", 404),
        ("donor", 404),
        ("nobody", 404),
    ],
)
def test_who_may_open_a_session(sign_in, world, session, name, status):
    row = session()

    assert sign_in(world.people[name]).get(row.get_absolute_url()).status_code == status


def test_a_clerk_does_not_run_sessions(sign_in, world, session):
    row = session()
    client = sign_in(world.clerk)

    for name in ("session-roll-call", "session-invite", "session-close", "session-change"):
        assert client.get(page(name, row.reference)).status_code == 403
    assert client.get(page("session-plan")).status_code == 403


def test_the_list_takes_as_many_queries_for_many_rows(
    officer, session, django_assert_max_num_queries
):
    url = page("session-list")
    session()
    officer.get(url)
    with django_assert_max_num_queries(14):
        officer.get(url)
    for _n in range(5):
        session()

    with django_assert_max_num_queries(14):
        assert len(officer.get(url).context["rows"]) == 6


def test_the_page_takes_as_many_queries_for_many_people(
    officer, orient, register, django_assert_max_num_queries
):
    row = orient(register())
    officer.get(row.get_absolute_url())
    with django_assert_max_num_queries(22) as few:
        officer.get(row.get_absolute_url())
    several = orient(*(register() for _n in range(5)), day=D(2019, 3, 20))

    with django_assert_max_num_queries(len(few)):
        officer.get(several.get_absolute_url())


def test_the_list_is_filtered_by_day_and_status(officer, session):
    session()
    later = session(day=D(2019, 4, 2))

    rows = officer.get(page("session-list"), {"starts_from": "2019-04-01"}).context["rows"]
    assert rows == [later]
    assert not officer.get(page("session-list"), {"status": "closed"}).context["rows"]
