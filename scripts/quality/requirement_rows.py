"""Counts the requirement rows that a passing test shows.

A row counts when tests are marked with it and all of them passed in the last runs of scripts/test.
Where no run has been recorded, the marks in the source are counted instead, and it says so.
"""

import argparse
import ast
import csv
import json
import os
from pathlib import Path

from scripts.stack.layout import ROOT, state_folder

TABLE = ROOT / "docs" / "requirements.csv"
PRIORITIES = {"M": "must", "S": "should"}


def run(arguments: list[str]) -> int:
    """Print the coverage; fail when a test is marked with a row that does not exist."""
    parser = argparse.ArgumentParser(prog="scripts/requirement_coverage", description=__doc__)
    parser.add_argument("--missing", action="store_true", help="list the rows without a test")
    options = parser.parse_args(arguments)
    rows = read_table()
    marked = marked_rows()
    shown = passed_rows()
    if shown is None:
        print("No test run is recorded yet: these are rows with a marked test, passing or not.")
        shown = marked
    for priority, name in PRIORITIES.items():
        wanted = {row for row, (kind, _) in rows.items() if kind == priority}
        print(f"Requirement rows {priority} ({name}): {len(wanted & shown)} of {len(wanted)}.")
        if options.missing:
            for row in sorted(wanted - shown):
                print(f"  {row} {rows[row][1]}")
    if not_passing := sorted((marked & rows.keys()) - shown):
        print("Marked, but not every marked test passed or ran: " + ", ".join(not_passing))
    if unknown := sorted(marked - rows.keys()):
        print("Tests are marked with rows that docs/requirements.csv lacks: " + ", ".join(unknown))
        return 1
    return 0


def read_table() -> dict[str, tuple[str, str]]:
    """Priority and title of each row."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        return {row["id"]: (row["priority"], row["title"]) for row in csv.DictReader(file)}


def passed_rows() -> set[str] | None:
    """The rows whose marked tests all passed when they last ran, or None without a recorded run."""
    path = Path(os.environ.get("AWDA_REQUIREMENT_ROWS") or state_folder() / "requirement-rows.json")
    try:
        outcomes = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return {row for row, tests in outcomes.items() if set(tests.values()) == {"passed"}}


def marked_rows() -> set[str]:
    """Every row that a mark in the tests' source names."""
    return {row for path in (ROOT / "tests").rglob("test_*.py") for row in _marks(path)}


def _marks(path: Path) -> set[str]:
    calls = (
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.req"
    )
    return {str(ast.literal_eval(argument)) for call in calls for argument in call.args}
