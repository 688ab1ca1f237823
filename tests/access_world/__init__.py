"""The world of the access matrix: one object for every kind of address, in each relation.

Guinea and Rabat have somebody far along (``case``), somebody in training who is not handed over
yet (``waiting``) and a child travelling alone whose file is handed over (``child``). Mali and
Oujda have somebody else (``oujda``), so that every person is outside of something. The day is
16 September 2019.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests import personas
from tests.access_world import courses, journeys, offices, people, reintegration, reports
from tests.access_world.world import TODAY, AccessWorld

__all__ = ["TODAY", "AccessWorld", "build", "built"]


@contextlib.contextmanager
def built(blocker: Any) -> Iterator[AccessWorld]:
    """The world for the tests of one module, taken back at its end."""
    with (
        blocker.unblock(),
        override_settings(TODAY=TODAY.isoformat()),
        translation.override("en"),
        transaction.atomic(),
    ):
        yield build()
        transaction.set_rollback(True)


def build() -> AccessWorld:
    """Everybody and everything, through the services, each on its day."""
    access = AccessWorld(personas.build())
    offices.add_duties(access)
    people.add_cases(access)
    people.add_merges(access)
    courses.add_sessions(access)
    courses.add_finished_course(access)
    journeys.add_journey_home(access)
    reintegration.add_plan(access)
    reports.add_follow_up(access)
    courses.add_running_courses(access)
    courses.add_selection(access)
    journeys.add_journeys_ahead(access)
    journeys.add_journeys_under_way(access)
    people.add_papers(access)
    people.add_referrals(access)
    offices.add_accounts(access)
    offices.add_reference(access)
    reports.add_reports(access)
    return access
