"""Two files of the same person."""

import datetime

from rest_framework import serializers

from cases import policies
from cases.models import Merge
from core.api import InputSerializer


class MergeIn(InputSerializer):
    """The other file of the same person; the file of the address leads (R037)."""

    other = serializers.CharField(max_length=20)
    other_version = serializers.IntegerField(required=False)
    reason = serializers.CharField(max_length=300)


class ConfirmMergeIn(InputSerializer):
    """The decision itself."""


class MergeReasonIn(InputSerializer):
    reason = serializers.CharField(max_length=300)


class MergeOut(serializers.ModelSerializer):
    """Two files of the same person: who decided what, and until when it may be undone (R037)."""

    leading = serializers.CharField(source="kept_case.reference")
    other = serializers.CharField(source="other_case.reference")
    proposed_by = serializers.CharField(source="proposed_by.name")
    decided_by = serializers.CharField(source="decided_by.name", default=None)
    undone_by = serializers.CharField(source="undone_by.name", default=None)
    undo_until = serializers.SerializerMethodField()

    class Meta:
        model = Merge
        fields = (
            "reference",
            "version",
            "status",
            "leading",
            "other",
            "reason",
            "is_two_person",
            "proposed_on",
            "proposed_by",
            "decided_on",
            "decided_by",
            "decline_reason",
            "undo_until",
            "undone_on",
            "undone_by",
            "undo_reason",
        )

    def get_undo_until(self, merge: Merge) -> datetime.date | None:
        return policies.merge_undo_until(merge)
