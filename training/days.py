"""The days of courses, and what they mean for the day of return (R076, R079)."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from accounts.models import Office
from cases.models import Case
from reference import calendar
from training.models import Edition, Enrolment, ModuleVersion


def course_days(
    version: ModuleVersion,
    office: Office,
    starts_on: datetime.date,
    skipped: Iterable[datetime.date] = (),
) -> list[datetime.date]:
    """The working days of a course, without public holidays and days not held (R079)."""
    left_out = set(skipped)
    days = calendar.working_days(starts_on, office.country_id)
    return list(islice((day for day in days if day not in left_out), version.days))


def days_of(edition: Edition) -> list[datetime.date]:
    """The days on which an edition is held."""
    return course_days(
        edition.module_version, edition.office, edition.starts_on, edition.skipped_days
    )


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What courses mean for the return: how many days, until when, how much later (R079)."""

    days: int
    first_on: datetime.date
    last_on: datetime.date
    wished_on: datetime.date | None

    @property
    def earliest_travel_on(self) -> datetime.date:
        return self.last_on + datetime.timedelta(days=1)

    @property
    def delay(self) -> int:
        """Days by which the return comes later than wished; 0 when it does not."""
        if self.wished_on is None:
            return 0
        return max(0, (self.earliest_travel_on - self.wished_on).days)


def estimate(
    case: Case, versions: Sequence[ModuleVersion], starts_on: datetime.date
) -> Effect | None:
    """Courses one after the other from a day: their end, against the wished date (R079)."""
    total = sum(version.days for version in versions)
    if not total:
        return None
    country = case.office.country_id
    days = list(islice(calendar.working_days(starts_on, country), total))
    return Effect(days=total, first_on=days[0], last_on=days[-1], wished_on=case.wished_travel_on)


def effect_of(case: Case, edition: Edition, others: Sequence[Enrolment]) -> Effect:
    """What joining an edition means together with the courses already agreed (R079)."""
    ends = [edition.ends_on, *(row.edition.ends_on for row in others)]
    return Effect(
        days=edition.module_version.days + sum(r.edition.module_version.days for r in others),
        first_on=edition.starts_on,
        last_on=max(ends),
        wished_on=case.wished_travel_on,
    )
