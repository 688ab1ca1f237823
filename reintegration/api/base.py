"""Inputs that several resources share."""

from rest_framework import serializers

from core.api import DateField, InputSerializer


class ReasonInput(InputSerializer):
    """A step back, with its reason."""

    reason = serializers.CharField(max_length=300)


class DayInput(InputSerializer):
    """A step with its day."""

    on = DateField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class DayReasonInput(ReasonInput):
    """A step with its day and reason."""

    on = DateField()
