"""How long the data of the demonstration take to make, in a database and a process of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator

from scripts.benchmarks import databases
from scripts.benchmarks.measuring import Row, Target, exact, timed
from scripts.stack.layout import ROOT

DATABASE = "bench_demo"
MOST_SECONDS = 240


def build() -> Iterator[Row]:
    """Once: it takes minutes, and fills its database."""
    database = databases.empty(DATABASE)
    environment = os.environ | {"DATABASE_URL": database.url}
    environment.pop("AWDA_TODAY", None)
    command = [sys.executable, "-m", "scripts.benchmarks.demo_data"]
    try:
        clock = timed(lambda: subprocess.run(command, cwd=ROOT, env=environment, check=True))
    finally:
        database.drop()
    yield Row(
        benchmark="demo",
        what="Making the data of the demonstration",
        unit="s",
        product=exact(clock.wall),
        target=Target(limit=MOST_SECONDS, of_ratio=False),
    )
