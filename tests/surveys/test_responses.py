"""Storing and refusing responses, one by one and in bulk."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cases import services as case_services
from cases.enums import CaseStatus
from core.exceptions import Refused
from core.models import AuditAction, AuditEntry
from surveys import services
from surveys.enums import Channel
from surveys.models import Answer, Questionnaire, Response, Score
from surveys.services import Entry
from tests.surveys.conftest import ANSWERS, ARRIVED_ON, DAY, MIXED

pytestmark = pytest.mark.django_db


def messages(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, Any]:
    return error.value.message_dict


# --- storing --------------------------------------------------------------------------------------
@pytest.mark.req("R152")
@pytest.mark.parametrize("name", ANSWERS)
def test_a_worked_example_is_stored_with_its_score(
    returned: Any, submit: Any, rss: Questionnaire, name: str
) -> None:
    response = submit(returned(), ANSWERS[name])

    score = Score.objects.get(response=response)
    known = {
        "all_best": (Decimal(1), True),
        "all_worst": (Decimal(0), False),
        "mixed_with_NA_and_refusal": (Decimal("0.5759"), True),
        "too_many_refusals_in_one_dimension": (None, None),
        "exactly_at_threshold": (Decimal("0.5"), True),
    }
    assert (score.composite, score.is_sustainable) == known[name]
    assert response.questionnaire == rss
    assert score.scoring_status == "provisional"
    assert Response.objects.with_answers().get(pk=response.pk).values == ANSWERS[name]


def test_the_parts_and_their_coverage_are_kept(returned: Any, submit: Any) -> None:
    score = submit(returned()).score

    assert (score.economic, score.social, score.psychosocial) == (
        Decimal("0.5750"),
        Decimal("0.5278"),
        Decimal("0.6250"),
    )
    assert score.coverage["psychosocial"] == {
        "answered": 8,
        "applicable": 9,
        "coverage": "0.8889",
    }
    assert (score.threshold, score.minimum_coverage) == (Decimal("0.5"), Decimal("0.70"))
    assert score.band == "medium"


def test_too_many_refusals_leave_no_composite(returned: Any, submit: Any) -> None:
    score = submit(returned(), ANSWERS["too_many_refusals_in_one_dimension"]).score

    assert score.economic == Decimal("0.5750")
    assert score.psychosocial is None
    assert (score.composite, score.is_sustainable, score.band) == (None, None, "")
    assert score.coverage["psychosocial"]["coverage"] == "0.4444"


def test_questions_left_out_stay_in_the_weight(returned: Any, submit: Any) -> None:
    answers = {code: value for code, value in MIXED.items() if not code.startswith("RSS-S1")}

    score = submit(returned(), answers).score

    assert score.coverage["social"]["answered"] == 1
    assert score.social is None


def test_a_question_that_was_not_to_be_asked_is_stored_as_not_applicable(
    returned: Any, submit: Any
) -> None:
    answers = ANSWERS["all_best"] | {"RSS-E10": "", "RSS-P30": None}

    response = submit(returned(), answers)

    assert response.score.composite == 1
    assert Answer.objects.get(response=response, question__code="RSS-E10").option.code == (
        "not_applicable"
    )


def test_the_dated_rules_decide_threshold_and_coverage(
    world: Any, returned: Any, submit: Any
) -> None:
    from reference.models import RuleValue

    RuleValue.objects.create(
        rule="score_threshold", value="0.6", valid_from=datetime.date(2019, 9, 1)
    )

    before = submit(returned(), answered_on=datetime.date(2019, 8, 31)).score
    after = submit(returned()).score

    assert (before.composite, before.is_sustainable) == (Decimal("0.5759"), True)
    assert (after.composite, after.is_sustainable) == (Decimal("0.5759"), False)


def test_a_response_is_audited_with_its_case(world: Any, returned: Any, submit: Any) -> None:
    case = returned()

    response = submit(case)

    entry = AuditEntry.objects.get(model="surveys.response", action=AuditAction.CREATE)
    assert entry.object_ids == [str(response.pk)]
    assert entry.references == [case.reference]
    assert entry.actor == world.focal_point


def test_references_cannot_be_guessed(returned: Any, submit: Any) -> None:
    first, second = submit(returned()).reference, submit(returned()).reference

    assert len(first) == len(second) == 32
    assert first != second


# --- bad input ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"RSS-X99": "yes"}, "RSS-X99", "has no question"),
        ({"RSS-E01": "great"}, "RSS-E01", "is not an answer to this question"),
        ({"RSS-E01": ["satisfied"]}, "RSS-E01", "is not an answer to this question"),
        ({"RSS-E01": 3}, "RSS-E01", "is not an answer to this question"),
        ({"RSS-E09": "no"}, "RSS-E10", "Leave this empty"),
        ({"RSS-E10": "not_applicable"}, "RSS-E10", "This question applies"),
        ({"RSS-P30": "wish"}, "RSS-P30", "Leave this empty"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_question(
    returned: Any, submit: Any, change: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(ValidationError) as error:
        submit(returned(), MIXED | change)

    assert list(messages(error)) == [code]
    assert message in messages(error)[code][0]
    assert not Response.objects.exists()


def test_all_wrong_answers_are_named_at_once(returned: Any, submit: Any) -> None:
    with pytest.raises(ValidationError) as error:
        submit(returned(), MIXED | {"RSS-E01": "x", "RSS-S11": "y"})

    assert set(messages(error)) == {"RSS-E01", "RSS-S11"}


def test_a_condition_on_a_wrong_answer_is_not_judged(returned: Any, submit: Any) -> None:
    with pytest.raises(ValidationError) as error:
        submit(returned(), MIXED | {"RSS-E09": "perhaps"})

    assert set(messages(error)) == {"RSS-E09"}


def test_an_empty_questionnaire_is_refused(returned: Any, submit: Any) -> None:
    with pytest.raises(ValidationError, match="at least one question"):
        submit(returned(), {"RSS-E01": ""})


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (datetime.date(2999, 1, 1), "in the future"),
        (datetime.date(2019, 6, 14), "before the arrival on 15 June 2019"),
        (datetime.date(2019, 1, 1), "before the registration"),
        (datetime.date(2017, 8, 31), "not in use on that day"),
    ],
)
def test_an_impossible_day_is_refused_at_the_day(
    returned: Any, submit: Any, day: datetime.date, message: str
) -> None:
    with pytest.raises(ValidationError) as error:
        submit(returned(), answered_on=day)

    assert message in messages(error)["answered_on"][0]


def test_nobody_is_asked_before_having_returned(world: Any, ready: Any, rss: Questionnaire) -> None:
    entry = Entry(answers=MIXED, answered_on=DAY, case=ready())

    with pytest.raises(ValidationError, match="asked after the return"):
        services.submit_many(rss, [entry], by=world.focal_point)


def test_the_survey_for_adults_is_not_given_to_a_child_travelling_alone(
    world: Any, child: Any, submit: Any
) -> None:
    with pytest.raises(ValidationError, match="for adults"):
        submit(child(), by=world.fresh("origin_protection_officer"))


def test_the_same_day_is_recorded_once(returned: Any, submit: Any) -> None:
    case = returned()
    first = submit(case)

    with pytest.raises(ValidationError, match="recorded already"):
        submit(case, ANSWERS["all_best"])
    with pytest.raises(IntegrityError, match="response_once_a_day"), transaction.atomic():
        Response.objects.create(
            questionnaire=first.questionnaire,
            case=case,
            answered_on=DAY,
            entered_by=first.entered_by,
        )
    submit(case, answered_on=DAY + datetime.timedelta(days=90))
    assert case.responses.count() == 2


def test_what_may_be_answered_once_is_not_answered_again_another_day(
    world: Any, register: Any
) -> None:
    feedback = Questionnaire.objects.get(code="orientation-feedback")
    case, by = register(), world.fresh("caseworker")
    given = {"case": case, "context": "orientation:ABC", "answers": {"satisfaction": "satisfied"}}
    services.submit(feedback, answered_on=DAY, by=by, **given)

    with pytest.raises(ValidationError, match="recorded already"):
        services.submit(feedback, answered_on=DAY + datetime.timedelta(days=1), by=by, **given)
    services.submit(feedback, answered_on=DAY, by=by, **(given | {"context": "orientation:DEF"}))
    assert case.responses.count() == 2


@pytest.mark.parametrize(
    ("answers", "code", "message"),
    [
        ({"topics": "sewing"}, "topics", "as a list"),
        ({"topics": ["sewing", "sewing"]}, "topics", "each answer once"),
        ({"topics": ["sewing", "poultry", "retail"]}, "topics", "not an answer"),
        (
            {"topics": ["sewing", "poultry", "carpentry", "business"]},
            "topics",
            "3 answers at most",
        ),
        ({"topics": []}, "topics", "Answer this question"),
        ({"previous_work": ["none", "sewing"]}, "previous_work", "stands alone"),
        ({"years_worked": "many"}, "years_worked", "Enter a number"),
        ({"years_worked": "NaN"}, "years_worked", "Enter a number"),
        ({"years_worked": "1e999"}, "years_worked", "Enter a number"),
        ({"years_worked": -1}, "years_worked", "between 0 and 70"),
        ({"plans": "a\u202eb"}, "plans", "hidden control characters"),
        ({"plans": "x" * 2_001}, "plans", "2000 characters at most"),
        ({"plans": ["a"]}, "plans", "as text"),
    ],
)
def test_lists_numbers_and_texts_are_checked(
    world: Any, register: Any, answers: dict[str, Any], code: str, message: str
) -> None:
    preferences = Questionnaire.objects.get(code="training-preferences")

    with pytest.raises(ValidationError) as error:
        services.submit(
            preferences,
            answers={"topics": ["sewing"]} | answers,
            case=register(),
            answered_on=DAY,
            by=world.fresh("caseworker"),
        )

    assert message in messages(error)[code][0]


def test_every_kind_of_answer_comes_back_as_it_was_given(world: Any, register: Any) -> None:
    preferences = Questionnaire.objects.get(code="training-preferences")
    answers = {
        "topics": ["sewing", "poultry"],
        "competences": ["cooking", "selling"],
        "previous_work": ["none"],
        "years_worked": Decimal("2.50"),
        "plans": "Un atelier à Kindia",
    }

    response = services.submit(
        preferences,
        answers=answers | {"years_worked": "2,5"},
        case=register(),
        answered_on=DAY,
        by=world.fresh("caseworker"),
    )

    values = Response.objects.with_answers().get(pk=response.pk).values
    assert values.pop("competences") in (["cooking", "selling"], ["selling", "cooking"])
    assert values == {k: v for k, v in answers.items() if k != "competences"}
    assert not Score.objects.filter(response=response).exists()


def test_an_answer_without_a_name_says_where_it_belongs(world: Any) -> None:
    feedback = Questionnaire.objects.get(code="orientation-feedback")
    given = {
        "answers": {"satisfaction": "satisfied"},
        "answered_on": DAY,
        "by": world.fresh("caseworker"),
    }

    with pytest.raises(ValidationError, match="need the programme or the occasion"):
        services.submit(feedback, **given)
    with pytest.raises(ValidationError, match="kind:reference"):
        services.submit(feedback, context="room 4", **given)
    anonymous = services.submit(feedback, context="orientation:ABC", **given)
    assert anonymous.case is None


def test_programme_and_office_of_a_named_response_are_those_of_its_case(
    world: Any, register: Any
) -> None:
    feedback = Questionnaire.objects.get(code="orientation-feedback")

    with pytest.raises(ValidationError, match="are those of the case"):
        services.submit(
            feedback,
            answers={"satisfaction": "satisfied"},
            case=register(),
            context="orientation:ABC",
            office=world.rabat,
            answered_on=DAY,
            by=world.fresh("caseworker"),
        )


# --- who may --------------------------------------------------------------------------------------
@pytest.mark.parametrize("person", ["caseworker", "focal_point_mali", "donor", "clerk"])
def test_only_the_country_of_origin_records_the_reintegration_survey(
    world: Any, returned: Any, submit: Any, person: str
) -> None:
    with pytest.raises(Refused):
        submit(returned(), by=world.fresh(person))


def test_a_closed_case_is_not_asked_any_more(world: Any, returned: Any, submit: Any) -> None:
    case = case_services.close(
        returned(), outcome="returned", on=DAY, by=world.fresh("focal_point")
    )

    with pytest.raises(Refused):
        submit(case)


# --- what follows ---------------------------------------------------------------------------------
def test_a_survey_takes_a_running_project_to_monitored(returned: Any, submit: Any) -> None:
    case = returned(CaseStatus.PROJECT_RUNNING)

    submit(case)

    case.refresh_from_db()
    assert case.status == CaseStatus.MONITORED
    assert case.events.last().on == DAY


@pytest.mark.parametrize("status", [CaseStatus.ARRIVED, CaseStatus.PLAN_AGREED])
def test_an_earlier_step_stays_where_it_is(returned: Any, submit: Any, status: str) -> None:
    case = returned(status)

    submit(case)

    case.refresh_from_db()
    assert case.status == status


def test_a_survey_from_before_the_project_does_not_show_that_it_is_monitored(
    world: Any, returned: Any, submit: Any
) -> None:
    case = returned(CaseStatus.PLAN_AGREED)
    case = case_services.advance(
        case, CaseStatus.PROJECT_RUNNING, on=datetime.date(2019, 10, 1), by=world.focal_point
    )

    submit(case)

    case.refresh_from_db()
    assert case.status == CaseStatus.PROJECT_RUNNING


# --- calls and visits after the return ------------------------------------------------------------
@pytest.mark.parametrize("answer", ["refused", "withdrawn"])
def test_nobody_is_asked_who_does_not_wish_calls_and_visits(
    world: Any, returned: Any, submit: Any, rss: Questionnaire, answer: str
) -> None:
    case, by = returned(), world.fresh("focal_point")
    earlier = submit(case, answered_on=DAY - datetime.timedelta(days=30))
    case_services.record_consent(
        case, purpose="follow_up", answer=answer, on=DAY - datetime.timedelta(days=1), by=by
    )

    with pytest.raises(ValidationError, match="does not wish calls and visits"):
        submit(case)
    with pytest.raises(ValidationError, match="does not wish calls and visits"):
        services.submit_many(rss, [Entry(answers=MIXED, answered_on=DAY, case=case)], by=by)

    assert earlier.is_current
    case_services.log_attempt(
        case, on=DAY, channel="visit", result="reached", initiated_by_person=True, by=by
    )
    assert submit(case).is_current


# --- in bulk --------------------------------------------------------------------------------------
def test_nobody_enters_in_bulk_what_they_may_not_enter_one_by_one(
    world: Any, returned: Any, rss: Questionnaire
) -> None:
    own, foreign = returned(), returned(country=world.country("ML"))
    entries = [Entry(answers=MIXED, answered_on=DAY, case=case) for case in (own, foreign)]

    with pytest.raises(Refused):
        services.submit_many(rss, entries, by=world.focal_point)
    assert not Response.objects.exists()


def test_what_is_asked_before_the_departure_may_be_entered_later_with_its_day(
    world: Any, returned: Any
) -> None:
    case, by = returned(), world.fresh("caseworker")
    preferences = Questionnaire.objects.get(code="training-preferences")
    answers = {"topics": ["sewing"]}

    with pytest.raises(ValidationError) as error:
        services.submit(preferences, case=case, answers=answers, answered_on=DAY, by=by)
    assert "before the departure, which was on 15 June 2019" in messages(error)["answered_on"][0]
    assert services.submit(
        preferences, case=case, answers=answers, answered_on=ARRIVED_ON, by=by
    ).is_current


def test_bulk_refuses_a_repetition_inside_the_batch(
    world: Any, returned: Any, rss: Questionnaire
) -> None:
    case = returned()
    entry = Entry(answers=MIXED, answered_on=DAY, case=case, channel=Channel.INTERVIEW)

    with pytest.raises(ValidationError, match="recorded already"):
        services.submit_many(rss, [entry, entry], by=world.focal_point)
    assert not Response.objects.exists()
