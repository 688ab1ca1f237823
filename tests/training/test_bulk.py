"""Bulk paths: the same rules in sets, and the published figures in small."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from cases.enums import CaseStatus
from cases.models import Case, Commitment, HandoverItem
from cases.services import record_consents
from tests.training.conftest import CRITERIA, at
from tests.training.figures import people_by_group
from training import services
from training.days import days_of
from training.enums import (
    AbsenceReason,
    ApplicationStatus,
    EditionStatus,
    EnrolmentStatus,
    Fit,
    Half,
    Mark,
)
from training.models import (
    Edition,
    Enrolment,
    Invitation,
    ModuleVersion,
    OrientationSession,
)

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    """A session that took place, as the bulk service takes it."""

    def _held(*guests, **values):
        from reference.models import Language

        given = {
            "office": world.rabat,
            "starts_at": at(D(2019, 3, 12)),
            "facilitator": world.caseworker,
            "language": Language.objects.get(pk="fr"),
            "guests": guests,
        }
        return services.HeldSession(**given | values)

    return _held


def candidate(edition, case, **values):
    """Somebody accepted a week before the course, who meets both criteria."""
    day = edition.starts_on - datetime.timedelta(days=7)
    given = {
        "motivation": "Wishes to weave",
        "fits": [Fit.MET, Fit.PARTLY],
        "applied_on": day,
        "decided_on": day,
    }
    return services.Candidate(edition=edition, case=case, **given | values)


def all_days(enrolment, mark=Mark.PRESENT):
    return [
        services.DayMark(enrolment=enrolment, day=day, half=half, mark=mark)
        for day in days_of(enrolment.edition)
        for half in Half
    ]


def test_roll_calls_give_the_groups_and_children_travelling_alone(world, register, held, sign_in):
    people = [
        *(register() for _n in range(5)),
        *(register(sex="female") for _n in range(2)),
        register(is_unaccompanied_child=True, birth_on=D(2004, 5, 1)),
        register(is_unaccompanied_child=True, birth_on=D(2004, 5, 1), sex="female"),
    ]
    (row,) = services.hold_sessions_many(
        [held(*(services.Guest(case=case) for case in people))], by=world.protection_officer
    )

    page = sign_in(world.protection_officer).get(row.get_absolute_url())

    figures = {str(f["label"]): f["value"] for f in page.context["totals"]}
    assert figures == {
        "Present": 9,
        "Men": 5,
        "Women": 2,
        "Boys": 1,
        "Girls": 1,
        "Not stated": 0,
        "Of these, children travelling alone": 2,
    }
    groups = Invitation.objects.attended_by(D(2019, 3, 12)).with_group()
    assert sorted(groups.values_list("group", flat=True)) == sorted(
        ["men"] * 5 + ["women"] * 2 + ["boys", "girls"]
    )


def test_a_held_session_leaves_what_the_single_steps_leave(world, register, held):
    came, away = register(), register()
    (row,) = services.hold_sessions_many(
        [
            held(
                services.Guest(case=came),
                services.Guest(case=away, is_present=False, reason=AbsenceReason.WORK),
            )
        ],
        by=world.protection_officer,
    )

    row = OrientationSession.objects.get(pk=row.pk)
    assert row.reference == "S-RAB-190312-1"
    assert [step.to_status for step in row.steps.all()] == ["planned", "held", "closed"]
    assert not services.unticked_items(row)
    (told,) = HandoverItem.objects.filter(kind="told")
    assert (told.case, told.on) == (came, row.day)
    assert Case.objects.get(pk=came.pk).status == CaseStatus.ORIENTED
    assert Case.objects.get(pk=away.pk).status == CaseStatus.REGISTERED
    assert Commitment.objects.get().person == came.person
    for invitation in row.invitations.all():
        invitation.full_clean()


def test_one_broken_rule_refuses_all(world, register, held):
    three = [register(nationality=world.country(code)) for code in ("GN", "ML", "SN")]
    late = register(registered_on=D(2019, 3, 13))
    sessions = {
        "nationalities": held(*(services.Guest(case=case) for case in three)),
        "cannot be invited": held(services.Guest(case=late)),
        "partner": held(services.Guest(case=three[0]), facilitator=world.trainer),
        "places": held(*(services.Guest(case=case) for case in three[:2]), capacity=1),
        "did not come": held(services.Guest(case=three[0], is_present=False)),
    }
    for message, session in sessions.items():
        with pytest.raises(ValidationError, match=message):
            services.hold_sessions_many([session], by=world.protection_officer)

    assert not OrientationSession.objects.exists()


def test_a_cohort_goes_through_its_courses(world, ready, held):
    by = world.protection_officer
    people = [ready() for _n in range(4)]
    services.hold_sessions_many([held(*(services.Guest(case=case) for case in people))], by=by)
    versions = {v.module_id: v for v in ModuleVersion.objects.in_force(D(2019, 6, 1))}
    plan = [
        ("personal_development", D(2019, 6, 17), 4),
        ("business", D(2019, 7, 1), 2),
        ("handicraft", D(2019, 9, 2), 1),
    ]
    for module, day, count in plan:
        (edition,) = services.plan_editions_many(
            [
                services.PlannedEdition(
                    module_version=versions[module],
                    office=world.rabat,
                    starts_on=day,
                    trainer_organisation=world.organisations["cerf"],
                    criteria=CRITERIA if module == "handicraft" else (),
                )
            ],
            by=by,
        )
        if module == "handicraft":
            chosen = [candidate(edition, case) for case in people[:count]]
            services.select_many(chosen, by=world.caseworker, decided_by=by)
        places = [services.Place(edition=edition, case=case) for case in people[:count]]
        enrolments = services.enrol_many(places, by=by, have_started=True)
        marks = [mark for row in enrolments for mark in all_days(row)]
        assert services.mark_many(marks, by=by) == len(marks)
        services.complete_many([edition], by=by)

    trained = Enrolment.objects.trained_by(D(2019, 12, 31))
    assert people_by_group(trained) == {
        "personal_development": 4,
        "business": 2,
        "handicraft": 1,
    }
    assert trained.two_modules(by_group=True).values("case__person").distinct().count() == 2
    assert Edition.objects.filter(status=EditionStatus.COMPLETED).count() == 3
    assert HandoverItem.objects.filter(kind="learned").count() == 7
    assert Case.objects.filter(status=CaseStatus.IN_TRAINING).count() == 4
    row = Enrolment.objects.filter(edition__module_version__module="business").first()
    assert [step.to_status for step in row.steps.all()] == ["enrolled", "started", "completed"]
    assert row.commitment.is_binding
    row.full_clean()
    chosen = Enrolment.objects.get(edition__module_version__module="handicraft").application
    assert chosen.status == ApplicationStatus.ACCEPTED
    assert [step.to_status for step in chosen.steps.all()] == ["submitted", "accepted"]
    assert chosen.answers.count() == 2
    chosen.full_clean()


def test_bulk_enrolment_keeps_every_condition(world, ready, register, held, edition):
    by = world.protection_officer
    oriented, silent, nobody = ready(), register(), ready()
    services.hold_sessions_many(
        [held(services.Guest(case=oriented), services.Guest(case=silent))], by=by
    )
    cases = {
        "orientation": (edition(), nobody),
        "agreed": (edition(), silent),
        "Personal development, Business creation": (
            edition("handicraft", starts_on=D(2019, 9, 2)),
            oriented,
        ),
    }
    for message, (row, case) in cases.items():
        with pytest.raises(ValidationError, match=message):
            services.enrol_many([services.Place(edition=row, case=case)], by=by)
    record_consents(silent, answers={"training_partner": "given"}, on=D(2019, 3, 12), by=by)
    full = edition(capacity=1)
    with pytest.raises(ValidationError, match="places"):
        services.enrol_many(
            [services.Place(edition=full, case=case) for case in (oriented, silent)], by=by
        )

    assert not Enrolment.objects.exists()


def test_bulk_marks_belong_to_days_of_their_course(world, edition, enrolled):
    row = enrolled(edition())
    outside = services.DayMark(enrolment=row, day=D(2019, 6, 24), half=Half.AM, mark=Mark.PRESENT)

    with pytest.raises(ValidationError, match="does not belong"):
        services.mark_many([outside], by=world.trainer)


def test_who_came_too_rarely_did_not_complete(world, edition, enrolled):
    row, never = enrolled(edition()), None
    never = enrolled(row.edition)
    services.mark_many(all_days(row)[:4], by=world.trainer)

    services.complete_many([row.edition], by=world.trainer)

    row.refresh_from_db()
    never.refresh_from_db()
    assert (row.status, row.reason) == (EnrolmentStatus.NOT_COMPLETED, "absences")
    assert (never.status, never.reason) == (EnrolmentStatus.WITHDRAWN, "no_show")


def test_a_place_promised_to_somebody_is_not_given_to_another(world, edition, prepared, selected):
    course = edition("handicraft", starts_on=D(2019, 9, 2), capacity=2)
    holder, other = prepared(), prepared()
    for case in (holder, other):
        selected(course, case)
    by = world.fresh("programme_manager")
    Edition.objects.filter(pk=course.pk).update(capacity=1)
    course.refresh_from_db()

    with pytest.raises(ValidationError, match="All places"):
        services.enrol_many([services.Place(edition=course, case=other)], by=by)


def test_a_place_is_promised_and_taken_once(world, edition, prepared, selected):
    course = edition("handicraft", starts_on=D(2019, 9, 2), capacity=1)
    holder = prepared()
    selected(course, holder)

    (row,) = services.enrol_many(
        [services.Place(edition=course, case=holder)], by=world.protection_officer
    )

    assert row.status == EnrolmentStatus.ENROLLED


def test_bulk_refuses_words_that_no_form_offers(world, edition, prepared, enrolled):
    row = enrolled(edition())
    wrong = services.DayMark(enrolment=row, day=row.edition.starts_on, half="am", mark="maybe")
    with pytest.raises(ValidationError, match="does not exist"):
        services.mark_many([wrong], by=world.protection_officer)
    course = edition("handicraft", starts_on=D(2019, 9, 2))
    with pytest.raises(ValidationError, match="does not exist"):
        services.select_many(
            [candidate(course, prepared(), fits=["splendid", Fit.MET])],
            by=world.caseworker,
            decided_by=world.protection_officer,
        )


def test_bulk_refuses_a_nomination_after_the_last_day(world, edition, ready, orient):
    case, course = ready(), edition()
    orient(case)
    late = services.Place(edition=course, case=case, nominated_on=D(2019, 6, 25))

    with pytest.raises(ValidationError, match="last day of the course had passed"):
        services.enrol_many([late], by=world.protection_officer)
