"""Payments: approved items, once, by finance; reversals and deliveries (R138)."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Assignment
from core.exceptions import Refused
from reintegration import services
from reintegration.enums import ItemStatus
from reintegration.models import AssistanceItem, Disbursement
from tests.personas import FAR, START
from tests.reintegration.conftest import APPROVED, PAID

D = datetime.date
pytestmark = pytest.mark.django_db


def pay(item, by, **values):
    given = {"paid_on": PAID, "amount": item.amount, "method": "cash", "payee_name": "Ets Diallo"}
    return services.pay(item, by=by, **(given | values))


def test_finance_pays_an_approved_item(world, approved):
    item = approved()

    payment = pay(item, world.finance_officer)

    item.refresh_from_db()
    assert (item.status, item.paid_by) == (ItemStatus.PAID, world.finance_officer)
    assert (payment.amount, payment.currency) == (Decimal(600), "EUR")
    assert item.events.last().on == PAID


def test_an_item_that_is_not_approved_is_not_paid(world, propose):
    with pytest.raises(ValidationError, match="not approved"):
        pay(propose(), world.finance_officer)


def test_an_item_is_not_paid_twice(world, paid):
    item = paid()

    with pytest.raises(ValidationError, match="paid already"):
        pay(item, world.finance_officer)
    with pytest.raises(IntegrityError, match="item_paid_once"), transaction.atomic():
        Disbursement.objects.create(
            item=item,
            paid_on=PAID,
            amount=600,
            method="cash",
            payee_name="x",
            by=world.finance_officer,
        )


@pytest.mark.parametrize("name", ["programme_manager", "focal_point", "me_officer"])
def test_others_do_not_pay(world, approved, name):
    with pytest.raises(Refused):
        pay(approved(), world.fresh(name))


@pytest.mark.req("R138")
def test_who_approved_or_proposed_does_not_pay(world, approved):
    item = approved()
    for name in ("programme_manager", "focal_point"):
        Assignment.objects.create(
            user=world.people[name],
            role="finance_officer",
            programme=world.foras,
            starts_on=START,
            ends_on=FAR,
        )
        with pytest.raises(Refused, match="Somebody else has to pay"):
            pay(item, world.fresh(name))
    with pytest.raises(IntegrityError, match="item_by_different_people"), transaction.atomic():
        AssistanceItem.objects.filter(pk=item.pk).update(
            status="paid", paid_by=world.programme_manager
        )


def test_a_finance_officer_of_another_programme_does_not_pay(world, approved):
    item = approved()
    Assignment.objects.filter(user=world.finance_officer).update(
        programme=world.programmes["OTHER"]
    )

    with pytest.raises(Refused):
        pay(item, world.fresh("finance_officer"))
    assert not AssistanceItem.objects.visible_to(world.fresh("finance_officer")).exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": Decimal("600.01")}, "amount"),
        ({"amount": Decimal(0)}, "amount"),
        ({"paid_on": APPROVED - datetime.timedelta(days=1)}, "paid_on"),
        ({"paid_on": D(2090, 1, 1)}, "paid_on"),
        ({"method": "bank"}, "account_number"),
        ({"payee_name": ""}, "payee_name"),
    ],
)
def test_bad_payments_are_refused_at_their_field(world, approved, values, field):
    item = approved()

    with pytest.raises(ValidationError) as caught:
        pay(item, world.finance_officer, **values)

    assert field in caught.value.message_dict
    assert not Disbursement.objects.exists()


def test_the_account_number_is_sealed_and_kept_with_the_payment(world, approved):
    item = approved(account_number="GN01 2345", payment_method="bank")

    payment = pay(item, world.finance_officer, method="bank", account_number="GN012345")

    assert payment.account.number == "GN01 2345"
    with pytest.raises(TypeError, match="cannot be searched"):
        item.accounts.filter(number="GN01 2345").exists()


@pytest.mark.req("R138")
@pytest.mark.parametrize(
    ("values", "field"),
    [({"payee_name": "Ets Barry"}, "payee_name"), ({"account_number": "GN99"}, "account_number")],
)
def test_the_payer_pays_nobody_but_the_approved_payee(world, approved, values, field):
    item = approved(account_number="GN01 2345", payment_method="bank")

    with pytest.raises(ValidationError) as caught:
        pay(item, world.finance_officer, method="bank", **values)

    assert list(caught.value.message_dict) == [field]
    assert "withdraw the approval" in caught.value.message_dict[field][0]
    assert [a.number for a in item.accounts.all()] == ["GN01 2345"]
    item = services.withdraw_approval(item, reason="Other supplier", by=world.second_manager)
    given = {"payee_name": "Ets Diallo", "account_number": "GN01 2345"} | values
    item = services.change_item(item, by=world.focal_point, **given)
    item = services.approve(item, on=APPROVED, by=world.programme_manager)
    assert pay(item, world.finance_officer, method="bank", **given).payee_name in given.values()


def test_an_item_is_not_approved_while_it_is_open_who_is_paid(world, propose):
    with pytest.raises(ValidationError, match="who is paid"):
        services.approve(propose(payee_name=""), by=world.programme_manager)
    with pytest.raises(ValidationError, match="number for this way of payment is missing"):
        services.approve(propose(payment_method="bank"), by=world.programme_manager)


def test_a_payment_is_taken_back_and_stays_in_the_books(world, paid):
    item = paid()
    payment = item.disbursements.get()

    services.reverse_disbursement(
        payment, reason="Wrong supplier", on=D(2019, 7, 12), by=world.finance_officer
    )

    item.refresh_from_db()
    payment.refresh_from_db()
    assert (item.status, item.paid_by) == (ItemStatus.APPROVED, None)
    assert (payment.is_reversed, payment.reversal.reason) == (True, "Wrong supplier")
    again = pay(item, world.finance_officer)
    assert list(item.disbursements.order_by("id")) == [payment, again]
    assert list(Disbursement.objects.standing()) == [again]


def test_a_payment_is_taken_back_once_and_by_finance(world, paid):
    payment = paid().disbursements.get()
    with pytest.raises(Refused):
        services.reverse_disbursement(payment, reason="x", by=world.programme_manager)

    services.reverse_disbursement(payment, reason="x", by=world.finance_officer)

    with pytest.raises(ValidationError, match="taken back already"):
        services.reverse_disbursement(payment, reason="x", by=world.finance_officer)


def test_what_is_given_in_kind_is_delivered_after_the_payment(world, approved):
    item = approved()
    with pytest.raises(ValidationError, match="not paid yet"):
        services.deliver(item, delivered_on=PAID, by=world.focal_point)
    pay(item, world.finance_officer)

    services.deliver(item, delivered_on=D(2019, 7, 20), note="1 piece", by=world.focal_point)

    item.refresh_from_db()
    assert item.status == ItemStatus.DELIVERED
    with pytest.raises(ValidationError, match="delivered already"):
        services.deliver(item, delivered_on=PAID, by=world.focal_point)
    payment = item.disbursements.get()
    with pytest.raises(ValidationError, match="Take the delivery back first"):
        services.reverse_disbursement(payment, reason="x", by=world.finance_officer)
    assert services.take_back_delivery(item, reason="Broken", by=world.focal_point).status == "paid"


def test_cash_is_not_delivered(world, paid):
    with pytest.raises(ValidationError, match="in kind"):
        services.deliver(paid(form="cash"), delivered_on=PAID, by=world.focal_point)
