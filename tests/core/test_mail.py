"""Mail leaves after the work is saved, and its failure takes nothing back."""

from typing import Any

import pytest
from django.core import mail

from accounts import services
from accounts.models import User


@pytest.mark.django_db
def test_an_account_is_opened_although_the_mail_server_is_away(
    world: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def away(*args: Any, **options: Any) -> None:
        raise ConnectionRefusedError("no mail server")

    monkeypatch.setattr("core.mail.send_mail", away)
    with django_capture_on_commit_callbacks(execute=True):
        services.open_account(
            email="new@example.org", name="New Person", by=world.fresh("administrator")
        )

    assert User.objects.filter(email="new@example.org").exists()
    assert "no mail server" in caplog.text
    assert mail.outbox == []
