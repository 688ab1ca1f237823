"""What participants think, one by one and as counts of paper forms."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Refused
from programmes.models import Programme
from surveys.models import Response
from training import services
from training.models import Enrolment

D = datetime.date
pytestmark = pytest.mark.django_db


def test_paper_forms_are_counted_with_the_number_of_answers_beside(
    world, register, orient, officer
):
    row = orient(*(register(programme=world.foras) for _n in range(12)))

    services.count_answers(
        row,
        counts={"very_satisfied": 6, "satisfied": 3, "not_satisfied": 1},
        answered_on=D(2019, 3, 12),
        programme=world.foras,
        by=officer,
    )

    assert services.satisfaction_of(row) == (9, 10)
    assert Response.objects.filter(programme=world.foras, office=world.rabat).count() == 10
    with pytest.raises(ValidationError, match="too"):
        services.count_answers(row, counts={"satisfied": 3}, answered_on=D(2019, 3, 12), by=officer)


def test_one_participant_answers_once_and_had_to_be_there(world, register, orient, officer):
    there, away = register(), register()
    row = orient(there)
    answers = {"satisfaction": "satisfied"}
    given = {"answers": answers, "answered_on": D(2019, 3, 12), "by": officer}

    services.record_answers(row, case=there, **given)

    assert services.satisfaction_of(row) == (1, 1)
    with pytest.raises(ValidationError, match="did not take part"):
        services.record_answers(row, case=away, **given)
    with pytest.raises(ValidationError, match="recorded already"):
        services.record_answers(row, case=there, **given)


def test_nobody_is_asked_before_the_session(session, officer):
    with pytest.raises(ValidationError, match="Call the roll"):
        services.count_answers(
            session(), counts={"satisfied": 1}, answered_on=D(2019, 3, 12), by=officer
        )


def test_the_survey_of_a_course_is_recorded_by_its_trainer(world, edition, enrolled, attend):
    row = edition()
    for _n in range(5):
        attend(enrolled(row), days=1)
    row.refresh_from_db()
    trainer = world.fresh("trainer")

    services.count_answers(
        row,
        counts={"satisfied": 4, "little_satisfied": 1},
        answered_on=D(2019, 6, 21),
        by=trainer,
    )

    assert services.satisfaction_of(row) == (4, 5)
    with pytest.raises(Refused):
        services.count_answers(
            row,
            counts={"satisfied": 1},
            answered_on=D(2019, 6, 21),
            by=world.fresh("other_trainer"),
        )


def test_only_trained_people_answer_about_a_course(world, edition, enrolled):
    row = enrolled(edition())

    with pytest.raises(ValidationError, match="did not take part"):
        services.record_answers(
            row.edition,
            case=Enrolment.objects.get().case,
            answers={"satisfaction": "satisfied"},
            answered_on=D(2019, 6, 21),
            by=world.fresh("trainer"),
        )


def test_single_answers_and_counted_forms_together_are_no_more_than_people(
    world, register, orient, officer
):
    people = register(), register()
    row = orient(*people)
    day = D(2019, 3, 12)
    services.count_answers(row, counts={"satisfied": 2}, answered_on=day, by=officer)

    with pytest.raises(ValidationError, match="More answers than people"):
        services.record_answers(
            row,
            case=people[0],
            answers={"satisfaction": "satisfied"},
            answered_on=day,
            by=officer,
        )


def test_forms_are_counted_for_a_programme_of_which_somebody_took_part(
    world, register, orient, officer
):
    row = orient(register(programme=world.foras))

    with pytest.raises(ValidationError, match="Nobody of this programme"):
        services.count_answers(
            row,
            counts={"satisfied": 1},
            answered_on=D(2019, 3, 12),
            programme=Programme.objects.get(code="OTHER"),
            by=officer,
        )
