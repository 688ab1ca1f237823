"""The sessions and the courses of the access matrix."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cases.models import Case
from reference.models import Language
from tests.access_world.world import AccessWorld, D, on, pdf
from training import services as training_services
from training.days import days_of
from training.enums import Attendance, Fit, Half, Mark, Outcome
from training.models import Edition, Enrolment, ModuleVersion, OrientationSession

MOROCCO = ZoneInfo("Africa/Casablanca")


def add_sessions(access: AccessWorld) -> None:
    world = access.world
    officer = access.person("protection_officer")
    for name, office, people in (
        ("session", world.rabat, ("case", "waiting", "applicant")),
        ("session_oujda", world.oujda, ("oujda",)),
    ):
        with on(D(2019, 3, 12)) as day:
            session = training_services.plan_session(
                office=office,
                starts_at=datetime.datetime.combine(day, datetime.time(10), tzinfo=MOROCCO),
                facilitator=world.caseworker if office == world.rabat else world.caseworker_oujda,
                language=Language.objects.get(pk="fr"),
                by=officer,
            )
            invited = training_services.invite(
                session, cases=[access.rows[person] for person in people], by=officer
            )
            session = training_services.call_roll(
                session, attendance=dict.fromkeys(invited, Attendance.PRESENT), by=officer
            )
            training_services.recommend(
                session, outcomes={row: [Outcome.NONE] for row in invited}, by=officer
            )
        access.add(name, OrientationSession.objects.get(pk=session.pk))
        access.kwargs[f"{name}_person"] = {
            "reference": session.reference,
            "case": access.rows[people[0]].reference,
        }
        access.kwargs[f"{name}_opinion"] = {"sealed": training_services.seal(session)}


def _edition(
    access: AccessWorld,
    name: str,
    *,
    office: Any,
    starts_on: datetime.date,
    partner: str,
    module: str = "personal_development",
) -> Edition:
    with on(D(2019, 3, 20)):
        edition = training_services.plan_edition(
            module_version=ModuleVersion.objects.in_force(starts_on).get(module=module),
            office=office,
            starts_on=starts_on,
            trainer_organisation=access.world.organisations[partner],
            transit_reason="The people of this course stay" if office.is_transit else "",
            criteria=["Has a project"] if module == "handicraft" else (),
            by=access.person("programme_manager"),
        )
    access.kwargs[f"{name}_day"] = {
        "reference": edition.reference,
        "day": edition.starts_on.isoformat(),
    }
    return access.add(name, edition)


def _enrol(access: AccessWorld, name: str, edition: Edition, case: str) -> Enrolment:
    with on(edition.starts_on):
        enrolment = training_services.enrol(
            edition,
            case=access.rows[case],
            on=edition.starts_on,
            by=access.person("protection_officer"),
            is_confirmed=True,
        )
    return access.add(name, enrolment)


def _attend(access: AccessWorld, enrolment: Enrolment, *, days: int | None, by: str) -> Edition:
    edition = enrolment.edition
    for day in days_of(edition)[:days]:
        with on(day):
            edition = training_services.record_attendance(
                edition,
                day=day,
                marks=[
                    training_services.HalfDay(enrolment=enrolment, half=half, mark=Mark.PRESENT)
                    for half in Half
                ],
                by=access.person(by),
            )
    return edition


def _file_sheet(access: AccessWorld, name: str, edition: Edition) -> None:
    with on(edition.starts_on) as day:
        sheet = training_services.file_sheet(
            edition, day=day, file=pdf("sheet.pdf"), by=access.person("trainer")
        )
    access.add(name, sheet)


def add_finished_course(access: AccessWorld) -> None:
    """A course that ended more than a month ago: its partner no longer reads the roster."""
    edition = _edition(
        access,
        "edition_past",
        office=access.world.rabat,
        starts_on=D(2019, 4, 1),
        partner="cerf",
    )
    enrolment = _enrol(access, "enrolment_past", edition, "case")
    edition = _attend(access, enrolment, days=None, by="trainer")
    with on(edition.ends_on):
        training_services.complete_edition(edition, by=access.person("trainer"))
    _file_sheet(access, "edition_past_sheet", edition)
    access.kwargs["module"] = {"code": "personal_development"}
    version = edition.module_version
    access.add("module_version", version, code=version.module_id, number=version.number)


def add_running_courses(access: AccessWorld) -> None:
    world = access.world
    edition = _edition(
        access, "edition", office=world.rabat, starts_on=D(2019, 9, 13), partner="cerf"
    )
    enrolment = _enrol(access, "enrolment", edition, "waiting")
    _attend(access, enrolment, days=1, by="trainer")
    _file_sheet(access, "edition_sheet", edition)
    elsewhere = _edition(
        access, "edition_oujda", office=world.oujda, starts_on=D(2019, 9, 16), partner="ccsm"
    )
    _enrol(access, "enrolment_oujda", elsewhere, "oujda")
    _edition(access, "edition_own", office=world.rabat, starts_on=D(2019, 9, 12), partner="iom")
    _edition(access, "edition_empty", office=world.oujda, starts_on=D(2019, 10, 14), partner="ccsm")


def add_selection(access: AccessWorld) -> None:
    """Somebody with both preparatory modules, who applies for a vocational course."""
    world, case = access.world, access.rows["applicant"]
    for module, day in (("personal_development", D(2019, 6, 10)), ("business", D(2019, 7, 1))):
        name = f"edition_{module}"
        edition = _edition(
            access, name, office=world.rabat, starts_on=day, partner="cerf", module=module
        )
        (enrolment,) = training_services.enrol_many(
            [training_services.Place(edition=edition, case=case)],
            by=access.person("caseworker"),
            have_started=True,
        )
        marks = [
            training_services.DayMark(enrolment=enrolment, day=day, half=half, mark=Mark.PRESENT)
            for day in days_of(edition)
            for half in Half
        ]
        training_services.mark_many(marks, by=access.person("trainer"))
        training_services.complete_many([edition], by=access.person("trainer"))
    course = _edition(
        access,
        "edition_vocational",
        office=world.rabat,
        starts_on=D(2019, 10, 7),
        partner="cerf",
        module="handicraft",
    )
    application = training_services.apply(
        course,
        case=Case.objects.get(pk=case.pk),
        motivation="Learnt to weave",
        answers=[
            training_services.Answer(criterion=row, fit=Fit.MET) for row in course.criteria.all()
        ],
        by=access.person("caseworker"),
    )
    access.add("application", application)
    access.kwargs["applicant_course"] = {"reference": case.reference, "edition": course.reference}


def add_exception_for_a_course(access: AccessWorld) -> None:
    """A course asked for on the day on which one of its people flies."""
    course = _edition(
        access,
        "edition_asked",
        office=access.world.rabat,
        starts_on=D(2019, 10, 7),
        partner="cerf",
        module="business",
    )
    _enrol(access, "enrolment_asked", course, "waiting")
    override = training_services.request_override(
        course,
        starts_on=D(2019, 10, 14),
        change_reason="The trainer is ill",
        reason="No other room",
        by=access.person("partner_coordinator"),
    )
    access.add("edition_override", override, pk=override.pk)
