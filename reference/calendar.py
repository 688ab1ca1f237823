"""Working days: Monday to Friday, without the holidays of the country."""

import datetime
from collections.abc import Iterator

from reference.models import Country, Holiday

SATURDAY = 5
ONE_DAY = datetime.timedelta(days=1)


def holidays_from(day: datetime.date, country: Country | str) -> set[datetime.date]:
    """Holidays of the country on that day and after."""
    rows = Holiday.objects.active().filter(country=country, day__gte=day)
    return set(rows.values_list("day", flat=True))


def working_days(start: datetime.date, country: Country | str) -> Iterator[datetime.date]:
    """Every working day from ``start`` on, without end: take what you need."""
    holidays = holidays_from(start, country)
    day = start
    while True:
        if day.weekday() < SATURDAY and day not in holidays:
            yield day
        day += ONE_DAY


def is_working_day(day: datetime.date, country: Country | str) -> bool:
    """Whether people work on this day in this country."""
    return next(working_days(day, country)) == day


def add_working_days(
    start: datetime.date,
    days: int,
    country: Country | str,
    *,
    include_start: bool = True,
) -> datetime.date:
    """The last of ``days`` working days that begin on ``start``, or the day after it (R079).

    A start on a day off moves to the next working day.
    """
    if days < 1:
        raise ValueError("a stretch of working days has at least one day")
    calendar = working_days(start if include_start else start + ONE_DAY, country)
    return next(day for count, day in enumerate(calendar, start=1) if count == days)


def count_working_days(first: datetime.date, last: datetime.date, country: Country | str) -> int:
    """Working days from ``first`` to ``last``, both included."""
    count = 0
    for day in working_days(first, country):
        if day > last:
            return count
        count += 1
    return count
