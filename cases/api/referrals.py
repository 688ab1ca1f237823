"""Referrals by government partners."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases import filters, services
from cases.api.fields import codes
from cases.enums import Sex
from cases.forms.fields import orientation_points
from cases.models import Referral
from core.api import DateField, InputSerializer, ListMixin, RecordViewSet, RetrieveMixin
from reference.models import Country


class ReferralIn(InputSerializer):
    family_name = serializers.CharField(max_length=100)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    nationality = codes(Country.objects.active())
    referred_on = DateField(required=False, allow_null=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    office = codes(orientation_points(), "code")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class CorrectReferralIn(InputSerializer):
    """Only what changes; what is left out stays."""

    family_name = serializers.CharField(max_length=100, required=False)
    given_name = serializers.CharField(max_length=100, required=False, allow_blank=True)
    sex = serializers.ChoiceField(Sex.choices, required=False, allow_blank=True)
    nationality = codes(Country.objects.active(), required=False)
    referred_on = DateField(required=False)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    office = codes(orientation_points(), "code", required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    why = serializers.CharField(max_length=300)


class AnswerReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=300)


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
        "decline": P.HANDLE_REFERRALS,
        "take_back": P.HANDLE_REFERRALS,
        "correct": P.REFER_PEOPLE,
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

    @extend_schema(request=AnswerReasonIn, responses=ReferralOut)
    @action(detail=True, methods=["post"])
    def decline(self, request: Any, reference: str = "") -> Response:
        return self.verb(AnswerReasonIn, services.decline_referral)

    @extend_schema(request=AnswerReasonIn, responses=ReferralOut)
    @action(detail=True, methods=["post"], url_path="take-back", url_name="take-back")
    def take_back(self, request: Any, reference: str = "") -> Response:
        return self.verb(AnswerReasonIn, services.take_back_answer)

    @extend_schema(request=CorrectReferralIn, responses=ReferralOut)
    @action(detail=True, methods=["post"])
    def correct(self, request: Any, reference: str = "") -> Response:
        return self.verb(CorrectReferralIn, services.correct_referral)
