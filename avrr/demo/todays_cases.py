"""A living caseload of the programme of today: what happens in Morocco, verb by verb.

People and their ways are in ``todays_people``; what follows the departure in ``todays_returns``.
"""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from accounts.models import User
from avrr.demo import todays_journeys, todays_returns
from avrr.demo.setting import TODAYS, Setting
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import (
    REFERRALS,
    REFERRED_AND_DECLINED,
    REFERRED_AND_REGISTERED,
    Day,
    Group,
    Someone,
    people,
)
from cases import services as case_services
from cases.enums import (
    ConsentAnswer,
    ConsentGiver,
    ConsentPurpose,
    ContactKind,
    ContactOwner,
    EducationLevel,
    FamilySituation,
    TimeAbroad,
)
from cases.models import Referral
from reference.models import Language, Place, ReferralSource, Sector
from surveys import services as survey_services
from surveys.enums import Channel
from surveys.models import Questionnaire
from training import services
from training.enums import AbsenceReason, Attendance, Half, InvitationAnswer, Mark, Outcome
from training.models import Edition, ModuleVersion, OrientationSession
from training.policies import days_of

GIVEN = {
    ConsentPurpose.PROCESSING: ConsentAnswer.GIVEN,
    ConsentPurpose.SHARE_WITH_ORIGIN: ConsentAnswer.GIVEN,
    ConsentPurpose.TRAINING_PARTNER: ConsentAnswer.GIVEN,
    ConsentPurpose.FOLLOW_UP: ConsentAnswer.GIVEN,
}
TOPICS = ("business", "poultry", "sewing", "mechanics", "catering", "market_gardening")


def build(setting: Setting) -> None:
    """Create the caseload of today through the services."""
    load = Caseload(setting=setting, people=people(setting.today))
    days = {id(group): _session_day(load, group) for group in load.groups()}
    _place_in_time(load, days)
    referral = _refer(load)
    _register(load, referral)
    _hold(load)
    _invite(load, days)
    _train(load)
    todays_journeys.file_papers(load)
    todays_journeys.prepare(load)
    todays_returns.build(load)
    todays_journeys.close(load)


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


# --- arriving at the orientation point ------------------------------------------------------------
def _refer(load: Caseload) -> Referral:
    """People sent by the government partner; one of them is registered below."""
    referrer = load.setting.person("orientation.entraide")
    for row in REFERRALS:
        _send(load, row, referrer)
    declined = _send(load, REFERRED_AND_DECLINED, referrer)
    case_services.decline_referral(
        declined,
        by=load.setting.person("suivi.oujda"),
        reason="Ne s’est jamais présenté au bureau",
    )
    (person,) = load.tagged("referred")
    office, days_ago = REFERRED_AND_REGISTERED
    names = (person.family_name, person.given_name, person.sex, person.nationality)
    return _send(load, (office, days_ago, *names, "Souhaite rentrer"), referrer)


def _send(load: Caseload, row: tuple[Any, ...], referrer: User) -> Referral:
    office, days_ago, family_name, given_name, sex, country, reason = row
    return case_services.refer(
        by=referrer,
        referred_on=load.day(days_ago),
        office=load.setting.offices[office],
        family_name=family_name,
        given_name=given_name,
        sex=sex,
        nationality=load.setting.countries[country],
        phone=f"+2126{load.dice.randint(10_000_000, 99_999_999)}",
        reason=reason,
    )


def _register(load: Caseload, referral: Referral) -> None:
    """One by one, by the clerk or the caseworker; likely duplicates were compared."""
    places = defaultdict(list)
    for place in Place.objects.filter(is_active=True):
        places[place.country_id].append(place)
    lists = (
        list(Language.objects.filter(pk__in=("fr", "ary", "bm", "ff", "wo", "dyu"))),
        list(Sector.objects.filter(is_active=True)),
        list(ReferralSource.objects.filter(is_active=True)),
    )
    for person in sorted(load.people, key=lambda p: (p.registered_on, p.number)):
        _register_one(load, person, places[person.country], lists, referral)


def _register_one(
    load: Caseload,
    person: Someone,
    places: list[Place],
    lists: tuple[list[Language], list[Sector], list[ReferralSource]],
    referral: Referral,
) -> None:
    dice, countries = load.dice, load.setting.countries
    languages, sectors, sources = lists
    by = load.worker(person)
    has_clerk = person.office in {"rabat", "casablanca"} and not person.is_child
    if has_clerk and dice.random() < 0.5:
        by = load.setting.person(f"guichet.{person.office}")
    is_declared = not person.has("undeclared") and (
        person.way != "registered" or dice.random() < 0.4
    )
    answers = {} if person.is_child else _answers(dice, person)
    registered_on = person.registered_on
    case = case_services.register(
        by=by,
        person={
            "family_name": person.family_name,
            "given_name": person.given_name,
            "sex": person.sex,
            "birth_on": person.birth_on,
            "nationality": countries[person.nationality],
            "family_situation": dice.choice(FamilySituation.values),
            "education": dice.choice(EducationLevel.values),
            "time_abroad": dice.choice(TimeAbroad.values),
            "languages": dice.sample(languages, min(2, len(languages))),
            "experience": [dice.choice(sectors)],
            "interests": [dice.choice(sectors)],
        },
        case={
            "office": load.setting.offices[person.office],
            "registered_on": registered_on,
            "country": countries[person.country],
            "destination": dice.choice(places) if places else None,
            "referral_source": dice.choice(sources),
            "is_unaccompanied_child": person.is_child,
            "children_in_care": dice.choice((0, 0, 1, 2)) if person.sex == "female" else 0,
            "wished_travel_on": registered_on + datetime.timedelta(days=dice.randint(20, 70)),
        },
        consents=answers,
        declaration={"on": registered_on, "language": "français"} if is_declared else None,
        contact_points=_contact_points(dice, person),
        duplicates_checked=True,
        referral=referral if person.tag == "referred" else None,
    )
    load.ids[person.number] = case.pk
    if person.is_child:
        case_services.record_consents(
            case, answers=GIVEN, on=registered_on, by=by, given_by=ConsentGiver.GUARDIAN
        )
    if person.tag == "revoked":
        case_services.record_consent(
            case,
            purpose=ConsentPurpose.FOLLOW_UP,
            answer=ConsentAnswer.WITHDRAWN,
            on=load.day(15),
            by=load.worker(person),
            note="Ne souhaite plus être appelé par téléphone",
        )


def _answers(dice: random.Random, person: Someone) -> dict[ConsentPurpose, ConsentAnswer]:
    if person.way == "registered" and dice.random() < 0.3:
        return {ConsentPurpose.PROCESSING: ConsentAnswer.GIVEN}
    answers = dict(GIVEN)
    story = dice.choice((ConsentAnswer.GIVEN, ConsentAnswer.REFUSED, ConsentAnswer.REFUSED))
    answers[ConsentPurpose.STORY] = story
    if dice.random() < 0.5:
        answers[ConsentPurpose.RESEARCH] = dice.choice((ConsentAnswer.GIVEN, ConsentAnswer.REFUSED))
    if person.tag == "no_sharing":
        answers[ConsentPurpose.SHARE_WITH_ORIGIN] = ConsentAnswer.REFUSED
    return answers


def _contact_points(dice: random.Random, person: Someone) -> Iterator[dict[str, Any]]:
    yield {"kind": ContactKind.PHONE, "value": person.phone, "may_be_used": True}
    if dice.random() < 0.4:
        yield {
            "kind": ContactKind.MESSAGING,
            "value": person.phone,
            "may_be_used": True,
            "preferred_hours": "après 18 h",
        }
    if dice.random() < 0.35:
        yield {
            "kind": ContactKind.EMAIL,
            "value": f"proche{person.number}@exemple.invalid",
            "owner": ContactOwner.RELATIVE,
            "owner_name": f"Famille {person.family_name}",
            "may_be_used": dice.random() < 0.7,
        }


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
    if person.has("trained") or person.way == "course":
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
    done = services.complete_edition(done, by=trainer)
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
    on = edition.starts_on - datetime.timedelta(days=3)
    for person in people:
        by = load.worker(person)
        services.enrol(edition, case=load.case(person), by=by, on=on, is_confirmed=True)


def _mark(load: Caseload, edition: Edition, days: Iterable[Day]) -> None:
    """Half-day by half-day; here somebody is late, there somebody is missing."""
    trainer = load.setting.person("formation.cerf")
    enrolments = list(edition.enrolments.all())
    for day in days:
        marks = []
        for index, enrolment in enumerate(enrolments):
            for half in Half.values:
                weights = (90, 6, 4) if index else (1, 0, 0)
                mark = load.dice.choices((Mark.PRESENT, Mark.LATE, Mark.ABSENT), weights)[0]
                marks.append(services.HalfDay(enrolment=enrolment, half=half, mark=mark))
        edition = services.record_attendance(edition, day=day, marks=marks, by=trainer)


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
    for person in load.on_way("course", "nominated"):
        survey_services.submit(
            questionnaire,
            answers={"topics": load.dice.sample(TOPICS, 3)},
            answered_on=person.oriented_on or person.registered_on,
            case=load.case(person),
            channel=Channel.INTERVIEW,
            by=load.worker(person),
        )
