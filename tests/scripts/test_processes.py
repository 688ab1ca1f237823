"""Nothing outlives a stack, and no two stacks share a folder."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.stack import locks, postgres
from scripts.stack.layout import ROOT, Layout
from scripts.stack.messages import StackError
from scripts.stack.processes import Processes, process_state

STACK = """
import pathlib, sys, time
from scripts.stack.layout import Layout
from scripts.stack.processes import Processes, Stopped, stop_on_signals

state = pathlib.Path(sys.argv[1])
processes = Processes(Layout(mode="demo", state=state, sockets=state, server_account=None))
stop_on_signals()
try:
    for name in ("web", "worker"):
        processes.start(name, ["sleep", "600"])
    print("started", flush=True)
    time.sleep(600)
except Stopped:
    processes.stop()
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(mode="demo", state=tmp_path, sockets=tmp_path, server_account=None)
    layout.logs.mkdir(parents=True)
    return layout


def started_stack(layout: Layout) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A stack of two programs in a process of its own, and their numbers."""
    stack = subprocess.Popen(
        [sys.executable, "-c", STACK, str(layout.state)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert stack.stdout is not None
    assert stack.stdout.readline() == b"started\n"
    return stack, [pid for pid, _ in json.loads((layout.state / "demo.processes").read_text())]


def becomes_true(fact: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.05)
    return fact()


def are_gone(pids: list[int]) -> bool:
    return all(process_state(pid) in (None, "Z") for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_every_program_of_the_stack(layout: Layout, number: signal.Signals) -> None:
    stack, pids = started_stack(layout)
    assert not are_gone(pids)

    stack.send_signal(number)
    stack.communicate(timeout=10)

    assert stack.returncode == 0
    assert are_gone(pids)
    assert not (layout.state / "demo.processes").exists()


def test_a_killed_stack_leaves_no_program_and_can_be_started_again(layout: Layout) -> None:
    stack, pids = started_stack(layout)

    stack.kill()
    stack.communicate(timeout=10)

    assert becomes_true(lambda: are_gone(pids))
    Processes(layout).clear_orphans()
    again, others = started_stack(layout)
    assert not set(pids) & set(others)
    again.terminate()
    again.communicate(timeout=10)
    assert again.returncode == 0


def test_what_a_killed_stack_left_behind_is_ended(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.stack.processes.ORPHAN_PATIENCE", 0.1)
    left = Processes(layout).start("web", ["sleep", "600"])

    Processes(layout).clear_orphans()

    assert left.process.wait(10) == -signal.SIGKILL
    assert not (layout.state / "demo.processes").exists()


def test_a_second_start_beside_the_first_says_so(tmp_path: Path) -> None:
    path = tmp_path / "demo.lock"
    busy = "The demonstration is already running (process {pid})."

    with (
        locks.take(path, busy=busy),
        pytest.raises(StackError, match=rf"already running \(process {os.getpid()}\)"),
    ):
        locks.take(path, busy=busy)

    locks.take(path, busy=busy).close()


def test_the_lock_of_a_killed_database_server_is_removed(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    server: Any = SimpleNamespace(data=tmp_path)
    lock = tmp_path / "postmaster.pid"
    lock.write_text(f"{ended.pid}\n{tmp_path}\n")

    postgres._clear_stale_lock(server)

    assert not lock.exists()
