"""Half-days, what starts with the first, how a course ends, and the figures that follow."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.enums import CaseStatus, CommitmentKind
from cases.models import HandoverItem
from core.exceptions import Refused
from core.models import AuditEntry
from reports.indicators import BY_SLUG, Scope
from tests.training.figures import people_by_group
from training import policies, services, worklist
from training.days import days_of
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus, Half, Mark
from training.models import AttendanceMark, Enrolment
from training.tasks import settle_departures

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(world):
    return world.fresh("trainer")


def fresh(enrolment):
    return Enrolment.objects.with_list_data().get(pk=enrolment.pk)


def marks_of(enrolment, am, pm=None):
    found = [services.HalfDay(enrolment=enrolment, half=Half.AM, mark=am)]
    if pm:
        found.append(services.HalfDay(enrolment=enrolment, half=Half.PM, mark=pm))
    return found


@pytest.mark.req("R078")
def test_the_first_attendance_starts_the_course_and_binds_the_journey(
    world, edition, enrolled, trainer
):
    enrolment = enrolled(edition("business", starts_on=D(2019, 6, 10)))
    last = enrolment.edition.ends_on
    assert last == D(2019, 6, 20)

    row = services.record_attendance(
        enrolment.edition,
        day=D(2019, 6, 11),
        marks=marks_of(enrolment, Mark.ABSENT, Mark.LATE),
        by=trainer,
    )

    assert row.status == EditionStatus.RUNNING
    enrolment = fresh(enrolment)
    assert enrolment.status == EnrolmentStatus.STARTED
    assert enrolment.commitment.is_binding
    enrolment.case.refresh_from_db()
    assert enrolment.case.status == CaseStatus.IN_TRAINING
    with pytest.raises(ValidationError, match="21 June 2019"):
        case_services.commit(
            enrolment.case.person,
            kind=CommitmentKind.TRAVEL,
            first=D(2019, 6, 18),
            last=D(2019, 6, 18),
            label="Flight",
            by=world.caseworker,
        )


def test_an_absence_starts_nothing(edition, enrolled, trainer):
    enrolment = enrolled(edition())

    services.record_attendance(
        enrolment.edition, day=D(2019, 6, 17), marks=marks_of(enrolment, Mark.ABSENT), by=trainer
    )

    assert fresh(enrolment).status == EnrolmentStatus.ENROLLED


def test_a_mark_is_changed_not_doubled_and_the_history_keeps_both(edition, enrolled, trainer):
    enrolment = enrolled(edition())
    for mark in (Mark.PRESENT, Mark.LATE, Mark.LATE):
        services.record_attendance(
            enrolment.edition, day=D(2019, 6, 17), marks=marks_of(enrolment, mark), by=trainer
        )

    assert AttendanceMark.objects.get().mark == Mark.LATE
    changes = AuditEntry.objects.filter(model="training.attendancemark", action="change")
    assert [entry.changes["mark"] for entry in changes] == [["present", "late"]]


def test_marks_taken_back_take_back_the_start(edition, enrolled, trainer):
    enrolment = enrolled(edition())
    for mark in (Mark.PRESENT, Mark.ABSENT):
        services.record_attendance(
            enrolment.edition, day=D(2019, 6, 17), marks=marks_of(enrolment, mark), by=trainer
        )

    enrolment = fresh(enrolment)
    assert enrolment.status == EnrolmentStatus.ENROLLED
    assert not enrolment.commitment.is_binding
    assert not enrolment.commitment.is_released
    assert enrolment.case.status == CaseStatus.ORIENTED


def test_days_outside_the_course_and_in_the_future_are_refused(edition, enrolled, trainer, today):
    enrolment = enrolled(edition())
    with pytest.raises(ValidationError, match="not held on"):
        services.record_attendance(
            enrolment.edition,
            day=D(2019, 6, 24),
            marks=marks_of(enrolment, Mark.PRESENT),
            by=trainer,
        )
    with pytest.raises(ValidationError, match="future"):
        services.record_attendance(
            enrolment.edition,
            day=today + datetime.timedelta(days=1),
            marks=marks_of(enrolment, Mark.PRESENT),
            by=trainer,
        )


def test_only_people_on_the_roll_are_marked(edition, enrolled, trainer):
    other = enrolled(edition(starts_on=D(2019, 9, 2)))

    with pytest.raises(ValidationError, match="on the roll"):
        services.record_attendance(
            edition(), day=D(2019, 6, 17), marks=marks_of(other, Mark.PRESENT), by=trainer
        )


def test_the_roll_is_called_by_the_organisation_of_the_course(world, edition, enrolled):
    enrolment = enrolled(edition())

    for name in ("other_trainer", "caseworker", "programme_manager"):
        with pytest.raises(Refused):
            services.record_attendance(
                enrolment.edition,
                day=D(2019, 6, 17),
                marks=marks_of(enrolment, Mark.PRESENT),
                by=world.fresh(name),
            )


@pytest.mark.req("R077")
def test_eight_days_of_nine_are_89_percent(edition, enrolled, attend):
    enrolment = enrolled(edition("business", starts_on=D(2019, 7, 1)))
    attend(enrolment, days=8)

    row = fresh(enrolment)
    assert row.attendance_percent == 89
    assert (row.attended, row.edition.module_version.half_days) == (16, 18)


def test_who_attended_enough_completed_and_the_office_of_origin_is_told(
    edition, enrolled, attend, trainer
):
    row = edition("business", starts_on=D(2019, 7, 1))
    done, short, never = enrolled(row), enrolled(row), enrolled(row)
    attend(done, days=8)
    attend(short, days=3)
    with pytest.raises(Refused):
        services.complete_edition(row, by=done.case.registered_by)

    row = services.complete_edition(row, reasons={short.pk: EnrolmentReason.HEALTH}, by=trainer)

    assert row.status == EditionStatus.COMPLETED
    done, short, never = fresh(done), fresh(short), fresh(never)
    assert (done.status, done.ended_on) == (EnrolmentStatus.COMPLETED, row.ends_on)
    assert (short.status, short.reason) == (EnrolmentStatus.NOT_COMPLETED, "health")
    assert (never.status, never.reason) == (EnrolmentStatus.WITHDRAWN, "no_show")
    item = HandoverItem.objects.get()
    assert item.case == done.case
    assert item.kind == "learned"
    assert never.commitment.is_released


def test_a_course_is_not_ended_before_its_last_day(edition, enrolled, attend, trainer, settings):
    settings.TODAY = "2019-06-18"
    enrolment = enrolled(edition())
    row = attend(enrolment, days=1)

    with pytest.raises(ValidationError, match="ends on"):
        services.complete_edition(row, by=trainer)


def test_a_completed_course_is_opened_again_to_correct_it(edition, enrolled, attend, trainer):
    enrolment = enrolled(edition())
    row = services.complete_edition(attend(enrolment, days=3), by=trainer)
    assert fresh(enrolment).status == EnrolmentStatus.NOT_COMPLETED
    with pytest.raises(Refused):
        attend(fresh(enrolment))

    row = services.reopen_edition(row, reason="The sheet of Thursday was found", by=trainer)
    enrolment = fresh(enrolment)
    assert enrolment.status == EnrolmentStatus.STARTED
    attend(enrolment)
    services.complete_edition(row, by=trainer)

    enrolment = fresh(enrolment)
    assert enrolment.status == EnrolmentStatus.COMPLETED
    assert [step.to_status for step in enrolment.steps.all()][-3:] == [
        "not_completed",
        "started",
        "completed",
    ]


def test_everybody_whom_the_end_of_the_course_took_off_is_on_the_roll_again(
    edition, enrolled, attend, trainer
):
    row = edition()
    short, never, withdrawn = enrolled(row), enrolled(row), enrolled(row)
    attend(short, days=2)
    services.withdraw(
        withdrawn, reason=EnrolmentReason.WORK, by=withdrawn.case.registered_by, on=row.starts_on
    )
    row = services.complete_edition(row, reasons={short.pk: EnrolmentReason.HEALTH}, by=trainer)

    row = services.reopen_edition(row, reason="The sheets of the week were found", by=trainer)

    short, never, withdrawn = fresh(short), fresh(never), fresh(withdrawn)
    assert (short.status, short.reason) == (EnrolmentStatus.STARTED, "")
    assert (never.status, never.ended_on) == (EnrolmentStatus.ENROLLED, None)
    assert not never.commitment.is_released
    assert withdrawn.status == EnrolmentStatus.WITHDRAWN
    attend(never)
    services.complete_edition(row, by=trainer)
    assert fresh(never).status == EnrolmentStatus.COMPLETED


def test_who_is_engaged_otherwise_since_stays_off_the_roll(
    world, edition, enrolled, attend, trainer
):
    row = edition()
    done, never = enrolled(row), enrolled(row)
    attend(done)
    row = services.complete_edition(row, by=trainer)
    case_services.commit(
        never.case.person,
        kind=CommitmentKind.TRAVEL,
        first=D(2019, 6, 20),
        last=D(2019, 6, 20),
        label="Flight",
        by=world.caseworker,
    )

    services.reopen_edition(row, reason="A mark was wrong", by=trainer)

    assert fresh(done).status == EnrolmentStatus.STARTED
    assert fresh(never).status == EnrolmentStatus.WITHDRAWN


def test_page_set_and_service_agree_on_whom_a_departure_cut_short(
    world, sign_in, edition, enrolled, attend, trainer
):
    rows = edition(), edition(starts_on=D(2019, 9, 2))
    cut = [enrolled(row) for row in rows]
    for enrolment in cut:
        attend(enrolment)
        held = fresh(enrolment).commitment
        eve = held.last_day - datetime.timedelta(days=1)
        case_services.end_early(held, last=eve, by=world.caseworker, reason="Medical urgency")

    page = sign_in(world.trainer).get(f"{rows[0].get_absolute_url()}complete/")
    assert "programme’s cause" in page.content.decode()
    assert not page.context["form"].short
    assert not page.context["completing"]
    services.complete_edition(rows[0], by=trainer)
    services.complete_many([rows[1]], by=world.fresh("programme_manager"))

    for enrolment in cut:
        row = fresh(enrolment)
        assert (row.status, row.reason) == (EnrolmentStatus.NOT_COMPLETED, "programme")


@pytest.mark.parametrize("reason", [EnrolmentReason.PROGRAMME, EnrolmentReason.EDITION_CANCELLED])
def test_a_reason_that_follows_from_the_course_is_not_chosen(
    edition, enrolled, attend, trainer, reason
):
    row = edition()
    enrolment = enrolled(row)
    attend(enrolment, days=1)

    with pytest.raises(ValidationError, match="Choose a reason"):
        services.withdraw(enrolment, reason=reason, by=enrolment.case.registered_by)
    with pytest.raises(ValidationError, match="Choose a reason"):
        services.complete_edition(row, reasons={enrolment.pk: reason}, by=trainer)


@pytest.mark.req("R109")
def test_a_departure_that_cuts_a_course_short_is_the_programmes_cause(
    world, edition, enrolled, attend
):
    enrolment = enrolled(edition())
    attend(enrolment, days=2)
    case_services.end_early(
        fresh(enrolment).commitment,
        last=D(2019, 6, 18),
        by=world.caseworker,
        reason="Medical urgency",
    )
    assert [row.pk for row in Enrolment.objects.cut_short()] == [enrolment.pk]

    assert settle_departures() == 1
    assert settle_departures() == 0

    enrolment = fresh(enrolment)
    assert enrolment.status == EnrolmentStatus.NOT_COMPLETED
    assert enrolment.reason == EnrolmentReason.PROGRAMME


@pytest.mark.req("R072")
def test_halves_of_the_first_scheme_count_once_by_group_and_twice_as_courses(
    world, ready, orient, complete
):
    case = ready(registered_on=D(2018, 8, 6), programme=world.foras)
    orient(case, day=D(2018, 8, 8))
    complete(case, "life_skills", D(2018, 9, 3))
    complete(case, "soft_skills", D(2018, 9, 17))

    trained = Enrolment.objects.trained_by(D(2018, 12, 31))
    assert people_by_group(trained) == {"personal_development": 1}
    assert trained.in_group("personal_development").values("case__person").distinct().count() == 1
    assert trained.two_modules(by_group=False).values("case__person").distinct().count() == 1
    assert not trained.two_modules(by_group=True).exists()
    scope = Scope(user=world.me_officer, programme=world.foras, as_of=D(2018, 12, 31))
    people = {
        slug: BY_SLUG[slug].rows(scope).values("case__person").distinct().count()
        for slug in ("module_personal_development", "trained_two_modules", "trained_two_groups")
    }
    assert people == {
        "module_personal_development": 1,
        "trained_two_modules": 1,
        "trained_two_groups": 0,
    }


def test_trained_as_of_a_day_reads_the_days_attended(edition, enrolled, attend):
    enrolment = enrolled(edition())
    attend(enrolment)
    first = days_of(enrolment.edition)[0]

    assert Enrolment.objects.trained_by(first).exists()
    assert not Enrolment.objects.trained_by(first - datetime.timedelta(days=1)).exists()


def test_our_own_staff_calls_the_roll_of_our_own_courses_only(
    world, edition, enrolled, sign_in, settings
):
    """A partner's course has the partner's evidence; where we teach ourselves, it is ours."""
    own = edition(trainer_organisation=world.organisations["iom"])
    partners = edition(starts_on=D(2019, 7, 8))
    people = {row: enrolled(row) for row in (own, partners)}
    for name in ("caseworker", "protection_officer"):
        with pytest.raises(Refused):
            services.record_attendance(
                partners,
                day=D(2019, 7, 8),
                marks=marks_of(people[partners], Mark.PRESENT),
                by=world.fresh(name),
            )
    with pytest.raises(Refused):
        services.record_attendance(
            own,
            day=D(2019, 6, 17),
            marks=marks_of(people[own], Mark.PRESENT),
            by=world.fresh("trainer"),
        )
    settings.TODAY = "2019-06-17"
    (item,) = (
        item
        for section in worklist.sections(world.fresh("caseworker"))
        if section.title == "Courses of today"
        for item in section.items
    )
    assert item.url == own.get_absolute_url()
    browser = sign_in(world.caseworker)
    roll = f"{own.get_absolute_url()}attendance/2019-06-17/"
    assert roll in browser.get(own.get_absolute_url()).content.decode()
    assert browser.get(roll).status_code == 200
    assert browser.get(f"{partners.get_absolute_url()}attendance/2019-07-08/").status_code == 403

    row = services.record_attendance(
        own,
        day=D(2019, 6, 17),
        marks=marks_of(people[own], Mark.PRESENT),
        by=world.fresh("caseworker"),
    )

    assert row.status == EditionStatus.RUNNING
    assert policies.can_settle(world.fresh("caseworker"), row)
    assert not policies.can_settle(world.fresh("caseworker_oujda"), row)
