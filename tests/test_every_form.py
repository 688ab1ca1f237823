"""Every form, filled in with what cannot be: a message at each field, and nothing typed is lost.

In Arabic, so that a message that nobody translated is seen.
Which forms there are, and who opens them, is read from ``tests/access_matrix.csv``.
"""

import csv
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core.forms import KEY_FIELD, VERSION_FIELD, ActionForm
from tests import access_world

MATRIX = Path(__file__).parent / "access_matrix.csv"
BACKEND = "accounts.authentication.SessionBackend"
ARABIC = re.compile(r"[\u0600-\u06ff]")
TEXTS = ("Rabat \u202egpj", "Rabat \x00")
DAY = "2026-02-31"
MOMENT = "2026-02-31T25:61"
NUMBER = "twelve"
CHOICE = "no-such-thing"
PROGRAM = b"MZ\x90\x00"

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(scope="module")
def access(django_db_setup: None, django_db_blocker: Any) -> Iterator[access_world.AccessWorld]:
    with access_world.built(django_db_blocker) as built:
        yield built


def form_pages(access: access_world.AccessWorld) -> Iterator[tuple[str, str, str]]:
    """Each page once: its name, its address and the first person who may open it."""
    seen = set()
    with MATRIX.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            route, method, name = row.pop("route"), row.pop("method"), row.pop("object")
            row.pop("anonymous")
            person = next((who for who, status in row.items() if status == "200"), None)
            if method != "GET" or person is None or route in seen or route.startswith("api-"):
                continue
            if name in access.kwargs:
                seen.add(route)
                yield route, reverse(route, kwargs=access.kwargs[name]), person


def clients(access: access_world.AccessWorld, language: str) -> Any:
    """One signed-in browser per person."""
    opened: dict[str, Client] = {}

    def client_of(person: str) -> Client:
        if person not in opened:
            opened[person] = Client()
            opened[person].force_login(access.person(person), backend=BACKEND)
            opened[person].cookies["awda_language"] = language
        return opened[person]

    return client_of


def is_shown(form: Any, page: Any) -> bool:
    """Is there something to fill in on this page?"""
    return (
        isinstance(form, ActionForm)
        and bool(form.fields.keys() - {KEY_FIELD, VERSION_FIELD})
        and f'name="{KEY_FIELD}"' in page.content.decode()
    )


def nonsense(form: ActionForm) -> dict[str, Any]:
    """What no field of the form can take; the key and the version stay those of the page."""
    return {
        name: form[name].value()
        if name in {KEY_FIELD, VERSION_FIELD}
        else wrong_value(field, TEXTS[number % 2])
        for number, (name, field) in enumerate(form.fields.items())
        if not field.disabled
    }


def wrong_value(field: forms.Field, text: str) -> Any:
    match field:
        case forms.FileField():
            return SimpleUploadedFile("letter.pdf", PROGRAM, content_type="application/pdf")
        case forms.DateTimeField():
            return MOMENT
        case forms.DateField():
            return DAY
        case forms.IntegerField():
            return NUMBER
        case forms.MultipleChoiceField() | forms.ModelMultipleChoiceField():
            return [CHOICE]
        case forms.ChoiceField() | forms.ModelChoiceField():
            return CHOICE
        case forms.BooleanField():
            return "on"
    return text


def refused_fields(form: ActionForm) -> set[str]:
    """The fields that have to complain."""
    return {
        name
        for name, field in form.fields.items()
        if name not in {KEY_FIELD, VERSION_FIELD}
        and not field.disabled
        and not isinstance(field, forms.BooleanField)
    }


def lost(answer: Any, form: ActionForm) -> list[str]:
    """Typed texts, numbers and days that the page no longer shows."""
    page = html.unescape(answer.content.decode())
    return [
        name
        for name, value in nonsense(form).items()
        if value in (*TEXTS, DAY, MOMENT, NUMBER) and value not in page
    ]


def faults(client: Client, path: str, form: ActionForm) -> list[str]:
    """What is wrong with the answer to a form full of nonsense."""
    answer = client.post(path, nonsense(form))
    if answer.status_code != 422:
        return [f"answers {answer.status_code}"]
    sent = answer.context["form"]
    silent = refused_fields(form) - set(sent.errors)
    found = [f"{name} accepts it" for name in sorted(silent)]
    found += [f"{name} is lost" for name in lost(answer, form)]
    found += [
        f"{name} complains in another language: {message}"
        for name, messages in sent.errors.items()
        for message in messages
        if not ARABIC.search(message)
    ]
    return found


def test_every_form_names_each_wrong_field_and_keeps_what_was_typed(
    access: access_world.AccessWorld,
) -> None:
    client_of = clients(access, "ar")
    wrong, forms_seen = [], 0
    for route, path, person in form_pages(access):
        opened = client_of(person).get(path)
        form = getattr(opened, "context", None) and opened.context.get("form")
        if not is_shown(form, opened):
            continue
        forms_seen += 1
        wrong += [f"{route}: {fault}" for fault in faults(client_of(person), path, form)]
    assert forms_seen > 60
    if wrong:
        pytest.fail(f"{len(wrong)} faults:\n" + "\n".join(wrong), pytrace=False)
