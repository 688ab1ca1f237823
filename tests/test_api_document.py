"""The document of the REST API and the page on which it is read."""

import re

import pytest

pytestmark = pytest.mark.django_db

SCHEMA, DOCS = "/api/v1/schema/", "/api/v1/docs/"


def test_the_document_names_addresses_and_how_a_program_signs_in(world, sign_in):
    answer = sign_in(world.clerk).get(SCHEMA, {"format": "json"})

    assert answer.status_code == 200
    document = answer.json()
    assert "/api/v1/cases/" in document["paths"]
    assert document["components"]["securitySchemes"]


def test_the_page_and_its_script_keep_to_the_security_policy(world, sign_in):
    browser = sign_in(world.clerk)

    answer = browser.get(DOCS)

    page = answer.content.decode()
    assert "style-src 'self'" in answer["Content-Security-Policy"]
    assert "<style" not in page
    assert " style=" not in page
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", page))
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/")
        part = browser.get(address.replace("&amp;", "&"))
        assert part.status_code == 200
        assert b"".join(part)


@pytest.mark.parametrize("path", [SCHEMA, DOCS])
def test_neither_is_for_strangers(client, path):
    assert client.get(path).status_code == 401
