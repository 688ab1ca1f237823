"""Forms of payments and deliveries."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm, StagedFileField
from reintegration.forms.fields import columns_of
from reintegration.models import Delivery, Disbursement


class PayForm(columns_of(Disbursement, "paid_on", "amount", "method", "payee_name")):
    """The payment of an approved item, to the payee that was approved (R138)."""

    account_number = forms.CharField(
        label=_("Account or wallet number"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        help_text=_("The approved one; needed for bank transfers and mobile money."),
    )
    receipt = StagedFileField(
        label=_("Receipt"), required=False, help_text=_("PDF, JPEG or PNG; it can follow later.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class ReceiptForm(ActionForm):
    receipt = StagedFileField(label=_("Receipt"), help_text=_("PDF, JPEG or PNG."))


class DeliverForm(columns_of(Delivery, "delivered_on", "note")):
    """A thing given in kind has arrived."""
