"""People with facts and days, and their figures."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from core import pdf
from reports import services
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate
from reports.models import ReportRun
from tests.personas import World
from tests.reports.scenes import Scene

AS_OF = datetime.date(2019, 12, 31)


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


@pytest.fixture
def figures(world: World) -> Callable[..., dict[str, Any]]:
    """What is counted for the M&E officer of the programme."""

    def _figures(as_of: datetime.date = AS_OF, *, reader: str = "me_officer") -> dict[str, Any]:
        scope = Scope(user=world.fresh(reader), programme=world.foras, as_of=as_of)
        content: dict[str, Any] = evaluate(scope)["figures"]
        return content

    return _figures


@pytest.fixture
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that say what they were made of; how real ones look is tested elsewhere."""

    def render(template: str, context: Any, *, language: str, identifier: str) -> bytes:
        return f"%PDF-1.7\n{template} {language} {identifier}\n%%EOF\n".encode()

    monkeypatch.setattr(pdf, "render", render)


@pytest.fixture
def request_run(world: World) -> Callable[..., ReportRun]:
    """A report asked for by the M&E officer, waiting for the worker."""

    def _request(**values: Any) -> ReportRun:
        given: dict[str, Any] = {"programme": world.foras, "as_of": AS_OF, "language": "en"}
        return services.request_report(by=world.fresh("me_officer"), **(given | values))

    return _request


@pytest.fixture
def compiled(request_run: Callable[..., ReportRun], quick_pdf: None) -> Callable[..., ReportRun]:
    """A finished report that nobody has released."""

    def _compiled(**values: Any) -> ReportRun:
        return services.compile_run(request_run(**values))

    return _compiled


@pytest.fixture
def released(world: World, compiled: Callable[..., ReportRun]) -> Callable[..., ReportRun]:
    """A report that the manager has handed to the donor."""

    def _released(**values: Any) -> ReportRun:
        run = compiled(**values)
        services.release(run, reason="Checked", by=world.fresh("programme_manager"))
        return ReportRun.objects.get(pk=run.pk)

    return _released
