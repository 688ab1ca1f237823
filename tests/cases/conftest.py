"""Cases at each step of the way, and the two faces through which people reach them."""

import datetime
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

from cases import services
from cases.enums import CaseStatus
from cases.models import Case, CaseEvent
from cases.workflow import WAY
from tests.personas import World

REGISTERED_ON = datetime.date(2019, 3, 4)
HANDED_OVER_BEFORE = CaseStatus.DEPARTED


@pytest.fixture
def at_step(world: World, ready: Callable[..., Case]) -> Callable[..., Case]:
    """Somebody at a step of the way, one week after another; handed over before the departure."""

    def _at_step(step: str, **values: Any) -> Case:
        case = ready(**values)
        steps = list(itertools.takewhile(lambda s: s != step, WAY)) + [step]
        for week, status in enumerate(steps[1:], start=1):
            if status == HANDED_OVER_BEFORE:
                services.send_handover(case, by=world.fresh("protection_officer"))
            case = services.advance(
                case,
                status,
                on=REGISTERED_ON + datetime.timedelta(weeks=week),
                by=world.fresh("protection_officer"),
            )
        return Case.objects.get(pk=case.pk)

    return _at_step


@pytest.fixture
def closed(world: World, at_step: Callable[..., Case]) -> Callable[..., Case]:
    """A case closed at a step by the manager of its programme."""

    def _closed(step: str = CaseStatus.ORIENTED, **values: Any) -> Case:
        case = at_step(step, **values)
        last = CaseEvent.objects.filter(case=case).latest("on").on
        case = services.close(
            case, outcome="withdrawn", on=last, by=world.fresh("programme_manager")
        )
        return Case.objects.get(pk=case.pk)

    return _closed


@pytest.fixture
def fill_in() -> Callable[..., Any]:
    """Open a form and send it filled in; hidden fields are taken from the page."""

    def _fill_in(browser: Any, url: str, **values: Any) -> Any:
        html = browser.get(url).content.decode()
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
        hidden = {name: value for name, value in found if name != "csrfmiddlewaretoken"}
        return browser.post(url, hidden | values)

    return _fill_in


@pytest.fixture
def api() -> Callable[..., Any]:
    """Send a body to the REST API."""

    def _api(browser: Any, path: str, body: Any, *, version: int | None = None) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return browser.post(
            f"/api/v1/{path}", body, content_type="application/json", headers=headers
        )

    return _api


@pytest.fixture
def refused() -> Callable[[Any], bool]:
    """Was this person's attempt on the case noted in the audit?"""
    from core.models import AuditAction, AuditEntry

    def _refused(case: Case) -> bool:
        rows = AuditEntry.objects.filter(action=AuditAction.REFUSED)
        return any(case.reference in row.references for row in rows)

    return _refused
