"""REST: assistance items, proposed, approved or rejected by different people (R121, R138)."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from programmes.models import Programme
from reintegration import presenters, services
from reintegration.api.base import LoggedRefusal, VisibleField
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
    """One item with its grant; null for whoever pays without reading it (R132)."""

    grant = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = (*ItemSerializer.Meta.fields, "grant")

    @extend_schema_field(ItemGrantSerializer(allow_null=True))
    def get_grant(self, item: AssistanceItem) -> dict[str, Any] | None:
        grant = presenters.grant_of(self.context["request"].user, item)
        return None if grant is None else ItemGrantSerializer(grant).data


class ProposeItemInput(InputSerializer):
    plan = VisibleField(slug_field="reference", queryset=Plan.objects.all())
    programme = VisibleField(slug_field="code", queryset=Programme.objects.all())
    kind = serializers.ChoiceField(ItemKind.choices)
    form = serializers.ChoiceField(SupportForm.choices)
    description = serializers.CharField(max_length=200)
    amount = serializers.DecimalField(max_digits=10, decimal_places=2)
    local_amount = serializers.CharField(required=False, allow_blank=True, max_length=60)
    due_on = serializers.DateField()
    payee_name = serializers.CharField(required=False, allow_blank=True, max_length=120)
    payment_method = serializers.ChoiceField(
        PaymentMethod.choices, required=False, allow_blank=True
    )
    account_number = serializers.CharField(required=False, allow_blank=True, max_length=50)


class ApproveInput(InputSerializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class RejectInput(InputSerializer):
    reason = serializers.CharField(max_length=500)


class AssistanceItemViewSet(LoggedRefusal, ListMixin, RetrieveMixin, RecordViewSet):
    """Assistance against a grant ceiling; proposer, approver and payer are different people."""

    model = AssistanceItem
    serializer_class = ItemSerializer
    filterset_class = ItemFilter
    ordering = ("-proposed_on", "-id")
    logged = frozenset({"approve", "reject"})
    permissions = {
        "list": P.VIEW_ITEMS,
        "retrieve": P.VIEW_ITEMS,
        "create": P.WRITE_PLANS,
        "approve": P.APPROVE_ITEMS,
        "reject": P.APPROVE_ITEMS,
    }

    def get_serializer_class(self) -> Any:
        return ItemSerializer if self.action == "list" else ItemDetailSerializer

    @extend_schema(request=ProposeItemInput, responses={201: ItemDetailSerializer})
    def create(self, request: Any) -> Response:
        def perform(**data: Any) -> AssistanceItem:
            return services.propose_item(data.pop("plan"), by=request.user, **data)

        return self.act(ProposeItemInput, perform, code=status.HTTP_201_CREATED)

    @extend_schema(request=ApproveInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Any, reference: str) -> Response:
        def perform(item: AssistanceItem, **data: Any) -> AssistanceItem:
            return services.approve(item, by=request.user, **data)

        return self.act(ApproveInput, perform, obj=self.get_object())

    @extend_schema(request=RejectInput, responses=ItemDetailSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Any, reference: str) -> Response:
        def perform(item: AssistanceItem, **data: Any) -> AssistanceItem:
            return services.reject(item, by=request.user, **data)

        return self.act(RejectInput, perform, obj=self.get_object())
