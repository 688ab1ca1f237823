"""Filling in forms as a browser does, with the key and version each page carries."""

import re
from typing import Any

from django.urls import reverse

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def page(name: str, *args: Any) -> str:
    return reverse(f"reintegration:{name}", args=args)


def hidden(answer: Any) -> dict[str, str]:
    """Key and version that a form page carries."""
    html = answer.content.decode()
    found = re.findall(r'name="(idempotency_key|record_version)" value="([^"]*)"', html)
    assert found, html
    return dict(found)


def fill(browser: Any, url: str, **values: Any) -> Any:
    """Open the form, fill it in and send it."""
    opened = browser.get(url)
    assert opened.status_code == 200, (url, opened.status_code)
    return browser.post(url, hidden(opened) | values)


def done(answer: Any) -> Any:
    assert answer.status_code == 302, answer.content.decode()
    return answer


ITEM = {
    "kind": "business",
    "form": "in_kind",
    "description": "Incubator",
    "amount": "1 250,50",
    "local_amount": "",
    "due_on": "2030-07-31",
    "payee_name": "Ets Diallo",
    "payment_method": "bank",
    "account_number": "GN01 2345 6789",
}
