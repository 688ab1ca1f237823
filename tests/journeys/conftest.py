"""A browser for each person, against the live server and a database that it shares."""

import contextlib
import datetime
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Response

from tests import personas
from tests.conftest import allow_emptying

#: Anything slower than this is a fault.
PATIENCE = 15_000


@pytest.fixture(scope="session", autouse=True)
def _event_loop_in_the_main_thread() -> None:
    """The browser library runs one there; Django would refuse the database beside it."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def connection_of_the_suite(django_db_setup: None) -> Any:
    """The connection that made the test database, and knows its first contents."""
    return connections[DEFAULT_DB_ALIAS]


@pytest.fixture(scope="session")
def playwright(connection_of_the_suite: Any, playwright: Playwright) -> Playwright:
    """The browser library; Django would open another connection beside its event loop."""
    connections[DEFAULT_DB_ALIAS] = connection_of_the_suite
    return playwright


@pytest.fixture
def transactional_db(
    _audit_trigger_again: None, django_db_serialized_rollback: None, transactional_db: None
) -> Iterator[None]:
    """Data that the server sees too; afterwards the tables may be emptied."""
    yield
    allow_emptying()


@pytest.fixture
def calendar(settings: Any) -> Callable[[datetime.date], datetime.date]:
    """Turns the leaves of the calendar, for the server as well."""

    def turn(day: datetime.date) -> datetime.date:
        settings.TODAY = day.isoformat()
        return day

    return turn


class Visitor:
    """Somebody with a browser of their own, signed in through the page."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server

    def sign_in(self, email: str) -> None:
        self.go("/accounts/login/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", personas.PASSWORD)
        answer = self.press("form.form button[type=submit]")
        assert answer.status == 200, email
        assert self.page.url == f"{self.server}/", f"{email} cannot sign in: {self.page.url}"

    def go(self, path: str, *, status: int = 200) -> Response:
        """Open a page; the answer has to be the one expected."""
        answer = self.page.goto(self.server + path)
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}\n{self.text()[:600]}"
        return answer

    def press(self, selector: str) -> Response:
        """Click on something that leads to another page."""
        with self.page.expect_navigation() as navigation:
            self.page.locator(selector).first.click()
        answer = navigation.value
        assert answer is not None
        return answer

    def enter(self, **values: Any) -> None:
        """Fill fields in by name, whatever kind of field they are."""
        for name, value in values.items():
            self.enter_one(name, value)

    def enter_one(self, name: str, value: Any) -> None:
        field = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
        kind = field.first.evaluate("e => e.type")
        if kind in {"radio", "checkbox"} and value is not True:
            for one in value if isinstance(value, list) else [value]:
                self.page.check(f'main [name="{name}"][value="{one}"]')
        elif kind == "checkbox":
            field.check()
        elif kind == "select-one":
            field.select_option(str(value))
        else:
            field.fill(str(value))

    def send(self, **values: Any) -> None:
        """Fill the form in and send it: it has to be accepted."""
        self.enter(**values)
        where = self.page.url
        answer = self.press("main form.form[method=post] .btn[type=submit]")
        assert answer.status == 200, f"{where}: {answer.status}\n{self.complaint()}"

    def refused(self, status: int = 422, **values: Any) -> str:
        """Fill the form in and send it: it has to be refused; what the page says."""
        self.enter(**values)
        answer = self.press("main form.form[method=post] .btn[type=submit]")
        assert answer.status == status, f"{self.page.url}: {answer.status}"
        return self.complaint()

    def does(self, path: str, **values: Any) -> None:
        """Open the page of a verb, fill it in, send it."""
        self.go(path)
        self.send(**values)

    def complaint(self) -> str:
        """The errors above the form, else the page."""
        errors = self.page.locator("main .errors")
        return str(errors.first.inner_text()) if errors.count() else self.text()

    def text(self) -> str:
        return str(self.page.locator("body").inner_text())

    def reads(self, words: str) -> bool:
        """Are these words on the page, in whatever capitals?"""
        return words.lower() in self.text().lower()

    @property
    def path(self) -> str:
        """Where we are."""
        return self.page.url.removeprefix(self.server).split("?")[0].split("#")[0]


@pytest.fixture
def visit(
    transactional_db: None, live_server: Any, browser: Browser
) -> Iterator[Callable[..., Visitor]]:
    """A new browser, signed in as somebody: ``visit("clerk@example.org")``."""
    contexts: list[BrowserContext] = []

    def visitor(email: str = "", *, language: str = "fr", **options: Any) -> Visitor:
        context = browser.new_context(locale=language, **options)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        opened = Visitor(context.new_page(), live_server.url)
        if email:
            opened.sign_in(email)
        return opened

    yield visitor
    for context in contexts:
        with contextlib.suppress(Exception):
            context.close()
