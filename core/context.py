"""What the audit needs to know of the request under way, without passing the request around."""

import contextlib
import dataclasses
import uuid
from collections.abc import Iterator
from contextvars import ContextVar


@dataclasses.dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a read or write comes from: a request, a job or a command."""

    request_id: str
    ip: str | None = None
    channel: str = "page"


_origin: ContextVar[Origin | None] = ContextVar("awda_origin", default=None)


def current_origin() -> Origin:
    """The origin in force; a command or shell without one is its own origin."""
    return _origin.get() or Origin(request_id="-", channel="command")


@contextlib.contextmanager
def origin(*, ip: str | None = None, channel: str, request_id: str = "") -> Iterator[Origin]:
    """Set the origin for the duration of a request or job."""
    value = Origin(request_id=request_id or uuid.uuid4().hex, ip=ip, channel=channel)
    token = _origin.set(value)
    try:
        yield value
    finally:
        _origin.reset(token)
