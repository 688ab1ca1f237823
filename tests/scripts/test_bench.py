"""The benchmarks: their arithmetic, their document, and what they compare, without a clock."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from cases.models import case
from programmes.models import Programme
from reports.indicators.evaluation import evaluate
from scripts.benchmarks import caseload, figures, lists, options, report, search
from scripts.benchmarks.caseload import lives
from scripts.benchmarks.measuring import Compared, Row, Spread, Target, exact, percentile
from scripts.benchmarks.yardsticks import report_sql

FEW = 600


@pytest.fixture
def whole_requests() -> Iterator[None]:
    """Requests end by putting connections back; the transaction of a test has to stay open."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def a_row(**values: Any) -> Row:
    given = {"benchmark": "api", "what": "A list", "unit": "ms", "product": exact(3)}
    return Row(**(given | values))


def test_the_ratio_is_the_median_of_the_ratios_within_a_round() -> None:
    busy_in_the_second_round = Compared(product=[2, 40, 6], yardstick=[1, 20, 2])

    assert busy_in_the_second_round.ratio == 2


def test_a_target_holds_for_the_ratio_or_for_the_figure() -> None:
    at_most_twice = Target(limit=2)
    assert a_row(ratio=1.9, target=at_most_twice).holds
    assert not a_row(ratio=2.1, target=at_most_twice).holds
    assert a_row(target=Target(limit=3, of_ratio=False)).holds
    assert not a_row(target=Target(limit=4, of_ratio=False, at_least=True)).holds
    assert a_row().holds is None


def test_the_95th_of_a_hundred_is_exceeded_by_five() -> None:
    assert percentile(range(1, 101), 95) == 95
    assert percentile([7], 95) == 7


def test_only_the_quick_benchmarks_run_when_none_is_named() -> None:
    assert "demo" not in options.parse([]).names
    assert options.parse(["search", "api"]).names == ["api", "search"]


def test_an_unknown_benchmark_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options.parse(["speed"])
    assert "there is no benchmark speed" in capsys.readouterr().err


def test_a_row_survives_the_file() -> None:
    row = a_row(
        product=Spread(2, 1, 3), yardstick=exact(1), ratio=2.0, target=Target(number="2", limit=1.6)
    )

    assert Row.from_data(json.loads(json.dumps(row.as_data()))) == row


@pytest.mark.django_db
def test_recording_replaces_one_benchmark_and_leaves_the_words_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"Before.\n{figures.BEGIN}\n{figures.END}\nAfter.\n")
    monkeypatch.setattr(figures, "DOCUMENT", document)
    monkeypatch.setattr(figures, "RECORD", tmp_path / "performance.json")
    first = [a_row(what="Old"), a_row(benchmark="search", what="Kept")]

    figures.record(figures.collect(first, rounds=5, cases=1_000))
    figures.record(figures.collect([a_row(what="New")], rounds=7, cases=2_000))

    text = document.read_text()
    assert text.startswith("Before.\n")
    assert text.endswith(f"{figures.END}\nAfter.\n")
    assert "New" in text
    assert "Kept" in text
    assert "Old" not in text


@pytest.mark.django_db
def test_the_report_agrees_with_the_hand_written_statements() -> None:
    caseload.invent(FEW)

    content = evaluate(report.scope_of_report())

    found = report_sql.run(Programme.objects.get(code="FORAS").pk, report.AS_OF)
    assert sum(report_sql.splits_of(found)["sustainable"]["month"].values()) > 0
    report.check_equal(content, found)


@pytest.mark.django_db
@pytest.mark.usefixtures("whole_requests")
def test_every_case_of_one_day_is_met_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lives, "IMPORTED", FEW)
    caseload.invent(0)

    (walked,) = lists.walk(rounds=1)

    assert walked.product.median > FEW / 2
    assert walked.holds


@pytest.mark.django_db
@pytest.mark.parametrize("many", [3, 1_000])
def test_everybody_is_found_however_common_the_name_and_whatever_the_accents(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case, "MANY_PEOPLE", many)
    caseload.invent(FEW)

    assert search.found_whatever_the_accents() == 100


@pytest.mark.django_db
@pytest.mark.usefixtures("whole_requests")
def test_a_list_asks_as_much_for_one_row_as_for_fifty() -> None:
    caseload.invent(FEW)

    for counted in (lists.rest_queries(), lists.page_queries()):
        fifty, one = counted
        assert fifty.product == one.product
