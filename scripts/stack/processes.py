"""Child processes: none outlives the stack, not even after kill -9 of the stack itself."""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from scripts.stack.layout import ROOT, Account, Layout
from scripts.stack.messages import StackError

PR_SET_PDEATHSIG = 1
ORPHAN_PATIENCE = 10.0
"""Seconds that the processes of a killed stack get to end by themselves."""


class Stopped(BaseException):
    """A signal asked the stack to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.from_keyboard = number == signal.SIGINT


def stop_on_signals() -> None:
    """Turn Ctrl-C, TERM and HUP into `Stopped`, also when started in the background."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
            continue  # started under nohup
        signal.signal(number, stop)


def ignore_signals() -> None:
    """Nothing may interrupt the stopping."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@dataclass
class Child:
    """A running program, the polite signal to end it, and the ones to use when that fails."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0
    impatient_signal: signal.Signals = signal.SIGKILL
    serves_others: bool = False
    asked: bool = False

    def ask(self) -> None:
        """Send the polite signal, once."""
        if self.running and not self.asked:
            self.process.send_signal(self.stop_signal)
            self.asked = True

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """End the program and whatever it started."""
        self.ask()
        for seconds, number in (
            (self.patience, self.impatient_signal),
            (5.0, signal.SIGKILL),
            (5.0, signal.SIGKILL),
        ):
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                break
            self.process.send_signal(number)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def output(self) -> str:
        """What it has said so far."""
        with contextlib.suppress(OSError):
            return self.log.read_text(errors="replace")
        return ""

    def tail(self) -> str:
        """The end of what it has said, for a message about its failure."""
        return self.output()[-1500:].strip()


@dataclass
class Processes:
    """The children of one stack, in the order in which they were started."""

    layout: Layout
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[object],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        patience: float = 10.0,
        impatient_signal: signal.Signals = signal.SIGKILL,
        serves_others: bool = False,
    ) -> Child:
        """Start a server as a direct child, in its own process group, logging to a file."""
        log = self.layout.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=dict(env if env is not None else os.environ),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dying_with_parent(stop_signal),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        child = Child(name, process, log, stop_signal, patience, impatient_signal, serves_others)
        self.children.append(child)
        self._remember()
        return child

    def run(self, name: str, command: Sequence[object]) -> None:
        """Run a program to its end; a failure shows the end of what it said."""
        child = self.start(name, command)
        if code := self.finish(child):
            raise StackError(f"{name} failed (exit {code}):\n{child.tail()}")

    def finish(self, child: Child) -> int:
        """Wait for a program that ends by itself; return its exit code."""
        code = child.process.wait()
        self.children.remove(child)
        return code

    def dead(self) -> Child | None:
        """The first child that ended although nobody asked it to."""
        return next((child for child in self.children if not child.running), None)

    def stop(self) -> None:
        """Stop everything: together what serves nobody, then the servers, last started first."""
        for child in self.children:
            if not child.serves_others:
                child.ask()
        while self.children:
            self.children.pop().stop()
        self._memory.unlink(missing_ok=True)

    def clear_orphans(self) -> None:
        """Wait for what a killed stack left behind; end what does not end by itself."""
        try:
            left = json.loads(self._memory.read_text())
        except (OSError, ValueError):
            return
        deadline = time.monotonic() + ORPHAN_PATIENCE
        for pid, started in left:
            while _start_time(pid) == started and time.monotonic() < deadline:
                time.sleep(0.05)
            if _start_time(pid) == started:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, signal.SIGKILL)
                time.sleep(0.2)
        self._memory.unlink(missing_ok=True)

    @property
    def _memory(self) -> Path:
        return self.layout.state / f"{self.layout.mode}.processes"

    def _remember(self) -> None:
        pids = [child.process.pid for child in self.children if child.running]
        self._memory.write_text(json.dumps([(pid, _start_time(pid)) for pid in pids]))


def in_foreground(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> int:
    """Run a program on our terminal, hand it the signals we get, and return its exit code."""
    process = subprocess.Popen(
        list(command),
        cwd=ROOT,
        env=dict(env if env is not None else os.environ),
        preexec_fn=dying_with_parent(signal.SIGTERM),
    )
    try:
        return process.wait()
    except Stopped as stopped:
        _end_foreground(process, grace=2.0 if stopped.from_keyboard else 0.0)
        raise


def _end_foreground(process: subprocess.Popen[bytes], *, grace: float) -> None:
    """A terminal's Ctrl-C reached the program, too; a signal to us alone has to be passed on."""
    ignore_signals()
    for number, seconds in ((None, grace), (signal.SIGINT, 15.0), (signal.SIGKILL, 5.0)):
        if number is not None and process.poll() is None:
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def dying_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes the program: ask for a signal when its parent dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        for ours in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ours, signal.SIG_DFL)
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def process_state(pid: int) -> str | None:
    """The letter of the process's state (Z is a zombie), or None when there is no such process."""
    fields = _stat(pid)
    return fields[0] if fields else None


def _start_time(pid: int) -> int | None:
    """When the process started, which tells it from a later one of the same number."""
    fields = _stat(pid)
    return int(fields[19]) if fields and fields[0] != "Z" else None


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (OSError, IndexError):
        return None


def wait_until(ready: Callable[[], bool], *, child: Child, seconds: float) -> None:
    """Wait for a server to be ready; say why when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not child.running:
            code = child.process.returncode
            raise StackError(f"{child.name} did not start (exit {code}):\n{child.tail()}")
        if time.monotonic() > deadline:
            raise StackError(f"{child.name} was not ready in {seconds:.0f} s; see {child.log}.")
        time.sleep(0.02)
