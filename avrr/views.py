"""The home page, health, the audit trail, the mail of the demonstration."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language as django_set_language

from accounts.permissions import Permission
from core.clock import today
from core.gallery import samples
from core.models import AuditEntry, SentMail
from core.pagination import paginate
from core.views import PUBLIC, SIGNED_IN, Page

WORKLISTS = ("cases", "training", "travel", "reintegration", "surveys", "reports")


class Home(Page):
    """What waits for me, what is late; each app offers its part."""

    required_permission = SIGNED_IN
    template_name = "home.html"
    title = _("My work")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parts = [
            import_module(f"{name}.worklist").sections(self.request.user) for name in WORKLISTS
        ]
        found = [section for part in parts for section in part]
        found.sort(key=lambda section: not section.items)
        return super().get_context_data(sections=found, day=today(), **kwargs)


class Health(Page):
    """Liveness, and readiness of the database."""

    required_permission = PUBLIC

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return JsonResponse({"status": "ok"})


class DemoMail(Page):
    """The messages a demonstration would have sent; there is no such page elsewhere."""

    required_permission = SIGNED_IN
    template_name = "demo_mail.html"
    title = _("Mail of the demonstration")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not settings.DEMO:
            raise Http404
        return super().get_context_data(mails=SentMail.objects.all()[:50], **kwargs)


class AuditTrail(Page):
    """Who read or changed what, newest first; the entries themselves hold no sealed values."""

    required_permission = Permission.READ_AUDIT
    template_name = "audit.html"
    title = _("Audit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:60]
        rows = AuditEntry.objects.select_related("actor")
        if words:
            rows = rows.filter(references__contains=[words.upper()])
        page = paginate(rows, ordering=("-id",), size=50, cursor=self.request.GET.get("cursor"))
        query = self.request.GET.copy()
        urls = {}
        for name, cursor in (("next_url", page.next), ("previous_url", page.previous)):
            query["cursor"] = cursor or ""
            urls[name] = f"?{query.urlencode()}" if cursor else None
        return super().get_context_data(rows=page.rows, words=words, **urls, **kwargs)


class Gallery(Page):
    """Every component once; for developers."""

    required_permission = SIGNED_IN
    template_name = "core/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**samples(self.request), **kwargs)


set_language = login_not_required(django_set_language)
