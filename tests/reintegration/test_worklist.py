"""What waits for focal points, managers and finance on the home page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import services as case_services
from reintegration import reach, services, worklist
from reintegration.enums import Reachability
from tests.reintegration.conftest import CONTACTED

D = datetime.date
pytestmark = pytest.mark.django_db


def titles(user) -> dict[str, int]:
    return {str(s.title): len(s.items) for s in worklist.sections(user)}


def test_a_focal_point_sees_contacts_and_plans_that_are_due(world, arrived, contacted, agreed):
    arrived()
    contacted()
    agreed()

    sections = {str(s.title): s for s in worklist.sections(world.fresh("focal_point"))}

    contacts = sections["First contacts to make"].items
    assert [(i.due, i.is_late) for i in contacts] == [(D(2019, 6, 18), True)]
    assert len(sections["Plans to bring to agreement"].items) == 2
    assert sections["Plans to bring to agreement"].items[0].due == D(2019, 7, 4)


def test_an_office_sees_its_own_country_only(world, arrived):
    arrived()

    assert titles(world.fresh("focal_point_mali"))["First contacts to make"] == 0
    assert "First contacts to make" not in titles(world.fresh("caseworker"))


def test_rejected_items_come_back_to_the_focal_point(world, propose):
    services.reject(propose(), reason="Too dear", by=world.programme_manager)

    assert titles(world.fresh("focal_point"))["Rejected items"] == 1


@pytest.mark.req("R155")
def test_people_who_do_not_answer_are_to_be_traced(world, contacted, today):
    case = contacted()
    assert reach.reachability(case, today) == Reachability.REACHABLE
    for day in range(1, 7):
        case_services.log_attempt(
            case,
            on=CONTACTED + datetime.timedelta(days=day),
            channel="call" if day % 2 else "message",
            result="no_answer",
            by=world.focal_point,
        )

    (section,) = [
        s for s in worklist.sections(world.fresh("focal_point")) if s.title == "People to trace"
    ]

    assert reach.reachability(case, today) == Reachability.HARD
    assert [i.detail for i in section.items] == ["6 attempts without an answer"]
    assert section.items[0].url.endswith("/reintegration/calls/")
    last_try = CONTACTED + datetime.timedelta(days=6)
    assert [(i.due, i.is_late) for i in section.items] == [
        (last_try + datetime.timedelta(days=worklist.TRACE_DAYS), True)
    ]


@pytest.mark.parametrize(("day", "is_late"), [("2019-07-04", False), ("2019-07-05", True)])
def test_a_plan_to_agree_to_is_due_with_the_plan_of_the_person(
    world, submitted, settings, day, is_late
):
    submitted()
    settings.TODAY = day

    sections = {str(s.title): s for s in worklist.sections(world.fresh("programme_manager"))}

    (item,) = sections["Plans to agree to"].items
    assert (item.due, item.is_late) == (D(2019, 7, 4), is_late)


def test_plans_items_and_payments_wait_for_the_right_people(world, submitted, propose, approved):
    submitted()
    propose()
    approved()

    assert titles(world.fresh("programme_manager")) == {
        "Plans to agree to": 1,
        "Items to approve": 1,
    }
    assert titles(world.fresh("finance_officer")) == {"Items to pay": 1}
    assert titles(world.fresh("reintegration_officer"))["Plans to agree to"] == 1
    assert titles(world.fresh("focal_point"))["Plans to agree to"] == 0
    assert titles(world.fresh("donor")) == {}


def test_the_number_of_queries_does_not_grow(world, arrived):
    def queries() -> int:
        user = world.fresh("focal_point")
        with CaptureQueriesContext(connection) as caught:
            worklist.sections(user)
        return len(caught)

    arrived()
    few = queries()
    for _number in range(3):
        arrived()

    assert queries() == few
