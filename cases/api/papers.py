"""Steps, consents, documents and the handover of a case."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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
from core.api import InputSerializer
from reference.models import Language


class CloseIn(InputSerializer):
    outcome = serializers.ChoiceField(CLOSING_OUTCOMES)
    on = serializers.DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class ConsentIn(InputSerializer):
    purpose = serializers.ChoiceField(ConsentPurpose.choices)
    answer = serializers.ChoiceField(ConsentAnswer.choices)
    on = serializers.DateField()
    given_by = serializers.ChoiceField(ConsentGiver.choices, default=ConsentGiver.SELF)
    language = codes(Language.objects.active(), required=False, allow_null=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class DeclarationIn(InputSerializer):
    on = serializers.DateField()
    language = codes(Language.objects.active(), required=False, allow_null=True)
    witness = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class WithdrawDeclarationIn(InputSerializer):
    on = serializers.DateField()
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
    class Meta:
        model = Consent
        fields = ("purpose", "answer", "answered_on", "given_by", "language", "note")


class DeclarationOut(serializers.ModelSerializer):
    class Meta:
        model = Declaration
        fields = ("signed_on", "language", "witness", "withdrawn_on")


class DocumentOut(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ("reference", "kind", "title", "content_type", "size", "added_on")
        extra_kwargs = {"kind": {"choices": DocumentKind.choices}}


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
