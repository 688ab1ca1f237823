"""Returnees on their way: arrived, contacted, with a plan, with items."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cases import services as case_services
from cases.enums import CaseStatus, ContactChannel
from cases.models import Case
from reintegration import services
from reintegration.enums import Initiator, ItemKind, ProjectKind, Side, SupportForm
from reintegration.models import AssistanceItem, Plan
from tests.personas import World

D = datetime.date
DEPARTED = D(2019, 6, 3)
ARRIVED = D(2019, 6, 4)
CONTACTED = D(2019, 6, 12)
OPENED = D(2019, 6, 14)
SIGNED = D(2019, 6, 28)
PROPOSED = D(2019, 7, 1)
APPROVED = D(2019, 7, 5)
PAID = D(2019, 7, 9)
NEEDED = D(2019, 7, 31)


@pytest.fixture
def arrived(world: World, ready: Callable[..., Case]) -> Callable[..., Case]:
    """Handed over, departed and arrived."""

    def _arrived(**values: Any) -> Case:
        case = ready(**values)
        host = world.fresh("protection_officer")
        case_services.send_handover(case, by=host)
        for step, on in (
            (CaseStatus.READY_TO_TRAVEL, D(2019, 5, 20)),
            (CaseStatus.DEPARTED, DEPARTED),
            (CaseStatus.ARRIVED, ARRIVED),
        ):
            case = case_services.advance(case, step, on=on, by=host)
        return case

    return _arrived


@pytest.fixture
def contacted(world: World, arrived: Callable[..., Case]) -> Callable[..., Case]:
    """First contact made by the focal point of Guinea."""

    def _contacted(**values: Any) -> Case:
        case = arrived(**values)
        services.record_first_contact(
            case,
            on=CONTACTED,
            initiated_by=Initiator.OFFICE,
            channel=ContactChannel.CALL,
            by=world.fresh("focal_point"),
        )
        return Case.objects.get(pk=case.pk)

    return _contacted


@pytest.fixture
def drafted(world: World, contacted: Callable[..., Case]) -> Callable[..., Plan]:
    """A plan with an economic goal, not submitted yet."""

    def _drafted(case: Case | None = None, **values: Any) -> Plan:
        by = world.fresh("focal_point")
        plan = services.open_plan(
            case or contacted(),
            project_kind=ProjectKind.INDIVIDUAL,
            description="Poultry farm",
            opened_on=OPENED,
            by=by,
            **values,
        )
        services.add_goal(
            plan, side=Side.ECONOMIC, text="Sell 200 chickens", due_on=D(2019, 12, 31), by=by
        )
        return Plan.objects.get(pk=plan.pk)

    return _drafted


@pytest.fixture
def submitted(world: World, drafted: Callable[..., Plan]) -> Callable[..., Plan]:
    def _submitted(**values: Any) -> Plan:
        return services.submit(
            drafted(**values),
            not_needed={Side.SOCIAL: "Lives with family", Side.PSYCHOSOCIAL: "Feels well"},
            on=OPENED,
            by=world.fresh("focal_point"),
        )

    return _submitted


@pytest.fixture
def agreed(world: World, submitted: Callable[..., Plan]) -> Callable[..., Plan]:
    """Signed, and agreed to by the reintegration officer."""

    def _agreed(**values: Any) -> Plan:
        return services.agree(
            submitted(**values), signed_on=SIGNED, by=world.fresh("reintegration_officer")
        )

    return _agreed


@pytest.fixture
def propose(world: World, agreed: Callable[..., Plan]) -> Callable[..., AssistanceItem]:
    """Propose an item; 600 EUR of business in kind unless said otherwise."""

    def _propose(plan: Plan | None = None, **values: Any) -> AssistanceItem:
        given: dict[str, Any] = {
            "programme": world.foras,
            "kind": ItemKind.BUSINESS,
            "form": SupportForm.IN_KIND,
            "description": "Incubator",
            "amount": Decimal(600),
            "due_on": NEEDED,
            "proposed_on": PROPOSED,
            "payee_name": "Ets Diallo",
            "by": world.fresh("focal_point"),
        }
        return services.propose_item(plan or agreed(), **(given | values))

    return _propose


@pytest.fixture
def approved(world: World, propose: Callable[..., AssistanceItem]) -> Callable[..., Any]:
    def _approved(**values: Any) -> AssistanceItem:
        return services.approve(propose(**values), on=APPROVED, by=world.fresh("programme_manager"))

    return _approved


@pytest.fixture
def paid(world: World, approved: Callable[..., Any]) -> Callable[..., AssistanceItem]:
    def _paid(**values: Any) -> AssistanceItem:
        item = approved(**values)
        services.pay(
            item,
            paid_on=PAID,
            amount=item.amount,
            method="supplier",
            payee_name="Ets Diallo",
            by=world.fresh("finance_officer"),
        )
        return AssistanceItem.objects.get(pk=item.pk)

    return _paid
