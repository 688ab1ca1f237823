"""REST: what exceptions of every kind share, asked for by one person, decided by another."""

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api import (
    DecisionIn,
    InputSerializer,
    ListMixin,
    RecordViewSet,
    RefusalIn,
    RetrieveMixin,
)
from core.filters import OverrideFilter


class OverrideViewSet(ListMixin, RetrieveMixin, RecordViewSet):
    """Exceptions by number, with the three verbs on a request."""

    filterset_class = OverrideFilter
    ordering = ("-requested_on", "-id")
    lookup_field = "pk"
    #: The services.
    approving: ClassVar[Callable[..., Any]]
    refusing: ClassVar[Callable[..., Any]]
    withdrawing: ClassVar[Callable[..., Any]]

    @extend_schema(request=DecisionIn)
    @action(detail=True, methods=["post"])
    def approve(self, request: Any, pk: str = "") -> Response:
        return self.verb(DecisionIn, type(self).approving)

    @extend_schema(request=RefusalIn)
    @action(detail=True, methods=["post"])
    def refuse(self, request: Any, pk: str = "") -> Response:
        return self.verb(RefusalIn, type(self).refusing)

    @extend_schema(request=InputSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Any, pk: str = "") -> Response:
        return self.verb(InputSerializer, type(self).withdrawing)
