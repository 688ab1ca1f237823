"""Pages of exceptions to a rule: the list, and the decision of a second person (R108, R109)."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cases.pages import RuledAction
from core.filters import OverrideFilter
from core.forms import AnswerForm, RefusalForm
from core.views import RecordList


class OverrideList(RecordList):
    """Exceptions asked for and decided; by month it is the quality list (R109)."""

    required_permission = Permission.APPROVE_OVERRIDES
    filterset_class = OverrideFilter
    ordering = ("-requested_on", "-id")
    #: Who decides, asked with the user and a row.
    rule: ClassVar[Callable[[Any, Any], bool]]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        for row in context["rows"]:
            row.can_decide = type(self).rule(self.request.user, row)
        return context


class OverrideAction(RuledAction):
    """A verb on one exception; the page leads to the other decision."""

    required_permission = Permission.APPROVE_OVERRIDES
    slug_field = "pk"
    #: The service, called with the exception, what was entered and ``by``.
    verb: ClassVar[Callable[..., Any]]

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_list_data()  # type: ignore[attr-defined]

    def why_refused(self) -> str:
        if not self.object.is_waiting:
            return _t("This exception was decided or withdrawn already.")
        if self.object.is_own(self.request.user):
            return _t("Somebody else than the person who asked decides.")
        return super().why_refused()

    def instead(self) -> tuple[str, str] | None:
        """The other decision: its address, and what it is called."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(instead=self.instead(), **kwargs)

    def perform(self, form: Any) -> Any:
        return type(self).verb(self.object, by=self.request.user, **form.values())


class Approve(OverrideAction):
    form_class = AnswerForm
    title = _("Approve the exception")
    submit_label = _("Approve")

    def instead(self) -> tuple[str, str]:
        return self.object.get_refusal_url(), _t("Refuse the exception")


class Refuse(OverrideAction):
    form_class = RefusalForm
    title = _("Refuse the exception")
    submit_label = _("Refuse")
    danger = True

    def instead(self) -> tuple[str, str]:
        return self.object.get_approval_url(), _t("Approve the exception")


class Withdraw(OverrideAction):
    title = _("Withdraw the request")
    submit_label = _("Withdraw")
    success_message = _("The request is withdrawn.")
