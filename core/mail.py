"""Mail: sent after commit, without personal data; the demonstration keeps it on a page."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from core.models import SentMail


def send(user: Any, template: str, context: dict[str, Any]) -> None:
    """Send ``template`` (first line the subject) to a user in the user's language, on commit."""
    with translation.override(user.language):
        subject, _, body = render_to_string(template, context).strip().partition("\n")
    transaction.on_commit(
        lambda: send_mail(subject, body.strip(), None, [user.email]),
        robust=True,  # what was saved stays saved when the mail server is away
    )


class DemoMailBackend(BaseEmailBackend):
    """Keeps messages as rows that the demonstration shows; nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        SentMail.objects.bulk_create(
            SentMail(recipients=", ".join(m.to), subject=str(m.subject), body=str(m.body))
            for m in email_messages
        )
        return len(email_messages)
