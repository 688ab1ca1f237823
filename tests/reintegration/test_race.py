"""Two at once: the ceiling holds, and an item is paid once (security F13)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.exceptions import Stale
from reintegration import services
from reintegration.models import AssistanceItem, Disbursement
from tests.races import at_once
from tests.reintegration.conftest import NEEDED, PAID, PROPOSED


def test_two_people_adding_items_cannot_pass_the_ceiling_together(committed, world, agreed):
    plan = agreed()
    users = [world.fresh("focal_point"), world.fresh("reintegration_officer")]

    def adding(number: int) -> Callable[[], Any]:
        return lambda: services.propose_item(
            plan,
            programme=world.foras,
            kind="business",
            form="cash",
            description=f"Item {number}",
            amount=Decimal(800),
            due_on=NEEDED,
            proposed_on=PROPOSED,
            by=users[number % 2],
        )

    answers = at_once(*(adding(number) for number in range(4)))

    refused = [a for a in answers if isinstance(a, ValidationError)]
    assert len(refused) == 3
    assert all("exceeds the grant" in a.messages[0] for a in refused)
    assert AssistanceItem.objects.counted().count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_a_plan_taken_back_and_an_item_approved_at_once_leave_no_approved_item_without_plan(
    committed, world, propose, turn
):
    item = propose()
    plan, officer, manager = item.plan, world.fresh("focal_point"), world.fresh("programme_manager")

    answers = at_once(
        lambda: services.take_back_agreement(plan, reason="Mistake", by=officer),
        lambda: services.approve(item, by=manager),
    )

    assert sum(isinstance(a, ValidationError) for a in answers) == 1
    item = AssistanceItem.objects.get(pk=item.pk)
    approved, running = item.status == "approved", item.plan.status == "agreed"
    assert approved == running


def test_an_item_is_paid_once_however_many_press_the_button(committed, world, approved):
    item = approved()

    def paying() -> Disbursement:
        return services.pay(
            item,
            paid_on=PAID,
            amount=item.amount,
            method="cash",
            payee_name="Ets Diallo",
            by=world.fresh("finance_officer"),
        )

    answers = at_once(*[paying] * 4)

    assert sum(isinstance(a, Disbursement) for a in answers) == 1
    assert all(isinstance(a, Disbursement | ValidationError | Stale) for a in answers)
    assert Disbursement.objects.count() == 1
