"""Assistance items against the grant ceiling (R121, R122, R123, R132)."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from cases.models import Case
from core.exceptions import Refused
from programmes.models import EligibilityRule, GrantCeiling, Programme, TargetCountry
from reintegration import presenters, services
from reintegration.enums import ItemKind, ItemStatus
from reintegration.grants import ceiling_of, grants_of
from reintegration.models import AssistanceItem, ItemEvent, KindExclusion, PayeeAccount, Plan
from tests.personas import FAR, START
from tests.reintegration.conftest import NEEDED, OPENED, PROPOSED, SIGNED

D = datetime.date
LATER = D(2030, 1, 1)
pytestmark = pytest.mark.django_db


@pytest.mark.req("R121")
def test_the_sum_of_items_stays_under_the_grant_and_the_refusal_says_by_how_much(world, propose):
    first = propose(amount=Decimal(1000))
    propose(plan=first.plan, description="Cage", amount=Decimal("300.50"))

    with pytest.raises(ValidationError) as caught:
        propose(plan=first.plan, description="Feed", amount=Decimal(300))

    (message,) = caught.value.message_dict["amount"]
    assert "exceeds the grant of FORAS by 100.50 EUR" in message
    assert "Enter at most 199.50 EUR" in message
    propose(plan=first.plan, description="Feed", amount=Decimal("199.50"))
    (grant,) = grants_of(first.plan, PROPOSED)
    assert (grant.used, grant.left, grant.percent) == (Decimal(1500), 0, 100)


def test_rejected_and_cancelled_items_free_their_part_of_the_grant(world, propose):
    rejected = propose(amount=Decimal(900))
    services.reject(rejected, reason="Too dear", by=world.programme_manager)
    cancelled = propose(plan=rejected.plan, description="Cage", amount=Decimal(900))
    services.cancel_item(cancelled, reason="Gift of a cousin", by=world.focal_point)

    item = propose(plan=rejected.plan, description="Feed", amount=Decimal(1500))

    assert item.status == ItemStatus.PROPOSED


@pytest.mark.req("R132")
def test_ceilings_follow_category_and_date(world, propose, drafted):
    GrantCeiling.objects.create(
        programme=world.foras, category="vulnerable", amount=2000, valid_from=START
    )
    GrantCeiling.objects.create(
        programme=world.foras, category="vulnerable", amount=2500, valid_from=D(2020, 1, 1)
    )
    vulnerable = GrantCeiling.Category.VULNERABLE

    def amount(category: str, on: datetime.date) -> Decimal:
        return ceiling_of(world.foras, category, on).amount

    assert amount(vulnerable, D(2019, 12, 31)) == 2000
    assert amount(vulnerable, D(2020, 1, 1)) == 2500
    assert amount(GrantCeiling.Category.STANDARD, D(2020, 1, 1)) == 1500
    assert amount(GrantCeiling.Category.FAMILY, D(2020, 1, 1)) == 1500
    assert ceiling_of(world.foras, vulnerable, D(2017, 1, 1)) is None
    plan = drafted(grant_category=vulnerable, grant_grounds="Expecting a child")
    assert propose(plan=plan, amount=Decimal(2000)).amount == 2000
    with pytest.raises(ValidationError, match="already exceed this ceiling by"):
        services.edit_plan(plan, grant_category="standard", by=world.focal_point)


def test_a_programme_without_a_ceiling_gives_nothing(world, propose):
    GrantCeiling.objects.filter(programme=world.foras).delete()

    with pytest.raises(ValidationError) as caught:
        propose()

    assert list(caught.value.message_dict) == ["programme"]


@pytest.mark.req("R132")
@pytest.mark.parametrize("description", ["Incubator", "  INCUBATOR ", "incubâtor!"])
def test_a_second_programme_cannot_pay_the_same_item(world, propose, description):
    item = propose()

    with pytest.raises(ValidationError) as caught:
        propose(
            plan=item.plan,
            programme=world.programmes["OTHER"],
            description=description,
            amount=Decimal(10),
        )

    (message,) = caught.value.message_dict["description"]
    assert f"FORAS gives this item already ({item.reference})" in message
    with pytest.raises(IntegrityError, match="item_once_per_plan"), transaction.atomic():
        AssistanceItem.objects.create(
            plan=item.plan,
            programme=world.programmes["OTHER"],
            kind=item.kind,
            form="cash",
            description=description,
            amount=10,
            proposed_on=PROPOSED,
            due_on=NEEDED,
            proposed_by=world.focal_point,
        )


@pytest.mark.req("R132")
def test_neither_another_use_nor_another_plan_lets_a_second_programme_pay_the_same(
    world, propose, paid, drafted
):
    item = paid()
    other = world.programmes["OTHER"]

    def again(plan: Plan) -> None:
        propose(plan=plan, programme=other, kind=ItemKind.HOUSING, amount=Decimal(10))

    with pytest.raises(ValidationError, match="not paid twice"):
        again(item.plan)
    with pytest.raises(IntegrityError, match="item_once_per_plan"), transaction.atomic():
        AssistanceItem.objects.create(
            plan=item.plan,
            programme=other,
            kind=ItemKind.HOUSING,
            form="cash",
            description="incubator",
            amount=10,
            proposed_on=PROPOSED,
            due_on=NEEDED,
            proposed_by=world.focal_point,
        )
    services.close_incomplete(
        item.plan, on=D(2019, 9, 1), reason="Moved to another town", by=world.focal_point
    )
    new = drafted(case=item.plan.case)
    with pytest.raises(ValidationError, match="not paid twice"):
        again(new)


@pytest.mark.req("R132")
def test_another_ceiling_has_grounds_with_their_day_and_author(world, drafted, contacted):
    with pytest.raises(ValidationError) as caught:
        drafted(grant_category="family")

    assert list(caught.value.message_dict) == ["grant_grounds"]
    plan = drafted(grant_category="family", grant_grounds="Returned with four children")
    (row,) = plan.ceiling_changes.all()
    assert (row.category, row.grounds) == ("family", "Returned with four children")
    assert (row.from_on, row.by) == (OPENED, world.focal_point)
    (shown,) = [e for e in presenters.plan_timeline(plan) if "Ceiling" in e["title"]]
    assert shown["text"] == "Returned with four children"
    with pytest.raises(ValidationError, match="on what grounds"):
        services.edit_plan(plan, grant_category="vulnerable", by=world.focal_point)


@pytest.mark.req("R132")
def test_who_agrees_confirms_another_than_the_standard_ceiling(world, submitted):
    plan = submitted(grant_category="family", grant_grounds="Four children")

    def agree(**values: Any) -> Plan:
        return services.agree(plan, signed_on=SIGNED, by=world.programme_manager, **values)

    for values in ({}, {"grant_category": "vulnerable"}):
        with pytest.raises(ValidationError, match="ceiling of this plan is “Family”") as caught:
            agree(**values)
        assert list(caught.value.message_dict) == ["grant_category"]
    assert agree(grant_category="family").agreed_by == world.programme_manager


@pytest.mark.req("R132")
def test_the_ceiling_of_an_agreed_plan_is_changed_by_a_manager_alone(world, propose):
    item = propose()
    plan = item.plan
    with pytest.raises(ValidationError, match="A manager of its programme changes the ceiling"):
        services.edit_plan(
            plan,
            grant_category="family",
            grant_grounds="Children",
            reason="Children",
            by=world.focal_point,
        )

    def change(name: str) -> Plan:
        by = world.fresh(name)
        return services.change_ceiling(plan, category="family", grounds="Children", by=by)

    for name in ("focal_point", "reintegration_officer", "other_manager"):
        with pytest.raises(Refused):
            change(name)
    assert change("programme_manager").grant_category == "family"
    assert plan.ceiling_changes.get().by == world.programme_manager


@pytest.mark.req("R122")
def test_all_uses_can_be_chosen_and_an_excluded_one_names_its_rule(world, propose, agreed):
    plan = agreed()
    for kind in (
        ItemKind.VOCATIONAL_TRAINING,
        ItemKind.BASIC_EDUCATION,
        ItemKind.MEDICAL,
        ItemKind.HOUSING,
        ItemKind.BUSINESS,
    ):
        propose(plan=plan, kind=kind, description=f"For {kind}", amount=Decimal(10))
    row = services.exclude_kind(
        programme=world.foras,
        kind=ItemKind.HOUSING,
        rule="Grant agreement, annex 3",
        from_on=D(2019, 1, 1),
        by=world.programme_manager,
    )

    with pytest.raises(ValidationError) as caught:
        propose(plan=plan, kind=ItemKind.HOUSING, description="Roof", amount=Decimal(10))

    (message,) = caught.value.message_dict["kind"]
    assert "FORAS does not pay for “Building a home”" in message
    assert "Grant agreement, annex 3" in message
    services.end_exclusion(row, until_on=D(2019, 6, 30), by=world.programme_manager)
    assert propose(plan=plan, kind=ItemKind.HOUSING, description="Roof", amount=Decimal(10))


def test_only_the_manager_of_a_programme_changes_what_it_pays(world):
    with pytest.raises(Refused):
        services.exclude_kind(
            programme=world.foras,
            kind="housing",
            rule="x",
            from_on=D(2019, 1, 1),
            by=world.other_manager,
        )


@pytest.mark.req("R123")
def test_assistance_is_counted_by_kind_and_by_person(world, propose, agreed):
    first, second = agreed(), agreed()
    propose(plan=first, kind=ItemKind.FOOD, description="July", amount=Decimal(40))
    propose(plan=first, kind=ItemKind.FOOD, description="August", amount=Decimal(40))
    propose(plan=second, kind=ItemKind.FOOD, description="July", amount=Decimal(50))
    propose(plan=second, kind=ItemKind.SHELTER, description="Hostel", amount=Decimal(90))
    propose(plan=second, kind=ItemKind.BUSINESS, amount=Decimal(400))

    totals = AssistanceItem.objects.totals_by_kind()

    assert [(t["kind"], t["items"], t["people"], t["total"]) for t in totals] == [
        ("business", 1, 1, 400),
        ("shelter", 1, 1, 90),
        ("food", 3, 2, 130),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("10.005")}, "amount"),
        ({"description": ""}, "description"),
        ({"kind": "holiday"}, "kind"),
        ({"proposed_on": D(2090, 1, 1), "due_on": D(2090, 2, 1)}, "proposed_on"),
    ],
)
def test_bad_values_are_refused_at_their_field(world, propose, values, field):
    with pytest.raises(ValidationError) as caught:
        propose(**values)

    assert field in caught.value.message_dict


def test_an_item_is_not_needed_before_it_is_proposed(world, propose):
    with pytest.raises(ValidationError, match="needed before it is proposed"):
        propose(due_on=D(2019, 1, 1))


@pytest.mark.parametrize("name", ["programme_manager", "caseworker", "focal_point_mali"])
def test_only_the_office_of_origin_proposes(world, agreed, propose, name):
    with pytest.raises(Refused):
        propose(plan=agreed(), by=world.fresh(name))


def test_a_change_voids_the_first_of_two_approvals(world, propose):
    item = propose(amount=Decimal(1200))
    services.approve(item, by=world.programme_manager)

    changed = services.change_item(item, amount=Decimal(1100), by=world.focal_point)

    assert (changed.approved_by, changed.round) == (None, 2)
    assert changed.needs_second


def test_an_approved_item_does_not_change(world, approved):
    with pytest.raises(Refused):
        services.change_item(approved(), amount=Decimal(10), by=world.focal_point)


def test_a_rejected_item_is_proposed_again_with_its_history(world, propose):
    item = propose()
    services.reject(item, reason="Ask for a cheaper one", by=world.programme_manager)

    again = services.propose_again(
        item, amount=Decimal(450), due_on=LATER, note="Second quote", by=world.focal_point
    )
    services.approve(again, by=world.programme_manager)

    assert list(item.approvals.values_list("round", "decision")) == [
        (1, "rejected"),
        (2, "approved"),
    ]
    steps = ItemEvent.objects.filter(item=item).values_list("to_status", flat=True)
    assert list(steps) == ["proposed", "rejected", "proposed", "approved"]


def test_proposing_again_meets_the_ceiling_again(world, propose):
    item = propose(amount=Decimal(900))
    services.reject(item, reason="No", by=world.programme_manager)
    propose(plan=item.plan, description="Cage", amount=Decimal(1000))

    with pytest.raises(ValidationError, match="exceeds the grant"):
        services.propose_again(item, due_on=LATER, by=world.focal_point)


def test_a_proposal_made_again_is_judged_by_the_rules_of_its_own_day(world, propose, today):
    item = propose(kind=ItemKind.HOUSING)
    services.reject(item, reason="Ask for a cheaper one", by=world.programme_manager)
    services.exclude_kind(
        programme=world.foras,
        kind=ItemKind.HOUSING,
        rule="Amendment 2",
        from_on=today,
        by=world.programme_manager,
    )
    with pytest.raises(ValidationError, match="Amendment 2"):
        services.propose_again(item, due_on=LATER, by=world.focal_point)

    again = services.propose_again(item, kind=ItemKind.BUSINESS, due_on=LATER, by=world.focal_point)

    assert again.proposed_on == today


@pytest.mark.req("R132")
def test_a_programme_pays_while_it_runs_and_for_whom_it_covers(world, propose):
    plan, other = propose().plan, world.programmes["OTHER"]

    def paid_by(programme: Programme, **values: Any) -> AssistanceItem:
        return propose(
            plan=plan, programme=programme, amount=Decimal(10), **{"description": "Cage"} | values
        )

    with pytest.raises(ValidationError, match="country of origin is not covered") as caught:
        paid_by(other)
    assert list(caught.value.message_dict) == ["programme"]
    TargetCountry.objects.create(
        programme=other, country=world.country("GN"), days=DateRange(START, FAR)
    )
    rule = EligibilityRule.objects.create(
        programme=other, kind="excluded_nationality", value="GN", valid_from=START
    )
    with pytest.raises(ValidationError, match="nationality is not covered"):
        paid_by(other)
    rule.delete()
    assert paid_by(other).programme == other
    Programme.objects.update(ends_on=D(2019, 7, 31))
    for programme in (other, Programme.objects.get(code="FORAS")):
        programme.refresh_from_db()
        with pytest.raises(ValidationError, match="to 31 July 2019 only") as caught:
            paid_by(programme, description="Feed", proposed_on=D(2019, 8, 1), due_on=D(2019, 8, 2))
        assert list(caught.value.message_dict) == ["programme"]


@pytest.mark.req("R121")
def test_help_is_needed_before_its_programme_ends(world, propose):
    with pytest.raises(ValidationError, match="FORAS ends on") as caught:
        propose(due_on=FAR + datetime.timedelta(days=1))

    assert list(caught.value.message_dict) == ["due_on"]


def test_a_use_is_excluded_once_at_a_time(world):
    def exclude(first: datetime.date, last: datetime.date | None) -> KindExclusion:
        by = world.programme_manager
        row = services.exclude_kind(
            programme=world.foras, kind="housing", rule="Annex 3", from_on=first, by=by
        )
        return row if last is None else services.end_exclusion(row, until_on=last, by=by)

    exclude(D(2019, 1, 1), D(2019, 6, 30))
    with pytest.raises(ValidationError, match="already in part of that time"):
        exclude(D(2019, 6, 30), D(2019, 12, 31))

    assert exclude(D(2019, 7, 1), None).until_on is None


def test_another_case_of_the_same_person_shares_the_grant(world, propose, contacted, drafted):
    first = propose(amount=Decimal(1000))
    person = first.plan.case.person
    other = contacted()
    Case.objects.filter(pk=other.pk).update(person=person)

    with pytest.raises(ValidationError, match="exceeds the grant of FORAS by 100"):
        propose(
            plan=drafted(case=Case.objects.get(pk=other.pk)),
            description="Cage",
            amount=Decimal(600),
        )


def test_the_account_number_is_for_finance_and_the_proposer(world, approved):
    item = approved(account_number="SN08 0100", payment_method="bank")

    def sees(name: str) -> bool:
        return PayeeAccount.objects.visible_to(world.fresh(name)).filter(item=item).exists()

    assert {n for n in world.people if sees(n)} == {"focal_point", "finance_officer"}
