"""Remembers which requirement rows have a passing test, for scripts/requirement_coverage."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

PROPERTY = "requirement_row"
DEFAULT = ".local/requirement-rows.json"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RequirementRows(config), "requirement-rows-recorder")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the rows into the test's properties, which travel to the process that writes the file."""
    for item in items:
        for mark in item.iter_markers("req"):
            item.user_properties.extend((PROPERTY, row) for row in mark.args)


class RequirementRows:
    """Outcome of each marked test, kept by row; a partial run only renews what it ran."""

    def __init__(self, config: pytest.Config) -> None:
        self.path = Path(os.environ.get("AWDA_REQUIREMENT_ROWS") or config.rootpath / DEFAULT)
        self.whole_suite = not (
            config.args_source is pytest.Config.ArgsSource.ARGS
            or config.option.keyword
            or config.option.markexpr
            or config.option.collectonly
        )
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, row in report.user_properties:
            if name == PROPERTY:
                tests = self.outcomes.setdefault(str(row), {})
                if report.outcome != "passed" or report.when == "call":
                    tests[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        kept = {} if self.whole_suite else self._earlier()
        for row, tests in self.outcomes.items():
            kept.setdefault(row, {}).update(tests)
        if not kept and not self.whole_suite:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(_sorted(kept.items()), indent=1))
        unfinished.replace(self.path)

    def _earlier(self) -> dict[str, dict[str, str]]:
        try:
            return json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}


def _sorted(rows: Iterable[tuple[str, dict[str, str]]]) -> dict[str, dict[str, str]]:
    return {row: dict(sorted(tests.items())) for row, tests in sorted(rows)}
