"""Selection for vocational places: criteria, applications, decisions, and the place (R074)."""

import datetime

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cases import services as case_services
from core.exceptions import Refused
from core.models import AuditEntry
from tests.training.conftest import CRITERIA
from training import services
from training.enums import ApplicationStatus, EnrolmentReason, EnrolmentStatus, Fit
from training.models import Application, CriterionAnswer, Edition, Enrolment, SelectionCriterion

D = datetime.date
A = ApplicationStatus
pytestmark = pytest.mark.django_db


@pytest.fixture
def handicraft(edition):
    return edition("handicraft", starts_on=D(2030, 9, 2))


@pytest.fixture
def manager(world):
    return world.fresh("programme_manager")


@pytest.fixture
def caseworker(world):
    return world.fresh("caseworker")


# --- criteria -----------------------------------------------------------------------------------
def test_a_vocational_course_is_planned_with_its_criteria(edition):
    with pytest.raises(ValidationError) as caught:
        edition("agriculture", starts_on=D(2030, 9, 2), criteria=["  "])
    assert "criteria" in caught.value.message_dict
    assert not Edition.objects.exists()

    row = edition("agriculture", starts_on=D(2030, 9, 2), criteria=["Owns land", "", "Has time"])

    assert [c.text for c in row.criteria.all()] == ["Owns land", "Has time"]


@pytest.mark.parametrize(
    ("module", "criteria", "message"),
    [
        ("business", ["Motivated"], "Leave this empty"),
        ("handicraft", ["Motivated", "motivated"], "listed twice"),
        ("handicraft", [str(n) for n in range(11)], "at most 10 criteria"),
        ("handicraft", ["x" * 201], "at most 200 characters"),
    ],
)
def test_criteria_that_do_not_fit_are_refused_at_their_field(edition, module, criteria, message):
    with pytest.raises(ValidationError) as caught:
        edition(module, starts_on=D(2030, 9, 2), criteria=criteria)

    assert message in caught.value.message_dict["criteria"][0]


def test_criteria_change_until_somebody_applies(world, handicraft, prepared, applied, manager):
    services.change_criteria(handicraft, criteria=["Owns a loom", "Has time"], by=manager)
    assert [c.text for c in handicraft.criteria.all()] == ["Owns a loom", "Has time"]
    with pytest.raises(Refused):
        services.change_criteria(handicraft, criteria=["Is tall"], by=world.fresh("trainer"))
    applied(handicraft, prepared())

    with pytest.raises(ValidationError, match="applied by these criteria"):
        services.change_criteria(handicraft, criteria=["Is tall"], by=manager)


def test_criteria_are_public_and_answers_private(world, handicraft, prepared, applied):
    application = applied(handicraft, prepared(programme=world.foras))

    for name in ("trainer", "partner_client", "clerk", "caseworker"):
        assert SelectionCriterion.objects.visible_to(world.fresh(name)).count() == 2
    for name in ("caseworker", "protection_officer", "programme_manager"):
        assert Application.objects.visible_to(world.fresh(name)).get() == application
        assert CriterionAnswer.objects.visible_to(world.fresh(name)).count() == 2
    for name in (
        "trainer",
        "partner_client",
        "partner_coordinator",
        "clerk",
        "caseworker_oujda",
        "other_manager",
        "focal_point",
        "donor",
        "nobody",
    ):
        assert not Application.objects.visible_to(world.fresh(name)).exists()
        assert not CriterionAnswer.objects.visible_to(world.fresh(name)).exists()


# --- applying -----------------------------------------------------------------------------------
def test_an_application_keeps_motivation_answers_and_who_made_it(
    handicraft, prepared, applied, caseworker
):
    case = prepared()

    application = applied(handicraft, case, fit=Fit.PARTLY)

    assert (application.status, application.applied_by) == (A.SUBMITTED, caseworker)
    assert [a.fit for a in application.answers.all()] == [Fit.PARTLY, Fit.PARTLY]
    assert [s.to_status for s in application.steps.all()] == [A.SUBMITTED]
    assert Application.objects.with_list_data().get().points == 2
    with pytest.raises(ValidationError, match="has applied for this course already"):
        applied(handicraft, case)


@pytest.mark.req("R073")
def test_the_preparation_is_asked_for_when_applying(
    edition, ready, orient, complete, applied, handicraft
):
    case = ready()
    orient(case)
    complete(case, "personal_development", D(2019, 6, 10))

    with pytest.raises(ValidationError) as caught:
        applied(handicraft, case)

    assert caught.value.message_dict["edition"] == [
        "A vocational course presupposes: Business creation."
    ]


@pytest.mark.req("R075")
def test_orientation_and_a_free_place_are_asked_for_when_applying(
    edition, ready, prepared, applied, selected, handicraft
):
    with pytest.raises(ValidationError, match="presupposes orientation"):
        applied(handicraft, ready())
    full = edition("agriculture", starts_on=D(2019, 9, 2), capacity=1)
    selected(full, prepared())

    with pytest.raises(ValidationError, match="All places of this course are taken"):
        applied(full, prepared())


def test_each_criterion_is_answered_once(handicraft, prepared, applied):
    case = prepared()
    first, second = handicraft.criteria.all()

    for criteria in ([], [first], [first, first], [first, second, second]):
        answers = [services.Answer(criterion=c, fit=Fit.MET) for c in criteria]
        with pytest.raises(ValidationError) as caught:
            applied(handicraft, case, answers=answers)
        assert "answers" in caught.value.message_dict
    with pytest.raises(ValidationError, match="would like this course"):
        applied(handicraft, case, motivation=" ")


def test_other_courses_are_not_applied_for(edition, prepared, applied):
    with pytest.raises(ValidationError, match="Enrol the person"):
        applied(edition("business", starts_on=D(2030, 9, 2)), prepared())


def test_only_the_orientation_point_applies(world, handicraft, prepared, applied):
    case = prepared(programme=world.foras)

    for name in ("clerk", "caseworker_oujda", "trainer", "programme_manager", "focal_point"):
        with pytest.raises(Refused):
            applied(handicraft, case, by=world.fresh(name))


def test_an_application_is_corrected_until_the_decision(
    handicraft, prepared, applied, officer, caseworker
):
    application = applied(handicraft, prepared())
    first, second = handicraft.criteria.all()
    given = {
        "motivation": "Has an uncle with a workshop",
        "answers": [
            services.Answer(criterion=first, fit=Fit.PARTLY, note="Plan not written yet"),
            services.Answer(criterion=second, fit=Fit.MET),
        ],
        "by": caseworker,
    }

    with pytest.raises(ValidationError, match="why this is corrected"):
        services.correct_application(application, reason=" ", **given)
    row = services.correct_application(application, reason="Misheard", **given)

    assert row.motivation == "Has an uncle with a workshop"
    assert [(a.fit, a.note) for a in row.answers.all()] == [
        (Fit.PARTLY, "Plan not written yet"),
        (Fit.MET, ""),
    ]
    old = AuditEntry.objects.filter(model="training.application", action="change").latest("id")
    assert old.changes["motivation"][0] == "Learnt to weave as a child"
    services.decide(row, decision=A.ACCEPTED, by=officer)
    with pytest.raises(Refused):
        services.correct_application(row, reason="Again", **given)


# --- deciding -----------------------------------------------------------------------------------
@pytest.mark.req("R074")
def test_a_refusal_has_a_reason_that_the_caseworker_reads(
    world, handicraft, prepared, applied, manager, sign_in, django_capture_on_commit_callbacks
):
    """Applicants, criteria, decision, who decided; each refusal has its reason."""
    case = prepared(programme=world.foras)
    application = applied(handicraft, case, fit=Fit.NOT_MET)
    with pytest.raises(ValidationError) as caught:
        services.decide(application, decision=A.REFUSED, reason=" ", by=manager)
    assert "reason" in caught.value.message_dict

    with django_capture_on_commit_callbacks(execute=True):
        row = services.decide(
            application, decision=A.REFUSED, reason="Has no tools to go on at home", by=manager
        )

    assert (row.status, row.decided_by) == (A.REFUSED, manager)
    assert row.decided_on is not None
    text = sign_in(world.caseworker).get(f"/cases/{case.reference}/training/").content.decode()
    assert "Has no tools to go on at home" in text
    assert manager.name in text
    (message,) = mail.outbox
    assert message.to == [world.caseworker.email]
    assert case.person.family_name not in message.subject + message.body


def test_every_decision_has_somebody_who_took_it(handicraft, prepared, applied):
    application = applied(handicraft, prepared())
    rows = Application.objects.filter(pk=application.pk)

    for broken in (
        {"status": A.ACCEPTED},
        {"status": A.ACCEPTED, "decided_on": D(2030, 1, 1)},
        {"status": A.REFUSED, "decided_on": D(2030, 1, 1), "decided_by": application.applied_by},
        {"decided_on": D(2030, 1, 1), "decided_by": application.applied_by},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**broken)


def test_the_manager_of_the_programme_decides_and_a_protection_officer(
    world, handicraft, prepared, applied
):
    application = applied(handicraft, prepared(programme=world.foras))

    for name in (
        "caseworker",
        "clerk",
        "trainer",
        "partner_coordinator",
        "other_manager",
        "caseworker_oujda",
        "origin_protection_officer",
    ):
        with pytest.raises(Refused):
            services.decide(application, decision=A.ACCEPTED, by=world.fresh(name))
    row = services.decide(application, decision=A.WAITING, by=world.fresh("second_manager"))
    row = services.decide(row, decision=A.ACCEPTED, by=world.fresh("protection_officer"))

    assert [s.to_status for s in row.steps.all()] == [A.SUBMITTED, A.WAITING, A.ACCEPTED]


def test_nobody_decides_on_an_own_application_but_for_restricted_files(
    handicraft, prepared, applied, officer
):
    application = applied(handicraft, prepared(), by=officer)
    with pytest.raises(Refused, match="Another person"):
        services.decide(application, decision=A.ACCEPTED, by=officer)

    child = prepared(is_unaccompanied_child=True, birth_on=D(2003, 1, 5))
    application = applied(handicraft, child, by=officer)

    assert services.decide(application, decision=A.ACCEPTED, by=officer).is_accepted


def test_a_decision_lies_neither_before_the_application_nor_in_the_future(
    handicraft, prepared, applied, officer, today
):
    application = applied(handicraft, prepared(), on=today)

    for day in (today - datetime.timedelta(days=1), today + datetime.timedelta(days=1)):
        with pytest.raises(ValidationError) as caught:
            services.decide(application, decision=A.WAITING, on=day, by=officer)
        assert "on" in caught.value.message_dict


def test_no_more_people_are_accepted_than_there_are_places(edition, prepared, applied, officer):
    row = edition("handicraft", starts_on=D(2030, 9, 2), capacity=1)
    first, second = applied(row, prepared()), applied(row, prepared())
    services.decide(first, decision=A.ACCEPTED, by=officer)

    with pytest.raises(ValidationError) as caught:
        services.decide(second, decision=A.ACCEPTED, by=officer)

    assert "All places" in caught.value.message_dict["decision"][0]
    second = services.decide(second, decision=A.WAITING, by=officer)
    services.take_back_decision(first, reason="Told that he leaves earlier", by=officer)
    assert services.decide(second, decision=A.ACCEPTED, by=officer).is_accepted


def test_somebody_who_has_left_is_not_accepted_and_keeps_no_place(
    handicraft, prepared, applied, officer, world
):
    late, gone = (prepared(programme=world.foras) for _n in range(2))
    application = applied(handicraft, late)
    services.decide(applied(handicraft, gone), decision=A.ACCEPTED, by=officer)
    assert Edition.objects.with_list_data().get(pk=handicraft.pk).seats_promised == 1
    for case in (late, gone):
        case_services.close(
            case, outcome="withdrawn", on=D(2019, 8, 1), by=world.fresh("programme_manager")
        )

    with pytest.raises(ValidationError, match="has left"):
        services.decide(application, decision=A.ACCEPTED, by=officer)
    assert Edition.objects.with_list_data().get(pk=handicraft.pk).seats_promised == 0


def test_a_decision_is_taken_back_with_its_history(handicraft, prepared, applied, officer):
    application = applied(handicraft, prepared())
    row = services.decide(application, decision=A.REFUSED, reason="Mixed up", by=officer)
    with pytest.raises(ValidationError, match="why the decision is taken back"):
        services.take_back_decision(row, reason="", by=officer)

    row = services.take_back_decision(row, reason="It was about somebody else", by=officer)

    assert (row.status, row.decided_by, row.reason) == (A.SUBMITTED, None, "")
    assert [(s.to_status, s.note) for s in row.steps.all()] == [
        (A.SUBMITTED, ""),
        (A.REFUSED, "Mixed up"),
        (A.SUBMITTED, "It was about somebody else"),
    ]
    assert services.decide(row, decision=A.ACCEPTED, by=officer).is_accepted


def test_a_withdrawn_application_makes_room_for_another(
    edition, prepared, applied, officer, caseworker
):
    row = edition("handicraft", starts_on=D(2030, 9, 2), capacity=1)
    case = prepared()
    first = services.decide(applied(row, case), decision=A.ACCEPTED, by=officer)

    first = services.withdraw_application(first, reason="Found work", by=caseworker)

    assert (first.status, first.decided_by) == (A.WITHDRAWN, officer)
    assert applied(row, case).status == A.SUBMITTED


# --- the place ----------------------------------------------------------------------------------
@pytest.mark.req("R074")
def test_a_vocational_place_needs_somebodys_decision(
    handicraft, prepared, applied, officer, caseworker
):
    case = prepared()

    def refused(message):
        with pytest.raises(ValidationError, match=message):
            services.enrol(handicraft, case=case, by=caseworker)

    refused("given by selection")
    application = applied(handicraft, case)
    refused("waits for a decision")
    application = services.decide(application, decision=A.WAITING, by=officer)
    refused("on the waiting list")
    application = services.decide(
        application, decision=A.REFUSED, reason="Too far away", by=officer
    )
    refused("was refused: Too far away")
    application = services.take_back_decision(application, reason="Has a room now", by=officer)
    services.decide(application, decision=A.ACCEPTED, by=officer)

    enrolment = services.enrol(handicraft, case=case, by=caseworker)

    assert enrolment.application == application
    assert enrolment.application.decided_by == officer


def test_a_promised_place_is_kept_for_the_person_it_was_promised_to(
    edition, prepared, selected, manager, caseworker
):
    row = edition("handicraft", starts_on=D(2019, 9, 2), capacity=2)
    case = prepared()
    selected(row, case)
    assert Edition.objects.with_list_data().get(pk=row.pk).seats_promised == 1

    services.enrol(row, case=case, on=row.starts_on, by=caseworker)

    counted = Edition.objects.with_list_data().get(pk=row.pk)
    assert (counted.seats_taken, counted.seats_promised) == (1, 0)
    selected(row, prepared())
    with pytest.raises(ValidationError, match="taken or promised"):
        services.change_edition(
            row,
            trainer_organisation=row.trainer_organisation,
            support_organisation=None,
            language=None,
            room="",
            capacity=1,
            by=manager,
        )


def test_who_left_the_course_by_mistake_is_enrolled_again_without_a_new_decision(
    handicraft, prepared, applied, caseworker, officer
):
    case = prepared()
    application = services.decide(applied(handicraft, case), decision=A.ACCEPTED, by=officer)
    enrolment = services.enrol(handicraft, case=case, by=caseworker)
    with pytest.raises(Refused):
        services.take_back_decision(application, reason="Changed my mind", by=officer)
    with pytest.raises(Refused):
        services.withdraw_application(application, reason="Found work", by=caseworker)
    services.withdraw(enrolment, reason=EnrolmentReason.MISTAKE, by=caseworker)
    assert Edition.objects.with_list_data().get(pk=handicraft.pk).seats_promised == 0

    again = services.enrol(handicraft, case=case, by=caseworker)

    assert (again.status, again.application) == (EnrolmentStatus.NOMINATED, application)
    assert Enrolment.objects.filter(application=application).count() == 2


def test_a_cancelled_course_leaves_nobody_waiting(
    handicraft, prepared, applied, officer, manager, caseworker
):
    waiting, taken, refused = (applied(handicraft, prepared()) for _n in range(3))
    services.decide(taken, decision=A.ACCEPTED, by=officer)
    services.enrol(handicraft, case=taken.case, by=caseworker)
    services.decide(refused, decision=A.REFUSED, reason="No tools", by=officer)

    services.cancel_edition(handicraft, reason="No trainer", by=manager)

    states = [Application.objects.get(pk=row.pk).status for row in (waiting, taken, refused)]
    assert states == [A.WITHDRAWN, A.WITHDRAWN, A.REFUSED]
    assert waiting.steps.last().note == "No trainer"


def test_applicants_are_ordered_by_how_far_they_meet_the_criteria(handicraft, prepared, applied):
    low = applied(handicraft, prepared(), fit=Fit.NOT_MET)
    high = applied(handicraft, prepared(), fit=Fit.MET)
    middle = applied(handicraft, prepared(), fit=Fit.PARTLY)

    rows = Application.objects.with_list_data().by_points()

    assert [(row.pk, row.points) for row in rows] == [(high.pk, 4), (middle.pk, 2), (low.pk, 0)]
    assert len(CRITERIA) == 2
