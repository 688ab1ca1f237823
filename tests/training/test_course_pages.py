"""Pages of modules, courses and enrolments: each button once, rosters, access."""

import datetime

import pytest

from tests.training.test_session_pages import page, post
from training import services
from training.enums import EditionStatus, EnrolmentStatus
from training.models import AttendanceMark, Edition, Enrolment, ModuleVersion

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(sign_in, world):
    return sign_in(world.protection_officer)


@pytest.fixture
def trainer(sign_in, world):
    return sign_in(world.trainer)


@pytest.fixture
def manager(sign_in, world):
    return sign_in(world.programme_manager)


@pytest.mark.req("R063")
def test_planning_a_course_in_a_place_of_transit_asks_why(manager, world):
    version = ModuleVersion.objects.get(module="business")
    values = {
        "module_version": version.pk,
        "office": "oujda",
        "starts_on": "2019-07-01",
        "trainer_organisation": "cerf",
    }

    response = post(manager, page("edition-plan"), **values)
    assert response.status_code == 422
    assert "place of transit" in response.context["form"].errors["transit_reason"][0]
    response = post(manager, page("edition-plan"), **values, transit_reason="Twelve people asked")

    row = Edition.objects.get()
    assert response.url == row.get_absolute_url()
    assert row.ends_on == D(2019, 7, 11)


def test_a_course_is_changed_moved_shortened_by_a_day_and_cancelled(manager, edition):
    row = edition()
    change = page("edition-change", row.reference)
    given = {"room": "4", "trainer_name": "Leila Amrani", "language": "ar"}
    assert post(manager, change, **given).status_code == 302
    assert post(manager, change, capacity=12).status_code == 302
    text = manager.get(row.get_absolute_url()).content.decode()
    assert "Leila Amrani" in text
    assert "Arabic" in text
    move = page("edition-move", row.reference)
    assert post(manager, move, starts_on="2019-06-24", change_reason="Room").status_code == 302
    skip = page("edition-skip-day", row.reference)
    assert post(manager, skip, day="2019-06-25", change_reason="Strike").status_code == 302
    row.refresh_from_db()
    assert (row.room, row.starts_on, row.ends_on) == ("4", D(2019, 6, 24), D(2019, 7, 1))

    post(manager, page("edition-cancel", row.reference), reason="No trainer")
    row.refresh_from_db()
    assert row.status == EditionStatus.CANCELLED


@pytest.mark.req("R108")
def test_the_page_lists_whose_flights_a_move_would_hit(manager, edition, enrolled, world):
    from tests.training.test_editions import travel

    row = edition()
    names = []
    for number in range(4):
        enrolment = enrolled(row, family_name=f"Diallo{number}", programme=world.foras)
        travel(world, enrolment.case, D(2019, 6, 24))
        names.append(enrolment.case.person.full_name)

    url = page("edition-move", row.reference)
    before = manager.get(url).context["journeys"]
    assert [journey["day"] for journey in before] == [D(2019, 6, 24)] * 4
    response = post(manager, url, starts_on="2019-06-20", change_reason="Ill")

    assert response.status_code == 422
    listed = list(response.context["form"].non_field_errors())
    assert listed[1:] == [f"{name} travels on 24 June 2019." for name in names]
    assert response.context["form"]["starts_on"].value() == "2019-06-20"
    assert response.context["form"]["change_reason"].value() == "Ill"
    row.refresh_from_db()
    assert row.starts_on == D(2019, 6, 17)


@pytest.mark.req("R003")
def test_the_trainers_roster_has_no_vulnerability_and_no_case(
    trainer, edition, enrolled, attend, world
):
    from cases.services import add_protection_entry
    from reference.models import Vulnerability

    enrolment = enrolled(edition(), family_name="Bah", children_in_care=2)
    attend(enrolment, days=1)
    vulnerability = Vulnerability.objects.first()
    add_protection_entry(
        enrolment.case,
        kind="psychosocial",
        text="Fled from violence",
        on=D(2019, 3, 5),
        vulnerabilities=[vulnerability],
        by=world.protection_officer,
    )

    pages = [
        trainer.get(address).content.decode()
        for address in (
            enrolment.edition.get_absolute_url(),
            enrolment.get_absolute_url(),
            page("enrolment-list"),
            page("edition-roll", enrolment.edition.reference, "2019-06-17"),
            page("edition-survey", enrolment.edition.reference),
        )
    ]

    for text in pages:
        assert "BAH" in text
        assert enrolment.case.reference not in text
        assert "Fled" not in text
        assert vulnerability.label not in text
    assert trainer.get(page("case", enrolment.case.reference)).status_code == 404
    assert trainer.get(enrolment.case.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("trainer", 200),
        ("partner_client", 200),
        ("caseworker", 200),
        ("clerk", 200),
        ("programme_manager", 200),
        ("other_trainer", 404),
        ("caseworker_oujda", 404),
        ("focal_point", 404),
        ("donor", 404),
        ("nobody", 404),
    ],
)
def test_who_may_open_a_course(sign_in, world, edition, name, status):
    row = edition()

    assert sign_in(world.people[name]).get(row.get_absolute_url()).status_code == status


def test_the_roll_of_a_day_is_called_for_everybody(trainer, edition, enrolled):
    row = edition()
    first, second = enrolled(row), enrolled(row)
    url = page("edition-roll", row.reference, "2019-06-17")

    filled = trainer.get(url, {"fill": "present"}).context["form"]
    assert {bound.value() for bound in filled if bound.html_name.startswith(("am_", "pm_"))} == {
        "present"
    }
    response = post(
        trainer,
        url,
        **{f"am_{first.pk}": "present", f"pm_{first.pk}": "late", f"am_{second.pk}": "absent"},
    )

    assert response.status_code == 302
    assert AttendanceMark.objects.count() == 3
    first.refresh_from_db()
    assert first.status == EnrolmentStatus.STARTED
    days = trainer.get(row.get_absolute_url()).context["days"]
    assert (days[0].marked, days[0].expected, days[0].is_missing) == (3, 4, True)


def test_a_day_outside_the_course_has_no_roll(trainer, edition):
    row = edition()

    for day in ("2019-06-22", "2019-06-31", "monday"):
        assert trainer.get(page("edition-roll", row.reference, day)).status_code == 404


def test_a_course_is_ended_with_a_reason_for_each_who_fell_short(
    trainer, edition, enrolled, attend
):
    row = edition()
    done, short = enrolled(row), enrolled(row)
    attend(done)
    attend(short, days=2)
    url = page("edition-complete", row.reference)
    context = trainer.get(url).context
    assert [e.pk for e in context["completing"]] == [done.pk]

    response = post(trainer, url, **{f"reason_{short.pk}": "child_care"})

    assert response.status_code == 302
    short.refresh_from_db()
    assert short.reason == "child_care"
    post(trainer, page("edition-reopen", row.reference), reason="A sheet was found")
    row.refresh_from_db()
    assert row.status == EditionStatus.RUNNING


def test_somebody_else_does_not_end_a_course(sign_in, world, edition):
    row = edition()

    assert sign_in(world.caseworker).get(page("edition-complete", row.reference)).status_code == 403


@pytest.mark.req("R104")
def test_a_nomination_is_made_from_the_case_and_acknowledged_by_the_partner(
    officer, trainer, ready, orient, edition
):
    case = ready()
    orient(case)
    row = edition(starts_on=D(2030, 6, 3))

    response = post(officer, page("enrol", case.reference), edition=row.reference)
    assert response.url == page("case", case.reference)
    enrolment = Enrolment.objects.get()
    response = post(trainer, page("enrolment-acknowledge", enrolment.reference))
    assert response.status_code == 302
    post(officer, page("enrolment-confirm", enrolment.reference))

    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.ENROLLED
    post(officer, page("enrolment-withdraw", enrolment.reference), reason="work")
    enrolment.refresh_from_db()
    assert enrolment.status == EnrolmentStatus.WITHDRAWN


@pytest.mark.req("R073")
def test_the_enrol_page_says_what_is_missing_and_refuses(officer, ready, orient, edition):
    case = ready(wished_travel_on=D(2030, 6, 5))
    orient(case)
    row = edition("handicraft", starts_on=D(2030, 6, 3))
    url = page("enrol", case.reference)

    text = officer.get(url).content.decode()
    assert "A vocational course presupposes: Personal development, Business creation." in text
    assert "later than the wished date" in text
    response = post(officer, url, edition=row.reference)

    assert response.status_code == 422
    assert "Business creation" in response.context["form"].errors["edition"][0]


@pytest.mark.req("R079")
def test_the_case_page_shows_course_days_against_the_wished_date(officer, register):
    case = register(wished_travel_on=D(2019, 10, 31))
    versions = ModuleVersion.objects.filter(module__in=["personal_development", "business"])

    text = officer.get(
        page("case", case.reference),
        {"starts_on": "2019-10-07", "modules": [v.pk for v in versions]},
    ).content.decode()

    assert "14 course days in all, until 24 October 2019" in text
    assert "The wished date, 31 October 2019, can be kept." in text


def test_the_case_page_shows_sessions_and_courses(officer, edition, enrolled, attend):
    enrolment = enrolled(edition())
    attend(enrolment, days=4)

    text = officer.get(page("case", enrolment.case.reference)).content.decode()

    assert "Oriented since 12 March 2019" in text
    assert "80 % (8 of 10 half-days)" in text


@pytest.mark.req("R077")
def test_the_roster_shows_89_percent(trainer, edition, enrolled, attend):
    enrolment = enrolled(edition("business", starts_on=D(2019, 7, 1)))
    row = attend(enrolment, days=8)

    assert "89 % (16 of 18 half-days)" in trainer.get(row.get_absolute_url()).content.decode()


def test_answers_are_recorded_and_forms_counted(officer, trainer, orient, register, world):
    case = register(programme=world.foras)
    row = orient(case, register(programme=world.foras))

    response = post(
        officer,
        page("session-feedback", row.reference),
        participant=case.reference,
        satisfaction="satisfied",
        answered_on="2019-03-12",
    )
    assert response.status_code == 302
    response = post(
        officer,
        page("session-counts", row.reference),
        count_satisfied="1",
        answered_on="2019-03-12",
    )
    assert response.status_code == 302, response.context["form"].errors
    assert services.satisfaction_of(row) == (2, 2)
    response = post(
        officer,
        page("session-counts", row.reference),
        count_satisfied="1",
        answered_on="2019-03-12",
    )
    assert response.status_code == 422


def test_a_trainer_records_the_survey_of_the_own_course_only(
    trainer, sign_in, world, edition, enrolled, attend
):
    enrolment = enrolled(edition())
    row = attend(enrolment)

    response = post(
        trainer,
        page("edition-survey", row.reference),
        participant=enrolment.reference,
        satisfaction="very_satisfied",
        answered_on="2019-06-21",
    )

    assert response.status_code == 302
    assert services.satisfaction_of(row) == (1, 1)
    assert trainer.get(page("edition-counts", row.reference)).status_code == 200
    other = sign_in(world.other_trainer)
    assert other.get(page("edition-survey", row.reference)).status_code == 404


@pytest.mark.parametrize("name", ["edition-list", "enrolment-list"])
def test_lists_take_as_many_queries_for_many_rows(
    officer, edition, enrolled, name, django_assert_max_num_queries
):
    row = edition()
    enrolled(row)
    officer.get(page(name))
    with django_assert_max_num_queries(16) as few:
        officer.get(page(name))
    for number in range(3):
        enrolled(edition(starts_on=D(2019, 7, 1) + datetime.timedelta(weeks=number)))

    with django_assert_max_num_queries(len(few)):
        officer.get(page(name))


def test_pages_take_as_many_queries_for_many_people(
    officer, trainer, edition, enrolled, attend, django_assert_max_num_queries
):
    row = edition()
    first = enrolled(row)
    attend(first, days=1)
    roll = page("edition-roll", row.reference, "2019-06-17")
    addresses = [(officer, row.get_absolute_url()), (trainer, roll)]
    counted = []
    for client, address in addresses:
        client.get(address)
        with django_assert_max_num_queries(30) as few:
            client.get(address)
        counted.append(len(few))
    for _n in range(4):
        enrolled(row)

    for (client, address), count in zip(addresses, counted, strict=True):
        with django_assert_max_num_queries(count):
            client.get(address)


def test_the_enrol_page_takes_as_many_queries_for_many_courses(
    officer, ready, orient, edition, django_assert_max_num_queries
):
    case = ready()
    orient(case)
    edition(starts_on=D(2030, 6, 3))
    url = page("enrol", case.reference)
    officer.get(url)
    with django_assert_max_num_queries(34) as few:
        officer.get(url)
    for number in range(4):
        edition(starts_on=D(2030, 7, 1) + datetime.timedelta(weeks=number))

    with django_assert_max_num_queries(len(few)):
        officer.get(url)


@pytest.mark.req("R109")
def test_exceptions_of_a_month_stand_in_one_list(sign_in, world, edition, enrolled):
    from tests.training.test_editions import travel

    row = edition()
    flying = enrolled(row, programme=world.foras)
    enrolled(row, programme=world.foras)
    travel(world, flying.case, D(2019, 6, 24))
    client = sign_in(world.programme_manager)
    override = services.request_override(
        row,
        starts_on=D(2019, 6, 20),
        change_reason="Ill",
        reason="The only seat",
        by=world.fresh("programme_manager"),
    )
    services.approve_override(override, by=world.fresh("second_manager"))

    flying.refresh_from_db()
    month = {
        "reason": "programme",
        "ended_from": flying.ended_on.replace(day=1).isoformat(),
        "ended_until": flying.ended_on.isoformat(),
    }
    rows = client.get(page("enrolment-list"), month).context["rows"]
    assert [r.pk for r in rows] == [flying.pk]
    assert flying.get_reason_display() in client.get(page("enrolment-list"), month).content.decode()
