"""How a person can be reached, and every try."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from cases import services
from cases.api.fields import codes, words
from cases.enums import ContactChannel, ContactKind, ContactOwner, ContactResult
from cases.models import ContactAttempt, ContactPoint
from core.api import DateField, InputSerializer, RecordViewSet
from reference.models import Language


class ContactPointIn(InputSerializer):
    kind = serializers.ChoiceField(ContactKind.choices)
    value = serializers.CharField(max_length=300)
    owner = serializers.ChoiceField(ContactOwner.choices, default=ContactOwner.SELF)
    owner_name = words(max_length=120)
    may_be_used = serializers.BooleanField(default=False)
    preferred_hours = words(max_length=60)
    language = codes(Language.objects.active(), required=False, allow_null=True)


class CorrectContactPointIn(InputSerializer):
    """Only what changes; what is left out stays."""

    kind = serializers.ChoiceField(ContactKind.choices, required=False)
    value = serializers.CharField(max_length=300, required=False)
    owner = serializers.ChoiceField(ContactOwner.choices, required=False)
    owner_name = words(max_length=120)
    may_be_used = serializers.BooleanField(required=False)
    preferred_hours = words(max_length=60)
    language = codes(Language.objects.active(), required=False, allow_null=True)
    is_active = serializers.BooleanField(required=False)
    reason = serializers.CharField(max_length=300)


class AttemptIn(InputSerializer):
    on = DateField()
    channel = serializers.ChoiceField(ContactChannel.choices)
    contact_point = codes(ContactPoint.objects.none(), required=False, allow_null=True)
    result = serializers.ChoiceField(ContactResult.choices)
    initiated_by_person = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if request := self.context.get("request"):
            mine = ContactPoint.objects.visible_to(request.user)
            self.fields["contact_point"].queryset = mine


class ContactPointOut(serializers.ModelSerializer):
    class Meta:
        model = ContactPoint
        fields = (
            "id",
            "version",
            "kind",
            "value",
            "owner",
            "owner_name",
            "may_be_used",
            "preferred_hours",
            "language",
            "last_worked_on",
            "is_active",
        )


class WithdrawAttemptIn(InputSerializer):
    reason = serializers.CharField(max_length=300)


class AttemptOut(serializers.ModelSerializer):
    class Meta:
        model = ContactAttempt
        fields = ("id", "on", "channel", "contact_point", "result", "initiated_by_person", "note")


class ContactPointViewSet(RecordViewSet):
    """Contacts of the cases one may see, found by number; listed under their case."""

    model = ContactPoint
    serializer_class = ContactPointOut
    lookup_field = "pk"
    permissions = {"correct": P.RECORD_CONTACT}

    @extend_schema(request=CorrectContactPointIn, responses=ContactPointOut)
    @action(detail=True, methods=["post"])
    def correct(self, request: Any, pk: str = "") -> Response:
        return self.act(
            CorrectContactPointIn,
            lambda point, **data: services.correct_contact_point(point, by=request.user, **data),
            obj=self.get_object(),
        )


class AttemptViewSet(RecordViewSet):
    """Contacts that were logged, found by number; listed under their case."""

    model = ContactAttempt
    serializer_class = AttemptOut
    lookup_field = "pk"
    permissions = {"withdraw": P.RECORD_CONTACT}

    @extend_schema(request=WithdrawAttemptIn, responses=AttemptOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, pk: str = "") -> Response:
        return self.verb(WithdrawAttemptIn, services.withdraw_attempt)
