"""Steps, consents, documents and the handover of a case."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission
from cases import services
from cases.api.fields import codes
from cases.enums import (
    CLOSING_OUTCOMES,
    WRITTEN_BY_HAND,
    ConsentAnswer,
    ConsentGiver,
    ConsentPurpose,
    DocumentKind,
)
from cases.models import CaseEvent, Consent, Declaration, Document, Handover, HandoverItem
from core import uploads
from core.api import DateField, InputSerializer, RecordViewSet
from core.models import Sensitivity
from reference.models import Language


class CloseIn(InputSerializer):
    outcome = serializers.ChoiceField(CLOSING_OUTCOMES)
    on = DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class TakeBackIn(InputSerializer):
    reason = serializers.CharField(max_length=300)


class ConsentIn(InputSerializer):
    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    answer = serializers.ChoiceField(ConsentAnswer.choices)
    on = DateField()
    given_by = serializers.ChoiceField(ConsentGiver.choices, default=ConsentGiver.SELF)
    language = codes(Language.objects.active(), required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class DeclarationIn(InputSerializer):
    on = DateField()
    language = codes(Language.objects.active(), required=False, allow_null=True)
    witness = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class CorrectDeclarationIn(DeclarationIn):
    """``is_mistaken``: nothing was signed, the entry goes."""

    is_mistaken = serializers.BooleanField(required=False, default=False)
    reason = serializers.CharField(max_length=300)


class MarkReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=300)


class ConfirmMarkIn(InputSerializer):
    """Nothing but the decision."""


class WithdrawDeclarationIn(InputSerializer):
    on = DateField()
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class HandoverIn(InputSerializer):
    message = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class HandoverItemIn(InputSerializer):
    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in WRITTEN_BY_HAND])
    text = serializers.CharField(max_length=500)


class HandoverQuestionIn(InputSerializer):
    question = serializers.CharField(max_length=2_000)


class EventOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = CaseEvent
        fields = ("from_status", "to_status", "on", "at", "by", "note")


class ConsentOut(serializers.ModelSerializer):
    by = serializers.CharField(source="recorded_by.name")

    class Meta:
        model = Consent
        fields = ("purpose", "answer", "answered_on", "given_by", "language", "note", "by")


class DeclarationOut(serializers.ModelSerializer):
    by = serializers.CharField(source="recorded_by.name")

    class Meta:
        model = Declaration
        fields = ("version", "signed_on", "language", "witness", "withdrawn_on", "by")


class DocumentOut(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ("reference", "kind", "title", "content_type", "size", "added_on")
        extra_kwargs = {"kind": {"choices": DocumentKind.choices}}


class DocumentIn(InputSerializer):
    kind = serializers.ChoiceField(DocumentKind.choices)
    title = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    sensitivity = serializers.ChoiceField(Sensitivity.choices, default=Sensitivity.ORDINARY)
    file = serializers.FileField(help_text=_("PDF, JPEG or PNG, 10 MB at most."))

    def validate_file(self, file: Any) -> dict[str, Any]:
        return uploads.describe(file)


class WithdrawDocumentIn(InputSerializer):
    reason = serializers.CharField(max_length=300)


class DocumentViewSet(RecordViewSet):
    """Papers of the cases one may see, found by reference; listed under their case."""

    model = Document
    serializer_class = DocumentOut
    permissions = {"withdraw": Permission.EDIT_CASES}

    @extend_schema(request=WithdrawDocumentIn, responses=DocumentOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, reference: str = "") -> Response:
        """Take back a paper filed by mistake; nobody sees it any more."""
        return self.verb(WithdrawDocumentIn, services.withdraw_document)


class HandoverItemOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = HandoverItem
        fields = ("kind", "text", "on", "by")


class HandoverOut(serializers.ModelSerializer):
    """Sent and answered by whom, and what was deposited for the office of origin."""

    sent_by = serializers.CharField(source="sent_by.name", default=None)
    answered_by = serializers.CharField(source="answered_by.name", default=None)
    items = serializers.SerializerMethodField()

    class Meta:
        model = Handover
        fields = (
            "version",
            "status",
            "message",
            "sent_at",
            "sent_by",
            "question",
            "answered_at",
            "answered_by",
            "items",
        )

    @extend_schema_field(HandoverItemOut(many=True))
    def get_items(self, handover: Handover) -> list[dict[str, Any]]:
        rows = handover.case.handover_items.select_related("by")
        return HandoverItemOut(rows, many=True).data
