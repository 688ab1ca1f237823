"""The port of the web server on 127.0.0.1, and whether it answers."""

import socket
import urllib.error
import urllib.request

from scripts.stack.messages import StackError

FIRST = 8000
LAST = 8999


def choose(wanted: int | None) -> int:
    """The wanted port if it is free, else the first free one."""
    if wanted is None:
        for port in range(FIRST, LAST + 1):
            if _is_free(port):
                return port
        raise StackError(f"No port between {FIRST} and {LAST} is free; name one with --port.")
    if not _is_free(wanted):
        raise StackError(
            f"Port {wanted} is taken or not allowed. Name another with --port, or leave it out."
        )
    return wanted


def answers(url: str) -> bool:
    """Whether the page comes with status 200."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
            candidate.listen(1)
        except OSError:
            return False
    return True
