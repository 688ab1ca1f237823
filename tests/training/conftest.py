"""Sessions, courses and people in them, reached through the services."""

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.models import Case
from reference.models import Language
from training import services
from training.enums import Attendance, Half, Mark, Outcome
from training.models import Edition, Enrolment, ModuleVersion, OrientationSession
from training.policies import days_of

MOROCCO = ZoneInfo("Africa/Casablanca")


def at(day: datetime.date, hour: int = 10) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=MOROCCO)


@pytest.fixture
def session(world: Any) -> Callable[..., OrientationSession]:
    """Plan a session; Rabat, 12 March 2019 unless said otherwise."""

    def _session(**values: Any) -> OrientationSession:
        by = values.pop("by", None) or world.fresh("protection_officer")
        day = values.pop("day", datetime.date(2019, 3, 12))
        given = {
            "office": world.rabat,
            "starts_at": at(day),
            "facilitator": world.caseworker,
            "language": Language.objects.get(pk="fr"),
        }
        return services.plan_session(**given | values, by=by)

    return _session


@pytest.fixture
def orient(world: Any, session: Any) -> Callable[..., OrientationSession]:
    """Hold a session at which these people were present."""

    def _orient(*cases: Case, **values: Any) -> OrientationSession:
        by = world.fresh("protection_officer")
        row = session(**values)
        invitations = services.invite(row, cases=cases, by=by)
        row = services.call_roll(
            row, attendance=dict.fromkeys(invitations, Attendance.PRESENT), by=by
        )
        outcomes = {invitation: [Outcome.NONE] for invitation in invitations}
        return services.recommend(row, outcomes=outcomes, by=by)

    return _orient


@pytest.fixture
def edition(world: Any) -> Callable[..., Edition]:
    """Plan a course; personal development in Rabat from 17 June 2019 unless said otherwise."""

    def _edition(module: str = "personal_development", **values: Any) -> Edition:
        day = values.pop("starts_on", datetime.date(2019, 6, 17))
        given = {
            "module_version": ModuleVersion.objects.in_force(day).filter(module=module).first(),
            "office": world.rabat,
            "starts_on": day,
            "trainer_organisation": world.organisations["cerf"],
        }
        by = values.pop("by", None) or world.fresh("programme_manager")
        return services.plan_edition(**given | values, by=by)

    return _edition


@pytest.fixture
def enrolled(world: Any, ready: Any, orient: Any) -> Callable[..., Enrolment]:
    """Somebody oriented and enrolled in a course."""

    def _enrolled(edition: Edition, case: Case | None = None, **values: Any) -> Enrolment:
        if case is None:
            case = ready(**values)
            orient(case)
        return services.enrol(
            edition,
            case=case,
            on=edition.starts_on,
            by=world.fresh("protection_officer"),
            is_confirmed=True,
        )

    return _enrolled


@pytest.fixture
def attend(world: Any) -> Callable[..., Edition]:
    """Mark somebody present on the first days of a course, all of them unless said otherwise."""

    def _attend(enrolment: Enrolment, days: int | None = None, mark: str = Mark.PRESENT) -> Edition:
        edition = enrolment.edition
        for day in days_of(edition)[:days]:
            marks = [services.HalfDay(enrolment=enrolment, half=half, mark=mark) for half in Half]
            edition = services.record_attendance(
                edition, day=day, marks=marks, by=world.fresh("trainer")
            )
        return edition

    return _attend


@pytest.fixture
def complete(world: Any, edition: Any, enrolled: Any, attend: Any) -> Callable[..., Enrolment]:
    """Take a person through a whole module."""

    def _complete(case: Case, module: str, starts_on: datetime.date) -> Enrolment:
        row = enrolled(edition(module, starts_on=starts_on), case)
        services.complete_edition(attend(row), by=world.fresh("trainer"))
        return Enrolment.objects.get(pk=row.pk)

    return _complete
