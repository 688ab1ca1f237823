"""Two at once: the ceiling holds, and an item is paid once (security F13)."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation

from core.exceptions import Stale
from reintegration import services
from reintegration.models import AssistanceItem, Disbursement
from tests.conftest import allow_emptying
from tests.reintegration.conftest import NEEDED, PAID, PROPOSED


@pytest.fixture
def committed(
    _audit_trigger_again: None, django_db_serialized_rollback: None, transactional_db: None
) -> Iterator[None]:
    """Data that other connections see; afterwards the tables may be emptied."""
    yield
    allow_emptying()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment; each answers with its result or its exception."""
    start = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            with translation.override("en"):
                answers[index] = call()
        except Exception as error:
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


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
