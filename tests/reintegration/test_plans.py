"""The reintegration plan: sides, versions, agreement, drafts begun before the return."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cases import services as case_services
from cases.enums import CaseStatus
from core.exceptions import Refused
from core.models import AuditEntry
from reintegration import services
from reintegration.enums import PlanStatus, ProjectKind, Side
from reintegration.models import Goal, Plan, PlanVersion
from tests.reintegration.browsing import done, fill, page
from tests.reintegration.conftest import ARRIVED, DEPARTED, SIGNED

D = datetime.date
pytestmark = pytest.mark.django_db


@pytest.mark.req("R119")
def test_a_plan_with_an_empty_side_asks_why_it_is_not_needed(world, drafted):
    plan = drafted()

    with pytest.raises(ValidationError) as caught:
        services.submit(plan, by=world.focal_point)

    assert set(caught.value.message_dict) == {"social_not_needed", "psychosocial_not_needed"}
    assert "say why it is not needed" in caught.value.message_dict["social_not_needed"][0]
    submitted = services.submit(
        plan,
        not_needed={Side.SOCIAL: "Lives with family", Side.PSYCHOSOCIAL: "Feels well"},
        by=world.focal_point,
    )
    assert submitted.status == PlanStatus.SUBMITTED
    assert submitted.social_not_needed == "Lives with family"
    assert submitted.economic_not_needed == ""


def test_a_side_that_gets_a_goal_is_needed_after_all(world, submitted):
    plan = services.send_back(submitted(), reason="Add housing", by=world.focal_point)

    services.add_goal(
        plan,
        side=Side.SOCIAL,
        text="A room of one's own",
        due_on=D(2020, 1, 1),
        by=world.focal_point,
    )

    plan.refresh_from_db()
    assert plan.social_not_needed == ""
    assert plan.psychosocial_not_needed == "Feels well"


@pytest.mark.req("R119")
def test_a_plan_keeps_signature_and_versions(world, agreed):
    plan = agreed()

    services.edit_plan(
        plan, description="Goats instead", reason="Feed became expensive", by=world.focal_point
    )

    first, second = plan.versions.all()
    assert (first.number, first.content["signed_on"]) == (1, "2019-06-28")
    assert first.content["goals"][0]["text"] == "Sell 200 chickens"
    assert (first.content["description"], second.content["description"]) == (
        "Poultry farm",
        "Goats instead",
    )
    assert second.reason == "Feed became expensive"
    assert (second.content["signed_on"], second.content["after_signature"]) == (None, True)


def test_a_version_made_after_the_signature_says_so(world, agreed, sign_in):
    plan = agreed()
    services.edit_plan(plan, description="Goats", reason="Feed", by=world.focal_point)
    browser = sign_in(world.focal_point)

    first, second = (
        browser.get(version.get_absolute_url()).content.decode() for version in plan.versions.all()
    )

    assert "Signed on" in first
    assert "Changed after the signature" not in first
    assert "Signed on" not in second
    assert "Changed after the signature" in second


def test_an_agreement_taken_back_leaves_no_signature(world, agreed):
    plan = services.take_back_agreement(agreed(), reason="Not signed", by=world.focal_point)

    assert plan.versions.get().content["signed_on"] is None


def test_a_signed_plan_changes_with_a_reason_only(world, agreed):
    with pytest.raises(ValidationError) as caught:
        services.edit_plan(agreed(), description="Goats", by=world.focal_point)

    assert list(caught.value.message_dict) == ["reason"]


def test_a_submitted_plan_does_not_change_while_somebody_decides(world, submitted):
    with pytest.raises(ValidationError, match="Recall it first"):
        services.edit_plan(submitted(), description="Goats", by=world.focal_point)


@pytest.mark.req("R126")
def test_a_draft_begun_before_the_return_is_version_0_in_the_country_of_origin(world, ready):
    case = ready()
    plan = services.open_plan(case, project_kind="individual", by=world.caseworker)
    services.add_goal(
        plan, side=Side.ECONOMIC, text="Open a shop", due_on=D(2030, 1, 1), by=world.caseworker
    )
    assert not Plan.objects.visible_to(world.focal_point).exists()

    case_services.send_handover(case, by=world.caseworker)

    seen = Plan.objects.visible_to(world.fresh("focal_point")).get()
    version = PlanVersion.objects.visible_to(world.fresh("focal_point")).get(plan=seen)
    assert version.number == 0
    assert version.content["goals"][0]["text"] == "Open a shop"
    for step, on in (
        (CaseStatus.READY_TO_TRAVEL, D(2019, 5, 20)),
        (CaseStatus.DEPARTED, DEPARTED),
        (CaseStatus.ARRIVED, ARRIVED),
    ):
        case_services.advance(case, step, on=on, by=world.caseworker)
    services.add_goal(
        Plan.objects.get(),
        side=Side.SOCIAL,
        text="Room",
        due_on=D(2030, 1, 1),
        by=world.focal_point,
    )
    assert list(plan.versions.values_list("number", flat=True)) == [0, 1]
    assert len(plan.versions.get(number=0).content["goals"]) == 1
    assert len(plan.versions.get(number=1).content["goals"]) == 2


def test_the_host_office_no_longer_sees_or_writes_the_plan_after_departure(world, arrived):
    case = arrived()
    plan = services.open_plan(case, project_kind="individual", by=world.focal_point)

    assert not Plan.objects.visible_to(world.fresh("caseworker")).exists()
    with pytest.raises(Refused):
        services.edit_plan(plan, description="x", by=world.fresh("caseworker"))


def test_a_case_has_one_plan(world, drafted):
    plan = drafted()

    with pytest.raises(ValidationError, match="has a plan already"):
        services.open_plan(plan.case, project_kind="collective", by=world.focal_point)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(
            case=plan.case, project_kind="collective", opened_on=SIGNED, opened_by=world.focal_point
        )


def test_nobody_agrees_to_their_own_plan(world, submitted):
    plan = submitted()

    with pytest.raises(Refused, match="their own plan"):
        services.agree(plan, signed_on=SIGNED, by=world.fresh("focal_point"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(
            status="agreed", signed_on=SIGNED, agreed_by=world.focal_point
        )


def test_whoever_begun_or_last_wrote_a_plan_does_not_agree_to_it(world, drafted):
    not_needed = {Side.SOCIAL: "-", Side.PSYCHOSOCIAL: "-"}
    plan = services.submit(drafted(), not_needed=not_needed, by=world.reintegration_officer)

    def agree(name: str) -> Plan:
        return services.agree(plan, signed_on=SIGNED, by=world.fresh(name))

    for name in ("focal_point", "reintegration_officer"):
        with pytest.raises(Refused, match="their own plan"):
            agree(name)
    plan = services.send_back(plan, reason="Say where", by=world.reintegration_officer)
    services.edit_plan(plan, description="Farm", by=world.origin_protection_officer)
    plan = services.submit(plan, by=world.focal_point)
    with pytest.raises(Refused, match="their own plan"):
        agree("origin_protection_officer")
    assert agree("reintegration_officer").status == PlanStatus.AGREED


@pytest.mark.parametrize("name", ["reintegration_officer", "programme_manager"])
def test_a_colleague_or_the_manager_agrees_and_the_case_moves(world, submitted, name):
    plan = services.agree(submitted(), signed_on=SIGNED, by=world.fresh(name))

    assert plan.status == PlanStatus.AGREED
    assert plan.case.events.get(to_status=CaseStatus.PLAN_AGREED).on == SIGNED
    assert list(plan.events.values_list("to_status", flat=True)) == ["draft", "submitted", "agreed"]


@pytest.mark.parametrize("name", ["other_manager", "focal_point_mali", "caseworker"])
def test_strangers_do_not_agree(world, submitted, name):
    with pytest.raises(Refused):
        services.agree(submitted(), signed_on=SIGNED, by=world.fresh(name))


def test_a_plan_is_signed_after_the_first_contact(world, submitted):
    with pytest.raises(ValidationError, match="before the first contact"):
        services.agree(submitted(), signed_on=D(2019, 6, 5), by=world.programme_manager)


def test_without_a_first_contact_no_plan_is_agreed(world, drafted, arrived):
    plan = drafted(case=arrived())
    services.submit(
        plan, not_needed={Side.SOCIAL: "-", Side.PSYCHOSOCIAL: "-"}, by=world.focal_point
    )

    with pytest.raises(ValidationError, match="Record the first contact"):
        services.agree(plan, signed_on=SIGNED, by=world.programme_manager)


@pytest.mark.parametrize("status", ["approved", "paid", "delivered"])
def test_no_agreement_is_taken_back_under_an_item_that_rests_on_it(world, paid, status):
    item = paid()
    if status == "approved":
        services.reverse_disbursement(
            item.disbursements.get(), reason="Wrong payee", by=world.finance_officer
        )
    if status == "delivered":
        services.deliver(item, delivered_on=D(2019, 7, 12), by=world.focal_point)
    item.refresh_from_db()
    assert item.status == status

    with pytest.raises(ValidationError, match="Approved items rest on this plan"):
        services.take_back_agreement(item.plan, reason="Mistake", by=world.focal_point)


def test_help_that_did_not_wait_for_the_agreement_does_not_rest_on_it(world, approved):
    item = approved(kind="food", description="First weeks")

    plan = services.take_back_agreement(item.plan, reason="Mistake", by=world.focal_point)

    assert plan.status == PlanStatus.SUBMITTED


def test_an_agreement_recorded_by_mistake_is_taken_back(world, agreed):
    plan = services.take_back_agreement(agreed(), reason="Not signed yet", by=world.focal_point)

    assert (plan.status, plan.signed_on, plan.agreed_by) == (PlanStatus.SUBMITTED, None, None)
    plan.case.refresh_from_db()
    assert plan.case.status == CaseStatus.CONTACTED
    assert plan.events.last().note == "Not signed yet"


def test_a_suspended_plan_goes_on_where_it_was(world, agreed):
    plan = services.suspend(agreed(), on=D(2019, 9, 1), reason="Illness", by=world.focal_point)
    assert plan.status == PlanStatus.SUSPENDED

    assert services.resume(plan, on=D(2019, 10, 1), by=world.focal_point).status == "agreed"


def test_a_plan_closed_before_its_end_makes_room_for_another(world, agreed):
    plan = services.close_incomplete(
        agreed(), on=D(2019, 9, 1), reason="Left again", by=world.focal_point
    )

    another = services.open_plan(plan.case, project_kind="collective", by=world.focal_point)

    assert Plan.objects.live().get(case=plan.case) == another


def test_a_plan_with_open_items_is_not_closed(world, propose):
    item = propose()

    with pytest.raises(ValidationError, match="Cancel them first"):
        services.close_incomplete(item.plan, on=D(2019, 9, 1), reason="Left", by=world.focal_point)


def test_goals_are_sealed_and_their_change_is_kept(world, drafted):
    goal = drafted().goals.get()
    stored = Goal.objects.filter(pk=goal.pk).extra(select={"raw": "text"}).get().raw
    assert "chickens" not in stored

    services.change_goal(
        goal, side=Side.ECONOMIC, text="Sell 300", due_on=D(2020, 1, 1), by=world.focal_point
    )

    entry = AuditEntry.objects.get(model="reintegration.goal", action="change")
    assert "chickens" not in str(entry.changes)
    assert entry.sealed_changes


def test_a_goal_taken_out_stays_in_earlier_versions(world, agreed):
    plan = agreed()

    services.remove_goal(
        plan.goals.get(), reason="Reached", not_needed="Has a job", by=world.focal_point
    )

    assert [len(v.content["goals"]) for v in plan.versions.all()] == [1, 0]


@pytest.mark.req("R119")
def test_no_side_of_a_signed_plan_becomes_empty_unasked(world, agreed):
    plan = agreed()
    goal, by = plan.goals.get(), world.focal_point
    values = {"text": goal.text, "due_on": goal.due_on, "reason": "x"}

    with pytest.raises(ValidationError) as removed:
        services.remove_goal(goal, reason="Has a job", by=by)
    with pytest.raises(ValidationError) as moved:
        services.change_goal(goal, side=Side.SOCIAL, by=by, **values)

    assert list(removed.value.message_dict) == ["economic_not_needed"]
    assert list(moved.value.message_dict) == ["economic_not_needed"]
    assert plan.goals.get().side == Side.ECONOMIC
    services.change_goal(goal, side=Side.SOCIAL, not_needed="Has a job", by=by, **values)
    plan.refresh_from_db()
    assert (plan.economic_not_needed, plan.social_not_needed) == ("Has a job", "")


def test_the_form_asks_why_the_side_is_left_empty(world, agreed, sign_in):
    plan = agreed()
    url = page("remove-goal", plan.reference, plan.goals.get().pk)
    browser = sign_in(world.focal_point)

    again = fill(browser, url, reason="Has a job")
    assert again.status_code == 422
    assert b"say why it is not needed" in again.content
    done(fill(browser, url, reason="Has a job", economic_not_needed="Has a job"))
    assert not plan.goals.exists()


def test_psychosocial_goals_are_for_the_people_who_work_with_the_person(world, drafted):
    plan = drafted()
    services.add_goal(
        plan, side=Side.PSYCHOSOCIAL, text="Counselling", due_on=D(2020, 1, 1), by=world.focal_point
    )

    assert Goal.objects.visible_to(world.fresh("focal_point")).count() == 2
    assert Goal.objects.visible_to(world.fresh("programme_manager")).count() == 1


@pytest.mark.req("R120")
def test_the_kind_of_project_changes_with_history(world, agreed):
    plan = services.change_project_kind(
        agreed(),
        kind=ProjectKind.COLLECTIVE,
        from_on=D(2019, 9, 1),
        reason="Joins four others",
        by=world.focal_point,
    )

    assert plan.project_kind == ProjectKind.COLLECTIVE
    assert [(c.kind, c.from_on) for c in plan.kind_changes.all()] == [
        ("individual", D(2019, 6, 14)),
        ("collective", D(2019, 9, 1)),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "individual", "from_on": D(2019, 9, 1)}, "kind"),
        ({"kind": "collective", "from_on": D(2019, 1, 1)}, "from_on"),
        ({"kind": "collective", "from_on": D(2090, 1, 1)}, "from_on"),
    ],
)
def test_a_change_of_kind_that_makes_no_sense_is_refused_at_its_field(world, agreed, values, field):
    with pytest.raises(ValidationError) as caught:
        services.change_project_kind(agreed(), reason="x", by=world.focal_point, **values)

    assert list(caught.value.message_dict) == [field]


def test_a_project_begun_or_done_by_a_day_reads_its_dates(world, agreed):
    plan = services.begin_project(agreed(), on=D(2019, 8, 1), by=world.focal_point)
    services.finish_project(plan, on=D(2020, 2, 1), by=world.focal_point)

    assert not Plan.objects.with_project_by(D(2019, 7, 31)).exists()
    assert Plan.objects.with_project_by(D(2019, 8, 1)).count() == 1
    assert Plan.objects.with_project_by(D(2020, 5, 31)).count() == 1
    plan.refresh_from_db()
    assert plan.status == PlanStatus.COMPLETED
    assert plan.case.events.get(to_status=CaseStatus.PROJECT_RUNNING).on == D(2019, 8, 1)


def test_a_project_does_not_begin_before_the_signature_nor_end_before_it_began(world, agreed):
    plan = agreed()
    with pytest.raises(ValidationError, match="before the signature"):
        services.begin_project(plan, on=D(2019, 6, 20), by=world.focal_point)

    plan = services.begin_project(plan, on=D(2019, 8, 1), by=world.focal_point)

    with pytest.raises(ValidationError, match="before the project was begun"):
        services.finish_project(plan, on=D(2019, 7, 1), by=world.focal_point)


def test_a_jump_from_draft_to_project_is_refused(world, drafted):
    with pytest.raises(ValidationError, match="cannot go from “Draft” to “In progress”"):
        services.begin_project(drafted(), on=D(2019, 8, 1), by=world.focal_point)


def test_steps_of_the_project_are_taken_back_one_by_one(world, agreed):
    plan = services.begin_project(agreed(), on=D(2019, 8, 1), by=world.focal_point)
    plan = services.finish_project(plan, on=D(2020, 2, 1), by=world.focal_point)

    plan = services.take_back_project_step(plan, reason="Not yet", by=world.focal_point)
    assert plan.status == PlanStatus.IN_PROGRESS
    plan = services.take_back_project_step(plan, reason="Never began", by=world.focal_point)

    plan.case.refresh_from_db()
    assert (plan.status, plan.case.status) == (PlanStatus.AGREED, CaseStatus.PLAN_AGREED)
    assert not Plan.objects.with_project_by(D(2020, 5, 31)).exists()
    assert plan.project_events.count() == 2
