"""Fields that several resources share."""

from typing import Any

from rest_framework import serializers

from cases import references
from cases.models import Case
from core.api import VisibleField


class CaseField(VisibleField):
    """A case among those the caller may see, its reference read forgivingly (design §6.4)."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Case.objects.select_related("person")
        super().__init__(slug_field="reference", queryset=rows, **kwargs)

    def read(self, text: str) -> str:
        return references.read(text) or text


def codes(queryset: Any, field: str = "", **kwargs: Any) -> serializers.RelatedField:
    """A reference to a row by its key, or by ``field``."""
    if field:
        return serializers.SlugRelatedField(slug_field=field, queryset=queryset, **kwargs)
    return serializers.PrimaryKeyRelatedField(queryset=queryset, **kwargs)


def words(max_length: int = 300) -> serializers.CharField:
    """Free text, left out or empty when nothing was said."""
    return serializers.CharField(max_length=max_length, required=False, allow_blank=True)
