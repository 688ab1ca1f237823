"""REST: the first contact of a case (R118)."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases import references
from cases.enums import ContactChannel
from cases.models import Case
from core import audit
from core.api import DateField, InputSerializer, RecordViewSet
from reintegration import services
from reintegration.api.base import ReasonInput
from reintegration.enums import Initiator
from reintegration.models import FirstContact


class FirstContactSerializer(serializers.ModelSerializer):
    case = serializers.CharField(source="case.reference", read_only=True)

    class Meta:
        model = FirstContact
        fields = ("version", "case", "on", "initiated_by", "channel", "note")


class FirstContactInput(InputSerializer):
    on = DateField()
    initiated_by = serializers.ChoiceField(Initiator.choices)
    channel = serializers.ChoiceField(ContactChannel.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class CorrectFirstContactInput(FirstContactInput):
    note = serializers.CharField(allow_blank=True, max_length=500)
    reason = serializers.CharField(max_length=300)


class FirstContactViewSet(RecordViewSet):
    """Who made the first contact with the office of the country of origin, when and how (R118)."""

    route_name = "first"
    model = Case
    serializer_class = FirstContactSerializer
    permissions = {"contact": P.VIEW_PLANS, "record": P.RECORD_CONTACT}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("person")

    def clean_lookup(self, value: str) -> str:
        return references.read(value) or value

    @extend_schema(responses=FirstContactSerializer)
    @action(detail=True, url_path="first-contact", url_name="contact")
    def contact(self, request: Any, reference: str = "") -> Response:
        contact = FirstContact.objects.filter(case=self.get_object()).select_related("case").first()
        self.refuse_parameters()
        if contact is None:
            raise Http404
        audit.read(request.user, contact)
        return self.respond(contact)

    @extend_schema(request=FirstContactInput, responses={201: FirstContactSerializer})
    @contact.mapping.post
    def record(self, request: Any, reference: str = "") -> Response:
        case = self.get_object()
        given = FirstContactInput(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        row = self.keyed(
            lambda: services.record_first_contact(case, by=request.user, **given.validated_data),
            FirstContactSerializer,
        )
        return Response(row, status=status.HTTP_201_CREATED)


class FirstContactStepViewSet(RecordViewSet):
    """A first contact that was recorded wrongly, by the reference of its case."""

    route_name = "first-contact"
    model = FirstContact
    lookup_field = "case__reference"
    lookup_url_kwarg = "reference"
    serializer_class = FirstContactSerializer
    permissions = {"correct": P.RECORD_CONTACT, "withdraw": P.RECORD_CONTACT}

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("case__person")

    def clean_lookup(self, value: str) -> str:
        return references.read(value) or value

    @extend_schema(request=CorrectFirstContactInput, responses=FirstContactSerializer)
    @action(detail=True, methods=["post"], url_path="first-contact/correct", url_name="correct")
    def correct(self, request: Any, reference: str) -> Response:
        return self.verb(CorrectFirstContactInput, services.correct_first_contact)

    @extend_schema(request=ReasonInput, responses=FirstContactSerializer)
    @action(detail=True, methods=["post"], url_path="first-contact/withdraw", url_name="withdraw")
    def withdraw(self, request: Any, reference: str) -> Response:
        """Answers with what was withdrawn."""

        def perform(contact: FirstContact, **data: str) -> FirstContact:
            services.withdraw_first_contact(contact, by=request.user, **data)
            return contact

        return self.act(ReasonInput, perform, obj=self.get_object())
