"""The home page, health, the audit trail, the mail of the demonstration."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language as django_set_language

from accounts.permissions import Permission
from avrr import presenters
from avrr.forms import RevealForm
from cases import references
from core import audit, health
from core.clock import today
from core.gallery import samples
from core.models import AuditEntry, SentMail
from core.pagination import paginate
from core.views import PUBLIC, SIGNED_IN, Page, RecordAction, RecordDetail, ScopedObject

WORKLISTS = (
    "cases",
    "training",
    "travel",
    "reintegration",
    "surveys",
    "reports",
    "accounts",
    "avrr",
)


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

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            context = self.get_context_data()
            items = [item for section in context["sections"] for item in section.items]
            audit.shown(request.user, audit.HOME, (row for item in items for row in item.records))
            return self.render_to_response(context).render()


class Liveness(Page):
    """This process answers. It asks nobody else, so that their trouble restarts nothing here."""

    required_permission = PUBLIC

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer({"status": health.OK}, status=200)

    def answer(self, states: dict[str, str], *, status: int) -> HttpResponse:
        """JSON, or one state a line for whoever asks for plain text."""
        if self.request.get_preferred_type(["application/json", "text/plain"]) == "text/plain":
            lines = "".join(f"{name}: {state}\n" for name, state in states.items())
            return HttpResponse(lines, status=status, content_type="text/plain; charset=utf-8")
        return JsonResponse(states, status=status)


class Readiness(Liveness):
    """What a request needs is there: database, broker, file store; 503 if one is not.

    Says which, never why: the address is public and the log holds the reason.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        states = health.states()
        is_ready = set(states.values()) == {health.OK}
        overall = health.OK if is_ready else health.FAILED
        return self.answer({"status": overall} | states, status=200 if is_ready else 503)


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
            reference = references.read(words) or words.upper()
            rows = rows.filter(references__contains=[reference])
        page = paginate(rows, ordering=("-id",), size=50, cursor=self.request.GET.get("cursor"))
        query = self.request.GET.copy()
        urls = {}
        for name, cursor in (("next_url", page.next), ("previous_url", page.previous)):
            query["cursor"] = cursor or ""
            urls[name] = f"?{query.urlencode()}" if cursor else None
        return super().get_context_data(rows=page.rows, words=words, **urls, **kwargs)


class AuditedEntry(ScopedObject):
    """One entry of the audit trail; to others it does not exist."""

    model = AuditEntry
    slug_field = "pk"
    context_object_name = "entry"
    required_permission = Permission.READ_AUDIT

    def get_queryset(self) -> models.QuerySet:
        rows = AuditEntry.objects.select_related("actor")
        return rows if self.request.user.has_permission(Permission.READ_AUDIT) else rows.none()


class AuditRecord(AuditedEntry, RecordDetail):
    """Old and new values, field by field (R011); those of encrypted columns stay sealed."""

    template_name = "audit_entry.html"
    title = _("Entry of the audit trail")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = self.object
        return super().get_context_data(
            facts=presenters.facts_of(entry),
            changes=presenters.changes_of(entry),
            reveal_url=reverse("audit-reveal", args=[entry.pk]) if entry.sealed_changes else "",
            **kwargs,
        )


class RevealValues(AuditedEntry, RecordAction):
    """The sealed values of one entry, shown once, for a reason that the trail keeps (R011)."""

    form_class = RevealForm
    title = _("Show sealed values")
    intro = _("These values are encrypted. The audit trail keeps who opened them, when and why.")
    submit_label = _("Show the values")

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().exclude(sealed_changes="")

    def get_cancel_url(self) -> str:
        return reverse("audit-entry", args=[self.object.pk])

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """The values are the answer itself: they are kept nowhere, each look leaves an entry."""
        form = self.get_form()
        if not form.is_valid():
            return self.again(form)
        with transaction.atomic():
            audit.read(request.user, self.object, reason=form.cleaned_data["reason"])
            self.template_name = "audit_entry.html"
            return self.render_to_response(
                self.get_context_data(
                    facts=presenters.facts_of(self.object),
                    changes=presenters.changes_of(self.object, is_open=True),
                )
            ).render()


class Gallery(Page):
    """Every component once; for developers."""

    required_permission = SIGNED_IN
    template_name = "core/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**samples(self.request), **kwargs)


set_language = login_not_required(django_set_language)
