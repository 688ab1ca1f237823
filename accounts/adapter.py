"""How sign-in differs from allauth's defaults."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.urls import reverse

from core import audit
from core.fields import decrypt, encrypt
from core.models import AuditAction

#: What allauth tells of the second sign-in step and its recovery codes, and how the audit names it.
SECOND_STEP = {
    signals.authenticator_added: AuditAction.CREATE,
    signals.authenticator_reset: AuditAction.CHANGE,
    signals.authenticator_removed: AuditAction.DELETE,
}

SECOND_STEP_COLUMN = "mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are opened by administrators; sign-ins and new passwords are audited (R011)."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def login(self, request: Any, user: Any) -> None:
        super().login(request, user)
        audit.signed_in(user)

    @transaction.atomic
    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.secured(user, AuditAction.CHANGE, user, password=[None, None])

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        """Nobody sets a password for a machine account: it works by keys (R012)."""
        if not user.is_machine:
            super().send_password_reset_mail(user, email, context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address of the installation, never the one that a request claims to have."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return settings.SITE_URL.rstrip("/") + path


class SecondStepAdapter(DefaultMFAAdapter):
    """The secrets of second steps are sealed as encrypted columns are."""

    def encrypt(self, text: str) -> str:
        return encrypt(text, context=SECOND_STEP_COLUMN)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, context=SECOND_STEP_COLUMN)


def second_step_changed(
    *, signal: Signal, user: Any, authenticator: Authenticator, **_rest: Any
) -> None:
    """Audit that somebody turned the second step on or off or made new recovery codes (R011)."""
    action, kind = SECOND_STEP[signal], authenticator.type
    old = None if action == AuditAction.CREATE else kind
    new = None if action == AuditAction.DELETE else kind
    audit.secured(user, action, authenticator, type=[old, new])
