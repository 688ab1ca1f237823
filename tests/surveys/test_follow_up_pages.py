"""Pages of follow-up: the tab of a case, and the list of those to see."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from surveys import services
from surveys.enums import FollowUpStatus
from surveys.models import Questionnaire
from tests.surveys.conftest import ANSWERS, ARRIVED_ON, DAY, MIXED, answered
from tests.surveys.test_response_pages import answer_url, filled

pytestmark = pytest.mark.django_db


@pytest.mark.req("R163")
def test_three_surveys_plot_three_points_per_part(
    world: Any, origin: Any, case: Any, rss: Questionnaire
) -> None:
    for day, name in (
        (DAY, "all_worst"),
        (datetime.date(2019, 12, 16), "exactly_at_threshold"),
        (datetime.date(2020, 3, 16), "mixed_with_NA_and_refusal"),
    ):
        answered(world, rss, case, ANSWERS[name], day)

    page = origin.get(reverse("surveys:case", args=[case.reference]))

    progress = page.context["progress"]
    assert [line.label for line in progress.lines] == [
        "Economic",
        "Social",
        "Psychosocial",
        "Composite",
    ]
    assert {len(line.points) for line in progress.lines} == {3}
    assert {len(line.strokes) for line in progress.lines} == {2}
    text = page.content.decode()
    assert text.count("<circle") == 12
    assert [row["composite"] for row in progress.table] == ["0.58", "0.50", "0.00"]
    assert "Provisional scoring" in text


def test_a_missing_score_leaves_a_gap(
    world: Any, origin: Any, case: Any, rss: Questionnaire
) -> None:
    for month, name in (
        (9, "all_best"),
        (10, "too_many_refusals_in_one_dimension"),
        (11, "all_best"),
    ):
        answered(world, rss, case, ANSWERS[name], datetime.date(2019, month, 16))

    page = origin.get(reverse("surveys:case", args=[case.reference]))

    economic, *_others, composite = page.context["progress"].lines
    assert (len(economic.points), len(composite.points)) == (3, 2)
    assert composite.strokes == []


@pytest.mark.req("R154")
def test_the_tab_shows_the_plan_and_what_is_late(
    world: Any, origin: Any, case: Any, on_day: Any
) -> None:
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    on_day("2019-08-20")

    page = origin.get(reverse("surveys:case", args=[case.reference]))

    text = page.content.decode()
    for month in (3, 6, 9, 12):
        assert f"After {month} months" in text
    assert [item["is_overdue"] for item in page.context["follow_ups"]] == [True] + [False] * 4
    assert "Overdue" in text
    assert answer_url(case) in text


def test_the_tab_costs_the_same_for_few_and_many_responses(
    world: Any,
    origin: Any,
    case: Any,
    rss: Questionnaire,
    django_assert_max_num_queries: Any,
    django_assert_num_queries: Any,
) -> None:
    url = reverse("surveys:case", args=[case.reference])
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    answered(world, rss, case, MIXED, DAY)
    origin.get(url)
    with django_assert_max_num_queries(16) as first:
        origin.get(url)

    for number in range(1, 5):
        day = DAY + datetime.timedelta(days=30 * number)
        answered(world, rss, case, ANSWERS["all_best"], day)
    services.extend_follow_ups(case, by=world.fresh("focal_point"))

    with django_assert_num_queries(len(first.captured_queries)):
        origin.get(url)


def test_the_host_country_reads_the_tab_and_records_nothing(
    world: Any, sign_in: Any, case: Any
) -> None:
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    browser = sign_in(world.fresh("caseworker"))

    page = browser.get(reverse("surveys:case", args=[case.reference]))
    row = case.follow_ups.first()

    assert page.status_code == 200
    assert f"/follow-ups/{row.reference}/" not in page.content.decode()
    url = reverse("surveys:follow-up-done", args=[row.reference])
    assert browser.get(url).status_code == 403
    assert browser.post(url, {"done_on": "2019-07-15"}).status_code == 403
    row.refresh_from_db()
    assert row.status == FollowUpStatus.PLANNED


@pytest.mark.parametrize(
    ("verb", "values", "status"),
    [
        ("done", {"done_on": "2019-07-20", "note": "Shop is open"}, FollowUpStatus.DONE),
        (
            "not-possible",
            {"obstacle": "unreachable", "on": "2019-07-20"},
            FollowUpStatus.NOT_POSSIBLE,
        ),
        ("cancel", {"reason": "Not needed"}, FollowUpStatus.CANCELLED),
        ("move", {"due_on": "2029-07-20", "reason": "Rain"}, FollowUpStatus.PLANNED),
    ],
)
def test_a_follow_up_is_recorded_and_can_be_planned_again(
    world: Any, origin: Any, case: Any, verb: str, values: dict[str, str], status: str
) -> None:
    services.plan_follow_ups(case, arrived_on=ARRIVED_ON, by=world.focal_point)
    row = case.follow_ups.first()
    url = reverse(f"surveys:follow-up-{verb}", args=[row.reference])

    answer = origin.post(url, filled(origin.get(url), **values))

    row.refresh_from_db()
    assert answer["Location"] == reverse("surveys:case", args=[case.reference])
    assert row.status == status
    if status != FollowUpStatus.PLANNED:
        again = reverse("surveys:follow-up-reopen", args=[row.reference])
        origin.post(again, filled(origin.get(again), reason="Mistake"))
        row.refresh_from_db()
        assert row.status == FollowUpStatus.PLANNED


def test_another_follow_up_and_the_second_year_are_planned(origin: Any, case: Any) -> None:
    plan, extend = (
        reverse(f"surveys:{name}", args=[case.reference]) for name in ("plan", "extend")
    )

    origin.post(plan, filled(origin.get(plan), due_on="2029-01-02"))
    origin.post(extend, filled(origin.get(extend)))
    wrong = origin.post(plan, filled(origin.get(plan), due_on="2019-01-02"))

    assert [row.month for row in case.follow_ups.all()] == [18, 24, None]
    assert wrong.status_code == 422
    assert "due_on" in wrong.context["form"].errors


@pytest.mark.req("R154")
def test_the_list_shows_the_longest_overdue_first(
    world: Any, origin: Any, returned: Any, on_day: Any, django_assert_num_queries: Any
) -> None:
    url = reverse("surveys:follow-ups")
    pairs = [(returned(), ARRIVED_ON), (returned(), datetime.date(2019, 6, 1))]
    services.plan_follow_ups_many(pairs, by=world.focal_point)
    on_day("2019-07-20")

    page = origin.get(url, {"due": "overdue"})
    soon = origin.get(url, {"due": "soon"})

    assert [row.due_on.isoformat() for row in page.context["rows"]] == ["2019-07-01", "2019-07-15"]
    assert soon.context["rows"] == []
    assert len(origin.get(url).context["rows"]) == 10
    with django_assert_num_queries(6):
        origin.get(url)


def test_whoever_supervises_sees_that_a_survey_was_answered_and_not_how(
    world: Any, sign_in: Any, returned: Any, rss: Questionnaire
) -> None:
    case = returned()
    services.submit(
        rss,
        case=case,
        answers=ANSWERS["all_worst"],
        answered_on=datetime.date(2019, 9, 16),
        by=world.fresh("focal_point"),
    )
    url = reverse("surveys:case", args=[case.reference])

    for person in ("programme_manager", "caseworker"):
        page = sign_in(world.fresh(person)).get(url)
        assert page.context["responses"] == []
        assert page.context["progress"] is None
        assert "1 questionnaire, readable by the people who work" in page.content.decode()
    assert len(sign_in(world.fresh("focal_point")).get(url).context["responses"]) == 1
