"""A stack of embedded servers that lives as long as a `with` block."""

import contextlib
import os
import shutil
from collections.abc import Iterator

from scripts.stack import broker, locks, postgres
from scripts.stack.layout import Layout, prepare
from scripts.stack.processes import Processes, ignore_signals


@contextlib.contextmanager
def claimed(mode: str, *, busy: str) -> Iterator[Layout]:
    """The folders of a stack that nobody else is running."""
    layout = prepare(mode)
    with locks.take(layout.state / f"{mode}.lock", busy=busy):
        yield layout


@contextlib.contextmanager
def running(layout: Layout) -> Iterator[Processes]:
    """The processes of a stack; whatever happens inside, all of them end."""
    processes = Processes(layout)
    processes.clear_orphans()
    try:
        yield processes
    finally:
        ignore_signals()
        processes.stop()
        shutil.rmtree(layout.sockets, ignore_errors=True)


def provide(processes: Processes) -> None:
    """The database and the broker, embedded unless the environment names others."""
    postgres.provide(processes)
    broker.provide(processes)


def default_environment(values: dict[str, str]) -> None:
    """Set what the environment does not set itself."""
    for name, value in values.items():
        os.environ.setdefault(name, value)
