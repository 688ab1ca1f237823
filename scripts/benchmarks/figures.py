"""Writes figures: for the terminal, as JSON, and as the table of docs/performance.md."""

import datetime
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

from scripts.benchmarks.measuring import Row, Spread, Target
from scripts.benchmarks.options import BENCHMARKS
from scripts.stack.layout import ROOT

RECORD = ROOT / "docs" / "performance.json"
DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN = "<!-- Figures: written by ./scripts/bench --record; do not edit. -->"
END = "<!-- End of the figures. -->"
HEAD = "| target | what | Awda | beside it | ratio | asked for | holds |"
PACKAGES = ("Django", "djangorestframework", "psycopg", "weasyprint")
Figures = dict[str, Any]


def line(row: Row) -> str:
    """One line for the terminal."""
    parts = [f"{row.what}: {_spread(row.product)} {row.unit}"]
    if row.yardstick:
        parts.append(f"{row.yardstick_name}: {_spread(row.yardstick)}")
    if row.ratio is not None:
        parts.append(f"ratio {row.ratio:.2f}")
    if row.target:
        parts.append(f"target {_target(row.target)}: {'holds' if row.holds else 'MISSED'}")
    return " | ".join(parts)


def collect(rows: list[Row], *, rounds: int, cases: int) -> Figures:
    """The figures of a run with the circumstances under which they were taken."""
    benchmarks: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        benchmarks.setdefault(row.benchmark, []).append(row.as_data())
    circumstances = {
        "measured_on": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "machine": _machine(),
        "versions": _versions(),
        "rounds": rounds,
        "cases": cases,
    }
    return {name: circumstances | {"rows": rows_of_one} for name, rows_of_one in benchmarks.items()}


def write_json(figures: Figures, path: Path) -> None:
    path.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def record(figures: Figures) -> None:
    """Put the figures in place of earlier ones of the same benchmarks, and write the table."""
    known = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    known |= figures
    write_json({name: known[name] for name in BENCHMARKS if name in known}, RECORD)
    text = DOCUMENT.read_text()
    before, _begin, rest = text.partition(BEGIN)
    _old, _end, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{table(known)}\n{END}{after}")


def table(figures: Figures) -> str:
    """All figures as a document: circumstances first, then a table for each benchmark."""
    parts = []
    for name in BENCHMARKS:
        if name not in figures:
            continue
        run = figures[name]
        rows = [Row.from_data(data) for data in run["rows"]]
        title = BENCHMARKS[name]
        parts.append(f"### {title[0].upper()}{title[1:]}\n")
        parts.append(
            f"`./scripts/bench {name}` · {run['measured_on']} · {run['machine']} · "
            f"{run['versions']} · {run['cases']:,} cases, {run['rounds']} rounds\n"
        )
        parts.append(HEAD)
        parts.append("|---" * HEAD.count(" | ") + "|---|")
        parts.extend(map(_cells, rows))
        parts.append("")
    return "\n".join(parts)


def _cells(row: Row) -> str:
    cells = [
        row.target.number if row.target else "",
        row.what,
        f"{_spread(row.product)} {row.unit}",
        f"{_spread(row.yardstick)} ({row.yardstick_name})" if row.yardstick else "",
        f"{row.ratio:.2f}" if row.ratio is not None else "",
        _target(row.target) if row.target else "",
        {True: "yes", False: "**no**", None: ""}[row.holds],
    ]
    return f"| {' | '.join(cells)} |"


def _spread(spread: Spread) -> str:
    if spread.least == spread.most:
        return _number(spread.median)
    return f"{_number(spread.median)} [{_number(spread.least)}–{_number(spread.most)}]"


def _number(value: float) -> str:
    """Three figures are all that a measurement is good for."""
    if value == int(value) or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _target(target: Target) -> str:
    sign = "≥" if target.at_least else "≤"
    return f"{sign} {_number(target.limit)}{' ×' if target.of_ratio else ''}"


def _machine() -> str:
    """The class of machine, nothing that names it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, {system}"


def _versions() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0].split()[0]
    names = [f"{package} {version(package)}" for package in PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", f"PostgreSQL {server}", *names])
