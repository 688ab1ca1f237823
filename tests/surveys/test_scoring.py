"""The arithmetic of the reintegration survey."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys import scoring, seeds
from surveys.enums import Dimension
from surveys.scoring import Item, Method, band_of, near_threshold
from tests.surveys.conftest import EXAMPLES

D = Decimal
BANDS = [("low", D("0.33")), ("medium", D("0.65")), ("high", D(1))]
METHOD = Method(
    minimum_coverage=D("0.70"),
    threshold=D("0.5"),
    part_weights={part: D(1) for part in Dimension.values},
    bands=BANDS,
)


def part(name: str, *scores: Any, weight: str = "0.1") -> list[Item]:
    """Questions of one part; "-" does not apply, None is without an answer."""
    return [
        Item(
            dimension=name,
            weight=D(weight),
            score=None if score in ("-", None) else D(str(score)),
            applies=score != "-",
        )
        for score in scores
    ]


def three(scores: list[Any]) -> list[Item]:
    return [item for name in Dimension.values for item in part(name, *scores)]


def items_from_file(answers: dict[str, str]) -> list[Item]:
    """The items of a worked example, straight from the questionnaire's file."""
    data = seeds.read("rss-v1")
    items = []
    for row in data["questions"]:
        options = {option["code"]: option for option in seeds._options(data, row)}
        option = options[answers[row["code"]]]
        items.append(
            Item(
                dimension=row["dimension"],
                weight=D(row["weight"]),
                score=D(option["score"]) if "score" in option else None,
                applies=option.get("counts_as") != "not_applicable",
            )
        )
    return items


@pytest.mark.req("R152")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["name"])
def test_the_worked_examples_come_out_to_the_fourth_place(example: dict[str, Any]) -> None:
    expected = example["expected"]

    result = scoring.score(items_from_file(example["answers"]), METHOD)

    for name in Dimension.values:
        got = result.parts[name]
        assert got.answered == expected[name]["answered"]
        assert str(got.coverage) == expected[name]["coverage"]
        assert got.score == (D(expected[name]["score"]) if expected[name]["score"] else None)
    assert result.composite == (D(expected["composite"]) if expected["composite"] else None)
    assert result.is_sustainable is expected["is_sustainable"]
    assert result.band == expected["band"]


def test_what_does_not_apply_leaves_the_weight() -> None:
    result = scoring.score(three([1, 0, "-", "-"]), METHOD)

    assert result.parts["social"].score == D("0.5")
    assert result.parts["social"].coverage == D(1)
    assert result.parts["social"].applicable == 2


@pytest.mark.parametrize(
    ("answered", "expected"), [(7, D("1.0000")), (6, None)], ids=["enough", "too few"]
)
def test_seventy_per_cent_of_the_weight_is_just_enough(
    answered: int, expected: Decimal | None
) -> None:
    result = scoring.score(three([1] * answered + [None] * (10 - answered)), METHOD)

    assert result.parts["economic"].score == expected
    assert result.composite == expected


def test_one_part_without_enough_answers_leaves_no_composite_rather_than_zero() -> None:
    items = part("economic", 1, 1) + part("social", 0, 0) + part("psychosocial", 1, None, None)

    result = scoring.score(items, METHOD)

    assert result.parts["social"].score == D(0)
    assert (result.composite, result.is_sustainable, result.band) == (None, None, "")


def test_a_part_in_which_nothing_applies_has_no_score() -> None:
    items = part("economic", 1) + part("social", 1) + part("psychosocial", "-", "-")

    result = scoring.score(items, METHOD)

    assert result.parts["psychosocial"].coverage is None
    assert result.composite is None


def test_weights_count_by_their_size() -> None:
    items = (
        part("economic", 1, weight="0.75")
        + part("economic", 0, weight="0.25")
        + part("social", 1)
        + part("psychosocial", 1)
    )

    assert scoring.score(items, METHOD).parts["economic"].score == D("0.75")


@pytest.mark.parametrize(
    ("composite", "expected"),
    [("0.5", True), ("0.4999", False), ("0.5001", True)],
)
def test_the_threshold_itself_is_sustainable_and_a_hair_below_is_not(
    composite: str, expected: bool
) -> None:
    result = scoring.score(three([composite]), METHOD)

    assert result.composite == D(composite)
    assert result.is_sustainable is expected


def test_the_composite_is_the_mean_of_parts_already_rounded() -> None:
    items = part("economic", 1, 0, 0) + part("social", 1, 0, 0) + part("psychosocial", 1, 0, 0)

    assert scoring.score(items, METHOD).composite == D("0.3333")


def test_halves_are_rounded_up() -> None:
    assert scoring.rounded(D("0.00005")) == D("0.0001")


def test_a_configuration_may_weigh_the_questions_themselves() -> None:
    config = {"composite": scoring.QUESTION_WEIGHTS, "threshold": "0.6", "bands": []}
    method = Method.read(config, minimum_coverage=D("0.7"), threshold=D("0.5"))
    items = [
        Item(dimension=name, weight=D(1), score=D(score), composite_weight=D(weight))
        for name, score, weight in (
            ("economic", "1", "0.5"),
            ("social", "0", "0.25"),
            ("psychosocial", "0", "0.25"),
        )
    ]

    result = scoring.score(items, method)

    assert result.composite == D("0.5")
    assert result.is_sustainable is False


@pytest.mark.parametrize(
    ("value", "band"),
    [
        ("0", "low"),
        ("0.3349", "low"),
        ("0.3350", "medium"),
        ("0.6549", "medium"),
        ("0.6550", "high"),
        ("1", "high"),
    ],
)
def test_no_score_falls_between_two_bands(value: str, band: str) -> None:
    assert band_of(D(value), BANDS) == band


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        ("0.5000", None),
        ("0.4999", "0.4999"),
        ("0.4960", "0.496"),
        ("0.5049", "0.505"),
        ("0.5759", None),
        ("0.4900", None),
    ],
)
def test_a_further_place_is_given_where_two_hide_the_side(value: str, exact: str | None) -> None:
    assert near_threshold(D(value), D("0.5")) == (D(exact) if exact else None)


SCORES = st.lists(
    st.one_of(st.none(), st.sampled_from(["-", 0, "0.25", "0.5", "0.75", 1])), max_size=12
)


@given(economic=SCORES, social=SCORES, psychosocial=SCORES)
def test_scores_lie_between_zero_and_one_and_a_composite_needs_all_parts(
    economic: list[Any], social: list[Any], psychosocial: list[Any]
) -> None:
    items = part("economic", *economic) + part("social", *social)
    result = scoring.score(items + part("psychosocial", *psychosocial), METHOD)

    scores = [row.score for row in result.parts.values()]
    assert all(score is None or 0 <= score <= 1 for score in scores)
    assert (result.composite is None) == (None in scores)
    assert (result.is_sustainable is None) == (result.composite is None)
    assert (result.band == "") == (result.composite is None)
