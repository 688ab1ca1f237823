"""The command line of scripts/bench; standard library only, so that --help starts nothing."""

import argparse
from pathlib import Path

BENCHMARKS = {
    "api": "the REST list of 50 cases, beside a bare list of the REST framework",
    "page": "the page of 50 cases, beside a bare view with the same content",
    "case": "the page of one case",
    "search": "40 searches for names, beside plain SQL",
    "report": "the figures of the donor report, beside five hand-written statements",
    "pdf": "the report as PDF, beside the same content in a plain style",
    "growth": "lists, case page, search and report with ten times as many cases",
    "walk": "every page of 3,000 cases of one day: each row once",
    "demo": "making the data of the demonstration (minutes; only when named)",
}
SLOW = ("demo",)
ROUNDS = 7
CASES = 100_000
LEAST_CASES = 1_000


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options and the chosen benchmarks; all but the slow ones when none is named."""
    width = max(map(len, BENCHMARKS))
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures the product and its yardsticks in turn. Figures are median "
        "[least-most] of the rounds; ratios are taken within each round.",
        epilog="benchmarks:\n" + "\n".join(f"  {n:{width}}  {t}" for n, t in BENCHMARKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", help="only these benchmarks")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    parser.add_argument(
        "--cases",
        type=int,
        default=CASES,
        metavar="N",
        help=f"how many cases to invent (default: {CASES}); growth compares with a tenth of it",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file")
    parser.add_argument(
        "--record",
        action="store_true",
        help="put the figures into docs/performance.json and docs/performance.md",
    )
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    if options.rounds < 1 or options.cases < LEAST_CASES:
        parser.error(f"at least 1 round and {LEAST_CASES} cases")
    if options.json:
        options.json = options.json.resolve()
    options.names = [
        name
        for name in BENCHMARKS
        if name in options.names or (not options.names and name not in SLOW)
    ]
    return options
