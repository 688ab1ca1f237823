"""The pages: the way through contact, plan, items, approval and payment."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Case
from programmes.models import Programme
from reintegration import services
from reintegration.models import AssistanceItem, Disbursement, FirstContact, Plan
from tests.query_counts import queries_of
from tests.reintegration.browsing import ITEM, PNG, done, fill, hidden, page

D = datetime.date
pytestmark = pytest.mark.django_db


def test_the_way_from_first_contact_to_the_delivery(world, arrived, sign_in, today):
    case = arrived()
    focal, officer = sign_in(world.focal_point), sign_in(world.reintegration_officer)
    manager, second = sign_in(world.programme_manager), sign_in(world.second_manager)
    finance = sign_in(world.finance_officer)
    tab = page("case", case.reference)
    assert b"not contacted yet" in focal.get(tab).content

    done(
        fill(
            focal,
            page("first-contact", case.reference),
            on="2019-06-12",
            initiated_by="office",
            channel="call",
        )
    )
    done(
        fill(
            focal,
            page("open-plan", case.reference),
            project_kind="individual",
            sector="poultry",
            description="Hens",
            grant_category="standard",
            opened_on="2019-06-14",
        )
    )
    plan = Plan.objects.get()
    done(
        fill(
            focal,
            page("add-goal", plan.reference) + "?side=economic",
            side="economic",
            text="Sell 200 chickens",
            steps="",
            support="",
            due_on="2020-01-31",
        )
    )
    again = fill(focal, page("submit-plan", plan.reference), social_not_needed="Family")
    assert again.status_code == 422
    assert b"say why it is not needed" in again.content
    done(
        fill(
            focal,
            page("submit-plan", plan.reference),
            social_not_needed="Family",
            psychosocial_not_needed="Well",
        )
    )
    done(fill(officer, page("agree-plan", plan.reference), signed_on="2019-06-28"))
    done(fill(focal, page("propose-item", plan.reference), programme=world.foras.pk, **ITEM))
    item = AssistanceItem.objects.get()
    assert item.amount == Decimal("1250.50")
    done(fill(manager, page("approve-item", item.reference)))
    done(fill(second, page("approve-item", item.reference)))
    opened = finance.get(page("pay-item", item.reference))
    assert b"GN01 2345 6789" in opened.content
    receipt = SimpleUploadedFile("receipt.png", PNG, content_type="image/png")
    done(
        finance.post(
            page("pay-item", item.reference),
            hidden(opened)
            | {
                "paid_on": today.isoformat(),
                "amount": "1250.50",
                "method": "bank",
                "payee_name": "Ets Diallo",
                "account_number": "GN01 2345 6789",
                "receipt": receipt,
            },
        )
    )
    payment = Disbursement.objects.get()
    shown = finance.get(payment.get_absolute_url()).content
    assert b"receipt.png" in shown
    assert b"GN01 2345 6789" in shown
    file = finance.get(payment.receipts.get().get_absolute_url())
    assert b"".join(file.streaming_content) == PNG
    assert file["Content-Disposition"].startswith("attachment")
    done(fill(focal, page("deliver-item", item.reference), delivered_on=today.isoformat()))
    done(fill(focal, page("begin-project", plan.reference), on="2019-09-01"))
    done(fill(focal, page("finish-project", plan.reference), on="2020-02-01"))
    shown = focal.get(tab).content.decode()
    assert "Sell 200 chickens" in shown
    assert "249.50 EUR left" in shown
    assert "Completed" in shown


@pytest.mark.req("R132")
def test_the_approver_sees_the_ceiling_and_what_is_taken_of_it(world, propose, sign_in):
    item = propose()
    manager = sign_in(world.programme_manager)

    for url in (item.get_absolute_url(), page("approve-item", item.reference)):
        shown = manager.get(url).content.decode()
        assert "Ceiling that applies" in shown
        assert "600.00 of 1,500.00 EUR taken" in shown


def test_a_manager_changes_the_ceiling_of_an_agreed_plan(world, agreed, sign_in):
    plan = agreed()
    url = page("change-ceiling", plan.reference)
    manager = sign_in(world.programme_manager)

    assert b"Change the ceiling" in manager.get(plan.get_absolute_url()).content
    done(fill(manager, url, grant_category="family", grant_grounds="Four children"))

    assert b"Four children" in manager.get(plan.get_absolute_url()).content


@pytest.mark.req("R132")
def test_the_ceiling_is_chosen_and_confirmed_beside_what_the_file_says(
    world, contacted, submitted, sign_in
):
    officer = sign_in(world.reintegration_officer)
    plan = submitted(grant_category="family", grant_grounds="Four children")
    url = page("agree-plan", plan.reference)

    asked = officer.get(url).content.decode()
    assert "Four children" in asked
    assert "The file speaks of no family" in asked
    assert "Vulnerabilities" not in asked
    again = officer.post(url, hidden(officer.get(url)) | {"signed_on": "2019-06-28", "note": ""})
    assert again.status_code == 422
    case_of(plan, children_in_care=4)
    asked = officer.get(url).content.decode()
    assert "The file speaks of no family" not in asked
    done(fill(officer, url, signed_on="2019-06-28", note="", confirms_ceiling="on"))

    protection = sign_in(world.origin_protection_officer)
    begun = protection.get(page("open-plan", contacted().reference)).content.decode()
    assert "Family situation" in begun
    assert "Vulnerabilities" in begun


def case_of(plan, **values):
    Case.objects.filter(pk=plan.case_id).update(**values)


@pytest.mark.req("R132")
def test_help_in_similar_words_is_shown_to_who_proposes_and_decides(world, propose, sign_in):
    first = propose(description="Incubator for 200 eggs")
    focal = sign_in(world.focal_point)
    values = ITEM | {"programme": world.foras.pk, "amount": "200"}

    done(
        fill(
            focal,
            page("propose-item", first.plan.reference),
            **values | {"description": "Incubator, 200 eggs"},
        )
    )

    item = AssistanceItem.objects.latest("pk")
    assert first.reference in focal.get(page("case", item.plan.case.reference)).content.decode()
    for url in (item.get_absolute_url(), page("approve-item", item.reference)):
        shown = sign_in(world.programme_manager).get(url).content.decode()
        assert "Given already in similar words" in shown
        assert first.reference in shown
    other = propose(plan=item.plan, description="School fees", amount=Decimal(10))
    assert "similar words" not in focal.get(other.get_absolute_url()).content.decode()


def test_only_programmes_that_run_and_cover_the_person_are_offered(world, agreed, sign_in):
    focal, url = sign_in(world.focal_point), page("propose-item", agreed().reference)

    asked = focal.get(url).content.decode()
    assert ">FORAS</option>" in asked
    assert ">OTHER</option>" not in asked
    Programme.objects.update(ends_on=D(2019, 12, 31))
    assert ">FORAS</option>" not in focal.get(url).content.decode()


def test_finance_sees_payments_and_no_case(world, approved, sign_in):
    item = approved()
    case, browser = item.plan.case, sign_in(world.finance_officer)

    queue = browser.get(page("payments")).content.decode()

    assert case.reference in queue
    assert "Ets Diallo" in queue
    assert case.person.family_name not in queue
    shown = browser.get(item.get_absolute_url()).content.decode()
    assert case.person.family_name not in shown
    assert browser.get(case.get_absolute_url()).status_code == 404
    assert browser.get(page("case", case.reference)).status_code == 404


def test_the_call_log_offers_the_numbers_and_logs_an_attempt(world, contacted, sign_in):
    case = contacted(
        contact_points=[
            {"kind": "phone", "value": "+224 620 12 34 56", "may_be_used": True},
            {"kind": "phone", "value": "+224 620 65 43 21", "owner": "friend"},
        ]
    )
    browser, url = sign_in(world.focal_point), page("calls", case.reference)

    html = browser.get(url).content.decode()
    assert 'href="tel:+224620123456"' in html
    assert "tel:+224620654321" not in html
    done(fill(browser, url, on="2019-07-01", channel="call", result="no_answer"))

    assert case.contact_attempts.filter(result="no_answer").count() == 1
    assert "No answer" in browser.get(url).content.decode()


def test_first_contact_is_corrected_and_removed_on_pages(world, contacted, sign_in):
    case, browser = contacted(), sign_in(world.focal_point)

    done(
        fill(
            browser,
            page("correct-first-contact", case.reference),
            on="2019-06-13",
            initiated_by="person",
            channel="visit",
            reason="Wrong day",
        )
    )
    assert FirstContact.objects.get().on == D(2019, 6, 13)
    done(fill(browser, page("withdraw-first-contact", case.reference), reason="Mistake"))

    assert not FirstContact.objects.exists()


def test_versions_show_the_plan_as_it_stood(world, agreed, sign_in):
    plan = agreed()
    services.edit_plan(plan, description="Goats", reason="Cheaper", by=world.focal_point)
    browser = sign_in(world.focal_point)

    first = browser.get(page("version", plan.reference, 1)).content.decode()
    second = browser.get(page("version", plan.reference, 2)).content.decode()

    assert "Poultry farm" in first
    assert "Goats" in second
    assert browser.get(page("version", plan.reference, 3)).status_code == 404


def test_a_manager_does_not_read_psychosocial_goals(world, drafted, sign_in):
    plan = drafted()
    services.add_goal(
        plan, side="psychosocial", text="Counselling", due_on=D(2020, 1, 1), by=world.focal_point
    )
    browser = sign_in(world.programme_manager)

    for url in (page("case", plan.case.reference), page("version", plan.reference, 1)):
        assert "Counselling" not in browser.get(url).content.decode()
    assert "1 goal, readable by" in browser.get(page("case", plan.case.reference)).content.decode()


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ("focal_point", "plans"),
        ("focal_point", "contacts-due"),
        ("focal_point", "plans-due"),
        ("focal_point", "items"),
        ("programme_manager", "plans"),
        ("programme_manager", "items"),
        ("programme_manager", "approvals"),
        ("programme_manager", "payments"),
        ("programme_manager", "payments-made"),
        ("programme_manager", "exclusions"),
        ("finance_officer", "payments"),
        ("finance_officer", "payments-made"),
    ],
)
def test_lists_cost_the_same_for_one_and_for_many(
    world, arrived, submitted, propose, paid, approved, sign_in, person, name
):
    browser = sign_in(world.people[person])

    def more() -> None:
        arrived()
        propose()
        approved()
        paid()

    more()
    few = queries_of(browser, page(name))
    more()

    assert queries_of(browser, page(name)) == few
    assert few <= 20


def test_the_case_tab_costs_the_same_for_one_and_for_many_items(world, propose, sign_in):
    item = propose(amount=Decimal(10))
    browser, url = sign_in(world.focal_point), page("case", item.plan.case.reference)
    few = queries_of(browser, url)

    for number in range(5):
        propose(plan=item.plan, description=f"Item {number}", amount=Decimal(10))
        services.add_goal(
            item.plan,
            side="social",
            text="More",
            due_on=D(2020, 1, 1),
            reason="More",
            by=world.focal_point,
        )

    assert queries_of(browser, url) == few


def test_every_verb_page_opens_for_who_may_use_it(world, agreed, propose, approved, paid, sign_in):
    focal, manager = sign_in(world.focal_point), sign_in(world.programme_manager)
    plan, finance = agreed(), sign_in(world.finance_officer)
    goal = plan.goals.get()
    for name in (
        "edit-plan",
        "add-goal",
        "begin-project",
        "suspend-plan",
        "close-plan",
        "project-kind",
        "take-back-agreement",
        "take-back-project",
        "propose-item",
    ):
        assert focal.get(page(name, plan.reference)).status_code == 200, name
    for name in ("change-goal", "remove-goal"):
        assert focal.get(page(name, plan.reference, goal.pk)).status_code == 200, name
    item = propose()
    for name in ("change-item", "cancel-item", "item"):
        assert focal.get(page(name, item.reference)).status_code == 200, name
    for name in ("approve-item", "reject-item", "item"):
        assert manager.get(page(name, item.reference)).status_code == 200, name
    assert manager.get(page("withdraw-approval", approved().reference)).status_code == 200
    payment = paid().disbursements.get()
    for name in ("reverse-payment", "add-receipt", "payment"):
        assert finance.get(page(name, payment.reference)).status_code == 200, name
    assert manager.get(page("payment", payment.reference)).status_code == 200
    assert manager.get(page("exclude-kind")).status_code == 200


def test_a_plan_is_changed_and_taken_back_on_its_pages(world, agreed, sign_in):
    plan, browser = agreed(), sign_in(world.focal_point)
    goal = plan.goals.get()

    def send(name: str, *args: Any, **values: str) -> str:
        done(fill(browser, page(name, plan.reference, *args), **values))
        plan.refresh_from_db()
        return plan.status

    send(
        "change-goal",
        goal.pk,
        side="social",
        text="Join the cooperative",
        due_on="2020-01-01",
        reason="Has a job",
        economic_not_needed="Job",
    )
    assert plan.goals.get().text == "Join the cooperative"
    assert (plan.economic_not_needed, plan.social_not_needed) == ("Job", "")
    send("edit-plan", description="Goats", reason="Cheaper")
    assert plan.description == "Goats"
    send("project-kind", kind="collective", from_on="2019-07-01", reason="Joined a group")
    assert plan.project_kind == "collective"
    assert send("begin-project", on="2019-09-01") == "in_progress"
    assert send("take-back-project", reason="Not yet") == "agreed"
    assert send("suspend-plan", on="2019-09-02", reason="Ill") == "suspended"
    assert send("resume-plan", on="2019-09-03") == "agreed"
    assert send("take-back-agreement", reason="Not signed") == "submitted"
    assert send("send-back-plan", reason="Say where") == "draft"
    assert send("close-plan", on="2019-09-04", reason="Left again") == "closed_incomplete"


def test_an_item_is_changed_and_taken_back_on_its_pages(world, propose, paid, sign_in, today):
    focal, manager = sign_in(world.focal_point), sign_in(world.programme_manager)
    item, values = propose(), ITEM | {"programme": world.foras.pk, "reason": "Second quote"}

    def send(browser: Any, name: str, **given: Any) -> str:
        done(fill(browser, page(name, item.reference), **given))
        item.refresh_from_db()
        return item.status

    assert send(focal, "change-item", **values | {"amount": "500"}) == "proposed"
    assert (item.amount, item.round, item.accounts.get().number) == (500, 2, "GN01 2345 6789")
    assert send(manager, "reject-item", reason="Too dear") == "rejected"
    assert send(focal, "propose-again", **values | {"amount": "400"}) == "proposed"
    assert (item.amount, item.round, item.proposed_on) == (400, 3, today)
    assert send(manager, "approve-item", note="Good") == "approved"
    assert send(manager, "withdraw-approval", reason="Wrong") == "proposed"
    assert send(focal, "cancel-item", reason="Gift of a cousin") == "cancelled"
    item = paid()
    assert send(focal, "deliver-item", delivered_on="2019-07-20") == "delivered"
    assert send(focal, "take-back-delivery", reason="Lost") == "paid"
    url = page("reverse-payment", item.disbursements.get().reference)
    done(fill(sign_in(world.finance_officer), url, on="2019-07-21", reason="Twice"))
    item.refresh_from_db()
    assert item.status == "approved"


def test_a_page_says_at_once_that_its_rule_refuses(world, propose, submitted, sign_in):
    item, plan, focal = propose(), submitted(), sign_in(world.focal_point)

    own_plan = focal.get(page("agree-plan", plan.reference))
    assert own_plan.status_code == 403
    assert b"Nobody agrees to their own plan" in own_plan.content
    for name in ("propose-again", "take-back-delivery"):
        assert focal.get(page(name, item.reference)).status_code == 403, name


def test_exclusions_are_set_and_ended_on_pages(world, sign_in):
    browser = sign_in(world.programme_manager)

    done(
        fill(
            browser,
            page("exclude-kind"),
            programme=world.foras.pk,
            kind="housing",
            rule="Annex 3",
            from_on="2019-01-01",
        )
    )
    html = browser.get(page("exclusions")).content.decode()
    assert "Annex 3" in html
    row = world.foras.kind_exclusions.get()
    done(fill(browser, page("end-exclusion", row.pk), until_on="2019-12-31"))

    row.refresh_from_db()
    assert row.until_on == D(2019, 12, 31)
