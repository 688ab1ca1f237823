"""Middleware: the origin of a request, unreadable input, sign-in, private pages."""

import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from core import context
from core.views import problem_page, resume_page

GetResponse = Callable[[HttpRequest], HttpResponse]

LAST_SEEN = "last_seen"


def client_ip(request: HttpRequest) -> str | None:
    """The caller's address; behind N trusted proxies the N-th from the right is believed."""
    hops = settings.TRUSTED_PROXIES
    forwarded = [p.strip() for p in request.headers.get("X-Forwarded-For", "").split(",") if p]
    if hops and len(forwarded) >= hops:
        return forwarded[-hops]
    return request.META.get("REMOTE_ADDR")


class RequestContext:
    """Gives every request an id and tells the audit where reads and writes come from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        channel = "api" if request.path.startswith("/api/") else "page"
        with context.origin(
            ip=client_ip(request), channel=channel, request_id=uuid.uuid4().hex
        ) as o:
            response = self.get_response(request)
        response["X-Request-Id"] = o.request_id
        return response


class RefuseUnreadableInput:
    """400 for NUL or invalid UTF-8 in path, query or form, before anything reads it (AB38)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        raw = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
        readable = (
            "\x00" not in request.path and "\ufffd" not in request.path and b"\x00" not in raw
        )
        if readable:
            try:
                raw.decode()
            except UnicodeDecodeError:
                readable = False
        if not readable:
            return problem_page(
                request, 400, _("The address holds characters that cannot be read.")
            )
        return self.get_response(request)


class SignInRequired(LoginRequiredMiddleware):
    """Sign-in for every page; an expired one keeps what was typed (design §4.12)."""

    def process_view(
        self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        if request.user.is_authenticated:
            now = int(time.time())
            last = request.session.get(LAST_SEEN, now)
            if now - last > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - last > 60 or LAST_SEEN not in request.session:
                request.session[LAST_SEEN] = now
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: Any, view_func: Any) -> HttpResponse:
        if request.method == "POST":
            return resume_page(request, status=401)
        return super().handle_no_permission(request, view_func)


class PrivatePages:
    """Signed-in pages are never stored by a browser or proxy (AB08, AB09)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        return response
