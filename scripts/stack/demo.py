"""scripts/demo: the whole product on this machine, with data, until Ctrl-C."""

import argparse
import datetime
import hashlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

from scripts.stack import broker, packages, pango, ports, postgres, servers
from scripts.stack.demo_memory import Memory, keys
from scripts.stack.layout import ROOT, Layout
from scripts.stack.messages import StackError, say
from scripts.stack.processes import Processes, Stopped, in_foreground, wait_until

BUSY = (
    "The demonstration of this checkout is already running (process {pid}). "
    "Use that one, or stop it first."
)
ACCOUNTS = ROOT / "var" / "demo" / "accounts.json"
COLUMNS = ("role", "name", "email", "password", "scope", "api_key")
DAYS = datetime.date(2022, 4, 1), datetime.date(2099, 12, 31)
"""The first and the last day that --today takes; FORAS is over by then."""
WEB_WORKERS = 3
TASK_WORKERS = 2
TASK_WORKER_MEMORY = 400_000
"""Kilobytes after which a task worker is replaced."""


def run(arguments: list[str]) -> int:
    """Serve the demonstration until a signal ends it."""
    options = parse(arguments)
    with servers.claimed("demo", busy=BUSY) as layout:
        if options.port:
            ports.choose(options.port)
        packages.install("run")
        pango.provide()
        memory = recall(layout, reset=options.reset)
        memory.agree_on(options.today)
        set_environment(layout, memory)
        say("Starting Awda; Ctrl-C stops it.")
        with servers.running(layout) as processes:
            url = start(processes, memory, options.port)
            show(url)
            return watch(processes)


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options; a wrong one is explained by argparse."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Builds and serves the demonstration on 127.0.0.1 until Ctrl-C.",
    )
    parser.add_argument(
        "--reset",
        action="store_true",
        help="throw the database and the files away and rebuild",
    )
    parser.add_argument("--port", type=_port, help="port to serve on (default: the first free)")
    parser.add_argument(
        "--today",
        type=_day,
        metavar="YYYY-MM-DD",
        help="the day the demonstration takes for today; remembered until --reset",
    )
    return parser.parse_args(arguments)


def recall(layout: Layout, *, reset: bool) -> Memory:
    """What is known about the data; data that is unwanted or unfinished is thrown away first."""
    if given := os.environ.get("DATABASE_URL"):
        if reset:
            raise StackError(
                "--reset rebuilds the embedded database only. Empty the one that DATABASE_URL "
                "names yourself, or unset DATABASE_URL."
            )
        name = hashlib.sha256(given.encode()).hexdigest()[:8]
        return Memory.read(layout.state / f"demo-{name}.json", is_embedded=False)
    server = postgres.embedded(layout)
    path = server.folder / f"{server.major}.json"
    memory = Memory.read(path) if server.exists else Memory(path)
    if reset or memory.unfinished:
        forget(layout, server)
        if reset:
            return Memory(path)
        say("An earlier start did not finish making the data; starting over.")
        return Memory(path, today=memory.today)
    return memory


def forget(layout: Layout, server: postgres.Server) -> None:
    """Remove the database, the queues and the files of the demonstration."""
    Processes(layout).clear_orphans()
    folders = (
        server.folder,
        broker.data_folder(layout),
        files_folder(layout),
        ACCOUNTS.parent,
    )
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    for schedule in layout.state.glob("beat-schedule*"):
        schedule.unlink()


def set_environment(layout: Layout, memory: Memory) -> None:
    """What the application reads; a value from outside wins."""
    servers.default_environment(
        {
            "DJANGO_SETTINGS_MODULE": "avrr.settings.dev",
            "MEDIA_ROOT": str(files_folder(layout)),
        }
        | keys(layout.state / "demo-keys.json")
    )
    os.environ["AWDA_DEMO"] = "1"
    if memory.today:
        os.environ["AWDA_TODAY"] = memory.today


def files_folder(layout: Layout) -> Path:
    """Where the demonstration keeps uploaded files and reports."""
    return layout.state / "files"


def start(processes: Processes, memory: Memory, wanted_port: int | None) -> str:
    """Start everything, make the data if there is none, and wait until all of it is ready."""
    servers.provide(processes)
    migrate(processes, memory)
    make_data(memory)
    port = ports.choose(wanted_port)
    url = f"http://127.0.0.1:{port}/"
    os.environ.setdefault("SITE_URL", url.rstrip("/"))
    web = processes.start("web", gunicorn(port), patience=8)
    worker = processes.start(
        "worker",
        celery("worker", "--concurrency", TASK_WORKERS, "--loglevel", "INFO")
        + [
            "--max-memory-per-child",
            TASK_WORKER_MEMORY,
            "--without-gossip",
            "--without-mingle",
        ],
        patience=5,
        impatient_signal=signal.SIGQUIT,
    )
    wait_until(lambda: ports.answers(f"{url}health/"), child=web, seconds=60)
    wait_until(lambda: " ready." in worker.output(), child=worker, seconds=60)
    schedule = processes.layout.state / "beat-schedule"
    processes.start(
        "beat",
        celery("beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", schedule),
        patience=5,
    )
    return url


def migrate(processes: Processes, memory: Memory) -> None:
    """Bring the database to this version of the code, unless it is known to be there."""
    version = migrations_hash()
    if memory.migrated_to == version and memory.is_embedded:
        return
    processes.run("migrate", manage("migrate", "--verbosity", "0"))
    memory.migrated_to = version
    memory.write()


def migrations_hash() -> str:
    """Changes with any migration, and with any package, which may bring migrations, too."""
    files = [packages.STAMP, *sorted(ROOT.glob("*/migrations/*.py"))]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def make_data(memory: Memory) -> None:
    """Fill an empty database; the command answers quickly when the data is there."""
    if memory.is_whole and memory.is_embedded and ACCOUNTS.exists():
        return
    if not memory.built_for:
        say("Making the data of the demonstration; this takes a few minutes once.")
    day = memory.begin()
    code = in_foreground([str(part) for part in manage("demo_data", "--today", day)])
    if code:
        raise StackError(f"The data of the demonstration could not be made (exit {code}).")
    memory.finish()


def manage(*arguments: object) -> list[object]:
    """The command line of a management command."""
    return [packages.PYTHON, ROOT / "manage.py", *arguments]


def celery(*arguments: object) -> list[object]:
    """The command line of one of Celery's programs."""
    return [packages.PYTHON, "-m", "celery", "--app", "avrr", *arguments]


def gunicorn(port: int) -> list[object]:
    """The command line of the web server."""
    options: list[object] = ["--workers", WEB_WORKERS, "--bind", f"127.0.0.1:{port}"]
    options += ["--timeout", 120, "--graceful-timeout", 3, "--access-logfile", "-"]
    options += ["--preload", "--no-control-socket"]
    if os.access("/dev/shm", os.W_OK):  # noqa: S108
        options += ["--worker-tmp-dir", "/dev/shm"]  # noqa: S108
    return [packages.PYTHON, "-m", "gunicorn", *options, "avrr.wsgi"]


def show(url: str) -> None:
    """The address and who can sign in."""
    say(f"Awda is ready: {url}")
    for line in table(json.loads(ACCOUNTS.read_text())):
        say(line)


def table(accounts: list[dict[str, str]]) -> list[str]:
    """The accounts in columns, with their names on top."""
    names = [name for name in COLUMNS if any(account.get(name) for account in accounts)]
    rows = [[name.replace("_", " ") for name in names]]
    rows += [[str(account.get(name) or "") for name in names] for account in accounts]
    widths = [max(len(row[index]) for row in rows) for index in range(len(names))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def watch(processes: Processes) -> int:
    """Wait for a signal, which is the ordinary end, or for a server that ended by itself."""
    try:
        while not (dead := processes.dead()):
            time.sleep(0.5)
    except Stopped:
        say("Stopping …")
        return 0
    raise StackError(
        f"{dead.name} ended by itself (exit {dead.process.returncode}); see {dead.log}."
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is not a port between 1 and 65535")


def _day(text: str) -> datetime.date:
    first, last = DAYS
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-01-31") from None
    if not first <= day <= last:
        raise argparse.ArgumentTypeError(
            f"{text} is not between {first} and {last}, the days for which data can be made"
        )
    return day
