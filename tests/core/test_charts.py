"""Charts: drawn without scripts and styles, readable without colour, silent about the withheld."""

import xml.etree.ElementTree as ElementTree

import pytest

from core import charts
from core.charts import Bar, Stack

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [
    Bar(label="Oriented", value=1589, text="1,589"),
    Bar(label="Trained", value=886, text="886 of 1,589", out_of=1589),
    Bar(label="Scored", value=None, text="withheld", out_of=408),
]


def draw(chart=charts.bars, rows=ROWS, *, is_rtl=False, width=640):
    markup = chart(
        rows,
        identifier="stages",
        title="Stages",
        description="How many people reached each stage.",
        is_rtl=is_rtl,
        width=width,
    )
    return markup, ElementTree.fromstring(markup)


def stack(parts, total, *, is_rtl=False):
    row = Stack(
        label="Usefulness",
        parts=parts,
        texts=tuple("" if part is None else str(part) for part in parts),
        total=total,
        text=str(total),
    )
    markup = charts.stacks(
        [row],
        series=[f"answer {number}" for number in range(len(parts))],
        withheld="withheld",
        identifier="useful",
        title="Usefulness",
        description="",
        is_rtl=is_rtl,
    )
    return markup, ElementTree.fromstring(markup)


def boxes(svg, fill):
    """Start and length of the bars of a colour."""
    return [
        (float(box.get("x")), float(box.get("width")))
        for box in svg.findall(f"{SVG}rect")
        if box.get("fill") == fill
    ]


def words(svg):
    return [text.text for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", [charts.bars, charts.funnel])
def test_a_chart_needs_neither_styles_nor_scripts(chart):
    markup, svg = draw(chart)

    attributes = {name for element in svg.iter() for name in element.attrib}
    assert not {name for name in attributes if name == "style" or name.startswith("on")}
    assert "<script" not in markup
    assert "<style" not in markup


@pytest.mark.parametrize("chart", [charts.bars, charts.funnel])
def test_a_chart_has_a_name_and_a_description(chart):
    _, svg = draw(chart)

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "stages-title stages-description"
    assert svg.find(f"{SVG}title").text == "Stages"
    assert svg.find(f"{SVG}desc").text == "How many people reached each stage."


@pytest.mark.req("R244")
@pytest.mark.parametrize("chart", [charts.bars, charts.funnel])
def test_names_and_numbers_stand_beside_the_bars(chart):
    _, svg = draw(chart)

    assert words(svg) == [
        "Oriented",
        "1,589",
        "Trained",
        "886 of 1,589",
        "Scored",
        "withheld",
    ]


def test_bars_are_as_long_as_their_numbers():
    _, svg = draw()

    (_, oriented), (_, trained) = boxes(svg, charts.BAR)
    assert trained / oriented == pytest.approx(886 / 1589, abs=0.001)
    assert boxes(svg, charts.TRACK) == [(0.5, oriented)]


@pytest.mark.parametrize("chart", [charts.bars, charts.funnel])
def test_a_withheld_bar_has_the_same_length_whatever_it_stands_for(chart):
    few = [*ROWS[:2], Bar(label="Scored", value=None, text="withheld", out_of=22)]

    assert draw(chart)[0] == draw(chart, few)[0]


def test_right_to_left_starts_at_the_right():
    _, svg = draw(is_rtl=True)

    start, length = boxes(svg, charts.BAR)[1]
    assert start + length == 639.5
    labels = [text for text in svg.iter(f"{SVG}text") if text.text == "Trained"]
    assert [(text.get("x"), text.get("direction")) for text in labels] == [("640", "rtl")]


def test_a_funnel_narrows_around_its_middle():
    _, svg = draw(charts.funnel)

    assert {start + length / 2 for start, length in boxes(svg, charts.BAR)} == {320}


def test_long_texts_have_a_line_of_their_own():
    rows = [Bar(label="A very long name of a stage", value=3, text="3 of 5 people who came")]

    _, wide = draw(rows=rows)
    _, narrow = draw(rows=rows, width=240)

    assert len({text.get("y") for text in wide.iter(f"{SVG}text")}) == 1
    assert len({text.get("y") for text in narrow.iter(f"{SVG}text")}) == 2


def test_the_parts_of_a_stack_differ_in_pattern_and_have_a_legend():
    _, svg = stack((42, 18, 9), 69)

    fills = [box.get("fill") for box in svg.findall(f"{SVG}rect")]
    assert {charts.BAR, "url(#useful-1)", "url(#useful-2)"} <= set(fills)
    assert words(svg) == [
        "Usefulness",
        "69",
        "42",
        "18",
        "9",
        "answer 0",
        "answer 1",
        "answer 2",
    ]


def test_what_is_withheld_of_a_stack_is_one_hatched_part():
    markup, svg = stack((42, 18, None, None), 71)

    assert len(boxes(svg, "url(#useful-withheld)")) == 2  # the part, and its place in the legend
    assert words(svg)[-1] == "withheld"
    assert markup == stack((42, 18, None, None), 71)[0]


def test_text_is_escaped():
    markup, svg = draw(rows=[Bar(label="<b>&", value=1, text="1")])

    assert "<b>" not in markup
    assert words(svg)[0] == "<b>&"


def test_an_empty_chart_can_be_drawn():
    assert words(draw(rows=[Bar(label="Nobody", value=0, text="0")])[1]) == ["Nobody", "0"]
    assert words(stack((0, 0), 0)[1])[:2] == ["Usefulness", "0"]
