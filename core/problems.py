"""The one shape of an error of the REST API: RFC 9457 problem details (design §6.3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

API = "/api/"
CONTENT_TYPE = "application/problem+json"


def is_api(request: HttpRequest) -> bool:
    """Does a program ask, so that the answer is no page?"""
    return request.path.startswith(API)


def body(code: int, detail: str = "", errors: Any = None) -> dict[str, Any]:
    """The members of a problem; ``errors`` by field where there are some."""
    problem = {
        "type": "about:blank",
        "title": title(code),
        "status": code,
        "detail": detail,
    }
    return problem | ({"errors": errors} if errors else {})


def answer(code: int, detail: str = "") -> HttpResponse:
    """A problem found before or after the API itself: no such address, a failure."""
    return JsonResponse(body(code, detail), status=code, content_type=CONTENT_TYPE)


def title(code: int) -> str:
    """The name of a status, in the language of the request."""
    titles = {
        400: _("Invalid request"),
        401: _("Not signed in"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("Method not allowed"),
        409: _("Conflict"),
        422: _("Key already used"),
        428: _("Version missing"),
        429: _("Too many requests"),
        500: _("Something failed here"),
    }
    return titles.get(code, _("Error"))
