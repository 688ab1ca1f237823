"""Every page in Arabic on a phone and in English on a desk: direction, words, width, access.

Which pages there are, and who may open them, is read from ``tests/access_matrix.csv``.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from accounts.models import Office, User
from cases.models import Document
from partners.models import Agreement, Organisation
from programmes.models import Donor, Programme
from tests import access_world
from tests.access_world import TODAY, AccessWorld

TESTS = Path(__file__).parent.parent
MATRIX = TESTS / "access_matrix.csv"
AXE = TESTS / "vendor" / "axe.min.js"
CATALOGUE = TESTS.parent / "locale" / "ar" / "LC_MESSAGES" / "django.po"
BACKEND = "accounts.authentication.SessionBackend"
ANONYMOUS = "anonymous"
#: Files, and answers to machines.
NO_PAGES = {
    "cases:document",
    "reintegration:receipt",
    "reports:pdf",
    "training:edition-roster",
    "training:sheet",
    "health",
    "health-ready",
    "schema",
    "docs",
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARABIC = re.compile(r"[\u0600-\u06ff]")
LETTERS = re.compile(r"[A-Za-z]{2}")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

#: Words on the page: text and the names of things, outside of parts in a language of their own.
READ = """() => {
  const own = document.documentElement.lang, found = [];
  const foreign = e => { const l = e.closest('[lang]'); return l && l.lang !== own; };
  const shown = e => e.checkVisibility ? e.checkVisibility() : true;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement;
    if (['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEXTAREA'].includes(e.tagName)) continue;
    const text = n.data.replace(/\\s+/g, ' ').trim();
    if (text && !foreign(e) && (e.tagName === 'OPTION' || shown(e))) found.push(text);
  }
  for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-label'])
    for (const e of document.querySelectorAll(`body [${name}]`))
      if (!foreign(e)) found.push(e.getAttribute(name).replace(/\\s+/g, ' ').trim());
  return [...new Set(found)];
}"""
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return '';
  const wide = [...document.querySelectorAll('body *')].filter(e => {
    const b = e.getBoundingClientRect();
    return b.width && (b.right > width + 1 || b.left < -1);
  });
  return `${document.documentElement.scrollWidth} px: ` + wide.slice(0, 3).map(e =>
    `${e.tagName.toLowerCase()}.${e.className}`).join(', ');
}"""
CHECK = """rules => axe.run(document, {
  runOnly: rules, resultTypes: ['violations'], elementRef: false,
}).then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(
  v => `${v.id}: ${v.nodes.slice(0, 2).map(n => n.target.join(' ')).join(' | ')}`))"""

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One page, and somebody who may open it."""

    route: str
    person: str
    path: str


@dataclass
class Findings:
    """What is wrong, by what is wrong: one fault of the frame is not named two hundred times."""

    pages: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, where: str) -> None:
        self.pages.setdefault(what, []).append(where)

    def __str__(self) -> str:
        lines = [
            f"{what}\n    {len(where)} pages: {', '.join(where[:4])}"
            for what, where in sorted(self.pages.items())
        ]
        return "\n".join(lines)


def stops(access: AccessWorld) -> list[Stop]:
    """Each page once, as the first person who may open it."""
    chosen: dict[str, Stop] = {}
    with MATRIX.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            route, kind = row.pop("route"), row.pop("object")
            if row.pop("method") != "GET" or route in NO_PAGES or route in chosen:
                continue
            person = next((name for name, status in row.items() if status == "200"), None)
            if person is None or kind not in access.kwargs or route.startswith("api-"):
                continue
            path = reverse(route, kwargs=access.kwargs[kind])
            chosen[route] = Stop(route=route, person=person, path=path)
    return sorted(chosen.values(), key=lambda stop: (stop.person, stop.route))


class Words:
    """What must not stand on an Arabic page: English that the catalogue translates."""

    def __init__(self) -> None:
        with CATALOGUE.open("rb") as lines:
            catalogue = read_po(lines, locale="ar")
        self.english = {
            " ".join(text.split())
            for message in catalogue
            if message.id and message.string and not message.fuzzy
            for text in (message.id if isinstance(message.id, tuple) else (message.id,))
            if LETTERS.search(text) and "%(" not in text and "%s" not in text
        }
        self.names = {"Awda", *self._names()}

    @staticmethod
    def _names() -> Iterator[str]:
        """Names that somebody gave, also where they look like a word of ours."""
        for model in (User, Office, Organisation, Programme, Donor):
            yield from model.objects.values_list("name", flat=True)
        yield from Document.objects.values_list("title", flat=True)
        for agreement in Agreement.objects.all():
            yield from (agreement.title, agreement.duties)

    def left_in_english(self, texts: list[str]) -> list[str]:
        return [
            text
            for text in texts
            if text not in self.names
            and (text in self.english or text.rstrip(" *:") in self.english)
        ]


class Walk:
    """One browser per person, each with the language and the size asked for."""

    def __init__(self, browser: Browser, server: str, access: AccessWorld) -> None:
        self.browser, self.server, self.access = browser, server, access
        self.axe = AXE.read_text(encoding="utf-8")
        self.keys: dict[str, str] = {}

    def context(self, person: str, language: str, viewport: dict[str, int]) -> BrowserContext:
        context = self.browser.new_context(locale=language, viewport=viewport, bypass_csp=True)
        cookies = {"awda_language": language}
        if person != ANONYMOUS:
            cookies[django_settings.SESSION_COOKIE_NAME] = self.key_of(person)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.server} for name, value in cookies.items()]
        )
        return context

    def key_of(self, person: str) -> str:
        if person not in self.keys:
            client = Client()
            client.force_login(self.access.person(person), backend=BACKEND)
            assert client.session[BACKEND_SESSION_KEY] == BACKEND
            self.keys[person] = client.session.session_key
        return self.keys[person]

    def through(
        self, pages: list[Stop], language: str, viewport: dict[str, int], findings: Findings
    ) -> Iterator[tuple[Page, str]]:
        """Open each page as its person; a page that does not open is a finding."""
        for person in dict.fromkeys(stop.person for stop in pages):
            context = self.context(person, language, viewport)
            page = context.new_page()
            for stop in pages:
                if stop.person != person:
                    continue
                where = f"{stop.route} as {person} in {language}"
                try:
                    answer = page.goto(self.server + stop.path)
                except BrowserError as error:
                    findings.add(str(error).splitlines()[0], where)
                    continue
                if answer is None or answer.status != 200:
                    findings.add(f"status {answer and answer.status}", where)
                    continue
                yield page, where
            context.close()

    def faults(self, page: Page) -> list[str]:
        page.evaluate(self.axe)
        return list(page.evaluate(CHECK, RULES))


def check_language(page: Page, where: str, language: str, findings: Findings) -> None:
    wanted = {"lang": language, "dir": "rtl" if language == "ar" else "ltr"}
    found = page.evaluate("({lang: document.documentElement.lang, dir: document.dir})")
    if found != wanted:
        findings.add(f"lang and dir are {json.dumps(found)}", where)


@pytest.fixture
def walk(
    transactional_db: None, live_server: Any, browser: Browser, calendar: Callable[..., Any]
) -> Walk:
    calendar(TODAY)
    with transaction.atomic():
        access = access_world.build()
    return Walk(browser, live_server.url, access)


def test_every_page_is_right_in_arabic_on_a_phone_and_in_english_on_a_desk(walk):
    pages = stops(walk.access)
    assert len(pages) > 150
    words, findings = Words(), Findings()
    for page, where in walk.through(pages, "ar", PHONE, findings):
        check_language(page, where, "ar", findings)
        for text in words.left_in_english(page.evaluate(READ)):
            findings.add(f"not translated: {text}", where)
        if wider := page.evaluate(WIDER):
            findings.add(f"wider than the phone: {wider}", where)
        for fault in walk.faults(page):
            findings.add(f"not accessible: {fault}", where)
    for page, where in walk.through(pages, "en", DESK, findings):
        check_language(page, where, "en", findings)
        for text in page.evaluate(READ):
            if ARABIC.search(text):
                findings.add(f"Arabic on an English page: {text}", where)
        if wider := page.evaluate(WIDER):
            findings.add(f"wider than the screen: {wider}", where)
    if findings.pages:
        pytest.fail(f"{len(findings.pages)} findings:\n{findings}", pytrace=False)
