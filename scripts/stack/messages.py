"""What the bootstrap says, and how it fails: one clear line."""

import contextlib


class StackError(Exception):
    """Something the person at the keyboard can act on; shown as one line, exit code 1."""


def say(text: str) -> None:
    """Print a line; a terminal that has gone away must not keep the servers from stopping."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)
