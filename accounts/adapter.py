"""How sign-in differs from allauth's defaults."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

from core import audit


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by administrators; a sign-in is audited."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def login(self, request: Any, user: Any) -> None:
        super().login(request, user)
        audit.signed_in(user)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address of the installation, never the one that a request claims to have."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return settings.SITE_URL.rstrip("/") + path
