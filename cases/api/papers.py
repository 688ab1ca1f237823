"""Steps, consents, documents and the handover of a case."""

from rest_framework import serializers

from cases.api.fields import codes
from cases.enums import CLOSING_OUTCOMES, ConsentAnswer, ConsentGiver, ConsentPurpose, DocumentKind
from cases.models import CaseEvent, Consent, Document, Handover
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


class HandoverIn(InputSerializer):
    message = serializers.CharField(max_length=2_000, required=False, allow_blank=True, default="")


class EventOut(serializers.ModelSerializer):
    by = serializers.CharField(source="by.name")

    class Meta:
        model = CaseEvent
        fields = ("from_status", "to_status", "on", "at", "by", "note")


class ConsentOut(serializers.ModelSerializer):
    class Meta:
        model = Consent
        fields = ("purpose", "answer", "answered_on", "given_by", "language", "note")


class DocumentOut(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ("reference", "kind", "title", "content_type", "size", "added_on")
        extra_kwargs = {"kind": {"choices": DocumentKind.choices}}


class HandoverOut(serializers.ModelSerializer):
    class Meta:
        model = Handover
        fields = ("status", "message", "question", "sent_at", "answered_at")
