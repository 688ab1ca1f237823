"""People who returned, and questionnaires to ask them."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case
from surveys import services
from surveys.models import Questionnaire, Response

ARRIVED_ON = datetime.date(2019, 6, 15)
EXAMPLES = json.loads((Path(__file__).parent / "worked_examples.json").read_text("utf-8"))
ANSWERS = {example["name"]: example["answers"] for example in EXAMPLES}
MIXED = ANSWERS["mixed_with_NA_and_refusal"]
DAY = datetime.date(2019, 9, 16)
WAY = (
    CaseStatus.READY_TO_TRAVEL,
    CaseStatus.DEPARTED,
    CaseStatus.ARRIVED,
    CaseStatus.CONTACTED,
    CaseStatus.PLAN_AGREED,
    CaseStatus.PROJECT_RUNNING,
)


def bring(case: Case, status: str, by: Any) -> Case:
    """Take a case along its way, every step on the day of arrival."""
    for step in WAY[: WAY.index(CaseStatus(status)) + 1]:
        case = case_services.advance(case, step, on=ARRIVED_ON, by=by)
    return case


@pytest.fixture
def returned(world: Any, ready: Callable[..., Case]) -> Callable[..., Case]:
    """Somebody handed over to Guinea who has arrived there, or is further on the way."""

    def _returned(status: str = CaseStatus.ARRIVED, **values: Any) -> Case:
        case = ready(**values)
        by = world.fresh("protection_officer" if case.is_restricted else "caseworker")
        case_services.send_handover(case, by=by)
        return bring(Case.objects.get(pk=case.pk), status, by)

    return _returned


@pytest.fixture
def child(returned: Callable[..., Case]) -> Callable[..., Case]:
    """A child travelling alone who has arrived, fifteen on that day."""

    def _child(**values: Any) -> Case:
        born = datetime.date(2004, 5, 1)
        return returned(birth_on=born, is_unaccompanied_child=True, **values)

    return _child


@pytest.fixture
def rss(db: Any) -> Questionnaire:
    return Questionnaire.objects.get(code="rss", version=1)


@pytest.fixture
def on_day(settings: Any) -> Callable[[str], datetime.date]:
    """Make it a certain day."""

    def _on_day(day: str) -> datetime.date:
        settings.TODAY = day
        return datetime.date.fromisoformat(day)

    return _on_day


@pytest.fixture
def submit(world: Any, rss: Questionnaire) -> Callable[..., Response]:
    """A reintegration survey as the focal point records it."""

    def _submit(case: Case, answers: Any = MIXED, **values: Any) -> Response:
        values = {"answered_on": DAY, "by": world.fresh("focal_point")} | values
        return services.submit(rss, case=case, answers=answers, **values)

    return _submit


def answered(world: Any, questionnaire: Any, case: Any, answers: Any, day: Any) -> Response:
    by = world.fresh("focal_point")
    return services.submit(questionnaire, case=case, answers=answers, answered_on=day, by=by)


@pytest.fixture
def origin(world: Any, sign_in: Any) -> Any:
    return sign_in(world.fresh("focal_point"))


@pytest.fixture
def case(returned: Any) -> Any:
    return returned()


@pytest.fixture
def response(world: Any, case: Any, rss: Questionnaire) -> Response:
    return answered(world, rss, case, MIXED, DAY)
