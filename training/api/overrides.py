"""REST: exceptions for the days of courses, decided by a second person (R108, R109)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from accounts.permissions import Permission as P
from core import audit, records
from core.api import DateField, InputSerializer, VisibleField
from core.override_api import OverrideViewSet
from training import services
from training.models import Edition, EditionOverride
from training.presenters import concerned_by, people_left


class EditionExceptionOut(serializers.ModelSerializer):
    """What is asked for, and how many people then cannot complete the course."""

    edition = serializers.CharField(source="edition.reference")
    people = serializers.SerializerMethodField()

    class Meta:
        model = EditionOverride
        fields = (
            "id",
            "version",
            "edition",
            "status",
            "starts_on",
            "day",
            "change_reason",
            "reason",
            "people",
            "requested_on",
            "decided_on",
            "answer",
        )

    def get_people(self, row: EditionOverride) -> int:
        return people_left(row)


class AskIn(InputSerializer):
    """Either a new first day or a day that is not held; why, and why over somebody's plans."""

    edition = VisibleField(slug_field="reference", queryset=Edition.objects.all())
    starts_on = DateField(required=False)
    day = DateField(required=False)
    change_reason = serializers.CharField(max_length=500)
    reason = serializers.CharField(max_length=500)


class ConcernedOut(serializers.Serializer):
    """Somebody who cannot follow the new days, as far as the caller may see."""

    enrolment = serializers.CharField(source="reference")


class EditionExceptionViewSet(OverrideViewSet):
    """Exceptions for the days of courses, asked for and decided (R108, R109)."""

    model = EditionOverride
    serializer_class = EditionExceptionOut
    approving = services.approve_override
    refusing = services.refuse_override
    withdrawing = services.withdraw_override
    permissions = {
        "list": P.VIEW_EDITIONS,
        "retrieve": P.VIEW_EDITIONS,
        "create": P.PLAN_EDITIONS,
        "concerned": P.VIEW_EDITIONS,
        "approve": P.APPROVE_OVERRIDES,
        "refuse": P.APPROVE_OVERRIDES,
        "withdraw": P.PLAN_EDITIONS,
    }

    @extend_schema(request=AskIn, responses={201: EditionExceptionOut})
    def create(self, request: Any) -> Response:
        return self.open(AskIn, services.request_override)

    @extend_schema(responses=ConcernedOut(many=True))
    @action(detail=True)
    def concerned(self, request: Any, pk: str = "") -> Response:
        people = concerned_by(self.get_object(), request.user)
        audit.listed(request.user, people)
        return Response({"results": ConcernedOut(people, many=True).data})

    def _locked(self, obj: Any) -> Any:
        records.lock(obj.edition)  # before the request, as in every verb
        return super()._locked(obj)
