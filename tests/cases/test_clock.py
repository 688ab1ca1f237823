"""The clock from registration to travel, and that closing leaves earlier counts alone."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from cases import services
from cases.enums import CaseStatus
from cases.models import Case
from reference.models import Language, RuleValue
from reports.services import figures_for
from tests.query_counts import queries_of
from training import services as training_services
from training.enums import Attendance

D = datetime.date
pytestmark = pytest.mark.django_db
REGISTERED_ON = D(2019, 3, 4)
DAY_41 = D(2019, 4, 14)


@pytest.fixture
def on_day(settings):
    def move_to(day):
        settings.TODAY = day.isoformat()

    return move_to


@pytest.mark.req("R036")
def test_day_41_of_56_shows_on_the_case_page_in_the_list_and_by_the_api(
    world, register, sign_in, on_day
):
    case = register(registered_on=REGISTERED_ON)
    on_day(DAY_41)
    browser = sign_in(world.caseworker)

    for address in (case.get_absolute_url(), "/cases/", f"/search/?q={case.reference}"):
        assert "Day 41 of 56" in browser.get(address).content.decode(), address
    given = browser.get(f"/api/v1/cases/{case.reference}/").json()["clock"]
    assert given == {"day": 41, "window": 56, "took": None}
    assert browser.get("/api/v1/cases/").json()["results"][0]["clock"] == given
    assert "longer than usual" not in browser.get(case.get_absolute_url()).content.decode()
    on_day(D(2019, 4, 30))
    late = browser.get(case.get_absolute_url()).content.decode()
    assert "Day 57 of 56" in late
    assert "longer than usual" in late


@pytest.mark.req("R036")
def test_the_usual_length_is_the_rule_of_the_day(world, register, sign_in, on_day):
    case = register(registered_on=REGISTERED_ON)
    on_day(DAY_41)
    RuleValue.objects.create(
        rule="usual_window_days",
        valid_from=D(2019, 4, 1),
        value="42",
        set_by=world.administrator,
    )

    page = sign_in(world.caseworker).get(case.get_absolute_url()).content.decode()

    assert "Day 41 of 42" in page


@pytest.mark.req("R036")
def test_after_the_departure_the_days_it_took_show_as_they_stand(world, at_step, sign_in):
    case = at_step(CaseStatus.DEPARTED)
    browser = sign_in(world.caseworker)
    assert "Left after 28 days" in browser.get(case.get_absolute_url()).content.decode()

    services.correct_step_day(
        case, CaseStatus.DEPARTED, on=D(2019, 3, 31), reason="Ticket", by=world.caseworker
    )

    for address in (case.get_absolute_url(), "/cases/"):
        assert "Left after 27 days" in browser.get(address).content.decode()
    given = browser.get(f"/api/v1/cases/{case.reference}/").json()["clock"]
    assert given["took"] == 27


def test_who_stayed_has_no_clock(world, closed, sign_in):
    case = closed()
    page = sign_in(world.caseworker).get(case.get_absolute_url()).content.decode()

    assert "From registration to travel" not in page


def test_the_list_costs_the_same_for_many(world, register, sign_in):
    browser = sign_in(world.caseworker)
    register()
    addresses = ("/cases/?country=GN&office=rabat", "/api/v1/cases/?country=GN")
    assert [queries_of(browser, address) for address in addresses] == [6, 6]
    for _number in range(8):
        register()

    assert [queries_of(browser, address) for address in addresses] == [6, 6]


def test_the_page_of_a_case_costs_the_same_at_every_step(world, at_step, ready, sign_in):
    browser, gone, waiting = sign_in(world.caseworker), at_step(CaseStatus.DEPARTED), ready()

    assert queries_of(browser, gone.get_absolute_url()) == 16
    # Before the departure also whether papers are missing.
    assert queries_of(browser, waiting.get_absolute_url()) == 17


# --- R035 -----------------------------------------------------------------------------------------
@pytest.mark.req("R035")
def test_a_person_oriented_and_then_withdrawn_still_counts_as_oriented_not_as_departed(
    world, ready
):
    officer = world.fresh("protection_officer")
    stays, leaves, silent = ready(), ready(), ready()
    starts_at = datetime.datetime(2019, 3, 12, 10, tzinfo=ZoneInfo("Africa/Casablanca"))
    session = training_services.plan_session(
        office=world.rabat,
        starts_at=starts_at,
        facilitator=world.caseworker,
        language=Language.objects.get(pk="fr"),
        by=officer,
    )
    invited = training_services.invite(session, cases=[stays, leaves, silent], by=officer)
    training_services.call_roll(
        session, attendance=dict.fromkeys(invited, Attendance.PRESENT), by=officer
    )

    def counted(slug):
        figures = figures_for(world.fresh("me_officer"), world.foras, D(2019, 12, 31))
        return figures.figure(slug).value.value

    before = counted("oriented")
    for case, outcome in ((stays, "withdrawn"), (silent, "silent")):
        case = Case.objects.get(pk=case.pk)
        assert case.status == CaseStatus.ORIENTED
        services.close(case, outcome=outcome, on=D(2019, 4, 1), by=world.fresh("caseworker"))

    assert (before, counted("oriented"), counted("registered")) == (3, 3, 3)
    assert counted("departed") == 0
    stays.refresh_from_db()
    assert (stays.status, stays.outcome) == (CaseStatus.CLOSED, "withdrawn")
