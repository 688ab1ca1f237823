"""Two people recording for one person at once: answered once, and a follow-up done stays done."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from surveys import services
from surveys.enums import FollowUpStatus
from surveys.models import Questionnaire, Response
from tests.races import at_once
from tests.surveys.conftest import ANSWERS, ARRIVED_ON

DAY = datetime.date(2019, 9, 16)
MIXED = ANSWERS["mixed_with_NA_and_refusal"]


@pytest.mark.parametrize("turn", range(3))
def test_the_same_survey_is_stored_once(
    committed: Any, world: Any, returned: Any, turn: int
) -> None:
    case, rss = returned(), Questionnaire.objects.get(code="rss", version=1)
    users = [world.fresh("focal_point"), world.fresh("reintegration_officer")]

    def submitting(user: Any) -> Any:
        return lambda: services.submit(rss, case=case, answers=MIXED, answered_on=DAY, by=user)

    answers = at_once(*(submitting(users[number % 2]) for number in range(4)))

    refused = [answer for answer in answers if isinstance(answer, ValidationError)]
    assert {error.code for error in refused} == {"answered_already"}
    assert len(refused) == 3
    assert Response.objects.count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_follow_up_done_while_the_arrival_is_corrected_stays_done(
    committed: Any, world: Any, returned: Any, turn: int
) -> None:
    case, officer = returned(), world.fresh("focal_point")
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=officer)
    row = case.follow_ups.get(month=3)

    at_once(
        lambda: services.complete_follow_up(row, done_on=DAY, by=officer),
        lambda: services.plan_follow_ups(
            case, arrived_on=datetime.date(2019, 6, 10), instead_of=ARRIVED_ON, by=officer
        ),
    )

    row.refresh_from_db()
    assert (row.status, row.done_on) == (FollowUpStatus.DONE, DAY)
