"""The programme of today in the countries of origin: arrivals, plans, money and follow-up."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from avrr.demo.foras import FOCAL_POINTS, GOALS
from avrr.demo.setting import TODAYS
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import Day, Someone
from cases import services as case_services
from cases.enums import ContactChannel, ContactResult
from core import uploads
from programmes.models import GrantCeiling
from reference.models import Sector
from reintegration import services
from reintegration.enums import Initiator, ItemKind, PaymentMethod, ProjectKind, Side, SupportForm
from reintegration.models import AssistanceItem, Plan
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
SECTORS = ("poultry", "market_gardening", "sewing", "mechanics", "retail", "food_processing")
#: Units of local currency to a euro in this demonstration, and how they are written.
RATES = {"GN": ("9400", "GNF"), "CD": ("3050", "CDF"), "CM": ("655.957", "XAF")}
XOF = ("655.957", "XOF")
FAILED_CALLS = (
    (13, ContactChannel.CALL, ContactResult.NO_ANSWER),
    (11, ContactChannel.MESSAGE, ContactResult.NO_ANSWER),
    (8, ContactChannel.CALL, ContactResult.NO_ANSWER),
    (5, ContactChannel.CALL, ContactResult.WRONG_NUMBER),
    (2, ContactChannel.VISIT, ContactResult.NO_ANSWER),
)


@dataclass(frozen=True, kw_only=True)
class Help:
    """One thing a plan asks for, and how far it goes."""

    kind: str
    form: str
    description: str
    amount: int
    #: proposed, half (one of two approvals), rejected, approved, paid, delivered
    until: str
    method: str = PaymentMethod.SUPPLIER


IN_KIND, CASH = SupportForm.IN_KIND, SupportForm.CASH
#: What the plans with a running project get, taken in turn.
FOR_PROJECTS = (
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Poulailler, 200 poussins et aliment",
            amount=880,
            until="delivered",
        ),
        Help(
            kind=ItemKind.HOUSING,
            form=CASH,
            description="Six mois de loyer",
            amount=360,
            until="paid",
            method=PaymentMethod.MOBILE_MONEY,
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Deux machines à coudre et du tissu",
            amount=1_150,
            until="delivered",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Congélateur et premier stock",
            amount=940,
            until="paid",
        ),
        Help(
            kind=ItemKind.VOCATIONAL_TRAINING,
            form=IN_KIND,
            description="Formation de mécanicien, trois mois",
            amount=420,
            until="approved",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Outillage de garage",
            amount=990,
            until="delivered",
        ),
        Help(
            kind=ItemKind.BASIC_EDUCATION,
            form=CASH,
            description="Frais de scolarité de deux enfants",
            amount=240,
            until="proposed",
            method=PaymentMethod.CASH,
        ),
    ),
)
#: What the plans just agreed wait for.
FOR_PLANS = (
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Moulin et décortiqueuse",
            amount=1_320,
            until="half",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Semences, motopompe et clôture",
            amount=760,
            until="approved",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Motocyclette de livraison",
            amount=1_250,
            until="proposed",
        ),
    ),
    (
        Help(
            kind=ItemKind.BUSINESS,
            form=CASH,
            description="Fonds de roulement",
            amount=900,
            until="rejected",
            method=PaymentMethod.MOBILE_MONEY,
        ),
    ),
    (
        Help(
            kind=ItemKind.JOB_PLACEMENT,
            form=CASH,
            description="Prime d’apprentissage",
            amount=300,
            until="approved",
            method=PaymentMethod.CASH,
        ),
        Help(
            kind=ItemKind.BUSINESS,
            form=IN_KIND,
            description="Kit de coiffure",
            amount=540,
            until="proposed",
        ),
    ),
)
SHELTER = Help(
    kind=ItemKind.SHELTER,
    form=CASH,
    description="Hébergement d’un mois",
    amount=180,
    until="proposed",
    method=PaymentMethod.CASH,
)


def build(load: Caseload) -> None:
    """From the departure to the follow-up a year later."""
    _travel(load)
    for person in load.tagged("unreachable"):
        _fail_to_reach(load, person)
    for index, person in enumerate(load.on_way("contacted")):
        _contact(load, person)
        _begin_plan(load, person, until=("submitted", "draft", "none")[index % 3])
    for index, person in enumerate(load.on_way("agreed")):
        plan = _agree(load, person)
        _help(load, person, plan, FOR_PLANS[index % len(FOR_PLANS)], _signed_on(load, person))
    for index, person in enumerate(load.on_way(*WITH_PROJECT)):
        plan = _agree(load, person)
        services.begin_project(plan, on=_begun_on(load, person), by=_officer(load, person))
        is_over = person.way in {"completed", "returned"}
        helps = FOR_PROJECTS[1 if is_over else index % len(FOR_PROJECTS)]
        _help(load, person, plan, helps, _signed_on(load, person))
    _follow_up(load)
    for person in load.on_way("completed"):
        plan = Plan.objects.get(case=load.ids[person.number])
        services.finish_project(plan, on=load.day(20), by=_officer(load, person))


# --- days and people ------------------------------------------------------------------------------
def _after(load: Caseload, person: Someone, days: int) -> Day:
    """So many days after the departure."""
    return load.day(person.days - days)


def _signed_on(load: Caseload, person: Someone) -> Day:
    return _after(load, person, 30)


def _begun_on(load: Caseload, person: Someone) -> Day:
    return _after(load, person, 56)


def _officer(load: Caseload, person: Someone) -> User:
    """The focal point; in Guinea every other case belongs to the reintegration officer."""
    if person.country == "GN" and person.number % 2:
        return load.setting.person("reintegration.guinee")
    return load.setting.person(FOCAL_POINTS[person.country])


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
                [(load.case(p), _morning(_after(load, p, -2))) for p in group],
                by=by,
                accepted_by=focal_point,
            )
        travel_services.record_departures_many([_travelled(load, p) for p in people], by=by)


def _morning(day: Day) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))


def _travelled(load: Caseload, person: Someone) -> Travelled:
    departed_on, confirmed_on = _after(load, person, 0), _after(load, person, -3)
    asked_on = max(person.registered_on, _after(load, person, -24))
    has_arrived = person.way != "departed"
    country = load.setting.countries[person.country]
    return Travelled(
        case=load.case(person),
        confirmed_on=confirmed_on,
        departed_on=departed_on,
        arrived_on=_after(load, person, person.number % 2) if has_arrived else None,
        arrival_confirmed_by=_officer(load, person) if has_arrived else None,
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
            by=_officer(load, person),
        )


def _contact(load: Caseload, person: Someone) -> None:
    case = load.case(person)
    services.record_first_contact(
        case,
        on=_after(load, person, 4 + person.number % 7),
        initiated_by=load.dice.choice(Initiator.values),
        channel=load.dice.choice((ContactChannel.CALL, ContactChannel.OFFICE)),
        contact_point=case.contact_points.first(),
        by=_officer(load, person),
    )


# --- plans ----------------------------------------------------------------------------------------
def _begin_plan(load: Caseload, person: Someone, *, until: str) -> Plan | None:
    """A plan with a goal on each side; as a draft its psychosocial side is still empty."""
    if until == "none":
        return None
    by = _officer(load, person)
    opened_on = _after(load, person, 13)
    plan = services.open_plan(
        load.case(person),
        project_kind=load.dice.choices(ProjectKind.values, (85, 10, 5))[0],
        sector=Sector.objects.get(code=load.dice.choice(SECTORS)),
        description="Petite activité près de la famille, avec l’appui d’un proche",
        grant_category=load.dice.choice((*GrantCeiling.Category.values, "standard")),
        opened_on=opened_on,
        by=by,
    )
    for side, text in GOALS.items():
        if until == "draft" and side == Side.PSYCHOSOCIAL:
            continue
        due_on = opened_on + datetime.timedelta(days=load.dice.randint(90, 200))
        services.add_goal(plan, side=side, text=text, due_on=due_on, by=by)
    if until == "draft":
        _propose(load, person, plan, SHELTER, opened_on + datetime.timedelta(days=1))
        return plan
    return services.submit(plan, on=_after(load, person, 20), by=by)


def _agree(load: Caseload, person: Someone) -> Plan:
    _contact(load, person)
    plan = _begin_plan(load, person, until="agreed")
    assert plan is not None
    manager = load.setting.person("programme")
    return services.agree(plan, signed_on=_signed_on(load, person), by=manager)


# --- money ----------------------------------------------------------------------------------------
def _help(
    load: Caseload, person: Someone, plan: Plan, helps: tuple[Help, ...], from_on: Day
) -> None:
    for wanted in helps:
        item = _propose(load, person, plan, wanted, from_on + datetime.timedelta(days=2))
        for step, day in zip(_steps_of(wanted), (6, 8, 14, 22), strict=False):
            on = min(from_on + datetime.timedelta(days=day), load.today)
            item = step(load, person, item, on)


def _propose(load: Caseload, person: Someone, plan: Plan, wanted: Help, on: Day) -> AssistanceItem:
    rate, currency = RATES.get(person.country, XOF)
    local = f"{round(wanted.amount * Decimal(rate), -2):,.0f}".replace(",", " ")
    is_cash = wanted.form == SupportForm.CASH
    return services.propose_item(
        plan,
        programme=load.setting.programmes[TODAYS],
        kind=wanted.kind,
        form=wanted.form,
        description=wanted.description,
        amount=Decimal(wanted.amount),
        local_amount=f"{local} {currency}",
        due_on=on + datetime.timedelta(days=30),
        payee_name=f"{person.given_name} {person.family_name}" if is_cash else "Ets Fraternité",
        payment_method=wanted.method,
        account_number=person.phone if wanted.method == PaymentMethod.MOBILE_MONEY else "",
        proposed_on=on,
        by=_officer(load, person),
    )


def _steps_of(wanted: Help) -> Iterator[Any]:
    if wanted.until == "rejected":
        yield _reject
    elif wanted.until != "proposed":
        yield _approve
        if wanted.amount > 1_000 and wanted.until != "half":
            yield _approve_second
        elif wanted.until in {"paid", "delivered"}:
            yield _wait
        if wanted.until in {"paid", "delivered"}:
            yield _pay
        if wanted.until == "delivered":
            yield _deliver


def _approve(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    return services.approve(item, by=load.setting.person("programme"), on=on)


def _approve_second(
    load: Caseload, person: Someone, item: AssistanceItem, on: Day
) -> AssistanceItem:
    return services.approve(item, by=load.setting.person("programme.adjoint"), on=on)


def _wait(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    return item


def _reject(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    reason = "Le fonds de roulement demande d’abord un plan d’affaires ; à proposer de nouveau."
    return services.reject(item, reason=reason, by=load.setting.person("programme"), on=on)


def _pay(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
    proof = SimpleUploadedFile("recu.pdf", body, content_type="application/pdf")
    services.pay(
        item,
        paid_on=on,
        amount=item.amount,
        method=item.payment_method,
        payee_name=item.payee_name,
        receipt=uploads.describe(proof) if person.number % 2 else None,
        by=load.setting.person("finance"),
    )
    return AssistanceItem.objects.get(pk=item.pk)


def _deliver(load: Caseload, person: Someone, item: AssistanceItem, on: Day) -> AssistanceItem:
    services.deliver(item, delivered_on=on, by=_officer(load, person), note="Vérifié sur place")
    return AssistanceItem.objects.get(pk=item.pk)


# --- follow-up ------------------------------------------------------------------------------------
def _follow_up(load: Caseload) -> None:
    """First surveys of most, later ones of those who are monitored; the rest is late or to come."""
    survey = Questionnaire.objects.get(code="rss", version=1)
    questions = list(survey.questions.prefetch_related("options"))
    for person in load.on_way(*WITH_PLAN):
        if person.number % 3 or person.way == "monitored":
            _answer(load, person, survey, questions, days=31)
    for person in load.on_way("monitored"):
        _answer(load, person, survey, questions, days=93)
        if person.days > 195 and person.number % 2:
            _answer(load, person, survey, questions, days=186)
    for person in load.on_way("running", "returned"):
        if person.number % 3 == 0:
            late = FollowUp.objects.filter(case=load.ids[person.number], month=1).first()
            survey_services.mark_not_possible(
                late,
                obstacle=FollowUpObstacle.UNREACHABLE,
                on=_after(load, person, 50),
                by=_officer(load, person),
            )


def _answer(
    load: Caseload,
    person: Someone,
    survey: Questionnaire,
    questions: list[Question],
    *,
    days: int,
) -> None:
    """Somebody answers better with time; one person refuses most questions."""
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
    # A question that others depend on keeps them closed.
    answers |= {"RSS-E09": "no", "RSS-P29": "yes"}
    survey_services.submit(
        survey,
        answers=answers,
        answered_on=_after(load, person, days),
        case=load.case(person),
        channel=Channel.INTERVIEW,
        by=_officer(load, person),
    )
