"""Enrolling: conditions, nomination and answer, leaving a course."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.enums import CommitmentKind
from cases.models import Commitment
from core.exceptions import Refused
from reference import rules
from reference.services import set_rule
from tests.training.test_session_pages import page, post
from training import services
from training.enums import EnrolmentReason, EnrolmentStatus
from training.models import Enrolment

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.mark.req("R075")
def test_a_place_presupposes_an_orientation_attendance(edition, ready, orient, officer):
    case = ready()

    with pytest.raises(ValidationError, match="presupposes orientation"):
        services.enrol(edition(), case=case, on=D(2019, 6, 17), by=officer)
    orient(case)

    assert (
        services.enrol(edition(), case=case, on=D(2019, 6, 17), by=officer).status
        == EnrolmentStatus.NOMINATED
    )


@pytest.mark.req("R075")
def test_an_orientation_after_the_course_does_not_count(edition, ready, orient, officer):
    case = ready()
    orient(case, day=D(2019, 6, 18))

    with pytest.raises(ValidationError, match="presupposes orientation"):
        services.enrol(edition(), case=case, on=D(2019, 6, 17), by=officer)


@pytest.mark.req("R073")
def test_a_vocational_course_names_the_preparation_that_is_missing(
    edition, ready, orient, complete, selected, officer
):
    case = ready()
    orient(case)
    complete(case, "personal_development", D(2019, 6, 10))
    handicraft = edition("handicraft", starts_on=D(2019, 9, 2))

    with pytest.raises(ValidationError, match="Business creation") as caught:
        services.enrol(handicraft, case=case, on=handicraft.starts_on, by=officer)

    assert "Personal development" not in str(caught.value)
    complete(case, "business", D(2019, 7, 1))
    selected(handicraft, case)
    assert services.enrol(handicraft, case=case, on=handicraft.starts_on, by=officer)


def test_the_modules_of_2018_prepare_for_a_vocational_course(
    edition, ready, orient, complete, selected, officer
):
    case = ready(registered_on=D(2018, 8, 6))
    orient(case, day=D(2018, 8, 8))
    first = ("life_skills", "soft_skills", "entrepreneurship")
    for number, module in enumerate(first):
        complete(case, module, D(2018, 9, 3) + datetime.timedelta(weeks=2 * number))
    handicraft = edition("handicraft", starts_on=D(2019, 1, 14))

    with pytest.raises(ValidationError, match="Business creation"):
        services.enrol(handicraft, case=case, on=handicraft.starts_on, by=officer)
    complete(case, "commercialization", D(2018, 11, 26))
    selected(handicraft, case)

    assert services.enrol(handicraft, case=case, on=handicraft.starts_on, by=officer)


def test_the_partner_learns_no_name_without_the_persons_agreement(
    edition, register, orient, officer
):
    case = register()
    orient(case)

    with pytest.raises(ValidationError, match="has not agreed to share"):
        services.enrol(edition(), case=case, on=D(2019, 6, 17), by=officer)


def test_a_full_course_is_refused(edition, enrolled):
    row = edition(capacity=1)
    enrolled(row)

    with pytest.raises(ValidationError, match="All places"):
        enrolled(row)


@pytest.mark.req("R080")
def test_a_second_overlapping_enrolment_is_refused(edition, enrolled):
    first = enrolled(edition())

    with pytest.raises(ValidationError, match="already engaged"):
        enrolled(edition("business", starts_on=D(2019, 6, 20)), first.case)


def test_a_course_after_the_flight_is_refused(world, edition, ready, orient, officer):
    case = ready()
    orient(case)
    case_services.commit(
        case.person,
        kind=CommitmentKind.TRAVEL,
        first=D(2019, 6, 19),
        last=D(2019, 6, 19),
        label="Flight",
        by=officer,
    )

    with pytest.raises(ValidationError, match="travels on"):
        services.enrol(edition(), case=case, on=D(2019, 6, 17), by=officer)


def test_only_the_orientation_point_enrols(world, edition, ready, orient):
    case = ready()
    orient(case)

    for name in ("caseworker_oujda", "trainer", "clerk", "focal_point"):
        with pytest.raises(Refused):
            services.enrol(edition(), case=case, by=world.fresh(name))


@pytest.mark.req("R104")
def test_a_nomination_is_acknowledged_by_the_training_partner(
    world, edition, ready, orient, officer
):
    case = ready()
    orient(case)
    enrolment = services.enrol(edition(), case=case, on=D(2019, 6, 17), by=officer)

    with pytest.raises(Refused):
        services.acknowledge(enrolment, by=world.fresh("other_trainer"))
    enrolment = services.acknowledge(enrolment, by=world.fresh("trainer"))
    enrolment = services.confirm_place(enrolment, by=officer)

    assert [step.to_status for step in enrolment.steps.all()] == [
        "nominated",
        "acknowledged",
        "enrolled",
    ]
    assert not Enrolment.objects.waiting().exists()


def test_leaving_before_the_start_frees_the_days(edition, enrolled, officer):
    enrolment = enrolled(edition())

    enrolment = services.withdraw(enrolment, reason=EnrolmentReason.WORK, by=officer)

    assert enrolment.status == EnrolmentStatus.WITHDRAWN
    assert not Commitment.objects.live().filter(kind=CommitmentKind.COURSE).exists()
    assert enrolled(edition(), enrolment.case)


def test_leaving_a_started_course_counts_as_not_completed_and_frees_the_rest(
    edition, enrolled, attend, officer
):
    enrolment = enrolled(edition())
    attend(enrolment, days=2)

    enrolment = services.withdraw(
        Enrolment.objects.get(pk=enrolment.pk),
        reason=EnrolmentReason.HEALTH,
        on=D(2019, 6, 18),
        by=officer,
    )

    assert enrolment.status == EnrolmentStatus.NOT_COMPLETED
    assert enrolment.ended_on == D(2019, 6, 18)
    held = Enrolment.objects.get(pk=enrolment.pk).commitment
    assert held.last_day == D(2019, 6, 18) < enrolment.edition.ends_on


def test_a_trainer_takes_out_only_those_who_have_not_started(world, edition, enrolled, attend):
    row = edition()
    waiting, started = enrolled(row), enrolled(row)
    attend(started, days=1)
    trainer = world.fresh("trainer")

    assert services.withdraw(waiting, reason=EnrolmentReason.PARTNER, by=trainer)
    with pytest.raises(Refused):
        services.withdraw(
            Enrolment.objects.get(pk=started.pk), reason=EnrolmentReason.OTHER, by=trainer
        )


def test_partners_see_their_rosters_while_the_person_agrees(world, edition, enrolled, officer):
    enrolment = enrolled(edition())

    assert Enrolment.objects.visible_to(world.fresh("trainer")).get() == enrolment
    for name in ("other_trainer", "caseworker_oujda", "donor", "focal_point", "nobody"):
        assert not Enrolment.objects.visible_to(world.fresh(name)).exists()
    case_services.record_consent(
        enrolment.case,
        purpose="training_partner",
        answer="withdrawn",
        on=D(2019, 6, 10),
        by=officer,
    )

    assert not Enrolment.objects.visible_to(world.fresh("trainer")).exists()
    assert Enrolment.objects.visible_to(world.fresh("caseworker")).get() == enrolment


def test_a_partner_no_longer_sees_the_roster_a_month_after_the_course(
    world, edition, enrolled, attend, settings
):
    enrolment = enrolled(edition())
    services.complete_edition(attend(enrolment), by=world.fresh("trainer"))
    settings.TODAY = "2019-07-01"
    assert Enrolment.objects.visible_to(world.fresh("trainer")).exists()

    settings.TODAY = "2019-08-01"
    assert not Enrolment.objects.visible_to(world.fresh("trainer")).exists()


def test_for_how_long_is_a_rule_with_a_date(world, edition, enrolled, attend, settings):
    enrolment = enrolled(edition())
    services.complete_edition(attend(enrolment), by=world.fresh("trainer"))
    settings.TODAY = "2019-07-15"
    set_rule(
        rules.ROSTER_DAYS_AFTER_COURSE,
        value=60,
        from_on=D(2019, 7, 25),
        note="Asked for by the partners",
        by=world.administrator,
    )

    seen = {}
    for day in ("2019-07-21", "2019-07-22", "2019-07-25", "2019-08-20", "2019-08-21"):
        settings.TODAY = day
        seen[day] = Enrolment.objects.visible_to(world.fresh("trainer")).exists()

    assert seen == {
        "2019-07-21": True,
        "2019-07-22": False,
        "2019-07-25": True,
        "2019-08-20": True,
        "2019-08-21": False,
    }


def test_a_course_whose_last_day_has_passed_is_joined_no_more(edition, ready, orient, officer):
    case = ready()
    orient(case)
    row = edition()

    with pytest.raises(ValidationError, match="last day of this course has passed"):
        services.enrol(row, case=case, by=officer)
    with pytest.raises(ValidationError, match="last day of this course has passed"):
        services.enrol(row, case=case, on=D(2019, 6, 22), by=officer)
    assert services.enrol(row, case=case, on=row.ends_on, by=officer)


def test_somebody_taken_out_of_a_running_course_by_mistake_is_put_back(
    world, edition, enrolled, attend, officer
):
    row = edition()
    enrolment = enrolled(row)
    attend(enrolment, days=2)
    wrong = services.withdraw(
        Enrolment.objects.get(pk=enrolment.pk),
        reason=EnrolmentReason.CHANGED_MIND,
        note="Said by phone",
        by=officer,
    )
    with pytest.raises(Refused):
        services.take_back_withdrawal(wrong, reason="Another Diallo", by=world.fresh("trainer"))
    with pytest.raises(ValidationError, match="Write why"):
        services.take_back_withdrawal(wrong, reason=" ", by=officer)

    back = services.take_back_withdrawal(wrong, reason="Another Diallo", by=officer)

    assert (back.status, back.ended_on, back.reason) == (EnrolmentStatus.STARTED, None, "")
    held = back.commitment
    assert (held.is_released, held.is_binding, held.last_day) == (False, True, row.ends_on)
    last = back.steps.last()
    assert (last.from_status, last.note) == ("not_completed", "Another Diallo")
    attend(back)
    services.complete_edition(row, by=world.fresh("trainer"))
    assert Enrolment.objects.get(pk=back.pk).status == EnrolmentStatus.COMPLETED


def test_a_place_given_away_since_is_not_taken_back(edition, enrolled, officer):
    row = edition(capacity=1)
    first = services.withdraw(enrolled(row), reason=EnrolmentReason.MISTAKE, by=officer)
    enrolled(row)

    with pytest.raises(ValidationError, match="All places"):
        services.take_back_withdrawal(first, reason="It was another person", by=officer)


def test_days_taken_since_are_in_the_way_of_taking_back(world, edition, enrolled, officer):
    row = edition()
    wrong = services.withdraw(enrolled(row), reason=EnrolmentReason.MISTAKE, by=officer)
    case_services.commit(
        wrong.case.person,
        kind=CommitmentKind.ORIENTATION,
        first=D(2019, 6, 18),
        last=D(2019, 6, 18),
        label="Session",
        by=officer,
    )

    with pytest.raises(ValidationError, match="already engaged"):
        services.take_back_withdrawal(wrong, reason="It was another person", by=officer)


def test_a_withdrawal_is_taken_back_from_the_page_and_by_the_api(
    world, sign_in, call, edition, enrolled, officer
):
    row = enrolled(edition())
    services.withdraw(row, reason=EnrolmentReason.MISTAKE, by=officer)
    browser, url = sign_in(world.caseworker), page("enrolment-take-back", row.reference)
    assert url in browser.get(row.get_absolute_url()).content.decode()

    assert post(browser, url, reason="Another person").status_code == 302

    row.refresh_from_db()
    assert row.status == EnrolmentStatus.ENROLLED
    row = services.withdraw(row, reason=EnrolmentReason.MISTAKE, by=world.fresh("caseworker"))
    version = {"If-Match": str(row.version)}
    path = f"enrolments/{row.reference}/take-back/"
    answer = call("caseworker", "post", path, {"reason": "Another person"}, **version)
    assert (answer.status_code, answer.json()["status"]) == (200, "enrolled")
