"""Taking off the mark of a child travelling alone, which needs two people."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases import policies, services
from cases.models import Case, MarkRemoval
from cases.pages import CaseSubAction
from core.forms import ReasonForm


class ProposeMarkRemoval(CaseSubAction):
    required_permission = P.VIEW_PROTECTION
    rule = policies.can_propose_mark_removal
    title = _("Not a child travelling alone")
    intro = _(
        "A second protection officer decides. Until then the file stays restricted, and the "
        "safeguards of a child travelling alone hold."
    )
    form_class = ReasonForm
    submit_label = _("Propose")
    success_message = _("Proposed. Another protection officer decides.")

    def perform(self, form: Any) -> Case:
        return services.propose_mark_removal(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


class DecideMarkRemoval(CaseSubAction):
    """What waits stands above the button."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = self.object.mark_removals.waiting().select_related("proposed_by").first()
        return super().get_context_data(facts=_facts(waiting), **kwargs)


class ConfirmMarkRemoval(DecideMarkRemoval):
    required_permission = P.DECIDE_CHILD_RETURN
    rule = policies.can_confirm_mark_removal
    title = _("Confirm: not a child travelling alone")
    intro = _("The file is then open to its office again, without the safeguards of a child.")
    submit_label = _("Confirm")
    danger = True
    success_message = _("The mark is taken off; the file is open to its office again.")

    def perform(self, form: Any) -> Case:
        return services.confirm_mark_removal(self.object, by=self.request.user)


class DeclineMarkRemoval(DecideMarkRemoval):
    required_permission = P.VIEW_PROTECTION
    rule = policies.can_decline_mark_removal
    title = _("The mark stays")
    form_class = ReasonForm
    success_message = _("The mark of a child travelling alone stays.")

    def perform(self, form: Any) -> Case:
        return services.decline_mark_removal(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user
        )


def _facts(waiting: MarkRemoval | None) -> list[tuple[Any, str]]:
    if waiting is None:
        return []
    return [
        (_("Why the mark is taken off"), waiting.reason),
        (_("Proposed by"), waiting.proposed_by.name),
    ]
