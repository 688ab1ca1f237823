"""Working days and holidays (R079)."""

import datetime
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reference import calendar
from reference.enums import Certainty
from reference.models import Holiday

pytestmark = pytest.mark.django_db


def test_five_and_nine_course_days_from_7_october_2019_end_on_24_october() -> None:
    end_of_first = calendar.add_working_days(date(2019, 10, 7), 5, "MA")
    end_of_second = calendar.add_working_days(end_of_first, 9, "MA", include_start=False)

    assert end_of_first == date(2019, 10, 11)
    assert end_of_second == date(2019, 10, 24)


def test_holidays_count_in_the_week_of_3_june_2019() -> None:
    assert calendar.add_working_days(date(2019, 6, 3), 5, "MA") == date(2019, 6, 11)


def test_a_country_without_recorded_holidays_has_only_weekends() -> None:
    assert calendar.add_working_days(date(2019, 6, 3), 5, "GN") == date(2019, 6, 7)


@pytest.mark.parametrize("day", [date(2019, 6, 8), date(2019, 6, 5), date(2019, 7, 30)])
def test_weekends_and_holidays_are_no_working_days(day: date) -> None:
    assert not calendar.is_working_day(day, "MA")


def test_a_start_on_a_day_off_moves_to_the_next_working_day() -> None:
    assert calendar.add_working_days(date(2019, 10, 5), 1, "MA") == date(2019, 10, 7)


def test_a_retired_holiday_is_a_working_day_again() -> None:
    Holiday.objects.filter(country="MA", day=date(2019, 6, 6)).update(is_active=False)

    assert calendar.is_working_day(date(2019, 6, 6), "MA")


def test_no_days_is_no_stretch_of_days() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        calendar.add_working_days(date(2019, 10, 7), 0, "MA")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    start=st.dates(min_value=date(2017, 1, 1), max_value=date(2027, 6, 30)),
    days=st.integers(min_value=1, max_value=60),
)
def test_counting_and_adding_working_days_agree(start: datetime.date, days: int) -> None:
    end = calendar.add_working_days(start, days, "MA")

    assert calendar.is_working_day(end, "MA")
    assert calendar.count_working_days(start, end, "MA") == days


@pytest.mark.parametrize(
    ("label", "days"),
    [
        ("Eid al-Fitr", [date(2019, 6, 5), date(2019, 6, 6)]),
        ("Eid al-Adha", [date(2019, 8, 12), date(2019, 8, 13)]),
        ("1 Muharram", [date(2019, 9, 1)]),
        ("Mawlid", [date(2019, 11, 10), date(2019, 11, 11)]),
    ],
)
def test_the_feasts_of_2019_are_on_the_days_morocco_observed(label: str, days: list[date]) -> None:
    rows = Holiday.objects.filter(country="MA", label_en=label, day__year=2019).order_by("day")

    assert [row.day for row in rows] == days
    assert {row.certainty for row in rows} == {Certainty.OBSERVED}


def test_every_year_has_its_civil_and_lunar_holidays() -> None:
    for year in range(2017, 2028):
        days = set(
            Holiday.objects.filter(country="MA", day__year=year).values_list("day", flat=True)
        )
        assert {date(year, 1, 1), date(year, 5, 1), date(year, 7, 30), date(year, 11, 18)} <= days
        for name, expected in (
            ("Eid al-Fitr", 2),
            ("Eid al-Adha", 2),
            ("Mawlid", 2),
            ("1 Muharram", 1),
        ):
            found = Holiday.objects.filter(
                country="MA", day__year=year, label_en__contains=name
            ).count()
            assert found == expected, (year, name)
