"""Payments and deliveries; account numbers apart, for fewer eyes (security: class C5)."""

import secrets
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, Role
from core.fields import EncryptedTextField
from core.models import Record, ScopedQuerySet, StoredFile
from reintegration.enums import PaymentMethod
from reintegration.models.decision import OfItemQuerySet
from reintegration.models.item import AssistanceItem
from reintegration.workflow import FOR_FINANCE


def payment_reference() -> str:
    """A random reference of a payment."""
    return f"PY-{secrets.token_hex(5).upper()}"


def receipt_reference() -> str:
    """A long random name, because it stands in an address."""
    return secrets.token_hex(16)


class PayeeAccountQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The finance officers of the programme, once approved, and whoever proposed the item."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(item__proposed_by=user, item__in=AssistanceItem.objects.visible_to(user))
            | Q(
                item__programme__in=user.programmes_for(Role.FINANCE_OFFICER),
                item__status__in=sorted(FOR_FINANCE),
            )
        )

    def current(self) -> Self:
        return self.filter(is_current=True)


class PayeeAccount(Record):
    """The number money goes to: a bank account or a mobile wallet. Sealed."""

    item = models.ForeignKey(
        AssistanceItem, models.PROTECT, related_name="accounts", verbose_name=_("item")
    )
    number = EncryptedTextField(_("account or wallet number"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    is_current = models.BooleanField(_("in use"), default=True)

    objects = PayeeAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account of a payee")
        verbose_name_plural = _("accounts of payees")
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="one_account_per_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item.reference} · …{self.number[-2:]}"

    @property
    def audit_reference(self) -> str:
        return self.item.plan.case.reference


class DisbursementQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Payments of visible items, and of one's programme for its finance officers."""
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_ITEMS):
            return self.none()
        return self.filter(
            Q(item__in=AssistanceItem.objects.visible_to(user))
            | Q(item__programme__in=user.programmes_for(Role.FINANCE_OFFICER))
        )

    def with_list_data(self) -> Self:
        return self.select_related("item__plan__case", "item__programme", "by")

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(is_reversed=False)


class Disbursement(Record):
    """One payment of one item, by a finance officer; taken back by a reversal, never deleted."""

    reference = models.CharField(
        _("reference"), max_length=13, unique=True, default=payment_reference, editable=False
    )
    item = models.ForeignKey(
        AssistanceItem, models.PROTECT, related_name="disbursements", verbose_name=_("item")
    )
    paid_on = models.DateField(_("paid on"))
    amount = models.DecimalField(
        _("amount paid"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"), message=_("Enter an amount above zero."))],
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR", editable=False)
    method = models.CharField(_("way of payment"), max_length=12, choices=PaymentMethod.choices)
    payee_name = models.CharField(_("paid to"), max_length=120)
    account = models.ForeignKey(
        PayeeAccount,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account or wallet number"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    is_reversed = models.BooleanField(_("taken back"), default=False, editable=False)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-paid_on", "-id"]
        indexes = [models.Index(fields=["-paid_on", "-id"], name="payment_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(is_reversed=False),
                name="item_paid_once",
                violation_error_message=_("This item is paid already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_amount_positive",
                violation_error_message=_("Enter an amount above zero."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reintegration:payment", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.item.plan.case.reference


class OfDisbursementQuerySet(ScopedQuerySet):
    """Rows of a payment are seen by whoever sees the payment."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(disbursement__in=Disbursement.objects.visible_to(user))


class Reversal(models.Model):
    """Why and when a payment was taken back; the payment itself stays."""

    disbursement = models.OneToOneField(
        Disbursement, models.PROTECT, related_name="reversal", verbose_name=_("payment")
    )
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = OfDisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment taken back")
        verbose_name_plural = _("payments taken back")

    def __str__(self) -> str:
        return f"{self.disbursement} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.disbursement.item.plan.case.reference


class Receipt(StoredFile):
    """The scanned proof of a payment. Served only to whoever sees the payment."""

    disbursement = models.ForeignKey(
        Disbursement, models.PROTECT, related_name="receipts", verbose_name=_("payment")
    )
    reference = models.CharField(
        max_length=32, unique=True, default=receipt_reference, editable=False
    )
    added_on = models.DateField(_("added on"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    objects = OfDisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-added_on", "-id"]

    def __str__(self) -> str:
        return self.original_name

    def get_absolute_url(self) -> str:
        return reverse("reintegration:receipt", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.disbursement.item.plan.case.reference


class Delivery(Record):
    """When a thing given in kind reached the person, and who checked it."""

    item = models.ForeignKey(
        AssistanceItem, models.PROTECT, related_name="deliveries", verbose_name=_("item")
    )
    delivered_on = models.DateField(_("delivered on"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("checked by"),
    )
    note = models.CharField(
        _("what was checked"),
        max_length=500,
        blank=True,
        help_text=_("Quantity, state, where it was handed over."),
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    is_taken_back = models.BooleanField(_("taken back"), default=False, editable=False)

    objects = OfItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-delivered_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(is_taken_back=False),
                name="item_delivered_once",
                violation_error_message=_("This item is delivered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item.reference} · {self.delivered_on}"

    def get_absolute_url(self) -> str:
        return self.item.get_absolute_url()

    @property
    def audit_reference(self) -> str:
        return self.item.plan.case.reference
