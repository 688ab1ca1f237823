"""Pages of assistance items and their approval."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import RuledAction
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordCreate, RecordDetail, RecordList
from programmes import policies as programme_policies
from reintegration import policies, presenters, services
from reintegration.filters import ItemFilter
from reintegration.forms import items as forms
from reintegration.grants import grants_of
from reintegration.models import AssistanceItem, KindExclusion, PayeeAccount, Plan
from reintegration.views.base import ItemAction, PlanAction


class ItemList(RecordList):
    """All visible items, with the counts by kind and by person (R123)."""

    model = AssistanceItem
    required_permission = P.VIEW_ITEMS
    template_name = "reintegration/items.html"
    title = _("Assistance items")
    filterset_class = ItemFilter
    ordering = ("-proposed_on", "-id")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = context["filter"].qs if context["filter"].is_valid() else self.get_queryset()
        return context | {
            "totals": AssistanceItem.objects.filter(
                pk__in=rows.order_by().values("pk")
            ).totals_by_kind()
        }


class Approvals(RecordList):
    """Items this manager may decide on, the oldest first (R138)."""

    model = AssistanceItem
    required_permission = P.APPROVE_ITEMS
    template_name = "reintegration/approvals.html"
    title = _("Items to approve")
    ordering = ("proposed_on", "id")

    def get_queryset(self) -> Any:
        return AssistanceItem.objects.decidable_by(self.request.user).with_list_data()


class ItemDetail(RecordDetail):
    model = AssistanceItem
    required_permission = P.VIEW_ITEMS
    template_name = "reintegration/item.html"
    context_object_name = "item"

    def get_queryset(self) -> Any:
        return (
            super()
            .get_queryset()
            .select_related(
                "plan__case",
                "programme",
                "proposed_by",
                "approved_by",
                "second_approved_by",
                "paid_by",
            )
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item, user = self.object, self.request.user
        accounts = PayeeAccount.objects.visible_to(user).current().filter(item=item)
        return super().get_context_data(
            moves=presenters.item_moves(user, item),
            like=presenters.like(user, item),
            grant=presenters.grant_of(user, item),
            timeline=presenters.item_timeline(item),
            sees_plan=Plan.objects.visible_to(user).filter(pk=item.plan_id).exists(),
            account=accounts.first(),
            payments=item.disbursements.select_related("by", "reversal__by"),
            deliveries=item.deliveries.select_related("checked_by"),
            waits_for_plan=item.is_open_proposal and policies.waits_for_plan(item),
            **kwargs,
        )


class ProposeItem(PlanAction):
    """One thing a programme gives, against the ceiling (R121, R122)."""

    rule = policies.can_propose
    title = _("Propose an item")
    template_name = "reintegration/item_form.html"
    form_class = forms.ItemForm
    submit_label = _("Propose")
    success_message = _("The item is proposed. A programme manager decides on it.")

    def get_initial(self) -> dict[str, Any]:
        return {"programme": self.object.case.programme_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(grants=grants_of(self.object, today()), **kwargs)

    def get_success_message(self, result: AssistanceItem) -> str:
        like = presenters.like(self.request.user, result)
        if not like:
            return str(self.success_message)
        return gettext(
            "The item is proposed. Something in similar words is given already (%(references)s): "
            "check that it is not the same."
        ) % {"references": ", ".join(item.reference for item in like)}

    def perform(self, form: Any) -> Any:
        return services.propose_item(self.object, by=self.request.user, **form.values())


class ChangeItem(ItemAction):
    rule = policies.can_change
    title = _("Change the item")
    template_name = "reintegration/item_form.html"
    form_class = forms.ChangeItemForm
    success_message = _("The item is changed.")

    def get_initial(self) -> dict[str, Any]:
        item = self.object
        values = {
            name: getattr(item, name) for name in forms.ItemForm.base_fields if hasattr(item, name)
        }
        account = PayeeAccount.objects.visible_to(self.request.user).current().filter(item=item)
        number = account.first()
        return values | {"account_number": number.number if number else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(grants=grants_of(self.object.plan, today()), **kwargs) | {
            "facts": None
        }

    def perform(self, form: Any) -> Any:
        return services.change_item(self.object, by=self.request.user, **form.values())


class ProposeAgain(ChangeItem):
    rule = policies.can_propose_again
    title = _("Propose the item again")
    submit_label = _("Propose")
    success_message = _("The item is proposed again.")

    def perform(self, form: Any) -> Any:
        values = form.values()
        note = values.pop("reason")
        return services.propose_again(self.object, note=note, by=self.request.user, **values)


class ItemReason(ItemAction):
    """A step back of an item, with its reason."""

    form_class = ReasonForm
    danger = True


class CancelItem(ItemReason):
    rule = policies.can_cancel
    title = _("Cancel the item")
    submit_label = _("Cancel the item")
    intro = _("Its part of the grant is free again.")
    success_message = _("The item is cancelled.")

    def perform(self, form: Any) -> Any:
        return services.cancel_item(self.object, by=self.request.user, **form.values())


class DecideItem(ItemAction):
    """A decision on an item, beside what the grant still allows (R132, R138)."""

    required_permission = P.APPROVE_ITEMS
    logs_refusal = True
    template_name = "reintegration/decide.html"

    def refusal(self) -> str:
        return policies.refusal_to_decide(self.request.user, self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, item = self.request.user, self.object
        return super().get_context_data(
            grant=presenters.grant_of(user, item), like=presenters.like(user, item), **kwargs
        )


class ApproveItem(DecideItem):
    title = _("Approve the item")
    form_class = forms.ApproveForm
    submit_label = _("Approve")

    def get_success_message(self, result: AssistanceItem) -> str:
        return str(
            _("Your approval is recorded. A second manager has to approve this value.")
            if result.is_half_approved
            else _("The item is approved.")
        )

    def perform(self, form: Any) -> Any:
        return services.approve(self.object, by=self.request.user, **form.values())


class RejectItem(DecideItem):
    title = _("Reject the item")
    form_class = ReasonForm
    danger = True
    submit_label = _("Reject")
    success_message = _("The item is rejected. It can be changed and proposed again.")

    def perform(self, form: Any) -> Any:
        return services.reject(self.object, by=self.request.user, **form.values())


class WithdrawApproval(ItemReason):
    required_permission = P.APPROVE_ITEMS
    rule = policies.can_withdraw_approval
    title = _("Withdraw the approval")
    success_message = _("The approval is withdrawn. The item waits for approval again.")

    def perform(self, form: Any) -> Any:
        return services.withdraw_approval(self.object, by=self.request.user, **form.values())


class ExclusionList(RecordList):
    """What programmes do not pay for, and the rule that says so (R122)."""

    model = KindExclusion
    required_permission = P.VIEW_PROGRAMMES
    template_name = "reintegration/exclusions.html"
    title = _("What programmes do not pay for")
    ordering = ("-from_on", "-id")
    audited = False

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("programme")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_change = self.request.user.has_permission(P.MANAGE_PROGRAMMES)
        return super().get_context_data(may_change=may_change, **kwargs)


class ExcludeKind(RecordCreate):
    required_permission = P.MANAGE_PROGRAMMES
    title = _("Exclude a use from a programme")
    form_class = forms.ExclusionForm
    success_message = _("From that day on the programme does not pay for it.")

    def get_cancel_url(self) -> str:
        return reverse("reintegration:exclusions")

    def perform(self, form: Any) -> Any:
        return services.exclude_kind(by=self.request.user, **form.values())


class EndExclusion(RuledAction):
    model = KindExclusion
    slug_field = "pk"
    required_permission = P.MANAGE_PROGRAMMES
    title = _("End the exclusion")
    form_class = forms.EndExclusionForm
    success_message = _("The exclusion ends with that day.")

    def is_allowed(self) -> bool:
        return programme_policies.can_manage(self.request.user, self.object.programme)

    def get_initial(self) -> dict[str, Any]:
        return {"until_on": today()}

    def perform(self, form: Any) -> Any:
        return services.end_exclusion(self.object, by=self.request.user, **form.values())
