"""Pages of a response: filling in, reading, correcting."""

import re
from typing import Any

import pytest
from django.urls import reverse

from core.models import AuditAction, AuditEntry
from surveys.models import Option, Questionnaire, Response
from tests.surveys.conftest import ANSWERS, DAY, MIXED, answered

pytestmark = pytest.mark.django_db


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


# --- scores ---------------------------------------------------------------------------------------
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
