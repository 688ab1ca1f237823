"""What requests of several subjects share: reasons, and records that the user may choose."""

from typing import Any

from rest_framework import serializers

from core.api import InputSerializer
from training import policies


class NothingIn(InputSerializer):
    """No body is needed."""


class ReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=500)


class StaffMember(serializers.SlugRelatedField):
    """One of our own staff, by e-mail address (R053)."""

    def get_queryset(self) -> Any:
        return policies.own_staff()


class Approver(serializers.SlugRelatedField):
    """Somebody else who may approve an exception, by e-mail address."""

    def get_queryset(self) -> Any:
        return policies.approvers(self.context["request"].user)
