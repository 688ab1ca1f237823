"""The questionnaires the migration brings."""

from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Sum

from surveys import seeds
from surveys.enums import CountsAs, Dimension, QuestionnaireKind
from surveys.models import Option, Question, Questionnaire

pytestmark = pytest.mark.django_db
KEYS = [path.stem for path in sorted(seeds.DATA.glob("*.json"))]


def test_there_is_one_questionnaire_of_each_kind() -> None:
    kinds = Questionnaire.objects.values_list("kind", flat=True)

    assert sorted(kinds) == sorted(QuestionnaireKind.values)
    assert len(KEYS) == len(kinds)


@pytest.mark.req("R152")
def test_the_reintegration_survey_has_thirty_weighted_questions_and_says_it_is_provisional(
    rss: Questionnaire,
) -> None:
    weights = rss.questions.values("dimension").annotate(total=Sum("weight")).order_by("dimension")

    assert rss.questions.count() == 30
    assert {row["dimension"]: row["total"] for row in weights} == dict.fromkeys(Dimension.values, 1)
    assert rss.is_provisional
    assert rss.is_for_adults


def test_every_scored_answer_has_a_score_and_no_missing_one_has(rss: Questionnaire) -> None:
    options = Option.objects.filter(question__questionnaire=rss)

    assert not options.filter(counts_as=CountsAs.SCORED, score__isnull=True).exists()
    assert not options.exclude(counts_as=CountsAs.SCORED).filter(score__isnull=False).exists()
    assert options.filter(counts_as=CountsAs.MISSING).values("question").distinct().count() == 30


def test_conditions_name_an_earlier_question_and_its_answers() -> None:
    for question in Question.objects.filter(ask_if__isnull=False):
        earlier = question.questionnaire.questions.get(code=question.ask_if["question"])
        codes = set(earlier.options.values_list("code", flat=True))

        assert earlier.order < question.order
        assert set(question.ask_if["in"]) <= codes
        assert question.options.filter(counts_as=CountsAs.NOT_APPLICABLE).exists()


@pytest.mark.parametrize("model", [Questionnaire, Question, Option])
def test_everything_is_named_in_the_three_languages(model: Any) -> None:
    for row in model.objects.all():
        assert row.label_fr
        assert row.label_en
        assert any("\u0600" <= letter <= "\u06ff" for letter in row.label_ar), row.label_ar
        row.clean_fields(exclude=["questionnaire", "question"])


def test_loading_twice_changes_nothing_and_unloading_removes_all() -> None:
    model = partial(apps.get_model, "surveys")
    before = (Question.objects.count(), Option.objects.count())

    seeds.load(model, KEYS)
    assert (Question.objects.count(), Option.objects.count()) == before

    seeds.unload(model, KEYS)
    assert not Option.objects.exists()
    seeds.load(model, KEYS)
    assert (Question.objects.count(), Option.objects.count()) == before
