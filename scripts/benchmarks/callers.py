"""Requests to the whole application, and to bare views beside it, without a network between."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings

from accounts import services as account_services
from accounts.models import User
from core.clock import today

BACKEND = "accounts.authentication.SessionBackend"


class BareRequest(WSGIRequest):
    """A request for one of the yardsticks."""

    urlconf = "scripts.benchmarks.yardsticks.urls"


class BareHandler(WSGIHandler):
    """Django without middleware."""

    request_class = BareRequest


@dataclass(frozen=True)
class Caller:
    """Somebody who asks for addresses of an application, with headers of their own."""

    application: WSGIHandler
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, address: str) -> bytes:
        """The body of the answer; anything but 200 stops the run."""
        path, _mark, query = address.partition("?")
        answered: list[str] = []

        def start(status: str, headers: Iterable[Any], exception: Any = None) -> Any:
            answered.append(status)

        environment: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(path).encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "SCRIPT_NAME": "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        environment.update(self.headers)
        response = self.application(environment, start)
        body = b"".join(response)
        response.close()  # type: ignore[attr-defined]
        if answered != ["200 OK"]:
            raise RuntimeError(f"{address} answered {answered}: {body[:500]!r}")
        return body


def browser(user: User) -> Caller:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return Caller(get_wsgi_application(), {"HTTP_COOKIE": cookie})


def machine(user: User) -> Caller:
    """A program with a key of the user."""
    _row, key = account_services.issue_key(
        user=user, label="scripts/bench", expires_on=today(), by=User.objects.system()
    )
    return Caller(get_wsgi_application(), {"HTTP_AUTHORIZATION": f"Bearer {key}"})


def bare() -> Caller:
    """The yardsticks: no middleware, nobody signed in."""
    with override_settings(MIDDLEWARE=[]):
        return Caller(BareHandler())
