"""What the resources share."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from core import audit


class VisibleField(serializers.SlugRelatedField):
    """A relation named by reference, among what the caller may see."""

    def get_queryset(self) -> Any:
        return self.queryset.model._default_manager.visible_to(self.context["request"].user)


class LoggedRefusal:
    """A try to decide without the permission leaves its trace (R138)."""

    logged: frozenset[str] = frozenset()

    def check_object_permissions(self, request: Any, obj: Any) -> None:
        if self.action in self.logged and not request.user.has_permission(  # type: ignore[attr-defined]
            self.permissions[self.action]  # type: ignore[attr-defined]
        ):
            audit.refused(request.user, obj, _("Tried without the permission for it."))
        super().check_object_permissions(request, obj)  # type: ignore[misc]
