"""The default permission of the REST API (apart, because the framework loads it early)."""

from typing import Any

from rest_framework.permissions import BasePermission


class DeclaredPermission(BasePermission):
    """Each action of a viewset declares its permission; an undeclared one is refused.

    Actions on one object check it after the scope, so that out of scope is 404 (design §4.1). A
    method that an address does not know has no action: the viewset answers 405 itself.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        return view.detail or view.action is None or self._allowed(request, view)

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        return self._allowed(request, view)

    @staticmethod
    def _allowed(request: Any, view: Any) -> bool:
        permission = view.permissions.get(view.action)
        return permission is not None and request.user.has_permission(permission)


class SignedIn(BasePermission):
    """Anybody who has signed in, for documents that name no person."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated)
