"""What the pages of plans, items and payments share."""

from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from cases.pages import RuledAction
from reintegration.models import AssistanceItem, Plan


class PlanAction(RuledAction):
    """A verb on one plan; it leads back to the case."""

    model = Plan
    context_object_name = "plan"
    required_permission = P.WRITE_PLANS

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class ItemAction(RuledAction):
    """A verb on one assistance item."""

    model = AssistanceItem
    context_object_name = "item"
    required_permission = P.WRITE_PLANS

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(facts=facts_of(self.object), **kwargs)


def facts_of(item: AssistanceItem) -> list[tuple[str, Any]]:
    """What somebody decides on or pays; of the person only the name of the payee."""
    amount = number_format(item.amount, 2, force_grouping=True)
    facts = [
        (_("Case"), item.plan.case.reference),
        (_("Item"), str(item)),
        (_("Value"), f"{amount} {item.currency}"),
        (_("Given"), item.get_form_display()),
        (_("Paid by programme"), str(item.programme)),
        (_("Needed by"), date_format(item.due_on)),
        (_("Proposed by"), item.proposed_by.name),
    ]
    if item.local_amount:
        facts.insert(3, (_("Value in local currency"), item.local_amount))
    if item.payee_name:
        facts.append((_("To be paid to"), item.payee_name))
    return facts
