"""Pages of questionnaires and of their totals."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from surveys import services
from surveys.models import Questionnaire, Response
from surveys.services import Entry
from tests.surveys.test_response_pages import filled

pytestmark = pytest.mark.django_db


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
