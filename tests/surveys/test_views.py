"""Pages of questionnaires, responses and follow-up."""

import datetime
import re
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditAction, AuditEntry
from surveys import services
from surveys.enums import FollowUpStatus
from surveys.models import Option, Questionnaire, Response
from surveys.services import Entry
from tests.surveys.conftest import ANSWERS, ARRIVED_ON

pytestmark = pytest.mark.django_db
MIXED = ANSWERS["mixed_with_NA_and_refusal"]
DAY = datetime.date(2019, 9, 16)


@pytest.fixture
def origin(world: Any, sign_in: Any) -> Any:
    return sign_in(world.fresh("focal_point"))


@pytest.fixture
def case(returned: Any) -> Any:
    return returned()


@pytest.fixture
def response(world: Any, case: Any, rss: Questionnaire) -> Response:
    return answered(world, rss, case, MIXED, DAY)


def answered(world: Any, questionnaire: Any, case: Any, answers: Any, day: Any) -> Response:
    by = world.fresh("focal_point")
    return services.submit(questionnaire, case=case, answers=answers, answered_on=day, by=by)


def filled(page: Any, **values: Any) -> dict[str, Any]:
    """The form as it came, with these values typed in."""
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value not in (None, "")} | values


def answer_url(case: Any, key: str = "rss") -> str:
    return reverse("surveys:answer", args=[case.reference, key])


# --- filling in -----------------------------------------------------------------------------------
def test_every_question_is_a_group_of_radio_buttons_under_its_part(origin: Any, case: Any) -> None:
    page = origin.get(answer_url(case))

    text = page.content.decode()
    assert page.status_code == 200
    options = Option.objects.filter(question__questionnaire__code="rss")
    assert text.count('type="radio"') == options.count()
    assert [title for title, _names in page.context["form"].fieldsets] == [
        "About the answers",
        "Economic",
        "Social",
        "Psychosocial",
    ]
    assert "Provisional scoring: Reintegration sustainability survey, version 1" in text
    assert "Only asked after “Yes” to “Currently looking for a (new) job”" in text


def test_a_filled_in_survey_leads_to_its_score(origin: Any, case: Any) -> None:
    page = origin.get(answer_url(case))

    answer = origin.post(
        answer_url(case), filled(page, answered_on="2019-09-16", **MIXED), follow=True
    )

    response = Response.objects.get()
    assert answer.redirect_chain == [(response.get_absolute_url(), 302)]
    text = answer.content.decode()
    for figure in ("0.58", "0.53", "0.63", "10 of 10 questions answered", "8 of 9 questions"):
        assert figure in text
    assert "Reaches the threshold of 0.50" in text
    assert "Provisional scoring: Reintegration sustainability survey, version 1" in text
    assert response.channel == "interview"


def test_a_double_click_stores_one_response(origin: Any, case: Any) -> None:
    data = filled(origin.get(answer_url(case)), answered_on="2019-09-16", **MIXED)

    first, second = origin.post(answer_url(case), data), origin.post(answer_url(case), data)

    assert first["Location"] == second["Location"]
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"RSS-E10": "other", "RSS-E09": "no"}, "RSS-E10", "Leave this empty"),
        ({"RSS-E01": "excellent"}, "RSS-E01", "Select a valid choice"),
        ({"answered_on": "2019-02-31"}, "answered_on", "does not exist"),
        ({"answered_on": "2019-06-01"}, "answered_on", "before the arrival"),
        ({"channel": "pigeon"}, "channel", "Select a valid choice"),
    ],
)
def test_an_error_stands_at_its_question_and_the_answers_are_kept(
    origin: Any, case: Any, values: dict[str, str], field: str, message: str
) -> None:
    page = origin.get(answer_url(case))

    answer = origin.post(
        answer_url(case), filled(page, **({"answered_on": "2019-09-16"} | MIXED | values))
    )

    form = answer.context["form"]
    assert answer.status_code == 422
    assert list(form.errors) == [field]
    assert message in form.errors[field][0]
    assert form["RSS-S11"].value() == "fair"
    assert re.search(r'name="RSS-S11" value="fair"[^>]* checked', answer.content.decode())
    assert not Response.objects.exists()


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_the_questions_are_asked_in_the_three_languages(
    world: Any, sign_in: Any, case: Any, language: str
) -> None:
    browser = sign_in(world.fresh("focal_point"))
    browser.cookies["awda_language"] = language

    text = browser.get(answer_url(case)).content.decode()

    words = {
        "fr": "Accès à l’eau potable",
        "en": "Access to safe drinking water",
        "ar": "إمكانية الحصول على ماء صالح للشرب",
    }
    assert words[language] in text
    assert f'lang="{language}"' in text


def test_preferences_are_ranked_without_javascript(world: Any, sign_in: Any, register: Any) -> None:
    case = register()
    browser = sign_in(world.fresh("caseworker"))
    url = answer_url(case, "training-preferences")
    page = browser.get(url)

    answer = browser.post(
        url,
        filled(
            page,
            answered_on="2019-03-10",
            topics_0="sewing",
            topics_1="",
            topics_2="poultry",
            competences=["cooking"],
            years_worked="4",
        ),
    )

    assert answer.status_code == 302
    values = Response.objects.with_answers().get().values
    assert values["topics"] == ["sewing", "poultry"]
    assert 'aria-label="Choice 1"' in page.content.decode()


def test_the_same_topic_twice_comes_back_with_both_choices(
    world: Any, sign_in: Any, register: Any
) -> None:
    browser = sign_in(world.fresh("caseworker"))
    url = answer_url(register(), "training-preferences")

    answer = browser.post(
        url,
        filled(browser.get(url), answered_on="2019-03-10", topics_0="sewing", topics_1="sewing"),
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["topics"] == ["Choose each answer once."]
    assert answer.content.decode().count('<option value="sewing" selected>') == 2


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("focal_point", 200),
        ("reintegration_officer", 200),
        ("caseworker", 403),
        ("clerk", 403),
        ("focal_point_mali", 404),
        ("donor", 404),
        ("trainer", 404),
        ("administrator", 404),
    ],
)
def test_who_may_ask(world: Any, sign_in: Any, case: Any, person: str, status: int) -> None:
    assert sign_in(world.fresh(person)).get(answer_url(case)).status_code == status


def test_the_survey_for_adults_is_not_offered_for_a_child(
    world: Any, sign_in: Any, child: Any, on_day: Any
) -> None:
    case = child()
    on_day("2019-09-16")
    browser = sign_in(world.fresh("origin_protection_officer"))

    page = browser.get(reverse("surveys:case", args=[case.reference]))

    assert answer_url(case) not in page.content.decode()
    assert answer_url(case, "skills-usefulness") in page.content.decode()
    assert browser.get(answer_url(case)).status_code == 403


def test_what_is_asked_before_the_departure_is_not_asked_after_the_return(
    world: Any, sign_in: Any, ready: Any, case: Any, on_day: Any
) -> None:
    """Neither on the page nor by a form that was opened in time."""
    on_day("2019-03-10")
    browser = sign_in(world.fresh("caseworker"))
    open_form = browser.get(answer_url(ready(), "training-preferences"))
    sent = filled(open_form, answered_on="2019-09-16", topics_0="sewing")
    on_day("2019-09-16")
    late = answer_url(case, "training-preferences")

    assert browser.get(late).status_code == 403
    assert browser.post(late, sent).status_code == 403
    assert not case.responses.exists()


@pytest.mark.parametrize("key", ["no-such", "rss-v9", "orientation-feedback", "module-feedback"])
def test_what_is_not_asked_on_a_case_is_not_found(origin: Any, case: Any, key: str) -> None:
    assert origin.get(answer_url(case, key)).status_code == 404


# --- scores --------------------------------------------------------------------------------------
def test_not_enough_answers_are_said_in_words_and_never_as_zero(
    world: Any, origin: Any, case: Any, rss: Questionnaire
) -> None:
    answers = ANSWERS["too_many_refusals_in_one_dimension"]

    text = origin.get(answered(world, rss, case, answers, DAY).get_absolute_url()).content.decode()

    assert text.count("<meter") == 2
    assert text.count("Not enough answers") >= 2
    assert "each part needs 70 % of its weight answered" in text
    assert "4 of 9 questions answered" in text
    assert ">0.00<" not in text


def test_a_hair_below_the_threshold_reads_half_and_is_not_sustainable(
    origin: Any, response: Response
) -> None:
    score = response.score
    score.composite, score.is_sustainable = "0.4999", False
    score.save()

    text = origin.get(response.get_absolute_url()).content.decode()

    assert "0.50</strong>" in text
    assert "(0.4999)" in text
    assert "Below the threshold of 0.50: does not count as sustainable." in text


def test_reading_a_response_is_audited(world: Any, origin: Any, response: Response) -> None:
    origin.get(response.get_absolute_url())

    entry = AuditEntry.objects.get(model="surveys.response", action=AuditAction.READ)
    assert entry.references == [response.case.reference]
    assert entry.actor == world.focal_point


def test_an_answer_that_calls_for_help_is_pointed_out(origin: Any, response: Response) -> None:
    text = origin.get(response.get_absolute_url()).content.decode()

    assert "The person may need support" in text
    assert text.count("Offer support") == 1


def test_a_response_is_hidden_where_its_case_is(
    world: Any, sign_in: Any, response: Response
) -> None:
    for person in ("focal_point_mali", "caseworker_oujda", "donor", "trainer", "me_officer"):
        page = sign_in(world.fresh(person)).get(response.get_absolute_url())
        assert page.status_code == 404, person


def test_a_correction_starts_from_the_answers_and_keeps_the_old_ones(
    origin: Any, response: Response
) -> None:
    url = reverse("surveys:correct", args=[response.reference])
    page = origin.get(url)

    answer = origin.post(url, filled(page, **{"RSS-E01": "very_satisfied", "reason": "Misread"}))

    new = Response.objects.current().get()
    assert answer["Location"] == new.get_absolute_url()
    assert new.score.economic > response.score.economic
    old = origin.get(response.get_absolute_url()).content.decode()
    assert "This response no longer counts" in old
    assert "Misread" in old
    assert new.get_absolute_url() in old
    assert url not in old


def test_a_stale_correction_is_shown_and_not_lost(origin: Any, response: Response) -> None:
    url = reverse("surveys:correct", args=[response.reference])
    mine = filled(origin.get(url), reason="Misread")
    origin.post(url, filled(origin.get(url), reason="First"))

    answer = origin.post(url, mine)

    assert answer.status_code == 403
    assert "corrected or withdrawn meanwhile" in answer.content.decode()
    assert "Misread" in answer.content.decode()
    assert Response.objects.count() == 2


def test_a_withdrawn_response_leaves_the_case(origin: Any, response: Response) -> None:
    url = reverse("surveys:withdraw", args=[response.reference])

    origin.post(url, filled(origin.get(url), reason="Another person"))

    page = origin.get(reverse("surveys:case", args=[response.case.reference]))
    assert response.get_absolute_url() not in page.content.decode()


# --- the tab of the case --------------------------------------------------------------------------
@pytest.mark.req("R163")
def test_three_surveys_plot_three_points_per_part(
    world: Any, origin: Any, case: Any, rss: Questionnaire
) -> None:
    for day, name in (
        (DAY, "all_worst"),
        (datetime.date(2019, 12, 16), "exactly_at_threshold"),
        (datetime.date(2020, 3, 16), "mixed_with_NA_and_refusal"),
    ):
        answered(world, rss, case, ANSWERS[name], day)

    page = origin.get(reverse("surveys:case", args=[case.reference]))

    progress = page.context["progress"]
    assert [line.label for line in progress.lines] == [
        "Economic",
        "Social",
        "Psychosocial",
        "Composite",
    ]
    assert {len(line.points) for line in progress.lines} == {3}
    assert {len(line.strokes) for line in progress.lines} == {2}
    text = page.content.decode()
    assert text.count("<circle") == 12
    assert [row["composite"] for row in progress.table] == ["0.58", "0.50", "0.00"]
    assert "Provisional scoring" in text


def test_a_missing_score_leaves_a_gap(
    world: Any, origin: Any, case: Any, rss: Questionnaire
) -> None:
    for month, name in (
        (9, "all_best"),
        (10, "too_many_refusals_in_one_dimension"),
        (11, "all_best"),
    ):
        answered(world, rss, case, ANSWERS[name], datetime.date(2019, month, 16))

    page = origin.get(reverse("surveys:case", args=[case.reference]))

    economic, *_others, composite = page.context["progress"].lines
    assert (len(economic.points), len(composite.points)) == (3, 2)
    assert composite.strokes == []


@pytest.mark.req("R154")
def test_the_tab_shows_the_plan_and_what_is_late(
    world: Any, origin: Any, case: Any, on_day: Any
) -> None:
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    on_day("2019-08-20")

    page = origin.get(reverse("surveys:case", args=[case.reference]))

    text = page.content.decode()
    for month in (3, 6, 9, 12):
        assert f"After {month} months" in text
    assert [item["is_overdue"] for item in page.context["follow_ups"]] == [True] + [False] * 4
    assert "Overdue" in text
    assert answer_url(case) in text


def test_the_tab_costs_the_same_for_few_and_many_responses(
    world: Any,
    origin: Any,
    case: Any,
    rss: Questionnaire,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    url = reverse("surveys:case", args=[case.reference])
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    answered(world, rss, case, MIXED, DAY)
    origin.get(url)
    with django_assert_max_num_queries(16) as first:
        origin.get(url)

    for number in range(1, 5):
        day = DAY + datetime.timedelta(days=30 * number)
        answered(world, rss, case, ANSWERS["all_best"], day)
    services.extend_follow_ups(case, by=world.fresh("focal_point"))

    with django_assert_num_queries(len(first.captured_queries)):
        origin.get(url)


def test_the_host_country_reads_the_tab_and_records_nothing(
    world: Any, sign_in: Any, case: Any
) -> None:
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    browser = sign_in(world.fresh("caseworker"))

    page = browser.get(reverse("surveys:case", args=[case.reference]))
    row = case.follow_ups.first()

    assert page.status_code == 200
    assert f"/follow-ups/{row.reference}/" not in page.content.decode()
    url = reverse("surveys:follow-up-done", args=[row.reference])
    assert browser.get(url).status_code == 403
    assert browser.post(url, {"done_on": "2019-07-15"}).status_code == 403
    row.refresh_from_db()
    assert row.status == FollowUpStatus.PLANNED


@pytest.mark.parametrize(
    ("verb", "values", "status"),
    [
        ("done", {"done_on": "2019-07-20", "note": "Shop is open"}, FollowUpStatus.DONE),
        (
            "not-possible",
            {"obstacle": "unreachable", "on": "2019-07-20"},
            FollowUpStatus.NOT_POSSIBLE,
        ),
        ("cancel", {"reason": "Not needed"}, FollowUpStatus.CANCELLED),
        ("move", {"due_on": "2029-07-20", "reason": "Rain"}, FollowUpStatus.PLANNED),
    ],
)
def test_a_follow_up_is_recorded_and_can_be_planned_again(
    world: Any, origin: Any, case: Any, verb: str, values: dict[str, str], status: str
) -> None:
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    row = case.follow_ups.first()
    url = reverse(f"surveys:follow-up-{verb}", args=[row.reference])

    answer = origin.post(url, filled(origin.get(url), **values))

    row.refresh_from_db()
    assert answer["Location"] == reverse("surveys:case", args=[case.reference])
    assert row.status == status
    if status != FollowUpStatus.PLANNED:
        again = reverse("surveys:follow-up-reopen", args=[row.reference])
        origin.post(again, filled(origin.get(again), reason="Mistake"))
        row.refresh_from_db()
        assert row.status == FollowUpStatus.PLANNED


def test_another_follow_up_and_the_second_year_are_planned(origin: Any, case: Any) -> None:
    plan, extend = (
        reverse(f"surveys:{name}", args=[case.reference]) for name in ("plan", "extend")
    )

    origin.post(plan, filled(origin.get(plan), due_on="2029-01-02"))
    origin.post(extend, filled(origin.get(extend)))
    wrong = origin.post(plan, filled(origin.get(plan), due_on="2019-01-02"))

    assert [row.month for row in case.follow_ups.all()] == [18, 24, None]
    assert wrong.status_code == 422
    assert "due_on" in wrong.context["form"].errors


@pytest.mark.req("R154")
def test_the_list_shows_the_longest_overdue_first(
    world: Any, origin: Any, returned: Any, on_day: Any, django_assert_num_queries: Any
) -> None:
    url = reverse("surveys:follow-ups")
    pairs = [(returned(), ARRIVED_ON), (returned(), datetime.date(2019, 6, 1))]
    services.plan_follow_ups_many(pairs, by=world.focal_point)
    on_day("2019-07-20")

    page = origin.get(url, {"due": "overdue"})
    soon = origin.get(url, {"due": "soon"})

    assert [row.due_on.isoformat() for row in page.context["rows"]] == ["2019-07-01", "2019-07-15"]
    assert soon.context["rows"] == []
    assert len(origin.get(url).context["rows"]) == 10
    with django_assert_num_queries(7):
        origin.get(url)


def test_whoever_supervises_sees_that_a_survey_was_answered_and_not_how(
    world: Any, sign_in: Any, returned: Any, rss: Questionnaire
) -> None:
    case = returned()
    services.submit(
        rss,
        case=case,
        answers=ANSWERS["all_worst"],
        answered_on=datetime.date(2019, 9, 16),
        by=world.fresh("focal_point"),
    )
    url = reverse("surveys:case", args=[case.reference])

    for person in ("programme_manager", "caseworker"):
        page = sign_in(world.fresh(person)).get(url)
        assert page.context["responses"] == []
        assert page.context["progress"] is None
        assert "1 questionnaire, readable by the people who work" in page.content.decode()
    assert len(sign_in(world.fresh("focal_point")).get(url).context["responses"]) == 1


# --- questionnaires and totals --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("caseworker", 200),
        ("me_officer", 200),
        ("administrator", 200),
        ("clerk", 403),
        ("donor", 403),
    ],
)
@pytest.mark.parametrize(
    ("name", "arguments"), [("list", []), ("detail", ["rss"]), ("results", ["rss-v1"])]
)
def test_who_reads_the_questionnaires(
    world: Any, sign_in: Any, person: str, status: int, name: str, arguments: list[str]
) -> None:
    url = reverse(f"surveys:{name}", args=arguments)

    assert sign_in(world.fresh(person)).get(url).status_code == status


@pytest.mark.req("R152")
def test_the_catalogue_shows_version_status_questions_and_weights(origin: Any) -> None:
    listed = origin.get(reverse("surveys:list")).content.decode()
    text = origin.get(reverse("surveys:detail", args=["rss-v1"])).content.decode()

    assert "Reintegration sustainability survey" in listed
    assert "Provisional" in listed
    assert "RSS-E01" in text
    assert "Very satisfied <span" in text
    assert text.count("0.1</td>") == 30
    assert "Provisional scoring" in text
    assert origin.get(reverse("surveys:detail", args=["rss-v2"])).status_code == 404


@pytest.mark.req("R025")
def test_201_preferences_give_the_ranking_of_topics_and_the_form_is_issued_again(
    world: Any, sign_in: Any
) -> None:
    questionnaire = Questionnaire.objects.get(code="training-preferences")
    chosen = [["business", "sewing"]] * 100 + [["sewing"]] * 60 + [["poultry", "sewing"]] * 41
    entries = [
        Entry(
            answers={"topics": topics, "competences": ["selling"], "previous_work": ["retail"]},
            answered_on=datetime.date(2018, 1, 15),
            programme=world.foras,
        )
        for topics in chosen
    ]
    services.submit_many(questionnaire, entries, by=world.caseworker)
    browser = sign_in(world.fresh("me_officer"))

    page = browser.get(reverse("surveys:results", args=["training-preferences-v1"]))

    topics = page.context["tallies"][0]
    assert page.context["count"] == 201
    assert topics.rows == [
        ["Sewing", 462, 60, 201],
        ["Starting and running a small business", 300, 100, 100],
        ["Poultry", 123, 41, 41],
    ]
    assert "201 responses" in page.content.decode()
    issue = reverse("surveys:issue", args=["training-preferences"])
    answer = browser.post(issue, filled(browser.get(issue), valid_from="2020-01-01"))
    assert answer["Location"] == "/questionnaires/training-preferences-v2/"
    again = browser.get(reverse("surveys:results", args=["training-preferences-v2"]))
    assert again.context["count"] == 0


@pytest.mark.req("R101", "R162")
def test_71_answers_on_the_usefulness_of_skills(world: Any, sign_in: Any, returned: Any) -> None:
    questionnaire = Questionnaire.objects.get(code="skills-usefulness")
    useful = ["useful"] * 42 + ["quite_useful"] * 18 + ["somehow_useful"] * 9
    useful += ["not_useful", "no_answer"]
    pleased = ["very_satisfied"] * 42 + ["satisfied"] * 18 + ["little_satisfied"] * 11
    entries = [
        Entry(
            answers={"usefulness": usefulness, "satisfaction": satisfaction},
            answered_on=datetime.date(2020, 3, 2),
            programme=world.foras,
        )
        for usefulness, satisfaction in zip(useful, pleased, strict=True)
    ]
    services.submit_many(questionnaire, entries, by=world.focal_point)

    url = reverse("surveys:results", args=["skills-usefulness"])
    page = sign_in(world.fresh("me_officer")).get(url)

    first, second = page.context["tallies"]
    assert [row[1:] for row in first.rows] == [
        [42, "59.2 %"],
        [18, "25.4 %"],
        [9, "12.7 %"],
        [1, "1.4 %"],
        [1, "1.4 %"],
    ]
    assert second.headline == "60 of 71 favourable answers (84.5 %)"
    assert "60 of 71 favourable answers (84.5 %)" in page.content.decode()


def test_totals_of_a_period_and_what_was_left_empty(world: Any, sign_in: Any) -> None:
    questionnaire = Questionnaire.objects.get(code="module-feedback")
    entries = [
        Entry(
            answers={"satisfaction": "satisfied"},
            answered_on=datetime.date(2019, month, 1),
            programme=world.foras,
        )
        for month in (3, 6, 9)
    ]
    services.submit_many(questionnaire, entries, by=world.caseworker)
    browser = sign_in(world.fresh("programme_manager"))
    url = reverse("surveys:results", args=["module-feedback"])

    page = browser.get(url, {"answered_from": "2019-04-01", "answered_until": "2019-12-31"})

    assert page.context["count"] == 2
    assert page.context["tallies"][1].rows[-1] == ["Left empty", 2, "100.0 %"]
    wrong = browser.get(url, {"answered_from": "soon"})
    assert set(wrong.context["form"].errors) == {"answered_from"}
    assert wrong.context["count"] == 0


def test_issuing_needs_its_own_permission_and_a_later_day(world: Any, sign_in: Any) -> None:
    url = reverse("surveys:issue", args=["rss"])

    assert sign_in(world.fresh("focal_point")).get(url).status_code == 403
    browser = sign_in(world.fresh("administrator"))
    wrong = browser.post(url, filled(browser.get(url), valid_from="2017-01-01"))
    assert wrong.status_code == 422
    assert "valid_from" in wrong.context["form"].errors


def test_figures_are_written_as_the_language_writes_them(
    world: Any, sign_in: Any, response: Response
) -> None:
    browser = sign_in(world.fresh("focal_point"))
    browser.cookies["awda_language"] = "fr"

    text = browser.get(response.get_absolute_url()).content.decode()

    assert "0,58" in text
    assert 'value="0.5759"' in text
