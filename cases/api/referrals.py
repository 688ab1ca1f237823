"""Referrals by government partners."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.models import Office, OfficeKind
from accounts.permissions import Permission as P
from cases import filters, services
from cases.api.fields import codes
from cases.enums import Sex
from cases.models import Referral
from core.api import InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from reference.models import Country


class ReferralIn(InputSerializer):
    family_name = serializers.CharField(max_length=100)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    nationality = codes(Country.objects.all())
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    office = codes(Office.objects.filter(kind=OfficeKind.MOP), "code")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class LinkIn(InputSerializer):
    """The open case that the person has already."""

    case = serializers.CharField(max_length=20)


class ReferralOut(serializers.ModelSerializer):
    """What the referrer sees: its own words and the status (R010)."""

    office = serializers.CharField(source="office.code")

    class Meta:
        model = Referral
        fields = ("reference", "family_name", "given_name", "referred_on", "office", "status")


class ReferralViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Referrals sent by government partners."""

    model = Referral
    serializer_class = ReferralOut
    filterset_class = filters.ReferralFilter
    ordering = ("-referred_on", "-id")
    permissions = {
        "list": P.VIEW_REFERRALS,
        "retrieve": P.VIEW_REFERRALS,
        "create": P.REFER_PEOPLE,
        "link": P.HANDLE_REFERRALS,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("office")

    @extend_schema(request=ReferralIn, responses={201: ReferralOut})
    def create(self, request: Any) -> Response:
        return self.act(
            ReferralIn,
            lambda **data: services.refer(by=request.user, **data),
            code=status.HTTP_201_CREATED,
        )

    @extend_schema(request=LinkIn, responses=ReferralOut)
    @action(detail=True, methods=["post"])
    def link(self, request: Any, reference: str = "") -> Response:
        return self.verb(LinkIn, services.link_referral)
