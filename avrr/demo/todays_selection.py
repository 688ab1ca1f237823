"""The programme of today: who applies for a vocational place, and what was decided (R074)."""

import datetime

from avrr.demo.courses import CRITERIA
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import Day, Someone
from reference.models import Language
from training import services
from training.days import days_of
from training.enums import ApplicationStatus, Fit, Half, Mark
from training.models import Edition, ModuleVersion

OFFICE = "casablanca"
#: Applied, decided and enrolled so many days ago.
APPLIED, DECIDED, ENROLLED = 6, 3, 1
PLACES = 3
MOTIVATIONS = {
    "crafts_taken": "Brodait avec sa mère avant de partir ; veut ouvrir un atelier à Bouaké",
    "crafts_accepted": "A déjà une machine à coudre chez sa sœur",
    "crafts_listed": "Voudrait s’associer avec un cousin menuisier",
    "crafts_refused": "Pense que l’artisanat se vend bien",
    "crafts_leaving": "Veut apprendre la vannerie",
    "crafts_asked": "Aide déjà un tailleur le week-end",
    "crafts_new": "Souhaite fabriquer des sandales et les vendre au marché",
}
#: How far the three criteria of the course are met.
FITS = {
    "crafts_taken": (Fit.MET, Fit.MET, Fit.MET),
    "crafts_accepted": (Fit.MET, Fit.MET, Fit.MET),
    "crafts_listed": (Fit.MET, Fit.PARTLY, Fit.MET),
    "crafts_refused": (Fit.NOT_MET, Fit.NOT_MET, Fit.MET),
    "crafts_leaving": (Fit.PARTLY, Fit.PARTLY, Fit.NOT_MET),
    "crafts_asked": (Fit.MET, Fit.PARTLY, Fit.MET),
    "crafts_new": (Fit.PARTLY, Fit.MET, Fit.MET),
}
DECISIONS = {
    "crafts_taken": (ApplicationStatus.ACCEPTED, ""),
    "crafts_accepted": (ApplicationStatus.ACCEPTED, ""),
    "crafts_listed": (
        ApplicationStatus.WAITING,
        "Dossier solide ; une place dès qu’une se libère.",
    ),
    "crafts_refused": (
        ApplicationStatus.REFUSED,
        "Le projet de retour est un commerce : la formation n’y servirait pas. Conseiller le "
        "module sur la création d’activité et un stage au retour.",
    ),
    "crafts_leaving": (
        ApplicationStatus.REFUSED,
        "Doit garder son enfant l’après-midi et manquerait la moitié des jours. À proposer de "
        "nouveau quand une garde est trouvée.",
    ),
}


def select(load: Caseload) -> None:
    """Both preparatory modules, then applications: accepted, waiting, refused, not decided yet."""
    people = list(load.on_way("crafts"))
    monday = load.today - datetime.timedelta(days=load.today.weekday())
    first = _prepare(load, people, "personal_development", monday - datetime.timedelta(days=42))
    weekend = datetime.timedelta(days=7 - first.ends_on.weekday())
    _prepare(load, people, "business", first.ends_on + weekend)
    course = _plan(
        load,
        "handicraft",
        monday + datetime.timedelta(days=14),
        capacity=PLACES,
        criteria=CRITERIA["handicraft"],
    )
    for person in people:
        _apply(load, person, course)


def _plan(load: Caseload, module: str, starts_on: Day, **values: object) -> Edition:
    return services.plan_edition(
        module_version=ModuleVersion.objects.in_force(starts_on).get(module__code=module),
        office=load.setting.offices[OFFICE],
        starts_on=starts_on,
        trainer_organisation=load.setting.organisations["cerf"],
        language=Language.objects.get(pk="fr"),
        room="Atelier",
        by=load.setting.person("chef-de-file"),
        **values,  # type: ignore[arg-type]
    )


def _prepare(load: Caseload, people: list[Someone], module: str, starts_on: Day) -> Edition:
    """They came every day."""
    course, trainer = _plan(load, module, starts_on), load.setting.person("formation.cerf")
    places = [services.Place(edition=course, case=load.case(person)) for person in people]
    enrolled = services.enrol_many(places, by=load.worker(people[0]), have_started=True)
    marks = [
        services.DayMark(enrolment=enrolment, day=day, half=half, mark=Mark.PRESENT)
        for enrolment in enrolled
        for day in days_of(course)
        for half in Half.values
    ]
    services.mark_many(marks, by=trainer)
    services.complete_many([course], by=trainer)
    return course


def _apply(load: Caseload, person: Someone, course: Edition) -> None:
    criteria, worker = course.criteria.all(), load.worker(person)
    application = services.apply(
        course,
        case=load.case(person),
        motivation=MOTIVATIONS[person.tag],
        answers=[
            services.Answer(criterion=criterion, fit=fit)
            for criterion, fit in zip(criteria, FITS[person.tag], strict=True)
        ],
        on=load.day(APPLIED),
        by=worker,
    )
    if person.tag not in DECISIONS:
        return
    decision, reason = DECISIONS[person.tag]
    services.decide(
        application,
        decision=decision,
        reason=reason,
        on=load.day(DECIDED),
        by=load.setting.person("programme"),
    )
    if person.tag == "crafts_taken":
        services.enrol(course, case=load.case(person), on=load.day(ENROLLED), by=worker)
