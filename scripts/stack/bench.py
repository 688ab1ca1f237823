"""scripts/bench: product and yardsticks in turn, on servers and data of their own."""

import os
import shutil

from scripts.benchmarks import options
from scripts.stack import packages, pango, servers
from scripts.stack.demo_memory import keys
from scripts.stack.processes import in_foreground

BUSY = "Another ./scripts/bench of this checkout is running (process {pid}). Wait for it."
TODAY = "2020-06-15"
"""The day the application takes for today: two weeks after the day of the invented figures."""


def run(arguments: list[str]) -> int:
    """Start the servers, measure, and return the exit code."""
    options.parse(arguments)
    with servers.claimed("bench", busy=BUSY) as layout:
        packages.install("run")
        pango.provide()
        files = layout.state / "bench-files"
        shutil.rmtree(files, ignore_errors=True)
        for name in ("DATABASE_URL", "REDIS_URL", "DEBUG"):
            os.environ.pop(name, None)
        os.environ |= keys(layout.state / "bench-keys.json") | {
            "DJANGO_SETTINGS_MODULE": "avrr.settings.dev",
            "AWDA_DEMO": "1",
            "AWDA_TODAY": TODAY,
            "MEDIA_ROOT": str(files),
        }
        with servers.running(layout) as processes:
            servers.provide(processes)
            command = [str(packages.PYTHON), "-m", "scripts.benchmarks", *arguments]
            return in_foreground(command)
