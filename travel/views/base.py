"""What the verbs of a journey share."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from cases import policies as case_policies
from cases.models import Case
from cases.pages import RuledAction
from cases.workflow import BEFORE_DEPARTURE as CASE_BEFORE_DEPARTURE
from core import records
from core.exceptions import Stale
from core.forms import VERSION_FIELD
from travel import policies
from travel.models import Journey


def tab(case: Case) -> str:
    """The journey tab of a case."""
    return reverse("travel:case", args=[case.reference])


class TravelAction(RuledAction):
    """A verb around a journey: its case is locked before what the page is about."""

    template_name = "travel/action.html"

    @property
    def case(self) -> Case:
        """The case at hand."""
        return self.object.case

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(case=self.case, **kwargs)

    def get_success_url(self, result: Any) -> str:
        return tab(self.case)

    def get_cancel_url(self) -> str:
        return tab(self.case)

    def why_refused(self) -> str:
        if self.case.status in CASE_BEFORE_DEPARTURE and policies.plans_for(
            self.request.user, self.case
        ):
            return _("The journey has gone on or was cancelled; this cannot be done to it now.")
        return case_policies.why_refused(self.request.user, self.case)

    def write(self, form: Any) -> dict[str, Any]:
        records.lock(self.case)
        return super().write(form)


class JourneyAction(TravelAction):
    """A verb on one journey; it returns to the journey tab of the case."""

    model = Journey
    rule = policies.can_prepare
    required_permission = P.PLAN_JOURNEYS
    context_object_name = "journey"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_list_data()


class VersionOfRow:
    """The version of the form is that of a row beside the page's object; 0 before it exists."""

    row: Callable[[], Any]
    object: Any

    def get_form_kwargs(self) -> dict[str, Any]:
        version = getattr(self.row(), "version", 0)
        return super().get_form_kwargs() | {"version": version}  # type: ignore[misc]

    def write(self, form: Any) -> dict[str, Any]:
        records.lock(getattr(self.object, "case", self.object))
        current = self.row()
        seen = form.cleaned_data.pop(VERSION_FIELD)
        if current is not None and current.version != seen:
            raise Stale(current)
        return super().write(form)  # type: ignore[misc]
