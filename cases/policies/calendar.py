"""What a person's calendar allows (design §4.4)."""

import datetime
from collections.abc import Iterable

from django.db.models import Max, Q
from django.db.models.functions import Upper

from cases.enums import CommitmentKind
from cases.models import Case, Commitment, Person
from cases.workflow import BEFORE_DEPARTURE


def earliest_travel_day(person: Person) -> datetime.date | None:
    """The day after the last day of every started course; None when none was started (R078)."""
    courses = Commitment.objects.live().filter(
        person=person, kind=CommitmentKind.COURSE, is_binding=True
    )
    day: datetime.date | None = courses.aggregate(day=Max(Upper("days")))["day"]
    return day


def travel_conflicts(person: Person, day: datetime.date) -> list[Commitment]:
    """Started courses that would not be over before a journey on ``day`` (R078, R108)."""
    return list(
        Commitment.objects.live()
        .filter(
            person=person,
            kind=CommitmentKind.COURSE,
            is_binding=True,
            days__endswith__gt=day,
        )
        .order_by("days")
    )


def courses_given_up(person: Person, day: datetime.date) -> list[Commitment]:
    """Courses not begun that start after a journey on ``day``: nobody could attend them (R108)."""
    return list(
        Commitment.objects.live()
        .filter(
            person=person,
            kind=CommitmentKind.COURSE,
            is_binding=False,
            days__startswith__gt=day,
        )
        .order_by("days")
    )


def engagements_after(cases: Iterable[Case], on: datetime.date) -> list[Commitment]:
    """What people are engaged in after a day by these cases, and journeys not made yet (R080)."""
    here = [case for case in cases if case.stands_at in BEFORE_DEPARTURE]
    over = on + datetime.timedelta(days=1)
    held = Commitment.objects.live().of_cases(here).select_related("person")
    return list(
        held.filter(Q(days__endswith__gt=over) | Q(kind=CommitmentKind.TRAVEL)).order_by("days")
    )
