"""Who is signed in: by a session in the browser, or to the REST API with a machine key."""

import hashlib
import hmac
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header

from accounts.models import MachineKey, User
from core.clock import today


class SessionBackend(AuthenticationBackend):
    """Signing in with address and password; every request reads its user and their roles."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.with_roles(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class MachineKeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer awda_…``; a key acts as its account, narrowed by its own list."""

    def authenticate(self, request: Any) -> tuple[Any, MachineKey] | None:
        scheme, _space, given = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        prefix = given.split("_")[1] if given.count("_") >= 2 else ""
        key = MachineKey.objects.select_related("user").filter(prefix=prefix).first()
        digest = hashlib.sha256(given.encode("latin-1")).hexdigest()
        if key is None or not hmac.compare_digest(key.digest, digest):
            raise exceptions.AuthenticationFailed(_("This key is not known."))
        if not key.is_valid_on(today()) or not key.user.is_active:
            raise exceptions.AuthenticationFailed(_("This key is no longer valid."))
        now = timezone.now()
        if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 60:
            MachineKey.objects.filter(pk=key.pk).update(last_used_at=now)
        if key.permissions:
            key.user.key_permissions = frozenset(key.permissions)
        return key.user, key

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"
