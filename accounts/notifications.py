"""What people are told about their accounts."""

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from core import mail


def account_opened(user: User) -> None:
    """Tell somebody that an account waits, and where they choose its password."""
    address = settings.SITE_URL.rstrip("/") + reverse("account_reset_password")
    mail.send(user, "accounts/mail/account_opened.txt", {"account": user, "address": address})
