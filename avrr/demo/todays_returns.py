"""The programme of today in the countries of origin: arrivals, plans, money and follow-up."""

import datetime
from collections import defaultdict

from django.utils import timezone

from accounts.models import User
from avrr.demo.foras import FOCAL_POINTS, GOALS
from avrr.demo.todays_assistance import FOR_PLANS, FOR_PROJECTS, SHELTER, give, propose
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import Day, Someone
from cases import services as case_services
from cases.enums import ContactChannel, ContactResult
from programmes.models import GrantCeiling
from reference.models import Sector
from reintegration import services
from reintegration.enums import Initiator, ProjectKind, Side
from reintegration.models import Plan
from surveys import services as survey_services
from surveys.enums import Channel, FollowUpObstacle
from surveys.models import FollowUp, Question, Questionnaire
from travel import services as travel_services
from travel.enums import StepKind, TicketSource
from travel.services.bulk import Travelled

RETURNED = (
    "departed",
    "arrived",
    "contacted",
    "agreed",
    "running",
    "monitored",
    "completed",
    "returned",
)
WITH_PROJECT = ("running", "monitored", "completed", "returned")
WITH_PLAN = ("agreed", *WITH_PROJECT)
DESCRIPTION = "Petite activité près de la famille, avec l’appui d’un proche"
#: Why another than the standard ceiling applies.
GROUNDS = {
    "family": "Retour avec conjoint et enfants à charge",
    "vulnerable": "Situation vérifiée par la chargée de protection",
}
SECTORS = ("poultry", "market_gardening", "sewing", "mechanics", "retail", "food_processing")
FAILED_CALLS = (
    (13, ContactChannel.CALL, ContactResult.NO_ANSWER),
    (11, ContactChannel.MESSAGE, ContactResult.NO_ANSWER),
    (8, ContactChannel.CALL, ContactResult.NO_ANSWER),
    (5, ContactChannel.CALL, ContactResult.WRONG_NUMBER),
    (2, ContactChannel.VISIT, ContactResult.NO_ANSWER),
)


def build(load: Caseload) -> None:
    """From the departure to the follow-up a year later."""
    _travel(load)
    for person in load.tagged("unreachable"):
        _fail_to_reach(load, person)
    _contact(load)
    for index, person in enumerate(load.on_way("contacted")):
        _begin_plan(load, person, until=("submitted", "draft", "none")[index % 3])
    _agree(load)
    for index, person in enumerate(load.on_way("agreed")):
        give(load, person, FOR_PLANS[index % len(FOR_PLANS)])
    for index, person in enumerate(load.on_way(*WITH_PROJECT)):
        is_over = person.way in {"completed", "returned"}
        give(load, person, FOR_PROJECTS[1 if is_over else index % len(FOR_PROJECTS)])
    for person in load.on_way("completed"):
        plan = Plan.objects.get(case=load.ids[person.number])
        services.finish_project(plan, on=load.day(20), by=load.officer(person))
    _follow_up(load)


# --- the return -----------------------------------------------------------------------------------
def _travel(load: Caseload) -> None:
    """Handed over and accepted, then travelled; most arrived the same day or the day after."""
    by_office = defaultdict(list)
    for person in load.on_way(*RETURNED):
        by_office[person.office].append(person)
    for office, people in by_office.items():
        by = load.setting.person(f"suivi.{office}")
        by_country = defaultdict(list)
        for person in people:
            by_country[person.country].append(person)
        for country, group in by_country.items():
            focal_point = load.setting.person(FOCAL_POINTS[country])
            case_services.record_handovers_many(
                [(load.case(p), _morning(load.after(p, -2))) for p in group],
                by=by,
                accepted_by=focal_point,
            )
        travel_services.record_departures_many([_travelled(load, p) for p in people], by=by)


def _morning(day: Day) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))


def _travelled(load: Caseload, person: Someone) -> Travelled:
    departed_on, confirmed_on = load.after(person, 0), load.after(person, -3)
    asked_on = max(person.registered_on, load.after(person, -24))
    has_arrived = person.way != "departed"
    country = load.setting.countries[person.country]
    return Travelled(
        case=load.case(person),
        confirmed_on=confirmed_on,
        departed_on=departed_on,
        arrived_on=load.after(person, person.number % 2) if has_arrived else None,
        arrival_confirmed_by=load.officer(person) if has_arrived else None,
        route=f"Casablanca – {country.label_fr}",
        ticket_source=load.dice.choice((TicketSource.MINISTRY, TicketSource.PROGRAMME)),
        flight=f"AT {500 + person.number}, 23 h 10",
        steps={
            StepKind.LAISSEZ_PASSER: (asked_on, confirmed_on),
            StepKind.EXIT_AUTHORISATION: (asked_on, confirmed_on),
        },
    )


def _fail_to_reach(load: Caseload, person: Someone) -> None:
    """Nobody answers since the arrival."""
    case = load.case(person)
    phone = case.contact_points.first()
    for days_ago, channel, result in FAILED_CALLS:
        case_services.log_attempt(
            case,
            on=load.day(days_ago),
            channel=channel,
            result=result,
            contact_point=None if channel == ContactChannel.VISIT else phone,
            by=load.officer(person),
        )


def _contact(load: Caseload) -> None:
    for officer, people in load.by_officer("contacted", *WITH_PLAN):
        services.record_first_contacts_many(
            [
                services.ContactRow(
                    case=load.case(person),
                    on=load.after(person, 4 + person.number % 7),
                    initiated_by=load.dice.choice(Initiator.values),
                    channel=load.dice.choice((ContactChannel.CALL, ContactChannel.OFFICE)),
                )
                for person in people
            ],
            by=officer,
        )


# --- plans ----------------------------------------------------------------------------------------
def _begin_plan(load: Caseload, person: Someone, *, until: str) -> None:
    """A plan with a goal on each side; as a draft its psychosocial side is still empty."""
    if until == "none":
        return
    by = load.officer(person)
    opened_on = load.after(person, 13)
    ceiling = load.dice.choice((*GrantCeiling.Category.values, "standard"))
    plan = services.open_plan(
        load.case(person),
        project_kind=load.dice.choices(ProjectKind.values, (85, 10, 5))[0],
        sector=Sector.objects.get(code=load.dice.choice(SECTORS)),
        description=DESCRIPTION,
        grant_category=ceiling,
        grant_grounds=GROUNDS.get(ceiling, ""),
        opened_on=opened_on,
        by=by,
    )
    for side, text in GOALS.items():
        if until == "draft" and side == Side.PSYCHOSOCIAL:
            continue
        due_on = opened_on + datetime.timedelta(days=load.dice.randint(90, 200))
        services.add_goal(plan, side=side, text=text, due_on=due_on, by=by)
    if until == "draft":
        propose(load, person, plan, SHELTER, opened_on + datetime.timedelta(days=1))
        return
    services.submit(plan, on=load.after(person, 20), by=by)


def _agree(load: Caseload) -> None:
    """Plans signed a month after the return, and projects begun some weeks later."""
    sectors = list(Sector.objects.filter(code__in=SECTORS).order_by("code"))
    for officer, people in load.by_officer(*WITH_PLAN):
        rows = [_plan_row(load, person, sectors) for person in people]
        manager = load.setting.person("programme")
        services.open_plans_many(rows, by=officer, agreed_by=manager)


def _plan_row(load: Caseload, person: Someone, sectors: list[Sector]) -> services.PlanRow:
    opened_on = load.after(person, 13)
    due_on = opened_on + datetime.timedelta(days=load.dice.randint(90, 200))
    return services.PlanRow(
        case=load.case(person),
        project_kind=load.dice.choices(ProjectKind.values, (85, 10, 5))[0],
        sector=load.dice.choice(sectors),
        description=DESCRIPTION,
        opened_on=opened_on,
        goals=[(side, text, due_on) for side, text in GOALS.items()],
        signed_on=load.signed_on(person),
        begun_on=load.after(person, 56) if person.way in WITH_PROJECT else None,
    )


# --- follow-up ------------------------------------------------------------------------------------
def _follow_up(load: Caseload) -> None:
    """First surveys of most, later ones of those who are monitored; the rest is late or to come."""
    survey = Questionnaire.objects.get(code="rss", version=1)
    questions = list(survey.questions.prefetch_related("options"))
    for officer, people in load.by_officer(*WITH_PLAN):
        entries = []
        for person in people:
            case = load.case(person)
            entries += [
                survey_services.Entry(
                    answers=_answers(load, person, questions, days),
                    answered_on=load.after(person, days),
                    case=case,
                    channel=Channel.INTERVIEW,
                )
                for days in _answered_after(person)
            ]
        survey_services.submit_many(survey, entries, by=officer)
        for person in people:
            if not _answered_after(person) and person.way in WITH_PROJECT:
                _miss(load, person, officer)


def _answered_after(person: Someone) -> list[int]:
    """Days after the departure on which somebody answered the reintegration survey."""
    is_followed = person.way == "monitored"
    found = [31] if person.number % 3 or is_followed else []
    if is_followed:
        found.append(93)
        if person.days > 195 and person.number % 2:
            found.append(186)
    return found


def _miss(load: Caseload, person: Someone, officer: User) -> None:
    survey_services.mark_not_possible(
        FollowUp.objects.get(case=load.ids[person.number], month=1),
        obstacle=FollowUpObstacle.UNREACHABLE,
        on=load.after(person, 50),
        by=officer,
    )


def _answers(
    load: Caseload, person: Someone, questions: list[Question], days: int
) -> dict[str, str]:
    """People answer better with time; one refuses most questions."""
    answers = {}
    luck = (days / 200 + load.dice.random()) / 2 + 0.1
    for question in questions:
        options = sorted(
            (option for option in question.options.all() if option.score is not None),
            key=lambda option: (option.score, option.code),
        )
        if question.ask_if or not options:
            continue
        if person.tag == "refusals" and load.dice.random() < 0.6:
            answers[question.code] = "prefer_not"
            continue
        place = min(len(options) - 1, round(len(options) * luck * load.dice.uniform(0.5, 1.3)))
        answers[question.code] = options[place].code
    # These two decide whether another question is asked.
    return answers | {"RSS-E09": "no", "RSS-P29": "yes"}
