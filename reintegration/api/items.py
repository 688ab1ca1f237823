"""REST: assistance items, proposed, approved or rejected by different people (R121, R138)."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
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
from programmes.models import Programme
from reintegration import presenters, services
from reintegration.api.base import ReasonInput
from reintegration.enums import ItemKind, PaymentMethod, SupportForm
from reintegration.filters import ItemFilter
from reintegration.models import AssistanceItem, Plan


class ItemSerializer(serializers.ModelSerializer):
    """An assistance item; of the person it names only the payee, where that is the person."""

    plan = serializers.CharField(source="plan.reference", read_only=True)
    case = serializers.CharField(source="plan.case.reference", read_only=True)
    programme = serializers.CharField(source="programme.code", read_only=True)

    class Meta:
        model = AssistanceItem
        fields = (
            "reference",
            "version",
            "plan",
            "case",
            "programme",
            "kind",
            "form",
            "description",
            "amount",
            "currency",
            "local_amount",
            "proposed_on",
            "due_on",
            "payee_name",
            "payment_method",
            "status",
            "needs_second",
        )


class GrantSerializer(serializers.Serializer):
    """What one programme may give the person, and how much of it is taken."""

    programme = serializers.CharField(source="programme.code")
    ceiling = serializers.DecimalField(max_digits=10, decimal_places=2)
    currency = serializers.CharField()
    used = serializers.DecimalField(max_digits=12, decimal_places=2)
    left = serializers.DecimalField(max_digits=12, decimal_places=2)


class ItemGrantSerializer(serializers.Serializer):
    """The ceiling that applies, with the grants it is measured against."""

    category = serializers.CharField()
    grants = GrantSerializer(many=True)


class ItemDetailSerializer(ItemSerializer):
    """One item with its grant, null for whoever pays without reading it, and what is like it.

    ``like`` are references of items of the person in similar words: perhaps the same thing twice.
    """

    grant = serializers.SerializerMethodField()
    like = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "grant", "like")

    def get_like(self, item: AssistanceItem) -> list[str]:
        return [row.reference for row in presenters.like(self.context["request"].user, item)]

    @extend_schema_field(ItemGrantSerializer(allow_null=True))
    def get_grant(self, item: AssistanceItem) -> dict[str, Any] | None:
        grant = presenters.grant_of(self.context["request"].user, item)
        return None if grant is None else ItemGrantSerializer(grant).data


class ItemInput(InputSerializer):
    programme = VisibleField(slug_field="code", queryset=Programme.objects.all())
    kind = serializers.ChoiceField(ItemKind.choices)
    form = serializers.ChoiceField(SupportForm.choices)
    description = serializers.CharField(max_length=200)
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    local_amount = serializers.CharField(required=False, allow_blank=True, max_length=60)
    due_on = DateField()
    payee_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    payment_method = serializers.ChoiceField(
        PaymentMethod.choices, required=False, allow_blank=True
    )
    account_number = serializers.CharField(required=False, allow_blank=True, max_length=50)


class ProposeItemInput(ItemInput):
    plan = VisibleField(slug_field="reference", queryset=Plan.objects.all())


class ChangeItemInput(ItemInput):
    """What is left out stays as it is."""

    reason = serializers.CharField(required=False, allow_blank=True, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"partial": True})


class ProposeAgainInput(ChangeItemInput):
    reason = None
    note = serializers.CharField(required=False, allow_blank=True, max_length=300)


class ApproveInput(InputSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class RejectInput(InputSerializer):
    reason = serializers.CharField(max_length=500)


class AssistanceItemViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Assistance against a grant ceiling; proposer, approver and payer are different people."""

    model = AssistanceItem
    serializer_class = ItemSerializer
    filterset_class = ItemFilter
    ordering = ("-proposed_on", "-id")
    logs_refusal = frozenset({"approve", "reject"})
    permissions = {
        "list": P.VIEW_ITEMS,
        "retrieve": P.VIEW_ITEMS,
        "create": P.WRITE_PLANS,
        "approve": P.APPROVE_ITEMS,
        "reject": P.APPROVE_ITEMS,
        "withdraw_approval": P.APPROVE_ITEMS,
        "change": P.WRITE_PLANS,
        "propose_again": P.WRITE_PLANS,
        "cancel": P.WRITE_PLANS,
        "take_delivery_back": P.WRITE_PLANS,
    }

    def get_serializer_class(self) -> Any:
        return ItemSerializer if self.action == "list" else ItemDetailSerializer

    @extend_schema(request=ProposeItemInput, responses={201: ItemDetailSerializer})
    def create(self, request: Any) -> Response:
        return self.open(ProposeItemInput, services.propose_item)

    @extend_schema(request=ChangeItemInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def change(self, request: Any, reference: str) -> Response:
        return self.verb(ChangeItemInput, services.change_item)

    @extend_schema(request=ProposeAgainInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"], url_path="propose-again")
    def propose_again(self, request: Any, reference: str) -> Response:
        return self.verb(ProposeAgainInput, services.propose_again)

    @extend_schema(request=ReasonInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, reference: str) -> Response:
        return self.verb(ReasonInput, services.cancel_item)

    @extend_schema(request=ApproveInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Any, reference: str) -> Response:
        return self.verb(ApproveInput, services.approve)

    @extend_schema(request=RejectInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Any, reference: str) -> Response:
        return self.verb(RejectInput, services.reject)

    @extend_schema(request=ReasonInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"], url_path="withdraw-approval")
    def withdraw_approval(self, request: Any, reference: str) -> Response:
        return self.verb(ReasonInput, services.withdraw_approval)

    @extend_schema(request=ReasonInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"], url_path="take-delivery-back")
    def take_delivery_back(self, request: Any, reference: str) -> Response:
        return self.verb(ReasonInput, services.take_back_delivery)
