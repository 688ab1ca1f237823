"""Fields that several resources share."""

from typing import Any

from rest_framework import serializers


def codes(queryset: Any, field: str = "", **kwargs: Any) -> serializers.RelatedField:
    """A reference to a row by its key, or by ``field``."""
    if field:
        return serializers.SlugRelatedField(slug_field=field, queryset=queryset, **kwargs)
    return serializers.PrimaryKeyRelatedField(queryset=queryset, **kwargs)


def words(max_length: int = 300) -> serializers.CharField:
    """Free text, left out or empty when nothing was said."""
    return serializers.CharField(max_length=max_length, required=False, allow_blank=True)
