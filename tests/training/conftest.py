"""Sessions, courses and people in them, reached through the services."""

import datetime
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.models import MachineKey
from cases.models import Case
from reference.models import Language
from training import services
from training.days import days_of
from training.enums import ApplicationStatus, Attendance, Fit, Half, Mark, Outcome
from training.models import Application, Edition, Enrolment, ModuleVersion, OrientationSession

MOROCCO = ZoneInfo("Africa/Casablanca")
VOCATIONAL = ("handicraft", "agriculture")
CRITERIA = ("Has a project that needs the craft", "Can attend every day")


def at(day: datetime.date, hour: int = 10) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=MOROCCO)


@pytest.fixture
def officer(world: Any) -> Any:
    return world.fresh("protection_officer")


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
        if module in VOCATIONAL:
            given["criteria"] = CRITERIA
        by = values.pop("by", None) or world.fresh("programme_manager")
        return services.plan_edition(**given | values, by=by)

    return _edition


@pytest.fixture
def applied(world: Any) -> Callable[..., Application]:
    """An application by the caseworker, who meets every criterion unless said otherwise."""

    def _applied(edition: Edition, case: Case, fit: str = Fit.MET, **values: Any) -> Application:
        given = {
            "motivation": "Learnt to weave as a child",
            "answers": [services.Answer(criterion=c, fit=fit) for c in edition.criteria.all()],
            "by": world.fresh("caseworker"),
        }
        return services.apply(edition, case=case, **given | values)

    return _applied


@pytest.fixture
def selected(world: Any, applied: Any) -> Callable[..., Application]:
    """An application accepted on the first day of the course."""

    def _selected(edition: Edition, case: Case) -> Application:
        row = applied(edition, case, on=edition.starts_on)
        decision = ApplicationStatus.ACCEPTED
        return services.decide(
            row, decision=decision, on=edition.starts_on, by=world.fresh("protection_officer")
        )

    return _selected


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
def prepared(world: Any, ready: Any, orient: Any, edition: Any) -> Callable[..., Case]:
    """Somebody who has completed both preparatory modules, in June and July 2019."""

    def _prepared(**values: Any) -> Case:
        case, by = ready(**values), world.fresh("protection_officer")
        orient(case)
        for module, day in (
            ("personal_development", datetime.date(2019, 6, 10)),
            ("business", datetime.date(2019, 7, 1)),
        ):
            place = services.Place(edition=edition(module, starts_on=day), case=case)
            (row,) = services.enrol_many([place], by=by, have_started=True)
            services.mark_many(
                [
                    services.DayMark(enrolment=row, day=day, half=half, mark=Mark.PRESENT)
                    for day in days_of(place.edition)
                    for half in Half
                ],
                by=by,
            )
            services.complete_many([place.edition], by=by)
        return Case.objects.get(pk=case.pk)

    return _prepared


@pytest.fixture
def complete(
    world: Any, edition: Any, enrolled: Any, attend: Any, selected: Any
) -> Callable[..., Enrolment]:
    """Take a person through a whole module."""

    def _complete(case: Case, module: str, starts_on: datetime.date) -> Enrolment:
        course = edition(module, starts_on=starts_on)
        if module in VOCATIONAL:
            selected(course, case)
        row = enrolled(course, case)
        services.complete_edition(attend(row), by=world.fresh("trainer"))
        return Enrolment.objects.get(pk=row.pk)

    return _complete


@pytest.fixture
def call(client: Any, world: Any) -> Callable[..., Any]:
    """Call the API as somebody, by machine key."""

    def _call(
        name: str,
        method: str,
        path: str,
        data: Any = None,
        *,
        permissions: list[str] | None = None,
        **headers: str,
    ) -> Any:
        key, prefix, digest = MachineKey.generate()
        MachineKey.objects.create(
            user=world.people[name],
            label="test",
            prefix=prefix,
            digest=digest,
            expires_on=datetime.date(2040, 1, 1),
            permissions=permissions or [],
        )
        return getattr(client, method)(
            f"/api/v1/{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}", "Accept-Language": "en"} | headers,
        )

    return _call
