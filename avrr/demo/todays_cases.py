"""A living caseload of the programme of today: what happens in Morocco, verb by verb.

People and their ways are in ``todays_people``; what follows the departure in ``todays_returns``.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User
from avrr.demo import (
    todays_duplicates,
    todays_journeys,
    todays_registrations,
    todays_returns,
    todays_selection,
)
from avrr.demo.setting import TODAYS, Setting
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import (
    Day,
    Group,
    Someone,
    people,
)
from reference.models import Language
from surveys import services as survey_services
from surveys.enums import Channel
from surveys.models import Questionnaire
from training import services
from training.days import days_of
from training.enums import AbsenceReason, Attendance, Half, InvitationAnswer, Mark, Outcome
from training.models import Edition, ModuleVersion, OrientationSession

TOPICS = ("business", "poultry", "sewing", "mechanics", "catering", "market_gardening")


def build(setting: Setting) -> None:
    """Create the caseload of today through the services."""
    load = Caseload(setting=setting, people=people(setting.today))
    days = {id(group): _session_day(load, group) for group in load.groups()}
    _place_in_time(load, days)
    referral = todays_registrations.refer(load)
    todays_registrations.register(load, referral)
    _hold(load)
    _invite(load, days)
    _train(load)
    todays_selection.select(load)
    todays_journeys.file_papers(load)
    todays_journeys.prepare(load)
    todays_returns.build(load)
    todays_journeys.close(load)
    todays_duplicates.join(load)


def _session_day(load: Caseload, group: Group) -> Day | None:
    if group.weeks:
        return load.wednesday(group.weeks)
    match group.session:
        case "held":
            return load.working_day(load.day(1))
        case "late":
            return load.working_day(load.day(4))
        case "today":
            return load.working_day(load.today)
        case "soon":
            return load.working_day(load.day(-2), step=1)
        case "coming":
            return load.working_day(load.day(-4), step=1)
        case "next":
            return load.working_day(load.day(-8), step=1)
    return None


def _place_in_time(load: Caseload, days: dict[int, Day | None]) -> None:
    """When each person was registered: some days before orientation, on a working day."""
    for person in load.people:
        session = days[id(person.group)]
        if session is None:
            registered_on = load.day(40 if person.is_child else person.days)
        else:
            before = datetime.timedelta(days=load.dice.randint(2, 12))
            registered_on = min(session, load.today) - before
            came = person.tag not in {"absent", "declined"} and person.group.session != "late"
            if session < load.today and came and person.way != "registered":
                person.oriented_on = session
        person.registered_on = load.working_day(registered_on)


# --- orientation ----------------------------------------------------------------------------------
def _at(day: Day, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def _hold(load: Caseload) -> None:
    """The sessions of the past weeks, called, closed and evaluated on paper."""
    by_office = defaultdict(list)
    for group in load.groups():
        if group.weeks:
            by_office[group.office].append(group)
    for office, groups in by_office.items():
        by = load.setting.person(f"suivi.{office}")
        held = [
            services.HeldSession(
                office=load.setting.offices[office],
                starts_at=_at(load.wednesday(group.weeks), 10),
                facilitator=by,
                language=Language.objects.get(pk="fr"),
                room="Salle 2",
                guests=[
                    services.Guest(case=load.case(person), outcomes=[_recommended(person)])
                    for person in load.in_group(group)
                ],
            )
            for group in groups
        ]
        for session in services.hold_sessions_many(held, by=by):
            _ask(load, session, session.day, session.invitations.count(), by)


def _recommended(person: Someone) -> str:
    if person.has("trained") or person.way in {"course", "crafts"}:
        return Outcome.PERSONAL_DEVELOPMENT
    return Outcome.BUSINESS if person.way == "nominated" else Outcome.NONE


def _ask(
    load: Caseload, occasion: OrientationSession | Edition, day: Day, people: int, by: User
) -> None:
    """All but one fill in the form; now and then somebody is not content."""
    unhappy = int(load.dice.random() < 0.2)
    counts = {"very_satisfied": max(people - 1 - unhappy, 1), "little_satisfied": unhappy}
    services.count_answers(
        occasion,
        counts=counts,
        answered_on=day,
        by=by,
        programme=load.setting.programmes[TODAYS],
    )


def _invite(load: Caseload, days: dict[int, Day | None]) -> None:
    """Sessions whose roll was just called, waits to be called, or that are to come."""
    french = Language.objects.get(pk="fr")
    for group in load.groups():
        day = days[id(group)]
        if not group.session or day is None:
            continue
        by = load.setting.person(f"suivi.{group.office}")
        session = services.plan_session(
            office=load.setting.offices[group.office],
            starts_at=_at(day, 10 if group.office == "rabat" else 14),
            facilitator=by,
            language=french,
            room="Salle 1",
            by=by,
        )
        guests = load.in_group(group)
        cases = [load.case(person) for person in guests]
        asked_on = max(person.registered_on for person in guests)
        invitations = services.invite(session, cases=cases, by=by, on=asked_on)
        for index, (person, invitation) in enumerate(zip(guests, invitations, strict=True)):
            if person.tag == "declined":
                answer, reason = InvitationAnswer.DECLINED, AbsenceReason.WORK
            elif index % 3 == 2:
                continue
            else:
                answer, reason = InvitationAnswer.ACCEPTED, ""
            services.answer_invitation(
                invitation, answer=answer, reason=reason, on=min(day, load.today), by=by
            )
        if group.session == "held":
            _call(session, zip(guests, invitations, strict=True), by)


def _call(session: OrientationSession, guests: Iterable[tuple[Someone, Any]], by: User) -> None:
    """The roll is called and the session still open: one recommendation is missing."""
    marks = {
        invitation: Attendance.ABSENT if person.tag == "absent" else Attendance.PRESENT
        for person, invitation in guests
    }
    session = services.call_roll(session, attendance=marks, by=by)
    present = [row for row, mark in marks.items() if mark == Attendance.PRESENT]
    services.recommend(session, outcomes={present[0]: [Outcome.BUSINESS]}, by=by)


# --- courses --------------------------------------------------------------------------------------
def _train(load: Caseload) -> None:
    """A course of last month, one that runs, one of next week with its nominations."""
    monday = load.today - datetime.timedelta(days=load.today.weekday())
    done = _plan(load, "personal_development", "casablanca", monday - datetime.timedelta(days=35))
    _enrol(load, done, load.tagged("trained"))
    _mark(load, done, days_of(done))
    trainer = load.setting.person("formation.cerf")
    (done,) = services.complete_many([done], by=trainer)
    _ask(load, done, done.ends_on, len(load.tagged("trained")), trainer)

    yesterday = load.working_day(load.day(1))
    begun = load.working_day(yesterday - datetime.timedelta(days=1))
    running = _plan(load, "personal_development", "rabat", begun)
    _enrol(load, running, list(load.on_way("course")))
    _mark(load, running, [day for day in days_of(running) if day < load.today])

    coming = _plan(load, "business", "casablanca", monday + datetime.timedelta(days=7))
    _nominate(load, coming, trainer)
    _prefer(load)


def _plan(load: Caseload, module: str, office: str, starts_on: Day) -> Edition:
    return services.plan_edition(
        module_version=ModuleVersion.objects.in_force(starts_on).get(module__code=module),
        office=load.setting.offices[office],
        starts_on=starts_on,
        trainer_organisation=load.setting.organisations["cerf"],
        language=Language.objects.get(pk="fr"),
        room="Atelier",
        by=load.setting.person("chef-de-file"),
    )


def _enrol(load: Caseload, edition: Edition, people: list[Someone]) -> None:
    places = [services.Place(edition=edition, case=load.case(person)) for person in people]
    services.enrol_many(places, by=load.worker(people[0]), have_started=True)


def _mark(load: Caseload, edition: Edition, days: list[Day]) -> None:
    """Half-day by half-day; here somebody is late, there somebody is missing."""
    enrolments = list(edition.enrolments.order_by("id"))
    marks = [
        services.DayMark(enrolment=enrolment, day=day, half=half, mark=_mark_of(load, index))
        for day in days
        for index, enrolment in enumerate(enrolments)
        for half in Half.values
    ]
    services.mark_many(marks, by=load.setting.person("formation.cerf"))


def _mark_of(load: Caseload, index: int) -> str:
    """The first on the list is always there."""
    weights = (90, 6, 4) if index else (1, 0, 0)
    return load.dice.choices((Mark.PRESENT, Mark.LATE, Mark.ABSENT), weights)[0]


def _nominate(load: Caseload, edition: Edition, trainer: User) -> None:
    """Most nominations wait for the partner, one for too long."""
    for person in load.on_way("nominated"):
        by = load.worker(person)
        on = load.day(person.days)
        enrolment = services.enrol(edition, case=load.case(person), by=by, on=on)
        if person.tag in {"known", "enrolled"}:
            enrolment = services.acknowledge(enrolment, by=trainer, on=load.day(1))
        if person.tag == "enrolled":
            services.confirm_place(enrolment, by=by)


def _prefer(load: Caseload) -> None:
    """What people who think of a course would like to learn."""
    questionnaire = Questionnaire.objects.get(code="training-preferences", version=1)
    for office in ("rabat", "casablanca"):
        entries = [
            survey_services.Entry(
                answers={"topics": load.dice.sample(TOPICS, 3)},
                answered_on=person.oriented_on or person.registered_on,
                case=load.case(person),
                channel=Channel.INTERVIEW,
            )
            for person in load.on_way("course", "nominated")
            if person.office == office
        ]
        by = load.setting.person(f"suivi.{office}")
        survey_services.submit_many(questionnaire, entries, by=by)
