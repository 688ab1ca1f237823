"""Plays the orientation sessions and courses of the FORAS data set."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.utils import timezone

from accounts.models import Office
from avrr.demo import figures
from avrr.demo.absences import Absences
from avrr.demo.foras import Played
from avrr.demo.plan import Course, Day, Migrant
from avrr.demo.setting import FORAS
from reference.calendar import add_working_days
from reference.models import Country, Language
from surveys import services as survey_services
from surveys.models import Questionnaire
from training import services
from training.days import days_of
from training.enums import Fit, Half, Mark, Outcome
from training.models import Edition, Enrolment, Invitation, ModuleVersion, OrientationSession

#: Preparatory modules first: a vocational place asks for them.
MODULE_ORDER = (
    "life_skills",
    "soft_skills",
    "entrepreneurship",
    "commercialization",
    "personal_development",
    "business",
    "handicraft",
    "agriculture",
)
#: By what the places of vocational courses are given; whoever was trained in one met them (R074).
CRITERIA = {
    "handicraft": (
        "Le projet de retour demande un savoir-faire artisanal",
        "Outils ou atelier accessibles dans la communauté de retour",
        "Disponible pendant toute la formation",
    ),
    "agriculture": (
        "Le projet de retour est agricole",
        "Accès à une terre dans la communauté de retour",
        "Disponible pendant toute la formation",
    ),
}
MOTIVATIONS = (
    "A déjà travaillé dans ce domaine et veut s’installer à son compte",
    "Sa famille a une activité semblable et l’attend",
    "Veut apprendre un métier avant de rentrer",
    "Pense s’associer avec un proche resté au pays",
)
HOURS = (9, 10, 11, 14, 15, 16, 17)
SESSION_SIZE = 14
CAPACITY = 40


def version_on(module: str, day: Day) -> ModuleVersion:
    """The version of a module in force on a day."""
    return ModuleVersion.objects.in_force(day).get(module__code=module)


def end_of_course(module: str, start: Day) -> Day:
    """Last day of a course that starts on a working day in Morocco."""
    days = version_on(module, start).days
    return add_working_days(start, days, Country.objects.get(pk="MA"))


def orient(played: Played) -> list[OrientationSession]:
    """Sessions of one hour with at most two nationalities; 1,589 people came."""
    french = Language.objects.get(pk="fr")
    sessions = []
    oriented = [p for p in played.plan.people if p.oriented_on]
    everybody = played.by_office(played.plan.people)
    for office, people in played.by_office(oriented).items():
        worker = played.setting.person(f"suivi.{office}")
        absences = Absences(everybody[office])
        held = [
            services.HeldSession(
                office=played.setting.offices[office],
                starts_at=moment,
                facilitator=worker,
                language=french,
                guests=[
                    *(
                        services.Guest(case=played.case(p), outcomes=[_recommended(p)])
                        for p in group
                    ),
                    *(
                        services.Guest(
                            case=played.case(p), is_present=False, reason=why, invited_on=on
                        )
                        for p, on, why in absences.from_session(
                            moment.date(), {p.country for p in group}
                        )
                    ),
                ],
            )
            for moment, group in _groups(people)
        ]
        sessions += services.hold_sessions_many(held, by=worker)
    return sessions


def _recommended(person: Migrant) -> str:
    modules = {course.module for course in person.courses}
    if modules & {"business", "entrepreneurship"}:
        return Outcome.BUSINESS
    return Outcome.PERSONAL_DEVELOPMENT if modules else Outcome.NONE


def _groups(people: list[Migrant]) -> Iterator[tuple[datetime.datetime, list[Migrant]]]:
    """People of one office by Wednesday, two countries to a session."""
    days: dict[Day, dict[str, list[Migrant]]] = defaultdict(lambda: defaultdict(list))
    for person in people:
        assert person.oriented_on is not None
        days[person.oriented_on][person.country].append(person)
    for day, countries in sorted(days.items()):
        names = sorted(countries, key=lambda code: -len(countries[code]))
        groups = []
        for index in range(0, len(names), 2):
            together = [p for code in names[index : index + 2] for p in countries[code]]
            groups += [
                together[i : i + SESSION_SIZE] for i in range(0, len(together), SESSION_SIZE)
            ]
        for index, group in enumerate(groups):
            hour = datetime.time(HOURS[index % len(HOURS)], 30 * (index // len(HOURS)))
            yield timezone.make_aware(datetime.datetime.combine(day, hour)), group


def train(played: Played) -> list[Edition]:
    """141 editions, module by module, with half-day attendance, to their end."""
    coordinator = played.setting.person("chef-de-file")
    cerf = played.setting.organisations["cerf"]
    editions = []
    for module in MODULE_ORDER:
        courses = [c for c in played.plan.courses if c.module == module]
        planned = services.plan_editions_many(
            [
                services.PlannedEdition(
                    module_version=version_on(module, course.starts_on),
                    office=played.setting.offices[course.office],
                    starts_on=course.starts_on,
                    trainer_organisation=cerf,
                    capacity=CAPACITY,
                    transit_reason="Demande suffisante" if course.office == "oujda" else "",
                    criteria=CRITERIA.get(module, ()),
                )
                for course in courses
            ],
            by=coordinator,
        )
        by_course = {id(c): e for c, e in zip(courses, planned, strict=True)}
        editions += _hold(played, module, by_course)
    return editions


def _hold(played: Played, module: str, by_course: dict[int, Edition]) -> list[Edition]:
    played.refresh()
    if module in CRITERIA:
        _select(played, module, by_course)
    enrolled: list[Enrolment] = []
    for office, people in played.by_office(played.plan.people).items():
        places = [
            services.Place(edition=by_course[id(course)], case=played.case(person))
            for person in people
            for course in _courses_of(person, module)
        ]
        worker = played.setting.person(f"suivi.{office}")
        enrolled += services.enrol_many(places, have_started=True, by=worker)
    trainer = played.setting.person("formation.cerf")
    held = {edition.pk: days_of(edition) for edition in by_course.values()}
    services.mark_many(_marks(played, enrolled, held), by=trainer)
    return services.complete_many(by_course.values(), by=trainer)


def _select(played: Played, module: str, by_course: dict[int, Edition]) -> None:
    """Applications on the last day of the course before; accepted that day by the manager.

    The protection officer decides on children travelling alone, whose files nobody else sees.
    """
    groups: dict[tuple[str, bool], list[services.Candidate]] = defaultdict(list)
    for person in played.plan.people:
        for course in _courses_of(person, module):
            before = max(c.ends_on for c in person.courses if c.ends_on < course.starts_on)
            groups[person.office, person.is_child].append(
                services.Candidate(
                    edition=by_course[id(course)],
                    case=played.case(person),
                    motivation=MOTIVATIONS[person.number % len(MOTIVATIONS)],
                    fits=[Fit.MET, Fit.MET if person.number % 3 else Fit.PARTLY, Fit.MET],
                    applied_on=before,
                    decided_on=before,
                )
            )
    for (office, is_child), candidates in groups.items():
        services.select_many(
            candidates,
            by=played.setting.person("protection" if is_child else f"suivi.{office}"),
            decided_by=played.setting.person("protection" if is_child else "programme"),
        )


def _courses_of(person: Migrant, module: str) -> list[Course]:
    return [course for course in person.courses if course.module == module]


def _marks(
    played: Played, enrolled: list[Enrolment], held: dict[int, list[Day]]
) -> Iterator[services.DayMark]:
    """Nearly everybody came nearly always: an absence or a late arrival here and there."""
    for enrolment in enrolled:
        days = held[enrolment.edition_id]
        missed = played.dice.choice(days) if played.dice.random() < 0.1 and len(days) > 4 else None
        for day in days:
            for half in Half.values:
                mark = Mark.PRESENT
                if day == missed and half == Half.PM:
                    mark = Mark.ABSENT
                elif played.dice.random() < 0.03:
                    mark = Mark.LATE
                yield services.DayMark(enrolment=enrolment, day=day, half=half, mark=mark)


def ask(played: Played, sessions: list[OrientationSession], editions: list[Edition]) -> None:
    """Feedback after orientation and at the end of modules, on paper and without names."""
    came = Counter(
        Invitation.objects.filter(session__in=sessions).present().values_list("session", flat=True)
    )
    _ask(
        played,
        "orientation-feedback",
        [(services.context_of(s), s.day, s.office, came[s.pk]) for s in sessions],
        figures.ORIENTATION_FEEDBACK,
    )
    places = Counter(
        Enrolment.objects.filter(edition__in=editions).values_list("edition", flat=True)
    )
    _ask(
        played,
        "module-feedback",
        [(services.context_of(e), e.ends_on, e.office, places[e.pk]) for e in editions],
        figures.MODULE_SURVEYS,
    )


def _ask(
    played: Played,
    code: str,
    occasions: list[tuple[str, Day, Office, int]],
    answers: tuple[int, int],
) -> None:
    """One answer a seat until there are enough; the few who were not content lie far apart."""
    total, satisfied = answers
    gap = total // (total - satisfied)
    unhappy = {gap * number for number in range(total - satisfied)}
    seats = [
        (context, day, office) for context, day, office, people in occasions for _ in range(people)
    ]
    entries = [
        survey_services.Entry(
            answers={"satisfaction": "little_satisfied" if index in unhappy else "very_satisfied"},
            answered_on=day,
            context=context,
            programme=played.setting.programmes[FORAS],
            office=office,
        )
        for index, (context, day, office) in enumerate(_spread(seats, total))
    ]
    questionnaire = Questionnaire.objects.get(code=code, version=1)
    survey_services.submit_many(questionnaire, entries, by=played.setting.system)


def _spread(seats: list, total: int) -> list:
    """``total`` of the seats, evenly."""
    return [seats[index * len(seats) // total] for index in range(total)]
