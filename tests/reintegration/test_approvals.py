"""Different people propose, approve and pay (R138)."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Assignment
from core.exceptions import Refused
from core.models import AuditEntry
from programmes.models import GrantCeiling
from reference import rules
from reference import services as reference_services
from reintegration import services
from reintegration.enums import ItemStatus
from reintegration.models import Approval, AssistanceItem
from tests.personas import FAR, START
from tests.reintegration.conftest import APPROVED, PROPOSED

D = datetime.date
pytestmark = pytest.mark.django_db


def make_manager(world, name):
    """The focal point of yesterday is a manager today."""
    user = world.people[name]
    Assignment.objects.filter(user=user).update(ends_on=D(2020, 1, 1))
    Assignment.objects.create(
        user=user, role="programme_manager", programme=world.foras, starts_on=START, ends_on=FAR
    )
    return world.fresh(name)


@pytest.mark.req("R138")
def test_the_proposer_cannot_approve_and_the_try_is_logged(world, propose, sign_in):
    item = propose()
    browser = sign_in(make_manager(world, "focal_point"))

    answer = browser.post(
        f"/assistance-items/{item.reference}/approve/",
        {"idempotency_key": "a", "record_version": item.version, "note": ""},
    )

    assert answer.status_code == 403
    assert b"You proposed this item" in answer.content
    item.refresh_from_db()
    assert item.status == ItemStatus.PROPOSED
    entry = AuditEntry.objects.get(action="refused")
    assert (entry.actor, entry.object_ids) == (world.focal_point, [str(item.pk)])
    assert entry.references == [item.plan.case.reference]


@pytest.mark.req("R138")
def test_a_try_without_the_role_is_logged_too(world, propose, sign_in):
    item = propose()

    answer = sign_in(world.focal_point).post(f"/assistance-items/{item.reference}/approve/")

    assert answer.status_code == 403
    assert AuditEntry.objects.filter(action="refused", actor=world.focal_point).count() == 1


@pytest.mark.req("R138")
def test_whoever_changed_a_proposal_last_is_its_proposer(world, propose):
    item = services.change_item(
        propose(), amount=Decimal(900), payee_name="Ets Barry", by=world.reintegration_officer
    )

    assert item.proposed_by == world.reintegration_officer
    with pytest.raises(Refused, match="You proposed this item"):
        services.approve(item, by=make_manager(world, "reintegration_officer"))
    with pytest.raises(IntegrityError, match="item_by_different_people"), transaction.atomic():
        AssistanceItem.objects.filter(pk=item.pk).update(
            status="approved", approved_by=world.reintegration_officer
        )


@pytest.mark.req("R138")
@pytest.mark.parametrize("role", ["programme_manager", "finance_officer"])
def test_who_may_propose_in_a_country_neither_approves_nor_pays(world, role):
    """The protection officer of a country proposes for the children nobody else there sees."""
    for name in ("focal_point", "reintegration_officer", "origin_protection_officer"):
        other = Assignment(
            user=world.people[name],
            role=role,
            programme=world.foras,
            starts_on=START,
            ends_on=FAR,
        )
        with pytest.raises(ValidationError, match="exclude each other"):
            other.full_clean()


def test_the_database_refuses_the_proposer_too(world, propose):
    item = propose()

    with pytest.raises(IntegrityError, match="approval_not_by_proposer"), transaction.atomic():
        Approval.objects.create(
            item=item,
            round=1,
            decision="approved",
            on=APPROVED,
            by=world.focal_point,
            proposed_by=world.focal_point,
        )
    with pytest.raises(IntegrityError, match="item_by_different_people"), transaction.atomic():
        AssistanceItem.objects.filter(pk=item.pk).update(
            status="approved", approved_by=world.focal_point
        )


def test_a_manager_of_the_programme_approves(world, propose):
    item = services.approve(propose(), on=APPROVED, by=world.programme_manager)

    assert (item.status, item.approved_by) == (ItemStatus.APPROVED, world.programme_manager)
    assert item.events.last().on == APPROVED


@pytest.mark.parametrize("name", ["other_manager", "finance_officer", "reintegration_officer"])
def test_others_do_not_approve(world, propose, name):
    with pytest.raises(Refused):
        services.approve(propose(), by=world.fresh(name))


@pytest.mark.req("R138")
def test_above_the_band_two_different_managers_approve(world, propose):
    item = services.approve(propose(amount=Decimal("1000.01")), by=world.programme_manager)
    assert item.status == ItemStatus.PROPOSED
    assert item.is_half_approved

    with pytest.raises(Refused, match="second approval is for a colleague"):
        services.approve(item, by=world.fresh("programme_manager"))
    with pytest.raises(IntegrityError, match="enough_people"), transaction.atomic():
        AssistanceItem.objects.filter(pk=item.pk).update(status="approved")

    item = services.approve(item, by=world.second_manager)
    assert item.status == ItemStatus.APPROVED
    assert (item.approved_by, item.second_approved_by) == (
        world.programme_manager,
        world.second_manager,
    )


def test_the_band_itself_needs_one_manager(world, propose):
    assert services.approve(propose(amount=Decimal(1000)), by=world.programme_manager).status == (
        ItemStatus.APPROVED
    )


def test_the_band_is_the_one_of_the_day_of_the_proposal(world, propose, today):
    reference_services.set_rule(
        rules.APPROVAL_SECOND_PERSON_ABOVE,
        value="100",
        from_on=today,
        note="Stricter",
        by=world.administrator,
    )

    old = propose(amount=Decimal(500), proposed_on=PROPOSED)
    new = propose(amount=Decimal(500), proposed_on=today, due_on=today)

    assert (old.needs_second, new.needs_second) == (False, True)


def test_another_currency_than_that_of_the_band_needs_two_managers(world, propose):
    GrantCeiling.objects.filter(programme=world.foras).update(currency="XOF", amount=900_000)

    assert propose(amount=Decimal(500)).needs_second


def test_an_item_waits_for_the_signed_plan_but_help_that_cannot_wait_does_not(
    world, propose, drafted
):
    plan = drafted()
    business = propose(plan=plan)
    food = propose(plan=plan, kind="food", description="First weeks", amount=Decimal(50))
    manager = world.fresh("programme_manager")

    assert set(AssistanceItem.objects.decidable_by(manager)) == {food}
    with pytest.raises(ValidationError, match="plan is not agreed yet"):
        services.approve(business, by=manager)
    assert services.approve(food, by=manager).status == ItemStatus.APPROVED


def test_a_rejection_needs_a_reason(world, propose):
    with pytest.raises(ValidationError) as caught:
        services.reject(propose(), reason=" ", by=world.programme_manager)

    assert list(caught.value.message_dict) == ["reason"]


def test_a_decision_is_taken_once(world, approved):
    with pytest.raises(ValidationError, match="decided on already"):
        services.reject(approved(), reason="Too late", by=world.second_manager)


def test_an_approval_is_withdrawn_before_the_payment_and_counts_no_more(world, approved):
    item = services.withdraw_approval(approved(), reason="Wrong file", by=world.second_manager)

    assert (item.status, item.approved_by, item.round) == (ItemStatus.PROPOSED, None, 2)
    assert services.approve(item, by=world.programme_manager).status == ItemStatus.APPROVED


def test_the_first_of_two_approvals_is_withdrawn_by_its_author(world, propose):
    item = services.approve(propose(amount=Decimal(1200)), by=world.programme_manager)
    with pytest.raises(Refused):
        services.withdraw_approval(item, reason="x", by=world.second_manager)

    item = services.withdraw_approval(item, reason="Mistake", by=world.programme_manager)

    assert (item.approved_by, item.round) == (None, 2)


def test_the_queue_of_a_manager_leaves_out_what_is_not_theirs(world, propose):
    own = propose()
    half = propose(amount=Decimal(1100))
    services.approve(half, by=world.programme_manager)

    def queue(name: str) -> set[AssistanceItem]:
        return set(AssistanceItem.objects.decidable_by(world.fresh(name)))

    assert queue("programme_manager") == {own}
    assert queue("second_manager") == {own, half}
    assert queue("other_manager") == set()
    assert queue("focal_point") == set()
