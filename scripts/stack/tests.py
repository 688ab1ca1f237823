"""scripts/test: the suite against a PostgreSQL and a broker of its own.

The whole suite runs in one process for each processor; a named part of it in a single one.
"""

import os
from pathlib import Path

from scripts.quality import requirement_rows
from scripts.stack import chromium, packages, pango, servers
from scripts.stack.layout import ROOT
from scripts.stack.processes import in_foreground

BUSY = (
    "Another ./scripts/test of this checkout is running (process {pid}). Wait for it, or set "
    "AWDA_STATE to another folder."
)
SIDE_BY_SIDE = [
    "--numprocesses=auto",
    "--maxprocesses=4",
    "--dist=loadscope",
    "--no-loadscope-reorder",  # tests/plugins/longest_first.py puts them in order
]
JOURNEYS = ROOT / "tests" / "journeys"
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "avrr.settings.test",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser library runs an event loop in the main thread
}


def run(arguments: list[str]) -> int:
    """Set everything up, run pytest, and return its exit code."""
    with servers.claimed("test", busy=BUSY) as layout:
        packages.install("test")
        pango.provide()
        servers.default_environment(ENVIRONMENT)
        os.environ.setdefault("AWDA_REQUIREMENT_ROWS", str(layout.state / "requirement-rows.json"))
        if may_include_journeys(arguments) and not chromium.provide():
            os.environ["AWDA_JOURNEYS"] = "off"
        with servers.running(layout) as processes:
            if not os.environ.get("DATABASE_URL"):
                os.environ["AWDA_KEEP_MIGRATED"] = "1"
            servers.provide(processes)
            pytest = [str(packages.PYTHON), "-m", "pytest"]
            code = in_foreground([*pytest, *processes_for(arguments), *arguments])
        if not _paths(arguments):
            requirement_rows.run([])
        return code


def processes_for(arguments: list[str]) -> list[str]:
    """How pytest spreads the tests; ``-n 0`` among them keeps them in one process."""
    return [] if _paths(arguments) else SIDE_BY_SIDE


def may_include_journeys(arguments: list[str]) -> bool:
    """Whether pytest may come across the browser journeys, which need a browser."""
    if "not journey" in arguments or not JOURNEYS.exists():
        return False
    paths = _paths(arguments)
    return not paths or any(
        path == JOURNEYS or path in JOURNEYS.parents or JOURNEYS in path.parents for path in paths
    )


def _paths(arguments: list[str]) -> list[Path]:
    """The arguments that name files or folders, without the tests named inside them."""
    candidates = [ROOT / argument.split("::")[0] for argument in arguments if argument[:1] != "-"]
    return [path.resolve() for path in candidates if path.exists()]
