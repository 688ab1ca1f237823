"""REST: the catalogue (R071)."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.permissions import Permission as P
from core.api import DateField, InputSerializer, ListMixin, RecordViewSet
from core.clock import today
from training.models import Equivalence, ModuleVersion


class ModuleVersionOut(serializers.ModelSerializer):
    code = serializers.CharField(source="module_id")
    label = serializers.CharField(source="module.label")
    group = serializers.CharField(source="module.group")
    parts = serializers.SlugRelatedField(
        source="module.parts", slug_field="part_id", many=True, read_only=True
    )

    class Meta:
        model = ModuleVersion
        fields = (
            "code",
            "number",
            "label",
            "group",
            "parts",
            "days",
            "aims",
            "is_preparatory",
            "is_vocational",
            "completion_percent",
            "valid_from",
            "valid_until",
        )


class OnIn(InputSerializer):
    on = DateField(required=False)


@extend_schema_view(
    list=extend_schema(
        parameters=[OpenApiParameter("on", str, description="Day of the catalogue, ISO date.")]
    )
)
class ModuleViewSet(ListMixin, RecordViewSet):
    """The catalogue as of a day, today unless ``on`` names another (R071)."""

    model = ModuleVersion
    serializer_class = ModuleVersionOut
    ordering = ("module", "number")
    permissions = {"list": P.VIEW_MODULES}

    def allowed_parameters(self) -> set[str]:
        return super().allowed_parameters() | {"on"}

    def get_queryset(self) -> Any:
        given = self.request.query_params.get("on")
        form = OnIn(data={"on": given} if given else {})
        form.is_valid(raise_exception=True)
        rows = (
            super()
            .get_queryset()
            .prefetch_related(Prefetch("module__parts", Equivalence.objects.order_by("part")))
        )
        return rows.in_force(form.validated_data.get("on", today()))
