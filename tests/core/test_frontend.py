"""Rules of the pages that a reader of one template cannot see (docs/frontend.md)."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.template.loader import get_template

from avrr.navigation import CASE_TABS, MAIN
from core.gallery import SampleForm, icon_names
from core.templatetags import ui

TEMPLATES = settings.BASE_DIR / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))


def test_vendored_files_are_as_declared():
    check = settings.BASE_DIR / "scripts" / "vendor_check"

    result = subprocess.run([sys.executable, check], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TEMPLATES).as_posix())
def test_a_template_compiles_and_holds_nothing_the_content_security_policy_refuses(page):
    text = page.read_text("utf-8")

    get_template(page.relative_to(TEMPLATES).as_posix())
    if "pdf" not in page.parts:
        assert not re.search(
            r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text
        )
        assert not re.search(r"""(?:src|href)=["']https?://""", text)


def test_every_icon_that_a_template_names_is_in_the_sprite():
    known = set(icon_names())
    named = {
        (name, page.name)
        for page in PAGES
        for name in re.findall(r'{% icon "([^"]+)"|\sicon="([^"]+)"', page.read_text("utf-8"))
        for name in name
        if name
    }

    assert {(name, page) for name, page in named if name not in known} == set()
    assert set(ui.TONE_ICONS.values()) | ui.DIRECTIONAL <= known
    assert {entry.icon for entry in (*MAIN, *CASE_TABS)} <= known


def test_every_component_is_shown_in_the_gallery():
    components = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    shown = set()
    waiting = [TEMPLATES / "core" / "gallery.html", TEMPLATES / "layouts" / "page.html"]
    waiting.append(TEMPLATES / "components" / "form_fields.html")
    waiting.append(TEMPLATES / "components" / "field.html")
    while waiting:
        found = set(re.findall(r"components/(\w+\.html)", waiting.pop().read_text("utf-8")))
        waiting += [TEMPLATES / "components" / name for name in found - shown]
        shown |= found

    assert components - shown - {"form_fields.html", "field.html"} == set()


def test_a_wrong_field_keeps_what_was_typed_and_ties_its_message_to_the_control():
    form = SampleForm({"family_name": "Diallo", "born_on": "2019-02-31"})

    html = str(form["born_on"].as_field_group())

    assert 'value="2019-02-31"' in html
    assert 'type="text"' in html, "a date picker would show an impossible date as empty"
    assert 'aria-describedby="id_born_on_error"' in html
    assert 'id="id_born_on_error"' in html
    assert '<a href="#id_born_on">' in str(form)


def test_choices_are_one_group_with_a_legend():
    html = str(SampleForm()["reachable"].as_field_group())

    assert html.startswith("<fieldset")
    assert "<legend>" in html
    assert html.count("<label ") == 3


def test_what_a_form_carries_is_not_shown_as_typed():
    fields = [("idempotency_key", "k"), ("record_version", "3"), ("family_name", "Diallo")]

    labels = {"family_name": "Family name", "note": "Note"}

    assert ui.typed([*fields, ("note", " ")], labels) == [("Family name", "Diallo")]


@pytest.mark.parametrize(
    ("level", "tone"), [("error", "danger"), ("success", "success"), ("unheard-of", "neutral")]
)
def test_a_message_level_has_a_tone(level, tone):
    assert ui.tone(level) == tone
