"""Closing a case leaves no ghost: no place in a course, on a roll or in a calendar (R034, R080)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case, Commitment
from training import services
from training.enums import Attendance, EnrolmentStatus, Half, Mark, SessionMode
from training.models import Enrolment, Invitation
from training.services.enrolments import places_given

D = datetime.date
pytestmark = pytest.mark.django_db


def close(case, on, by):
    return case_services.close(Case.objects.get(pk=case.pk), outcome="withdrawn", on=on, by=by)


def mark(enrolment, day, by):
    marks = [services.HalfDay(enrolment=enrolment, half=half, mark=Mark.PRESENT) for half in Half]
    return services.record_attendance(enrolment.edition, day=day, marks=marks, by=by)


def test_a_place_in_a_course_is_given_up_before_the_case_is_closed(
    world, edition, enrolled, register, officer
):
    course = edition()  # from 17 June
    enrolment = enrolled(course)
    case = enrolment.case

    with pytest.raises(ValidationError, match=r"in the course .* until 21 June 2019") as refused:
        close(case, D(2019, 6, 14), officer)
    assert refused.value.error_list[0].code == "engaged"
    with pytest.raises(ValidationError, match="in the course"):
        case_services.close_many([case], outcome="withdrawn", on=D(2019, 6, 14), by=officer)
    services.withdraw(enrolment, reason="other", on=D(2019, 6, 17), by=officer)
    closed = close(case, D(2019, 6, 17), officer)

    assert closed.status == CaseStatus.CLOSED
    assert places_given(course) == 0
    assert not Commitment.objects.live().filter(person=case.person, kind="course").exists()


def test_what_the_page_refuses_it_names(world, edition, enrolled, sign_in, settings):
    enrolment = enrolled(edition())
    settings.TODAY = "2019-06-17"
    url = reverse("cases:close", args=[enrolment.case.reference])
    browser = sign_in(world.caseworker)
    form = browser.get(url)
    fields = form.context["form"]

    page = browser.post(
        url,
        {
            name: fields[name].value()
            for name in fields.fields
            if name not in ("outcome", "on", "note")
        }
        | {"outcome": "withdrawn", "on": "2019-06-14"},
    )

    assert enrolment.get_absolute_url() in form.content.decode()
    assert page.status_code == 422
    assert "Take the person out of it first" in page.content.decode()


def test_a_course_that_is_over_stands_in_nobodys_way(edition, enrolled, attend, world, officer):
    enrolment = enrolled(edition())
    attend(enrolment)

    assert close(enrolment.case, D(2019, 6, 21), officer).status == CaseStatus.CLOSED


def test_an_invitation_is_given_up_before_the_case_is_closed(session, ready, officer):
    case = ready()
    (invitation,) = services.invite(session(), cases=[case], by=officer)  # on 12 March

    with pytest.raises(ValidationError, match=r"expected at .* on 12 March 2019"):
        close(case, D(2019, 3, 11), officer)
    services.answer_invitation(
        invitation, answer="declined", reason="work", on=D(2019, 3, 11), by=officer
    )

    assert close(case, D(2019, 3, 11), officer).status == CaseStatus.CLOSED


def test_a_talk_planned_for_somebody_who_left_expects_nobody(session, ready, officer):
    case, talk = ready(), session(mode=SessionMode.INDIVIDUAL)
    (invitation,) = services.invite(talk, cases=[case], by=officer)
    close(case, D(2019, 3, 11), officer)

    assert not talk.invitations.expected().exists()
    with pytest.raises(ValidationError, match="left the programme on 11 March 2019"):
        services.call_roll(talk, attendance={invitation: Attendance.PRESENT}, by=officer)


def test_a_roll_called_late_counts_the_day_before_the_closing(session, ready, officer):
    case, row = ready(), session()
    (invitation,) = services.invite(row, cases=[case], by=officer)
    close(case, row.day, officer)

    services.call_roll(row, attendance={invitation: Attendance.PRESENT}, by=officer)

    assert Invitation.objects.get().attended_on == row.day
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
    assert not case.events.standing().filter(to_status=CaseStatus.ORIENTED).exists()


def test_nobody_is_marked_in_a_course_after_the_closing(edition, enrolled, world, officer):
    enrolment = enrolled(edition())
    case = enrolment.case
    Commitment.objects.filter(pk=enrolment.commitment_id).update(is_released=True)
    close(case, D(2019, 6, 18), officer)

    mark(enrolment, D(2019, 6, 18), world.fresh("trainer"))
    with pytest.raises(ValidationError, match="left the programme on 18 June 2019"):
        mark(enrolment, D(2019, 6, 19), world.fresh("trainer"))

    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
    assert Enrolment.objects.get().status == EnrolmentStatus.STARTED
