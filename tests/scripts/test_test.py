"""When scripts/test fetches a browser, and how it spreads the tests."""

import pytest

from scripts.stack import tests as command
from scripts.stack.layout import ROOT


@pytest.fixture(autouse=True)
def _journeys_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "JOURNEYS", ROOT / "tests" / "scripts")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-q"],
        ["tests"],
        ["tests/scripts"],
        ["tests/scripts/test_test.py::test_one"],
        ["-m", "journey"],
        ["-k", "something"],
    ],
)
def test_a_run_that_may_meet_a_journey_gets_a_browser(arguments: list[str]) -> None:
    assert command.may_include_journeys(arguments)


@pytest.mark.parametrize(
    "arguments", [["tests/plugins"], ["tests/plugins/journeys.py"], ["-m", "not journey"]]
)
def test_a_run_without_journeys_needs_no_browser(arguments: list[str]) -> None:
    assert not command.may_include_journeys(arguments)


def test_the_whole_suite_runs_side_by_side_and_a_part_of_it_does_not() -> None:
    assert "--dist=loadscope" in command.processes_for([])
    assert "--dist=loadscope" in command.processes_for(["-q", "-m", "not journey"])
    assert command.processes_for(["tests/scripts/test_test.py", "-q"]) == []
