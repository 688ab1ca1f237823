"""Which rows exist for whom."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from cases import services as case_services
from core.exceptions import Refused
from reintegration import models, services
from reintegration.models import AssistanceItem, Disbursement, FirstContact, Goal, Plan

pytestmark = pytest.mark.django_db

SCOPED = [getattr(models, name) for name in models.__all__ if not name.endswith("QuerySet")]


@pytest.mark.parametrize("model", SCOPED)
def test_anonymous_sees_nothing(paid, model):
    services.reverse_disbursement(
        paid().disbursements.get(), reason="x", by=Disbursement.objects.get().by
    )

    assert not model.objects.visible_to(AnonymousUser()).exists()


@pytest.mark.parametrize(
    ("model", "readers"),
    [
        (
            Plan,
            {"focal_point", "reintegration_officer", "programme_manager", "second_manager"},
        ),
        (
            AssistanceItem,
            {
                "focal_point",
                "reintegration_officer",
                "programme_manager",
                "second_manager",
                "finance_officer",
            },
        ),
        (Goal, {"focal_point", "reintegration_officer", "programme_manager", "second_manager"}),
    ],
)
def test_who_reads_plans_goals_and_items(world, approved, model, readers):
    approved()
    protected = {"origin_protection_officer"}

    found = {n for n in world.people if model.objects.visible_to(world.fresh(n)).exists()}

    assert found == readers | protected


def test_a_child_alone_is_followed_by_protection_and_paid_without_a_name(world, arrived):
    case = arrived(birth_on=datetime.date(2005, 1, 1), is_unaccompanied_child=True)
    officer = world.fresh("origin_protection_officer")
    with pytest.raises(Refused, match="office of the country of origin"):
        services.record_first_contact(
            case,
            on=datetime.date(2019, 6, 12),
            initiated_by="office",
            channel="visit",
            by=world.fresh("caseworker"),
        )
    services.record_first_contact(
        case, on=datetime.date(2019, 6, 12), initiated_by="office", channel="visit", by=officer
    )
    plan = services.open_plan(case, project_kind="individual", by=officer)
    item = services.propose_item(
        plan,
        programme=world.foras,
        kind="basic_education",
        form="in_kind",
        description="School fees",
        amount=200,
        due_on=datetime.date(2030, 1, 1),
        by=officer,
    )

    manager = world.fresh("programme_manager")
    assert not Plan.objects.visible_to(world.fresh("focal_point")).exists()
    assert not Plan.objects.visible_to(manager).exists()
    assert not FirstContact.objects.visible_to(world.fresh("focal_point")).exists()
    assert list(AssistanceItem.objects.visible_to(manager)) == [item]


def test_finance_sees_items_once_approved(world, propose):
    item = propose()
    assert not AssistanceItem.objects.visible_to(world.fresh("finance_officer")).exists()

    services.approve(item, by=world.programme_manager)

    assert list(AssistanceItem.objects.payable_by(world.fresh("finance_officer"))) == [item]
    assert not AssistanceItem.objects.payable_by(world.fresh("programme_manager")).exists()


def test_host_caseworkers_read_drafts_of_their_office_before_departure(world, ready):
    case = ready()
    services.open_plan(case, project_kind="individual", by=world.caseworker)

    found = {n for n in world.people if Plan.objects.visible_to(world.fresh(n)).exists()}
    assert found == {"caseworker", "protection_officer", "programme_manager", "second_manager"}
    case_services.send_handover(case, by=world.caseworker)
    assert Plan.objects.visible_to(world.fresh("focal_point")).exists()
