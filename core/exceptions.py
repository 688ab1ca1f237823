"""Exceptions that faces translate to an answer."""

from typing import Any


class Stale(Exception):
    """The record changed after the form was opened. Carries the current row."""

    def __init__(self, current: Any) -> None:
        super().__init__("stale")
        self.current = current


class KeyReused(Exception):
    """An idempotency key came back with another body or address."""


class Refused(Exception):
    """A policy refuses this person this verb on this object; the attempt is audited."""

    def __init__(self, message: str, obj: Any) -> None:
        super().__init__(message)
        self.obj = obj
