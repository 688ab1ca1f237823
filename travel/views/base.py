"""What the verbs of a journey share."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.permissions import Permission as P
from cases.models import Case
from core import records
from core.exceptions import Stale
from core.forms import VERSION_FIELD
from core.views import RecordAction
from travel.models import Journey


def tab(case: Case) -> str:
    """The journey tab of a case."""
    return reverse("travel:case", args=[case.reference])


class JourneyAction(RecordAction):
    """A verb on one journey; it returns to the journey tab of the case."""

    model = Journey
    required_permission = P.PLAN_JOURNEYS
    context_object_name = "journey"
    template_name = "travel/action.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_list_data()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(case=self.object.case, **kwargs)

    def get_success_url(self, result: Any) -> str:
        return tab(self.object.case)

    def get_cancel_url(self) -> str:
        return tab(self.object.case)


class VersionOfRow:
    """The version of the form is that of a row beside the page's object; 0 before it exists."""

    row: Callable[[], Any]

    def get_form_kwargs(self) -> dict[str, Any]:
        version = getattr(self.row(), "version", 0)
        return super().get_form_kwargs() | {"version": version}  # type: ignore[misc]

    def write(self, form: Any) -> dict[str, Any]:
        records.lock(self.object)  # type: ignore[attr-defined]
        current = self.row()
        seen = form.cleaned_data.pop(VERSION_FIELD)
        if current is not None and current.version != seen:
            raise Stale(current)
        return super().write(form)  # type: ignore[misc]
