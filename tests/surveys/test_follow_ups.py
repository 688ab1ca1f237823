"""Planning follow-up, and what completes it."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cases import services as case_services
from core.exceptions import Refused
from surveys import services, worklist
from surveys.enums import FollowUpKind, FollowUpObstacle, FollowUpStatus
from surveys.models import FollowUp, Questionnaire
from surveys.services.follow_ups import months_after
from surveys.workflow import TONES, TRANSITIONS
from tests.surveys.conftest import ANSWERS, ARRIVED_ON

pytestmark = pytest.mark.django_db
D = datetime.date
MIXED = ANSWERS["mixed_with_NA_and_refusal"]


@pytest.fixture
def officer(world: Any) -> Any:
    return world.fresh("focal_point")


@pytest.fixture
def planned(returned: Any, officer: Any) -> Any:
    case = returned()
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=officer)
    return case


def statuses(case: Any) -> dict[int | None, str]:
    return {row.month: row.status for row in case.follow_ups.all()}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (D(2019, 6, 15), 1, D(2019, 7, 15)),
        (D(2019, 12, 31), 2, D(2020, 2, 29)),
        (D(2019, 1, 31), 1, D(2019, 2, 28)),
        (D(2019, 6, 15), 12, D(2020, 6, 15)),
        (D(2019, 12, 1), 12, D(2020, 12, 1)),
    ],
)
def test_months_end_where_the_calendar_ends(
    day: datetime.date, months: int, expected: datetime.date
) -> None:
    assert months_after(day, months) == expected


def test_the_workflow_covers_every_status() -> None:
    assert set(TRANSITIONS) == set(TONES) == set(FollowUpStatus.values)


@pytest.mark.req("R154")
def test_arriving_plans_a_year_and_the_second_can_be_added(planned: Any, officer: Any) -> None:
    assert [(row.month, row.due_on) for row in planned.follow_ups.all()] == [
        (1, D(2019, 7, 15)),
        (3, D(2019, 9, 15)),
        (6, D(2019, 12, 15)),
        (9, D(2020, 3, 15)),
        (12, D(2020, 6, 15)),
    ]

    services.extend_follow_ups(planned, by=officer)

    assert [row.month for row in planned.follow_ups.all()] == [1, 3, 6, 9, 12, 18, 24]
    assert planned.follow_ups.last().due_on == D(2021, 6, 15)


@pytest.mark.req("R154")
def test_what_was_due_and_not_done_is_overdue(planned: Any, returned: Any, officer: Any) -> None:
    later = returned()
    services.plan_follow_ups(later, arrived_on=D(2019, 9, 1), by=officer)

    def overdue(day: datetime.date) -> list[tuple[Any, int | None]]:
        rows = FollowUp.objects.visible_to(officer).overdue(day)
        return [(row.case_id, row.month) for row in rows]

    assert overdue(D(2019, 7, 15)) == []
    assert overdue(D(2019, 7, 16)) == [(planned.pk, 1)]
    assert overdue(D(2019, 10, 2)) == [(planned.pk, 1), (planned.pk, 3), (later.pk, 1)]
    services.complete_follow_up(planned.follow_ups.first(), done_on=D(2019, 7, 20), by=officer)
    assert overdue(D(2019, 7, 30)) == []


def test_planning_again_changes_nothing(planned: Any, officer: Any) -> None:
    assert services.plan_follow_ups(planned, arrived_on=ARRIVED_ON, by=officer) == []
    assert planned.follow_ups.count() == 5


def test_a_corrected_arrival_moves_what_is_still_planned(planned: Any, officer: Any) -> None:
    services.complete_follow_up(planned.follow_ups.first(), done_on=D(2019, 7, 15), by=officer)

    services.plan_follow_ups(planned, arrived_on=D(2019, 6, 10), instead_of=ARRIVED_ON, by=officer)

    days = list(planned.follow_ups.values_list("due_on", flat=True))
    assert days[:2] == [D(2019, 7, 15), D(2019, 9, 10)]
    assert len(days) == 5


def test_a_day_that_somebody_chose_stays_when_the_arrival_is_corrected(
    planned: Any, officer: Any, on_day: Any
) -> None:
    on_day("2019-08-01")
    chosen = planned.follow_ups.get(month=3)
    services.move_follow_up(chosen, due_on=D(2019, 9, 20), reason="Market day", by=officer)

    services.plan_follow_ups(planned, arrived_on=D(2019, 6, 10), instead_of=ARRIVED_ON, by=officer)

    chosen.refresh_from_db()
    assert chosen.due_on == D(2019, 9, 20)
    assert planned.follow_ups.get(month=6).due_on == D(2019, 12, 10)


def test_a_child_is_visited_and_asked_once_grown_up(world: Any, child: Any, returned: Any) -> None:
    young = child()
    nearly = returned(birth_on=D(2001, 12, 1))
    by = world.focal_point

    services.plan_follow_ups_many([(young, ARRIVED_ON), (nearly, ARRIVED_ON)], by=by)

    assert {row.kind for row in young.follow_ups.all()} == {FollowUpKind.VISIT}
    assert [row.kind for row in nearly.follow_ups.all()] == [
        FollowUpKind.VISIT,
        FollowUpKind.VISIT,
        FollowUpKind.SURVEY,
        FollowUpKind.SURVEY,
        FollowUpKind.SURVEY,
    ]


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (D(2019, 6, 16), 1),
        (D(2019, 8, 14), 1),
        (D(2019, 8, 16), 3),
        (D(2019, 9, 30), 3),
        (D(2020, 7, 15), 12),
    ],
)
def test_a_survey_completes_the_follow_up_in_whose_days_it_falls(
    planned: Any, officer: Any, rss: Questionnaire, day: datetime.date, month: int
) -> None:
    response = services.submit(rss, case=planned, answers=MIXED, answered_on=day, by=officer)

    done = planned.follow_ups.get(status=FollowUpStatus.DONE)
    assert (done.month, done.done_on, done.response) == (month, day, response)


def test_a_survey_outside_every_window_completes_none(
    planned: Any, officer: Any, rss: Questionnaire
) -> None:
    services.submit(rss, case=planned, answers=MIXED, answered_on=D(2019, 10, 31), by=officer)

    assert set(statuses(planned).values()) == {FollowUpStatus.PLANNED}


def test_two_surveys_of_one_import_complete_two_follow_ups(
    world: Any, planned: Any, rss: Questionnaire
) -> None:
    entries = [
        services.Entry(answers=MIXED, answered_on=day, case=planned)
        for day in (D(2019, 9, 16), D(2019, 7, 10))
    ]

    services.submit_many(rss, entries, by=world.focal_point)

    assert [row.month for row in planned.follow_ups.filter(status="done")] == [1, 3]


def test_correcting_and_withdrawing_a_survey_keep_its_follow_up_true(
    planned: Any, officer: Any, rss: Questionnaire
) -> None:
    day = D(2019, 9, 16)
    old = services.submit(rss, case=planned, answers=MIXED, answered_on=day, by=officer)

    new = services.correct_response(
        old, answers=MIXED, answered_on=D(2019, 9, 17), reason="Wrong day", by=officer
    )
    row = planned.follow_ups.get(month=3)
    assert (row.response, row.done_on) == (new, D(2019, 9, 17))

    with pytest.raises(ValidationError, match="Withdraw the response"):
        services.reopen_follow_up(row, reason="Mistake", by=officer)
    services.withdraw_response(new, reason="Wrong person", by=officer)
    row.refresh_from_db()
    assert (row.status, row.response, row.done_on) == (FollowUpStatus.PLANNED, None, None)
    assert [event.to_status for event in row.events.all()].count("planned") == 2


def test_each_step_leaves_a_dated_row_with_its_author(planned: Any, officer: Any) -> None:
    row = planned.follow_ups.first()

    services.mark_not_possible(
        row,
        obstacle=FollowUpObstacle.UNREACHABLE,
        on=D(2019, 7, 20),
        note="Three calls",
        by=officer,
    )
    services.reopen_follow_up(row, reason="She called back", by=officer)

    steps = [(e.from_status, e.to_status, e.by, e.note) for e in row.events.order_by("id")]
    assert steps == [
        ("", "planned", officer, ""),
        ("planned", "not_possible", officer, "Three calls"),
        ("not_possible", "planned", officer, "She called back"),
    ]
    row.refresh_from_db()
    assert row.obstacle == ""


def test_what_is_done_is_not_done_again(planned: Any, officer: Any) -> None:
    row = planned.follow_ups.first()
    services.complete_follow_up(row, done_on=D(2019, 7, 15), by=officer)

    with pytest.raises(ValidationError) as error:
        services.mark_not_possible(row, obstacle="moved", on=D(2019, 7, 16), by=officer)
    assert error.value.code == "invalid_transition"
    with pytest.raises(ValidationError, match="Only a planned"):
        services.move_follow_up(row, due_on=D(2030, 1, 1), reason="Roads", by=officer)


@pytest.mark.parametrize(
    ("verb", "values", "field"),
    [
        (services.complete_follow_up, {"done_on": D(2999, 1, 1)}, "done_on"),
        (services.complete_follow_up, {"done_on": D(2019, 6, 14)}, "done_on"),
        (services.mark_not_possible, {"obstacle": "moved", "on": D(2019, 6, 14)}, "on"),
        (services.mark_not_possible, {"obstacle": "bored", "on": D(2019, 7, 1)}, "obstacle"),
        (services.mark_not_possible, {"obstacle": "moved", "on": D(2999, 1, 1)}, "on"),
        (services.move_follow_up, {"due_on": D(2019, 1, 1), "reason": "x"}, "due_on"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    planned: Any, officer: Any, verb: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        verb(planned.follow_ups.first(), by=officer, **values)

    assert list(error.value.message_dict) == [field]


@pytest.mark.parametrize("person", ["caseworker", "focal_point_mali", "donor"])
def test_the_host_country_and_others_do_not_record_follow_up(
    world: Any, planned: Any, person: str
) -> None:
    with pytest.raises(Refused):
        services.complete_follow_up(
            planned.follow_ups.first(), done_on=D(2019, 7, 15), by=world.fresh(person)
        )


@pytest.mark.req("R154")
def test_nothing_is_planned_for_somebody_who_does_not_wish_it(
    world: Any, planned: Any, returned: Any, officer: Any, on_day: Any
) -> None:
    day, other = on_day("2019-08-01"), returned()
    for case, on in ((planned, day), (other, ARRIVED_ON)):
        case_services.record_consent(case, purpose="follow_up", answer="refused", on=on, by=officer)

    for plan in (
        lambda: services.add_follow_up(planned, due_on=D(2019, 8, 10), by=officer),
        lambda: services.extend_follow_ups(planned, by=officer),
        lambda: services.move_follow_up(
            planned.follow_ups.last(), due_on=D(2020, 8, 1), reason="x", by=officer
        ),
    ):
        with pytest.raises(ValidationError, match="does not wish calls and visits"):
            plan()
    assert services.plan_follow_ups(other, arrived_on=ARRIVED_ON, by=officer) == []

    case_services.log_attempt(
        planned, on=day, channel="call", result="reached", initiated_by_person=True, by=officer
    )
    assert services.add_follow_up(planned, due_on=D(2019, 8, 10), by=officer).month is None


def test_a_closed_case_waits_for_nothing(world: Any, planned: Any) -> None:
    assert FollowUp.objects.overdue(D(2020, 1, 1)).exists()

    case_services.close(
        planned, outcome="returned", on=D(2020, 1, 1), by=world.fresh("focal_point")
    )

    assert not FollowUp.objects.overdue(D(2020, 1, 1)).exists()


def test_one_more_is_planned_and_all_are_cancelled(planned: Any, officer: Any, on_day: Any) -> None:
    on_day("2019-08-01")

    extra = services.add_follow_up(planned, due_on=D(2019, 8, 10), by=officer)
    services.move_follow_up(extra, due_on=D(2019, 8, 20), reason="Rain", by=officer)
    services.cancel_follow_up(extra, reason="Not needed", by=officer)
    services.cancel_follow_ups(planned, reason="Arrival recorded by mistake", by=officer)

    assert set(statuses(planned).values()) == {FollowUpStatus.CANCELLED}
    services.plan_follow_ups(planned, arrived_on=ARRIVED_ON, by=officer)
    assert planned.follow_ups.filter(status="planned").count() == 5


def test_the_work_list_shows_what_is_late_and_what_comes(
    world: Any, planned: Any, on_day: Any, django_assert_num_queries: Any
) -> None:
    on_day("2019-09-01")

    late, soon = worklist.sections(world.fresh("focal_point"))

    assert [(item.due, item.is_late) for item in late.items] == [(D(2019, 7, 15), True)]
    assert [(item.due, item.is_late) for item in soon.items] == [(D(2019, 9, 15), False)]
    assert planned.reference in late.items[0].detail
    assert worklist.sections(world.fresh("caseworker")) == []
    user = world.fresh("reintegration_officer")
    assert user.countries_for("reintegration_officer")
    with django_assert_num_queries(2):
        worklist.sections(user)
