"""Runs the chosen benchmarks; started by scripts/bench, which has the servers ready."""

import sys
import time
import warnings

import django

from scripts.benchmarks import options
from scripts.stack.messages import say


def main(arguments: list[str]) -> int:
    """Measure, print as it goes, and write what was asked for. A missed target is no failure."""
    chosen = options.parse(arguments)
    warnings.filterwarnings("ignore", message="No directory at")  # there are no collected files
    django.setup()
    from scripts.benchmarks import figures, runs

    begun, rows = time.monotonic(), []
    for name in chosen.names:
        say(f"— {name}: {options.BENCHMARKS[name]}")
        for row in runs.run(name, rounds=chosen.rounds, cases=chosen.cases):
            say(figures.line(row))
            rows.append(row)
    missed = [row for row in rows if row.holds is False]
    say(f"{len(rows)} figures in {time.monotonic() - begun:.0f} s; {len(missed)} targets missed.")
    collected = figures.collect(rows, rounds=chosen.rounds, cases=chosen.cases)
    if chosen.json:
        figures.write_json(collected, chosen.json)
    if chosen.record:
        figures.record(collected)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
