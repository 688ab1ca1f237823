"""REST: places, so that partners and forms name areas as we do."""

from rest_framework import serializers

from accounts.permissions import Permission
from core.api import ListMixin, RecordViewSet, RetrieveMixin
from reference.filters import PlaceFilter
from reference.models import Place


class PlaceSerializer(serializers.ModelSerializer):
    """A place with its way from the country down."""

    path = serializers.CharField(read_only=True)

    class Meta:
        model = Place
        fields = (
            "id",
            "country",
            "parent",
            "level",
            "code",
            "name",
            "name_ar",
            "path",
            "is_active",
        )


class PlaceViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Places by country, place above, level and part of the name (R021)."""

    model = Place
    serializer_class = PlaceSerializer
    filterset_class = PlaceFilter
    permissions = {
        "list": Permission.VIEW_REFERENCE,
        "retrieve": Permission.VIEW_REFERENCE,
    }
    ordering = ("name", "id")
    lookup_field = "pk"


ROUTES = (("places", PlaceViewSet),)
