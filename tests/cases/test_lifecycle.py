"""The way of a case: steps with day and author, closing at every step, taking back, correcting."""

import datetime
import itertools

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cases import policies, services
from cases.enums import CaseOutcome, CaseStatus
from cases.models import Case
from cases.workflow import (
    HANDOVER_TRANSITIONS,
    OPEN,
    REFERRAL_TRANSITIONS,
    TAKEN_BACK_ON_THE_CASE,
    TRANSITIONS,
    WAY,
)
from core import workflow
from core.exceptions import Refused
from core.models import AuditEntry
from reintegration import services as reintegration_services
from tests.cases.conftest import REGISTERED_ON

D = datetime.date
pytestmark = pytest.mark.django_db
CLOSED_ON = D(2019, 9, 2)
HOST = {"caseworker", "protection_officer"}
ORIGIN = {"focal_point", "reintegration_officer", "origin_protection_officer"}
NEVER = {
    "clerk",
    "caseworker_oujda",
    "focal_point_mali",
    "other_manager",
    "trainer",
    "me_officer",
    "donor",
    "administrator",
    "nobody",
}


def step_of(case, status):
    return case.events.standing().get(to_status=status)


# --- steps ----------------------------------------------------------------------------------------
@pytest.mark.req("R034")
def test_each_state_change_stores_its_day_and_its_author(world, at_step):
    case = at_step(CaseStatus.MONITORED)

    events = list(case.events.all())
    assert [e.to_status for e in events] == [s for s in WAY if s != CaseStatus.CLOSED]
    assert [e.from_status for e in events] == ["", *[e.to_status for e in events[:-1]]]
    assert [e.on for e in events] == [
        REGISTERED_ON + datetime.timedelta(weeks=week) for week in range(len(events))
    ]
    assert events[0].by == world.caseworker
    assert {e.by for e in events[1:]} == {world.protection_officer}


@pytest.mark.req("R034")
def test_from_registered_to_project_running_is_refused_in_the_service(world, register):
    case = register()

    with pytest.raises(ValidationError, match=r"Registered.*Project running") as refused:
        services.advance(
            case, CaseStatus.PROJECT_RUNNING, on=D(2019, 4, 1), by=world.fresh("caseworker")
        )

    assert refused.value.code == "invalid_transition"
    case.refresh_from_db()
    assert case.status == CaseStatus.REGISTERED
    assert case.events.count() == 1


@pytest.mark.req("R034")
def test_from_registered_to_project_running_is_refused_on_the_page_and_by_the_api(
    world, register, sign_in, fill_in, api
):
    case = register()
    plan = reintegration_services.open_plan(
        case,
        project_kind="individual",
        description="Shop",
        opened_on=D(2019, 3, 11),
        by=world.fresh("caseworker"),
    )
    browser = sign_in(world.caseworker)

    begin = reverse("reintegration:begin-project", args=[plan.reference])
    on_page = fill_in(browser, begin, on="2019-04-01")
    by_api = api(browser, f"plans/{plan.reference}/begin/", {"on": "2019-04-01"}, version=1)

    assert (on_page.status_code, by_api.status_code) == (403, 403)
    case.refresh_from_db()
    assert case.status == CaseStatus.REGISTERED


def test_every_arrow_that_is_not_declared_is_refused(world, register):
    case = register()
    for before, after in itertools.product(WAY, WAY):
        if after in TRANSITIONS[before]:
            continue
        closed = {"outcome": "silent", "closed_on": CLOSED_ON, "closed_by": world.caseworker}
        opened = {"outcome": "", "closed_on": None, "closed_by": None}
        state = closed if before == CaseStatus.CLOSED else opened
        Case.objects.filter(pk=case.pk).update(**{"status": before} | state)

        with pytest.raises(ValidationError) as refused:
            workflow.move(case, after, transitions=TRANSITIONS, by=world.caseworker)

        assert refused.value.code == "invalid_transition", (before, after)


def test_a_case_that_is_there_or_beyond_stays(world, at_step):
    case = at_step(CaseStatus.IN_TRAINING)

    same = services.advance(
        case, CaseStatus.ORIENTED, on=D(2019, 6, 3), by=world.fresh("caseworker")
    )

    assert same.status == CaseStatus.IN_TRAINING
    assert step_of(case, CaseStatus.ORIENTED).on == D(2019, 3, 11)


def test_a_step_in_the_future_is_refused(world, register):
    with pytest.raises(ValidationError, match="in the future"):
        services.advance(
            register(), CaseStatus.ORIENTED, on=D(2090, 1, 1), by=world.fresh("caseworker")
        )


def test_many_steps_at_once_keep_to_the_same_arrows(world, register):
    by = world.fresh("caseworker")
    one, other = register(), register()

    services.advance_many(
        [(one, CaseStatus.ORIENTED, D(2019, 4, 1)), (other, CaseStatus.ORIENTED, D(2019, 4, 2))],
        by=by,
    )

    assert step_of(other, CaseStatus.ORIENTED).on == D(2019, 4, 2)
    third = register()
    jump = [
        (Case.objects.get(pk=one.pk), CaseStatus.IN_TRAINING, D(2019, 5, 1)),
        (third, CaseStatus.PROJECT_RUNNING, D(2019, 5, 1)),
    ]
    with pytest.raises(
        ValidationError,
        match=rf"{third.reference} cannot go from “Registered” to “Project running”",
    ):
        services.advance_many(jump, by=by)
    for day in (D(2019, 3, 29), D(2090, 1, 1)):
        with pytest.raises(ValidationError) as refused:
            services.advance_many([(one, CaseStatus.IN_TRAINING, day)], by=by)
        assert list(refused.value.message_dict) == ["on"]
    one.refresh_from_db()
    assert one.status == CaseStatus.ORIENTED


def test_many_steps_are_taken_from_where_the_cases_stand_now(world, register):
    by, case = world.fresh("caseworker"), register()
    seen_before = Case.objects.get(pk=case.pk)
    services.advance(case, CaseStatus.ORIENTED, on=D(2019, 4, 1), by=by)

    moved = services.advance_many([(seen_before, CaseStatus.ORIENTED, D(2019, 4, 2))], by=by)

    assert moved == []
    assert seen_before.status == CaseStatus.ORIENTED
    assert case.events.count() == 2


# --- closing --------------------------------------------------------------------------------------
@pytest.mark.req("R034")
@pytest.mark.parametrize("step", [s for s in WAY if s in OPEN])
def test_withdrawal_is_possible_at_each_step(world, at_step, step):
    case = at_step(step)
    who = (
        "caseworker"
        if step in {"registered", "oriented", "in_training", "ready_to_travel"}
        else "focal_point"
    )

    case = services.close(
        case, outcome=CaseOutcome.WITHDRAWN, on=CLOSED_ON, by=world.fresh(who), note="Stays"
    )

    event = step_of(case, CaseStatus.CLOSED)
    assert (case.status, case.outcome, case.closed_on) == ("closed", "withdrawn", CLOSED_ON)
    assert (event.from_status, event.on, event.by) == (step, CLOSED_ON, world.people[who])
    assert event.note == "Stays"


@pytest.mark.parametrize(
    ("step", "side"), [(CaseStatus.ORIENTED, HOST), (CaseStatus.CONTACTED, ORIGIN)]
)
def test_the_side_in_charge_closes_and_the_manager_at_any_step(world, at_step, step, side):
    case = at_step(step)
    may = {name for name in world.people if policies.can_close(world.fresh(name), case)}

    assert may == side | {"programme_manager", "second_manager"}
    assert not may & NEVER


def test_nobody_else_closes_a_case_in_the_service_on_the_page_or_by_the_api(
    world, at_step, sign_in, fill_in, api, refused
):
    case = at_step(CaseStatus.CONTACTED)
    with pytest.raises(Refused, match="has departed"):
        services.close(case, outcome="silent", on=CLOSED_ON, by=world.fresh("caseworker"))
    browser, url = sign_in(world.caseworker), reverse("cases:close", args=[case.reference])

    assert browser.get(url).status_code == 403
    assert url not in browser.get(case.get_absolute_url()).content.decode()
    assert fill_in(browser, url, outcome="silent", on="2019-09-02").status_code == 403
    body = {"outcome": "silent", "on": "2019-09-02"}
    answer = api(browser, f"cases/{case.reference}/close/", body, version=case.version)
    assert answer.status_code == 403
    assert "The office of the country of origin" in answer.json()["detail"]
    assert refused(case)
    case.refresh_from_db()
    assert case.status == CaseStatus.CONTACTED


def test_page_and_api_close_alike(world, at_step, sign_in, fill_in, api):
    one, other = at_step(CaseStatus.ORIENTED), at_step(CaseStatus.ORIENTED)
    browser = sign_in(world.caseworker)

    url = reverse("cases:close", args=[one.reference])
    assert url in browser.get(one.get_absolute_url()).content.decode()
    sent = fill_in(browser, url, outcome="silent", on="2019-09-02", note="No answer")
    body = {"outcome": "silent", "on": "2019-09-02", "note": "No answer"}
    answer = api(browser, f"cases/{other.reference}/close/", body, version=other.version)

    assert (sent.status_code, answer.status_code) == (302, 200)
    events = [step_of(case, CaseStatus.CLOSED) for case in (one, other)]
    assert len({(e.from_status, e.on, e.by_id, e.note) for e in events}) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"outcome": "lost"}, "outcome"),
        ({"outcome": CaseOutcome.DUPLICATE}, "outcome"),
        ({"on": D(2019, 3, 1)}, "on"),
        ({"on": D(2090, 1, 1)}, "on"),
    ],
    ids=["unknown", "twice", "before the registration", "to come"],
)
def test_a_closing_that_cannot_be_is_refused_at_its_field(world, register, values, field):
    given = {"outcome": CaseOutcome.SILENT, "on": CLOSED_ON} | values

    with pytest.raises(ValidationError) as refused:
        services.close(register(), by=world.fresh("caseworker"), **given)

    assert list(refused.value.message_dict) == [field]


def test_nobody_withdraws_before_the_last_step_and_the_field_says_so(
    world, at_step, sign_in, fill_in, api
):
    case = at_step(CaseStatus.ORIENTED)  # on 11 March
    browser, on = sign_in(world.caseworker), "2019-03-05"

    url = reverse("cases:close", args=[case.reference])
    page = fill_in(browser, url, outcome="withdrawn", on=on)
    body = {"outcome": "withdrawn", "on": on}
    answer = api(browser, f"cases/{case.reference}/close/", body, version=case.version)

    assert page.status_code == 422
    assert "The case reached “Oriented” on 11 March 2019" in page.content.decode()
    assert 'href="#id_on"' in page.content.decode()
    assert list(answer.json()["errors"]) == ["on"]
    by = world.fresh("programme_manager")
    for verb in (
        lambda: services.close_many([case], outcome="withdrawn", on=D(2019, 3, 5), by=by),
        lambda: services.advance(case, CaseStatus.IN_TRAINING, on=D(2019, 3, 10), by=by),
    ):
        with pytest.raises(ValidationError) as refused:
            verb()
        assert list(refused.value.message_dict) == ["on"]
    case.refresh_from_db()
    assert case.status == CaseStatus.ORIENTED


def test_a_closed_case_is_not_closed_again(world, closed):
    with pytest.raises(Refused, match="is closed"):
        services.close(closed(), outcome="silent", on=CLOSED_ON, by=world.fresh("caseworker"))


def test_many_cases_are_closed_under_the_rule_of_one(world, at_step, closed):
    before, after = at_step(CaseStatus.ORIENTED), at_step(CaseStatus.ARRIVED)
    already = closed()
    values = {"outcome": CaseOutcome.NOT_RETURNED, "on": CLOSED_ON}
    for wrong in ({"on": D(2090, 1, 1)}, {"outcome": CaseOutcome.DUPLICATE}):
        with pytest.raises(ValidationError):
            services.close_many([before], by=world.fresh("caseworker"), **values | wrong)
    with pytest.raises(Refused):
        services.close_many([before, after], by=world.fresh("caseworker"), **values)
    before.refresh_from_db()
    assert before.status == CaseStatus.ORIENTED

    rows = services.close_many(
        [before, after, already], by=world.fresh("programme_manager"), **values
    )

    assert rows == [before, after]
    assert step_of(after, CaseStatus.CLOSED).by == world.programme_manager
    already.refresh_from_db()
    assert already.outcome == CaseOutcome.WITHDRAWN


# --- taking a step back ---------------------------------------------------------------------------
def test_a_closing_by_mistake_is_taken_back_and_both_entries_stay(world, closed, sign_in, fill_in):
    case = closed()
    browser = sign_in(world.caseworker)
    url = reverse("cases:take-back", args=[case.reference])
    assert url in browser.get(case.get_absolute_url()).content.decode()

    assert fill_in(browser, url, reason="Wrong file").status_code == 302

    case.refresh_from_db()
    assert (case.status, case.outcome, case.closed_on) == (CaseStatus.ORIENTED, "", None)
    back = case.events.last()
    assert (back.from_status, back.to_status) == (CaseStatus.CLOSED, CaseStatus.ORIENTED)
    assert back.corrects.to_status == CaseStatus.CLOSED
    assert (back.note, back.by) == ("Wrong file", world.caseworker)
    shown = browser.get(case.get_absolute_url()).content.decode()
    assert "Taken back: Closed" in shown
    changed = AuditEntry.objects.filter(model="cases.case", action="change").latest("id")
    assert (changed.reason, changed.changes["status"]) == ("Wrong file", ["closed", "oriented"])


def test_the_api_takes_a_step_back_as_the_page_does(world, closed, sign_in, api):
    case = closed()
    path, browser = f"cases/{case.reference}/take-back/", sign_in(world.caseworker)

    assert api(browser, path, {"reason": ""}, version=case.version).status_code == 400
    assert api(browser, path, {"reason": "x"}, version=case.version - 1).status_code == 409
    answer = api(browser, path, {"reason": "Wrong file"}, version=case.version)

    assert (answer.status_code, answer.json()["status"]) == (200, "oriented")
    assert case.events.last().note == "Wrong file"


def test_the_api_names_the_authors_of_steps_in_a_fixed_number_of_queries(
    world, at_step, sign_in, django_assert_max_num_queries
):
    case = at_step(CaseStatus.MONITORED)
    browser = sign_in(world.focal_point)

    with django_assert_max_num_queries(20):
        answer = browser.get(f"/api/v1/cases/{case.reference}/events/")

    assert len(answer.json()["results"]) == 10


@pytest.mark.parametrize(
    ("step", "side"), [(CaseStatus.ORIENTED, HOST), (CaseStatus.ARRIVED, ORIGIN)]
)
def test_who_could_close_a_case_may_open_it_again(world, closed, step, side):
    case = closed(step)
    may = {name for name in world.people if policies.can_take_back(world.fresh(name), case)}

    assert may == side | {"programme_manager", "second_manager"}


@pytest.mark.parametrize("step", sorted(set(WAY) - TAKEN_BACK_ON_THE_CASE - {"registered"}))
def test_steps_with_a_journey_or_a_plan_behind_them_are_taken_back_there(
    world, at_step, sign_in, step
):
    case = at_step(step)
    with pytest.raises(Refused):
        services.take_back_step(case, reason="x", by=world.fresh("programme_manager"))

    url = reverse("cases:take-back", args=[case.reference])
    assert sign_in(world.programme_manager).get(url).status_code == 403


def test_a_registration_cannot_be_taken_back(world, register):
    with pytest.raises(ValidationError, match="no step") as refused:
        services.correct_last_step(register(), reason="x", by=world.fresh("caseworker"))

    assert refused.value.code == "nothing_to_correct"


# --- correcting a day -----------------------------------------------------------------------------
def test_a_step_goes_to_another_day_also_when_later_steps_followed(world, at_step):
    case = at_step(CaseStatus.CONTACTED)
    wrong = step_of(case, CaseStatus.DEPARTED)
    day = wrong.on - datetime.timedelta(days=3)

    case = services.correct_step_day(
        case, CaseStatus.DEPARTED, on=day, reason="Ticket", by=world.fresh("caseworker")
    )

    assert case.status == CaseStatus.CONTACTED
    right = step_of(case, CaseStatus.DEPARTED)
    assert (right.on, right.from_status, right.note) == (day, CaseStatus.READY_TO_TRAVEL, "Ticket")
    assert (right.by, wrong.correction.by) == (world.caseworker, world.caseworker)
    assert case.events.filter(pk=wrong.pk).get().on == wrong.on
    assert Case.objects.with_departed_on().get(pk=case.pk).departed_on == day


@pytest.mark.parametrize(
    ("days", "message"), [(-8, "Ready to travel.*later one"), (8, "Arrived.*earlier one")]
)
def test_the_steps_keep_following_each_other(world, at_step, days, message):
    case = at_step(CaseStatus.CONTACTED)
    day = step_of(case, CaseStatus.DEPARTED).on + datetime.timedelta(days=days)

    with pytest.raises(ValidationError, match=message) as refused:
        services.correct_step_day(
            case,
            CaseStatus.DEPARTED,
            on=day,
            reason="x",
            by=world.fresh("caseworker"),
            field="departed_on",
        )

    (error,) = refused.value.error_dict["departed_on"]
    assert error.code == "out_of_order"
    assert case.events.standing().count() == case.events.count()


def test_a_day_corrected_to_that_of_the_next_step_can_be_corrected_again(world, at_step):
    case = at_step(CaseStatus.CONTACTED)
    by, next_day = world.fresh("focal_point"), step_of(case, CaseStatus.CONTACTED).on
    services.correct_step_day(case, CaseStatus.ARRIVED, on=next_day, reason="x", by=by)

    earlier = next_day - datetime.timedelta(days=2)
    case = services.correct_step_day(case, CaseStatus.ARRIVED, on=earlier, reason="y", by=by)

    assert step_of(case, CaseStatus.ARRIVED).on == earlier
    case = services.correct_last_step(case, reason="z", by=by)
    assert case.status == CaseStatus.ARRIVED


def test_a_step_never_taken_has_no_day_to_correct(world, at_step):
    case = at_step(CaseStatus.ORIENTED)

    services.correct_step_day(
        case, CaseStatus.DEPARTED, on=D(2019, 4, 1), reason="x", by=world.fresh("caseworker")
    )

    assert case.events.count() == 2


# --- the other tables -----------------------------------------------------------------------------
def test_the_tables_of_handover_and_referral_say_what_may_follow():
    arrows = {
        (before.value, after.value)
        for table in (HANDOVER_TRANSITIONS, REFERRAL_TRANSITIONS)
        for before, targets in table.items()
        for after in targets
    }

    assert arrows == {
        ("draft", "sent"),
        ("sent", "opened"),
        ("sent", "accepted"),
        ("sent", "questioned"),
        ("opened", "accepted"),
        ("opened", "questioned"),
        ("questioned", "sent"),
        ("received", "registered"),
        ("received", "not_registered"),
        ("registered", "received"),
        ("not_registered", "received"),
    }
