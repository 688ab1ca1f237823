"""Pages of payments and deliveries."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from cases.pages import RuledAction
from core.clock import today
from core.forms import ReasonForm
from core.views import RecordDetail, RecordFile, RecordList
from reintegration import policies, presenters, services
from reintegration.enums import ItemStatus
from reintegration.filters import DisbursementFilter
from reintegration.forms import payments as forms
from reintegration.forms.fields import DayReasonForm
from reintegration.models import AssistanceItem, Disbursement, PayeeAccount, Receipt
from reintegration.views.base import ItemAction


class ToPay(RecordList):
    """Approved items: case reference, payee and amount, nothing else of the person (R138)."""

    model = AssistanceItem
    required_permission = P.VIEW_PAYMENTS
    template_name = "reintegration/to_pay.html"
    title = _("Items to pay")
    ordering = ("due_on", "id")

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(status=ItemStatus.APPROVED)


class DisbursementList(RecordList):
    model = Disbursement
    required_permission = P.VIEW_PAYMENTS
    template_name = "reintegration/payments.html"
    title = _("Payments made")
    filterset_class = DisbursementFilter
    ordering = ("-paid_on", "-id")


class PayItem(ItemAction):
    """The payment of an approved item by finance, once (R138)."""

    required_permission = P.PAY
    logs_refusal = True
    title = _("Pay the item")
    form_class = forms.PayForm
    submit_label = _("Record the payment")
    success_message = _("The payment is recorded.")

    def refusal(self) -> str:
        return policies.refusal_to_pay(self.request.user, self.object)

    def get_initial(self) -> dict[str, Any]:
        item = self.object
        accounts = PayeeAccount.objects.visible_to(self.request.user).current()
        account = accounts.filter(item=item).first()
        return {
            "paid_on": today(),
            "amount": item.amount,
            "method": item.payment_method,
            "payee_name": item.payee_name,
            "account_number": account.number if account else "",
        }

    def perform(self, form: Any) -> Any:
        return services.pay(self.object, by=self.request.user, **form.values())


class DisbursementDetail(RecordDetail):
    model = Disbursement
    required_permission = P.VIEW_ITEMS
    template_name = "reintegration/payment.html"
    context_object_name = "payment"

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data().select_related("reversal__by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        payment, user = self.object, self.request.user
        account = PayeeAccount.objects.visible_to(user).filter(pk=payment.account_id).first()
        return super().get_context_data(
            moves=presenters.disbursement_moves(user, payment),
            account=account,
            receipts=payment.receipts.select_related("added_by"),
            reversal=getattr(payment, "reversal", None),
            **kwargs,
        )


class DisbursementAction(RuledAction):
    """A verb on one payment, by finance."""

    model = Disbursement
    context_object_name = "payment"
    required_permission = P.PAY

    def get_queryset(self) -> Any:
        return super().get_queryset().with_list_data()

    def is_allowed(self) -> bool:
        return policies.pays_for(self.request.user, self.object.item)

    def get_success_url(self, result: Any) -> str:
        return self.object.get_absolute_url()


class ReverseDisbursement(DisbursementAction):
    title = _("Take the payment back")
    intro = _("The payment stays in the books with its reversal; the item can be paid again.")
    form_class = DayReasonForm
    danger = True
    success_message = _("The payment was taken back.")

    def get_initial(self) -> dict[str, Any]:
        return {"on": today()}

    def perform(self, form: Any) -> Any:
        return services.reverse_disbursement(self.object, by=self.request.user, **form.values())


class AddReceipt(DisbursementAction):
    title = _("Add a receipt")
    form_class = forms.ReceiptForm
    success_message = _("The receipt is filed.")

    def perform(self, form: Any) -> Any:
        return services.add_receipt(
            self.object, file=form.cleaned_data["receipt"], by=self.request.user
        )


class ReceiptFile(RecordFile):
    """The file itself, to whoever sees the payment."""

    model = Receipt
    required_permission = P.VIEW_ITEMS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("disbursement__item__plan__case")


class DeliverItem(ItemAction):
    """A thing given in kind has reached the person."""

    title = _("Record the delivery")
    form_class = forms.DeliverForm
    success_message = _("The delivery is recorded.")

    def is_allowed(self) -> bool:
        return policies.can_follow(self.request.user, self.object.plan)

    def get_initial(self) -> dict[str, Any]:
        return {"delivered_on": today()}

    def perform(self, form: Any) -> Any:
        return services.deliver(self.object, by=self.request.user, **form.values())


class TakeBackDelivery(ItemAction):
    rule = policies.can_take_back_delivery
    title = _("Take the delivery back")
    form_class = ReasonForm
    danger = True
    success_message = _("The delivery was taken back.")

    def perform(self, form: Any) -> Any:
        return services.take_back_delivery(self.object, by=self.request.user, **form.values())
