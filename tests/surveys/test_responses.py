"""Storing, correcting and counting responses."""

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from core.exceptions import Refused
from core.models import AuditAction, AuditEntry
from core.rounding import percent
from surveys import seeds, services
from surveys.enums import Channel
from surveys.models import Answer, Option, Questionnaire, Response, Score
from surveys.services import Entry
from tests.surveys.conftest import ANSWERS, ARRIVED_ON, WAY

pytestmark = pytest.mark.django_db
DAY = datetime.date(2019, 9, 16)
MIXED = ANSWERS["mixed_with_NA_and_refusal"]


@pytest.fixture
def submit(world: Any, rss: Questionnaire) -> Callable[..., Response]:
    """A reintegration survey as the focal point records it."""

    def _submit(case: Case, answers: Any = MIXED, **values: Any) -> Response:
        values = {"answered_on": DAY, "by": world.fresh("focal_point")} | values
        return services.submit(rss, case=case, answers=answers, **values)

    return _submit


def messages(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, Any]:
    return error.value.message_dict


# --- storing ------------------------------------------------------------------------------------
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


# --- bad input ----------------------------------------------------------------------------------
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


# --- who may -------------------------------------------------------------------------------------
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


# --- correcting ----------------------------------------------------------------------------------
def test_a_correction_replaces_the_response_and_keeps_it(
    world: Any, returned: Any, submit: Any
) -> None:
    old = submit(returned())

    new = services.correct_response(
        old,
        answers=ANSWERS["all_best"],
        reason="Read from the wrong sheet",
        by=world.fresh("reintegration_officer"),
    )

    old.refresh_from_db()
    assert (old.is_current, old.set_aside_because) == (False, "Read from the wrong sheet")
    assert old.superseded_by == new
    assert old.score.composite == Decimal("0.5759")
    assert (new.score.composite, new.answered_on) == (Decimal(1), DAY)
    assert Response.objects.current().get() == new
    changed = AuditEntry.objects.get(model="surveys.response", action=AuditAction.CHANGE)
    assert changed.reason == "Read from the wrong sheet"


def test_a_corrected_response_is_not_corrected_again(
    world: Any, returned: Any, submit: Any
) -> None:
    old, by = submit(returned()), world.fresh("focal_point")
    services.correct_response(old, answers=MIXED, reason="Typo", by=by)

    with pytest.raises(Refused):
        services.correct_response(old, answers=MIXED, reason="Typo", by=by)


def test_a_wrong_correction_leaves_everything_as_it_was(
    world: Any, returned: Any, submit: Any
) -> None:
    old, by = submit(returned()), world.fresh("focal_point")

    with pytest.raises(ValidationError):
        services.correct_response(old, answers={"RSS-E01": "x"}, reason="Typo", by=by)
    with pytest.raises(ValidationError, match="Say why"):
        services.correct_response(old, answers=MIXED, reason=" ", by=by)

    old.refresh_from_db()
    assert old.is_current


def test_a_withdrawn_response_no_longer_counts_and_makes_room(
    world: Any, returned: Any, submit: Any
) -> None:
    case = returned()
    response = submit(case)

    services.withdraw_response(response, reason="Another person", by=world.fresh("focal_point"))

    assert not Response.objects.answered_by(DAY).exists()
    assert submit(case).is_current


# --- versions -------------------------------------------------------------------------------------
@pytest.mark.req("R152")
def test_new_weights_make_a_new_version_and_old_responses_keep_theirs(
    world: Any, returned: Any, submit: Any, rss: Questionnaire, tmp_path: Path
) -> None:
    case = returned()
    old = submit(case)

    file = tmp_path / "rss-v2.json"
    data = seeds.read("rss-v1") | {"version": 2, "valid_from": "2020-01-01", "status": "official"}
    (first,) = [row for row in data["questions"] if row["code"] == "RSS-E01"]
    first["weight"] = "0.5"
    file.write_text(json.dumps(data), encoding="utf-8")
    call_command("load_questionnaire", file, by=world.me_officer.email)
    new = Questionnaire.objects.get(code="rss", version=2)
    later = datetime.date(2020, 2, 3)
    second = services.submit(
        new, case=case, answers=MIXED, answered_on=later, by=world.fresh("focal_point")
    )

    old.refresh_from_db()
    rss.refresh_from_db()
    assert (old.questionnaire.version, old.score.economic) == (1, Decimal("0.5750"))
    assert (second.questionnaire.version, second.score.economic) == (2, Decimal("0.4821"))
    assert (old.score.scoring_status, second.score.scoring_status) == ("provisional", "official")
    assert new.questions.count() == 30
    assert Option.objects.filter(question__questionnaire=new).count() == (
        Option.objects.filter(question__questionnaire=rss).count()
    )
    ended = AuditEntry.objects.get(model="surveys.questionnaire", action="change")
    assert ended.changes == {"valid_until": [None, "2019-12-31"]}
    assert Questionnaire.objects.named("rss", on=later) == new
    assert Questionnaire.objects.named("rss", on=DAY) == rss
    with pytest.raises(ValidationError, match="not in use"):
        submit(case, answered_on=later)


def test_two_versions_are_never_in_use_together(rss: Questionnaire) -> None:
    with pytest.raises(IntegrityError, match="one_version_at_a_time"), transaction.atomic():
        Questionnaire.objects.create(
            code="rss",
            version=2,
            kind="reintegration",
            label_fr="x",
            label_en="x",
            label_ar="x",
            valid_from=datetime.date(2020, 1, 1),
        )


def test_only_those_who_manage_surveys_issue_them(world: Any, rss: Questionnaire) -> None:
    with pytest.raises(Refused):
        services.issue_version(
            rss, valid_from=datetime.date(2020, 1, 1), by=world.fresh("caseworker")
        )
    with pytest.raises(ValidationError, match="after the beginning"):
        services.issue_version(rss, valid_from=rss.valid_from, by=world.fresh("me_officer"))


def test_a_version_begins_after_the_last_answer(
    world: Any, returned: Any, submit: Any, rss: Questionnaire
) -> None:
    submit(returned())
    by = world.fresh("me_officer")

    with pytest.raises(ValidationError, match="was answered on"):
        services.issue_version(rss, valid_from=DAY, by=by)

    day = DAY + datetime.timedelta(days=1)
    assert services.issue_version(rss, valid_from=day, by=by).version == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": 3}, "The next version is number 2"),
        ({"version": 2, "code": "none"}, "There is no questionnaire"),
        ({"version": 2, "questions": [{"code": "A"}]}, "The file lacks"),
        ({"version": 2, "valid_from": "soon"}, "cannot be loaded"),
    ],
)
def test_a_file_that_is_no_next_version_is_refused(
    world: Any, rss: Questionnaire, tmp_path: Path, change: dict[str, Any], complaint: str
) -> None:
    file = tmp_path / "rss.json"
    data = seeds.read("rss-v1") | {"valid_from": "2020-01-01"} | change
    file.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(CommandError, match=complaint):
        call_command("load_questionnaire", file, by=world.me_officer.email)

    rss.refresh_from_db()
    assert rss.valid_until is None
    assert Questionnaire.objects.filter(code="rss").count() == 1


def test_only_those_who_manage_surveys_load_them(world: Any, tmp_path: Path) -> None:
    file = tmp_path / "rss.json"
    data = seeds.read("rss-v1") | {"version": 2, "valid_from": "2020-01-01"}
    file.write_text(json.dumps(data), encoding="utf-8")

    with pytest.raises(CommandError, match="may not issue"):
        call_command("load_questionnaire", file, by=world.caseworker.email)


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


# --- counting ------------------------------------------------------------------------------------
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
