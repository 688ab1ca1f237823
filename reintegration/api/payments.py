"""REST: payments of approved items and deliveries of what is given in kind."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from core.api import (
    DateField,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RetrieveMixin,
    VisibleField,
)
from reintegration import services
from reintegration.api.base import ReasonInput
from reintegration.enums import PaymentMethod
from reintegration.filters import DeliveryFilter, DisbursementFilter
from reintegration.models import AssistanceItem, Delivery, Disbursement, PayeeAccount


class DisbursementSerializer(serializers.ModelSerializer):
    """A payment; the account number is there for those who may read it, else null."""

    item = serializers.CharField(source="item.reference", read_only=True)
    case = serializers.CharField(source="item.plan.case.reference", read_only=True)
    programme = serializers.CharField(source="item.programme.code", read_only=True)
    account_number = serializers.SerializerMethodField()

    class Meta:
        model = Disbursement
        fields = (
            "reference",
            "version",
            "item",
            "case",
            "programme",
            "paid_on",
            "amount",
            "currency",
            "method",
            "payee_name",
            "account_number",
            "note",
            "is_reversed",
        )

    def get_account_number(self, disbursement: Disbursement) -> str | None:
        for account in getattr(disbursement.item, "readable_accounts", ()):
            if account.pk == disbursement.account_id:
                return account.number
        return None


class PayInput(InputSerializer):
    item = VisibleField(slug_field="reference", queryset=AssistanceItem.objects.all())
    paid_on = DateField()
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    method = serializers.ChoiceField(PaymentMethod.choices)
    payee_name = serializers.CharField(max_length=120)
    account_number = serializers.CharField(required=False, allow_blank=True, max_length=50)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class ReverseInput(ReasonInput):
    on = DateField(required=False)


class DisbursementViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Payments of approved items, once each."""

    model = Disbursement
    serializer_class = DisbursementSerializer
    filterset_class = DisbursementFilter
    ordering = ("-paid_on", "-id")
    logs_refusal = frozenset({"create"})
    permissions = {
        "list": P.VIEW_PAYMENTS,
        "retrieve": P.VIEW_PAYMENTS,
        "create": P.PAY,
        "reverse": P.PAY,
    }

    def get_queryset(self) -> Any:
        accounts = PayeeAccount.objects.visible_to(self.request.user)
        prefetch = Prefetch("item__accounts", accounts, to_attr="readable_accounts")
        return super().get_queryset().prefetch_related(prefetch)

    @extend_schema(request=PayInput, responses={201: DisbursementSerializer})
    def create(self, request: Any) -> Response:
        return self.open(PayInput, services.pay)

    @extend_schema(request=ReverseInput, responses=DisbursementSerializer)
    @action(detail=True, methods=["post"])
    def reverse(self, request: Any, reference: str) -> Response:
        return self.verb(ReverseInput, services.reverse_disbursement)


class DeliverySerializer(serializers.ModelSerializer):
    item = serializers.CharField(source="item.reference", read_only=True)

    class Meta:
        model = Delivery
        fields = ("id", "version", "item", "delivered_on", "note", "is_taken_back")


class DeliverInput(InputSerializer):
    item = VisibleField(slug_field="reference", queryset=AssistanceItem.objects.all())
    delivered_on = DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class DeliveryViewSet(ListMixin, RecordViewSet):
    """Things given in kind that have reached the person."""

    model = Delivery
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    permissions = {"list": P.VIEW_ITEMS, "create": P.WRITE_PLANS}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("item__plan__case")

    @extend_schema(request=DeliverInput, responses={201: DeliverySerializer})
    def create(self, request: Any) -> Response:
        return self.open(DeliverInput, services.deliver)
