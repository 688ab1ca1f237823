"""People with papers, journeys at each of their stages, and a second protection officer."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Assignment, User
from accounts.permissions import Role
from cases import services as case_services
from cases.enums import CommitmentKind
from cases.models import Case, Commitment
from tests import personas
from travel import services
from travel.models import CHECK_ITEMS, ChildGate, Journey

D = datetime.date
TODAY = D(2019, 6, 3)
FLIGHT = D(2019, 6, 21)
TICKET = {"route": "Rabat – Conakry", "ticket_source": "programme"}
ALL_DONE = dict.fromkeys(CHECK_ITEMS, True)


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Callable[[datetime.date], None]:
    """The tests live on 3 June 2019; ``clock(day)`` moves on."""

    def move_to(day: datetime.date) -> None:
        settings.TODAY = day.isoformat()

    move_to(TODAY)
    return move_to


@pytest.fixture
def course(world: personas.World) -> Callable[..., Commitment]:
    """A course in somebody's calendar, started unless said otherwise."""

    def _course(
        case: Case, first: datetime.date, last: datetime.date, *, is_started: bool = True
    ) -> Commitment:
        return case_services.commit(
            case.person,
            kind=CommitmentKind.COURSE,
            first=first,
            last=last,
            label="Business",
            by=world.caseworker,
            is_binding=is_started,
        )

    return _course


@pytest.fixture
def planned(world: personas.World, ready: Callable[..., Case]) -> Callable[..., Journey]:
    """A journey planned for 21 June 2019, of somebody with all papers."""

    def _planned(
        planned_on: datetime.date = FLIGHT, *, case: Case | None = None, **values: Any
    ) -> Journey:
        return services.plan(
            case or ready(**values), planned_on=planned_on, by=world.fresh("caseworker"), **TICKET
        )

    return _planned


@pytest.fixture
def confirmed(world: personas.World, planned: Callable[..., Journey]) -> Callable[..., Journey]:
    """A journey confirmed on 3 June 2019."""

    def _confirmed(*args: Any, **values: Any) -> Journey:
        journey = planned(*args, **values)
        return services.confirm(journey, on=TODAY, by=world.fresh("caseworker"))

    return _confirmed


@pytest.fixture
def departed(
    world: personas.World, confirmed: Callable[..., Journey], clock: Callable[..., None]
) -> Callable[..., Journey]:
    """Somebody handed over who left on the planned day; it is that day now."""

    def _departed(planned_on: datetime.date = FLIGHT, **values: Any) -> Journey:
        clock(TODAY)
        journey = confirmed(planned_on, **values)
        by = world.fresh("caseworker")
        services.save_check(journey, items=ALL_DONE, close=True, by=by)
        case_services.send_handover(journey.case, by=by)
        clock(planned_on)
        fresh = Journey.objects.get(pk=journey.pk)
        return services.depart(fresh, on=planned_on, by=world.fresh("caseworker"))

    return _departed


@pytest.fixture
def second_officer(world: personas.World) -> User:
    """Another protection officer of the mission, who may sign what the first recorded."""
    user = User.objects.create_user(
        email="second_officer@example.org",
        name="Second Officer",
        password=personas.PASSWORD,
        language="en",
    )
    Assignment.objects.create(
        user=user,
        role=Role.PROTECTION_OFFICER,
        office=world.offices["mission"],
        starts_on=personas.START,
        ends_on=personas.FAR,
    )
    return user


@pytest.fixture
def child(ready: Callable[..., Case]) -> Case:
    """A girl of 15 who travels alone."""
    return ready(
        birth_on=D(2004, 2, 1), sex="female", is_unaccompanied_child=True, given_name="Aïcha"
    )


SAFEGUARDS = {
    "determination": "return",
    "determined_on": D(2019, 5, 2),
    "determined_by": "Best-interest panel",
    "guardian_name": "M. Camara",
    "guardian_consented_on": D(2019, 5, 6),
    "child_assented_on": D(2019, 5, 6),
    "family_assessed_on": D(2019, 5, 13),
    "escort_name": "S. Bah",
    "receiver_name": "F. Camara",
}


@pytest.fixture
def gate(world: personas.World) -> Callable[..., ChildGate]:
    """The safeguards of a child as recorded by the first protection officer."""

    def _gate(case: Case, **values: Any) -> ChildGate:
        return services.record_gate(
            case, values=SAFEGUARDS | values, by=world.fresh("protection_officer")
        )

    return _gate
