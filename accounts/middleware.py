"""The signed-in person's language, time zone, second factor, and for how long."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

SIGNED_IN_AT = "signed_in_at"
SECOND_FACTOR_PATHS = ("/accounts/", "/static/", "/i18n/", "/health/")


class OwnLanguageAndTimeZone:
    """Pages in the person's language unless another one was just chosen; times of their office."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and self._signed_in_too_long(request):
            logout(request)
        if not request.user.is_authenticated:
            return self.get_response(request)
        if self._lacks_second_factor(request):
            return redirect("mfa_activate_totp")
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        zones = [a.zone for a in request.user.active_assignments if a.zone]
        with timezone.override(zones[0] if zones else settings.TIME_ZONE):
            return self.get_response(request)

    @staticmethod
    def _signed_in_too_long(request: HttpRequest) -> bool:
        """A sign-in ends after SESSION_COOKIE_AGE however busy it is (idle ones end before)."""
        now = int(time.time())
        since = request.session.get(SIGNED_IN_AT)
        if since is None:
            request.session[SIGNED_IN_AT] = now
        return since is not None and now - since > settings.SESSION_COOKIE_AGE

    @staticmethod
    def _lacks_second_factor(request: HttpRequest) -> bool:
        return (
            settings.SECOND_FACTOR_REQUIRED
            and not request.path.startswith(SECOND_FACTOR_PATHS)
            and not is_mfa_enabled(request.user)
        )
