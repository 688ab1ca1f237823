"""One at a time: file locks that the kernel releases even after kill -9."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from scripts.stack.layout import LOCAL
from scripts.stack.messages import StackError, say


def take(path: Path, *, busy: str) -> IO[str]:
    """Hold the lock until the returned file is closed or the process ends, or fail with `busy`."""
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise StackError(busy.format(pid=holder)) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


@contextlib.contextmanager
def installing() -> Iterator[None]:
    """Let one process at a time change what the checkout shares; the others wait."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "install.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another installation in this checkout …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
