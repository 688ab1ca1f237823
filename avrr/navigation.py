"""Navigation by role, and what every page shows around its content (design §3)."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P


@dataclass(frozen=True)
class Entry:
    """One entry of the main navigation, or one tab of the case page."""

    label: Any
    route: str
    icon: str
    permission: P | None = None
    also: P | None = None


MAIN = (
    Entry(_("My work"), "home", "house"),
    Entry(_("Cases"), "cases:list", "people", P.VIEW_CASES),
    Entry(_("Referrals"), "cases:referral-list", "inbox", P.VIEW_REFERRALS),
    Entry(_("Orientation"), "training:session-list", "chat-square-text", P.VIEW_SESSIONS),
    Entry(_("Courses"), "training:edition-list", "mortarboard", P.VIEW_EDITIONS),
    Entry(_("Modules"), "training:module-list", "journal-text", P.VIEW_MODULES),
    Entry(_("Journeys"), "travel:list", "airplane", P.VIEW_JOURNEYS),
    Entry(_("Arrivals"), "travel:arrivals", "geo-alt", P.CONFIRM_ARRIVAL),
    Entry(_("Plans"), "reintegration:plans", "clipboard-data", P.VIEW_PLANS),
    Entry(_("Hand-outs"), "cases:handout-list", "folder2-open", P.RUN_SESSIONS),
    Entry(_("Approvals"), "reintegration:approvals", "check2-square", P.APPROVE_ITEMS),
    Entry(_("Payments"), "reintegration:payments", "cash-stack", P.VIEW_PAYMENTS),
    Entry(_("Questionnaires"), "surveys:list", "clipboard-check", P.VIEW_SURVEYS),
    Entry(
        _("Follow-ups"),
        "surveys:follow-ups",
        "calendar-event",
        P.VIEW_SURVEYS,
        also=P.VIEW_CASES,
    ),
    Entry(_("Indicators"), "reports:indicators", "bar-chart", P.VIEW_INDICATORS),
    Entry(_("Reports"), "reports:list", "file-earmark-text", P.READ_RELEASED_REPORTS),
    Entry(_("Programmes"), "programmes:list", "briefcase", P.VIEW_PROGRAMMES),
    Entry(_("Partners"), "partners:list", "signpost-split", P.VIEW_REFERENCE),
    Entry(_("Offices"), "accounts:offices", "building", P.VIEW_REFERENCE),
    Entry(_("Reference data"), "reference:index", "book", P.VIEW_REFERENCE),
    Entry(_("Accounts"), "accounts:list", "person-gear", P.MANAGE_ACCOUNTS),
    Entry(_("Audit"), "audit", "shield-check", P.READ_AUDIT),
)

CASE_TABS = (
    Entry(_("Overview"), "cases:detail", "person", P.VIEW_CASES),
    Entry(_("Orientation and courses"), "training:case", "mortarboard", P.VIEW_SESSIONS),
    Entry(_("Journey"), "travel:case", "airplane", P.VIEW_JOURNEYS),
    Entry(_("Reintegration"), "reintegration:case", "house-heart", P.VIEW_PLANS),
    Entry(_("Follow-up"), "surveys:case", "clipboard-check", P.VIEW_SURVEYS),
)


def _address(route: str, *args: str) -> str | None:
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return None


def _allowed(entries: tuple[Entry, ...], user: Any) -> list[Entry]:
    return [
        e
        for e in entries
        if all(user.has_permission(p) for p in (e.permission, e.also) if p is not None)
    ]


def navigation(request: Any) -> dict[str, Any]:
    """Entries the signed-in person may use, tabs of the case at hand, marks of a demonstration."""
    user = getattr(request, "user", None)
    shared: dict[str, Any] = {
        "demo_mode": settings.DEMO,
        "demo_mail_url": _address("demo-mail") if settings.DEMO else None,
        "navigation": [],
    }
    if user is None or not user.is_authenticated:
        return shared
    shared["navigation"] = [
        {"label": e.label, "url": url, "icon": e.icon, "active": _is_active(request.path, url)}
        for e in _allowed(MAIN, user)
        if (url := _address(e.route))
    ]
    shared["case_tabs"] = _case_tabs(request, user)
    if user.has_permission(P.VIEW_CASES):
        shared["search_url"] = reverse("cases:search")
    return shared


def _is_active(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def _case_tabs(request: Any, user: Any) -> list[dict[str, Any]]:
    match = request.resolver_match
    if match is None or match.view_name not in {tab.route for tab in CASE_TABS}:
        return []
    return [
        {"label": tab.label, "url": url, "active": match.view_name == tab.route}
        for tab in _allowed(CASE_TABS, user)
        if (url := _address(tab.route, match.kwargs["reference"]))
    ]
