"""Which programmes cover a person, and which rule decided (R217)."""

from rest_framework import serializers


class VerdictOut(serializers.Serializer):
    """One programme that ran on the day of registration, with its answer in words."""

    programme = serializers.CharField(source="programme.code")
    eligible = serializers.BooleanField()
    reason = serializers.CharField()
