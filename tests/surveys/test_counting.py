"""Counting responses, and who may count or read which."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from core.rounding import percent
from surveys import services
from surveys.models import Answer, Questionnaire, Response, Score
from surveys.services import Entry
from tests.surveys.conftest import ANSWERS, ARRIVED_ON, DAY, WAY

pytestmark = pytest.mark.django_db


@pytest.mark.req("R152")
def test_of_22_scored_people_15_reach_the_threshold(
    world: Any, register: Any, rss: Questionnaire, django_assert_max_num_queries: Any
) -> None:
    cases = [register() for _number in range(22)]
    for step in WAY:
        case_services.advance_many([(c, step, ARRIVED_ON) for c in cases], by=world.focal_point)
    best, worst = ANSWERS["exactly_at_threshold"], ANSWERS["all_worst"]
    entries = [
        Entry(answers=best if n < 15 else worst, answered_on=DAY, case=case)
        for n, case in enumerate(cases)
    ]

    with django_assert_max_num_queries(40):
        services.submit_many(rss, entries, by=world.focal_point)

    scored = Response.objects.latest_scored_per_person(DAY)
    sustainable = scored.sustainable()
    assert (scored.count(), sustainable.count()) == (22, 15)
    assert percent(sustainable.count(), scored.count()) == Decimal("68.2")
    assert set(Case.objects.values_list("status", flat=True)) == {CaseStatus.MONITORED}


def test_as_of_a_day_each_person_counts_with_the_latest_scored_response(
    returned: Any, submit: Any
) -> None:
    case = returned()
    first = submit(case, ANSWERS["all_worst"])
    second = submit(case, ANSWERS["all_best"], answered_on=datetime.date(2019, 12, 16))
    submit(
        case,
        ANSWERS["too_many_refusals_in_one_dimension"],
        answered_on=datetime.date(2020, 3, 16),
    )

    def latest(day: str) -> list[Response]:
        return list(Response.objects.latest_scored_per_person(datetime.date.fromisoformat(day)))

    assert latest("2019-09-15") == []
    assert latest("2019-12-15") == [first]
    assert latest("2020-12-31") == [second]


def feedback(world: Any, code: str, question: str, counts: dict[str, int]) -> Questionnaire:
    """Anonymous paper forms of the programme, in bulk."""
    questionnaire = Questionnaire.objects.get(code=code)
    entries = [
        Entry(
            answers={question: option},
            answered_on=DAY,
            programme=world.foras,
            office=world.rabat,
            context=f"occasion:{n % 50}",
        )
        for option, count in counts.items()
        for n in range(count)
    ]
    services.submit_many(questionnaire, entries, by=world.caseworker)
    return questionnaire


@pytest.mark.req("R058")
def test_1497_of_1512_people_are_satisfied_with_the_orientation(world: Any) -> None:
    counts = {"very_satisfied": 1_000, "satisfied": 497, "little_satisfied": 12, "no_answer": 3}

    questionnaire = feedback(world, "orientation-feedback", "satisfaction", counts)

    rows = Response.objects.of_kind(questionnaire.kind).answered_by(DAY)
    assert (rows.satisfied().count(), rows.count()) == (1_497, 1_512)
    assert percent(rows.satisfied().count(), rows.count()) == Decimal("99.0")


@pytest.mark.req("R083")
def test_1225_of_1250_people_are_satisfied_with_the_support_in_their_course(world: Any) -> None:
    counts = {"very_satisfied": 1_000, "satisfied": 225, "not_satisfied": 25}

    questionnaire = feedback(world, "module-feedback", "satisfaction", counts)

    rows = Response.objects.of_kind(questionnaire.kind).answered_by(DAY)
    assert (rows.satisfied().count(), rows.count()) == (1_225, 1_250)
    assert percent(rows.satisfied().count(), rows.count()) == Decimal("98.0")


def test_who_may_count_what(world: Any, register: Any) -> None:
    feedback(world, "orientation-feedback", "satisfaction", {"satisfied": 3})
    questionnaire = Questionnaire.objects.get(code="orientation-feedback")
    services.submit(
        questionnaire,
        answers={"satisfaction": "satisfied"},
        case=register(),
        context="orientation:ABC",
        answered_on=DAY,
        by=world.fresh("caseworker"),
    )

    def counted(person: str) -> tuple[int, int, int]:
        user = world.fresh(person)
        return (
            Response.objects.visible_to(user).count(),
            Response.objects.totalled_for(user).count(),
            Response.objects.countable_by(user).count(),
        )

    assert counted("caseworker") == (1, 4, 0)
    assert counted("caseworker_oujda") == (0, 0, 0)
    assert counted("programme_manager") == (1, 4, 4)
    assert counted("me_officer") == (0, 4, 4)
    assert counted("donor") == (0, 0, 4)
    assert counted("other_donor") == (0, 0, 0)
    assert counted("trainer") == (0, 0, 0)


def test_anonymous_responses_are_never_seen_one_by_one(world: Any) -> None:
    feedback(world, "orientation-feedback", "satisfaction", {"satisfied": 3})

    for person in world.people:
        assert not Response.objects.visible_to(world.fresh(person)).exists()
        assert not Answer.objects.visible_to(world.fresh(person)).exists()


def test_answers_and_scores_are_for_those_who_work_with_the_person(
    world: Any, returned: Any, child: Any, submit: Any
) -> None:
    response = submit(returned())
    services.plan_follow_ups(child(), arrived_on=ARRIVED_ON, by=world.focal_point)

    def sees(person: str) -> tuple[bool, bool, bool, int]:
        user = world.fresh(person)
        return (
            Response.objects.visible_to(user).filter(pk=response.pk).exists(),
            Answer.objects.visible_to(user).exists(),
            Score.objects.visible_to(user).exists(),
            response.case.follow_ups.model.objects.visible_to(user).count(),
        )

    assert sees("focal_point") == (True, True, True, 0)
    assert sees("origin_protection_officer") == (True, True, True, 5)
    assert sees("focal_point_mali") == (False, False, False, 0)
    assert sees("caseworker") == (False, False, False, 0)
    assert sees("programme_manager") == (False, False, False, 0)
    assert sees("donor") == (False, False, False, 0)
    assert sees("administrator") == (False, False, False, 0)
