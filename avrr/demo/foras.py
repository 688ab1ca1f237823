"""Plays the plan of the FORAS data set through the services, in bulk."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from avrr.demo import figures
from avrr.demo.plan import Migrant, Plan
from avrr.demo.setting import FORAS, Setting
from cases import services as case_services
from cases.enums import (
    CaseOutcome,
    ConsentAnswer,
    ConsentGiver,
    ConsentPurpose,
    ContactChannel,
    EducationLevel,
    FamilySituation,
    TimeAbroad,
)
from cases.models import Case, HandOut
from reference.models import Language, Place, ReferralSource, Sector
from reintegration import services as reintegration_services
from reintegration.enums import Initiator, ProjectKind, Side
from reintegration.services.bulk import ContactRow, PlanRow
from surveys import services as survey_services
from surveys.enums import Channel
from surveys.models import Questionnaire
from travel import services as travel_services
from travel.enums import StepKind, TicketSource
from travel.services.bulk import Travelled

CONSENTS = {
    ConsentPurpose.PROCESSING: ConsentAnswer.GIVEN,
    ConsentPurpose.SHARE_WITH_ORIGIN: ConsentAnswer.GIVEN,
    ConsentPurpose.TRAINING_PARTNER: ConsentAnswer.GIVEN,
    ConsentPurpose.FOLLOW_UP: ConsentAnswer.GIVEN,
}
CLOSED_ON = datetime.date(2020, 10, 15)
FOLLOW_UP_ENDED_ON = datetime.date(2022, 3, 31)
SECTORS = ("poultry", "market_gardening", "sewing", "mechanics", "retail", "construction")
GOALS = {
    Side.ECONOMIC: "Ouvrir une petite activité et en vivre",
    Side.SOCIAL: "Se loger et scolariser les enfants",
    Side.PSYCHOSOCIAL: "Reprendre place dans la famille et le quartier",
}
#: Focal point of each country of origin.
FOCAL_POINTS = {
    "GN": "pointfocal.guinee",
    "ML": "pointfocal.mali",
    "CI": "pointfocal.civ",
    "SN": "pointfocal.senegal",
    "CM": "pointfocal.cameroun",
    "CD": "pointfocal.rdc",
    "BF": "pointfocal.burkina",
    "TG": "pointfocal.togo",
}


@dataclass
class Played:
    """The plan with the cases it became."""

    plan: Plan
    setting: Setting
    cases: dict[int, Case] = field(default_factory=dict)
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    def case(self, person: Migrant) -> Case:
        return self.cases[person.number]

    def by_office(self, people: Iterable[Migrant]) -> dict[str, list[Migrant]]:
        groups = defaultdict(list)
        for person in people:
            groups[person.office].append(person)
        return groups

    def by_country(self, people: Iterable[Migrant]) -> dict[str, list[Migrant]]:
        groups = defaultdict(list)
        for person in people:
            groups[person.country].append(person)
        return groups

    def refresh(self) -> None:
        """The cases as they stand now in the database."""
        fresh = Case.objects.select_related("person", "office").in_bulk(
            [case.pk for case in self.cases.values()]
        )
        self.cases = {number: fresh[case.pk] for number, case in self.cases.items()}


def register(played: Played) -> None:
    """2,776 registrations at three orientation points, by the caseworker of each."""
    setting, dice = played.setting, played.dice
    languages = {row.pk: row for row in Language.objects.all()}
    sectors = list(Sector.objects.filter(is_active=True))
    sources = list(ReferralSource.objects.filter(is_active=True))
    places = defaultdict(list)
    for place in Place.objects.filter(is_active=True).select_related("country"):
        places[place.country_id].append(place)
    for office, people in played.by_office(played.plan.people).items():
        for child in (False, True):
            group = [p for p in people if p.is_child == child]
            worker = setting.person("protection" if child else f"suivi.{office}")
            entries = [
                _entry(setting, dice, person, languages, sectors, sources, places[person.country])
                for person in group
            ]
            rows = case_services.register_many(entries, by=worker)
            played.cases |= {p.number: case for p, case in zip(group, rows, strict=True)}


def _entry(
    setting: Setting,
    dice: random.Random,
    person: Migrant,
    languages: dict[str, Language],
    sectors: list[Sector],
    sources: list[ReferralSource],
    places: list[Place],
) -> case_services.Entry:
    known = person.oriented_on is not None
    return case_services.Entry(
        person={
            "family_name": person.family_name,
            "given_name": person.given_name,
            "sex": person.sex,
            "birth_on": person.birth_on,
            "nationality": setting.countries[person.country],
            "family_situation": dice.choice(FamilySituation.values) if known else "",
            "education": dice.choice(EducationLevel.values) if known else "",
            "time_abroad": dice.choice(TimeAbroad.values) if known else "",
            "languages": [languages["fr"]] if known and "fr" in languages else [],
            "experience": [dice.choice(sectors)] if known else [],
            "interests": [dice.choice(sectors)] if known else [],
        },
        case={
            "office": setting.offices[person.office],
            "registered_on": person.registered_on,
            "country": setting.countries[person.country],
            "destination": dice.choice(places) if places else None,
            "referral_source": dice.choice(sources) if sources else None,
            "is_unaccompanied_child": person.is_child,
        },
        consents=CONSENTS if known else {ConsentPurpose.PROCESSING: ConsentAnswer.GIVEN},
        given_by=ConsentGiver.GUARDIAN if person.is_child else ConsentGiver.SELF,
        declared_on=person.registered_on if known else None,
        phone=f"+2126{person.number % 10_000:04d}{person.number * 7 % 10_000:04d}",
    )


def hand_over(played: Played) -> None:
    """The office of origin gets each case a few days before the journey."""
    played.refresh()
    departed = [p for p in played.plan.people if p.departed_on]
    for office, people in played.by_office(departed).items():
        worker = played.setting.person(f"suivi.{office}")
        for country, group in played.by_country(people).items():
            case_services.record_handovers_many(
                [(played.case(p), _morning(p.departed_on, 2)) for p in group],
                by=worker,
                accepted_by=played.setting.person(FOCAL_POINTS[country]),
            )


def _morning(day: datetime.date | None, before: int) -> datetime.datetime:
    assert day is not None
    moment = datetime.datetime.combine(day - datetime.timedelta(days=before), datetime.time(9))
    return timezone.make_aware(moment)


def travel(played: Played) -> None:
    """408 journeys until the day of the factsheet, and a few later ones."""
    played.refresh()
    departed = [p for p in played.plan.people if p.departed_on]
    for office, people in played.by_office(departed).items():
        travel_services.record_departures_many(
            [_travelled(played, person) for person in people],
            by=played.setting.person(f"suivi.{office}"),
        )


def _travelled(played: Played, person: Migrant) -> Travelled:
    assert person.departed_on is not None
    assert person.free_from is not None
    confirmed_on = max(
        person.free_from - datetime.timedelta(days=1),
        person.departed_on - datetime.timedelta(days=2),
    )
    asked_on = max(person.registered_on, confirmed_on - datetime.timedelta(days=20))
    pays = played.dice.choice((TicketSource.MINISTRY, TicketSource.PROGRAMME))
    return Travelled(
        case=played.case(person),
        confirmed_on=confirmed_on,
        departed_on=person.departed_on,
        arrived_on=person.arrived_on,
        arrival_confirmed_by=played.setting.person(FOCAL_POINTS[person.country]),
        route=f"Casablanca – {played.setting.countries[person.country].label_fr}",
        ticket_source=pays,
        steps={
            StepKind.LAISSEZ_PASSER: (asked_on, confirmed_on),
            StepKind.EXIT_AUTHORISATION: (asked_on, confirmed_on),
        },
    )


def reintegrate(played: Played) -> None:
    """218 first contacts and 201 projects, by the focal points."""
    played.refresh()
    sectors = {row.code: row for row in Sector.objects.filter(code__in=SECTORS)}
    manager = played.setting.person("programme")
    contacted = [p for p in played.plan.people if p.contacted_on]
    for country, people in played.by_country(contacted).items():
        officer = played.setting.person(FOCAL_POINTS[country])
        reintegration_services.record_first_contacts_many(
            [
                ContactRow(
                    case=played.case(p),
                    on=p.contacted_on,
                    initiated_by=played.dice.choice(Initiator.values),
                    channel=played.dice.choice((ContactChannel.CALL, ContactChannel.OFFICE)),
                )
                for p in people
            ],
            by=officer,
        )
    played.refresh()
    with_project = [p for p in played.plan.people if p.project_on]
    for country, people in played.by_country(with_project).items():
        reintegration_services.open_plans_many(
            [_plan_row(played, p, sectors) for p in people],
            by=played.setting.person(FOCAL_POINTS[country]),
            agreed_by=manager,
        )


def _plan_row(played: Played, person: Migrant, sectors: dict[str, Sector]) -> PlanRow:
    assert person.contacted_on is not None
    assert person.project_on is not None
    signed_on = person.contacted_on + (person.project_on - person.contacted_on) / 2
    due_on = person.project_on + datetime.timedelta(days=180)
    return PlanRow(
        case=played.case(person),
        project_kind=played.dice.choices(ProjectKind.values, (90, 8, 2))[0],
        opened_on=person.contacted_on,
        sector=played.dice.choice(list(sectors.values())) if sectors else None,
        goals=[(side, text, due_on) for side, text in GOALS.items()],
        signed_on=signed_on,
        begun_on=person.project_on,
    )


def survey(played: Played) -> None:
    """Training preferences, usefulness of skills, and the 22 scored reintegration surveys."""
    played.refresh()
    people = played.plan.people
    returned = [p for p in people if p.contacted_on and p.courses]
    workers = {p.number: f"suivi.{p.office}" for p in people}
    officers = {p.number: FOCAL_POINTS[p.country] for p in people if p.contacted_on}
    _submit(played, "training-preferences", _preferences(played, people), workers)
    _submit(played, "skills-usefulness", _usefulness(played, returned), officers)
    _submit(played, "rss", _reintegration_surveys(played, people), officers)


def _submit(
    played: Played,
    code: str,
    rows: Iterable[tuple[Migrant, datetime.date, dict]],
    workers: Mapping[int, str],
) -> None:
    """Each answer is entered by the one who works with the person."""
    questionnaire = Questionnaire.objects.get(code=code, version=1)
    entries = defaultdict(list)
    for person, on, answers in rows:
        entries[workers[person.number]].append(
            survey_services.Entry(
                answers=answers,
                answered_on=on,
                case=played.case(person),
                channel=Channel.INTERVIEW,
            )
        )
    for worker, own in entries.items():
        survey_services.submit_many(questionnaire, own, by=played.setting.person(worker))


def _preferences(played: Played, people: list[Migrant]) -> list:
    asked = [p for p in people if p.oriented_on][: figures.PREFERENCES]
    topics = ("business", "agriculture", "personal_development", "sewing", "mechanics", "poultry")
    return [(p, p.registered_on, {"topics": played.dice.sample(topics, 3)}) for p in asked]


def _usefulness(played: Played, returned: list[Migrant]) -> list:
    useful = [code for code, n in figures.USEFULNESS.items() for _ in range(n)]
    satisfied = [code for code, n in figures.SATISFACTION_WITH_SKILLS.items() for _ in range(n)]
    rows = []
    for person, a, b in zip(returned, useful, satisfied, strict=False):
        assert person.contacted_on is not None
        on = min(figures.AS_OF, person.contacted_on + datetime.timedelta(days=60))
        rows.append((person, on, {"usefulness": a, "satisfaction": b}))
    return rows


def _reintegration_surveys(played: Played, people: list[Migrant]) -> list:
    questionnaire = Questionnaire.objects.get(code="rss", version=1)
    questions = list(questionnaire.questions.prefetch_related("options"))
    rows = []
    for person in people:
        if person.scored_on:
            answers = {}
            for question in questions:
                if question.ask_if:
                    continue
                options = sorted(
                    (o for o in question.options.all() if o.score is not None),
                    key=lambda option: -option.score,
                )
                if not options:
                    continue
                half = (len(options) + 1) // 2
                pool = options[:half] if person.is_sustainable else options[half:]
                answers[question.code] = played.dice.choice(pool or options).code
            rows.append((person, person.scored_on, answers))
    return rows


def close(played: Played) -> None:
    """After the programme: who did not return, and whose follow-up has ended."""
    played.refresh()
    manager = played.setting.person("programme")
    outcomes: dict[tuple[str, datetime.date], list[Case]] = defaultdict(list)
    for person in played.plan.people:
        case = played.case(person)
        if person.project_on:
            outcomes[(CaseOutcome.COMPLETED, FOLLOW_UP_ENDED_ON)].append(case)
        elif person.departed_on:
            outcomes[(CaseOutcome.RETURNED, FOLLOW_UP_ENDED_ON)].append(case)
        elif person.oriented_on is None:
            outcomes[(CaseOutcome.SILENT, CLOSED_ON)].append(case)
        else:
            withdrew = person.number % 9 == 0
            outcome = CaseOutcome.WITHDRAWN if withdrew else CaseOutcome.NOT_RETURNED
            outcomes[(outcome, CLOSED_ON)].append(case)
    for (outcome, on), cases in outcomes.items():
        case_services.close_many(cases, outcome=outcome, on=on, by=manager)


def hand_out(played: Played) -> None:
    """More than 3,500 brochures, handed out month by month at three offices."""
    french = Language.objects.get(pk="fr")
    months = [datetime.date(year, month, 15) for year in (2018, 2019) for month in range(1, 13)]
    places = [(office, month) for month in months for office in figures.OFFICES]
    share, rest = divmod(figures.BROCHURES, len(places))
    for index, (office, month) in enumerate(places):
        case_services.hand_out(
            office=played.setting.offices[office],
            programme=played.setting.programmes[FORAS],
            on=month,
            occasion=HandOut.Occasion.ORIENTATION,
            material="Brochure FORAS",
            language=french,
            quantity=share + (index < rest),
            by=played.setting.person(f"suivi.{office}"),
        )
