"""A case is closed when its journey is given up (R034, R080)."""

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from cases.enums import CaseStatus
from cases.models import Case, Commitment
from core.exceptions import Refused
from tests.travel.conftest import FLIGHT, TODAY
from travel import services

pytestmark = pytest.mark.django_db


def close(case, on, by):
    return case_services.close(Case.objects.get(pk=case.pk), outcome="withdrawn", on=on, by=by)


@pytest.mark.parametrize("stage", ["planned", "confirmed"])
def test_a_journey_is_cancelled_before_the_case_is_closed(request, world, clock, stage):
    journey, by = request.getfixturevalue(stage)(), world.fresh("caseworker")

    for day in (TODAY, FLIGHT):
        clock(day)
        with pytest.raises(ValidationError, match=r"has a journey on 21 June 2019.*Cancel"):
            close(journey.case, day, by)
    services.cancel(journey, reason="Stays", by=by)
    closed = close(journey.case, FLIGHT, by)

    assert closed.status == CaseStatus.CLOSED
    assert not Commitment.objects.live().filter(person=closed.person).exists()


def test_a_journey_that_was_made_stands_in_nobodys_way(departed, world):
    journey = departed()
    case = Case.objects.get(pk=journey.case_id)

    assert close(case, journey.travels_on, world.fresh("programme_manager")).is_closed


def test_no_step_is_taken_in_a_case_that_was_closed_meanwhile(world, confirmed):
    case = confirmed().case
    Commitment.objects.filter(person=case.person).update(is_released=True, kind="course")
    close(case, TODAY, world.fresh("caseworker"))

    by = world.fresh("caseworker")
    with pytest.raises(Refused, match="is closed"):
        case_services.advance(case, CaseStatus.DEPARTED, on=TODAY, by=by)
    with pytest.raises(Refused, match="is closed"):
        case_services.advance_many([(case, CaseStatus.DEPARTED, TODAY)], by=by)
