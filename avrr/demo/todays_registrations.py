"""The programme of today at the orientation points: people sent by partners, registrations."""

import datetime
import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from avrr.demo.todays_caseload import Caseload
from avrr.demo.todays_people import (
    REFERRALS,
    REFERRED_AND_DECLINED,
    REFERRED_AND_REGISTERED,
    Someone,
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
    LifePlan,
    TimeAbroad,
)
from cases.models import Referral
from reference.models import Language, Place, ReferralSource, Sector

GIVEN = {
    ConsentPurpose.PROCESSING: ConsentAnswer.GIVEN,
    ConsentPurpose.SHARE_WITH_ORIGIN: ConsentAnswer.GIVEN,
    ConsentPurpose.TRAINING_PARTNER: ConsentAnswer.GIVEN,
    ConsentPurpose.FOLLOW_UP: ConsentAnswer.GIVEN,
}
LANGUAGES = ("fr", "ary", "bm", "ff", "wo", "dyu")
LIFE_PLANS = {
    LifePlan.BUSINESS: "Un petit commerce près du marché",
    LifePlan.TRAINING: "Apprendre la couture",
    LifePlan.COLLECTIVE: "Un poulailler avec deux cousins",
}


def refer(load: Caseload) -> Referral:
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


@dataclass
class Lists:
    """What registrations choose from."""

    places: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    languages: list[Language] = field(default_factory=list)
    sectors: list[Sector] = field(default_factory=list)
    sources: list[ReferralSource] = field(default_factory=list)

    @classmethod
    def read(cls) -> "Lists":
        lists = cls(
            languages=list(Language.objects.filter(pk__in=LANGUAGES).order_by("pk")),
            sectors=list(Sector.objects.filter(is_active=True).order_by("pk")),
            sources=list(ReferralSource.objects.filter(is_active=True).order_by("pk")),
        )
        for place in Place.objects.filter(is_active=True).order_by("pk"):
            lists.places[place.country_id].append(place)
        return lists


def register(load: Caseload, referral: Referral) -> None:
    """By the clerk or the caseworker of each point; likely duplicates were compared."""
    lists = Lists.read()
    by_author = defaultdict(list)
    for person in sorted(load.people, key=lambda p: (p.registered_on, p.number)):
        has_clerk = person.office in {"rabat", "casablanca"} and not person.is_child
        if has_clerk and load.dice.random() < 0.5:
            by_author[f"guichet.{person.office}"].append(person)
        else:
            by_author[load.worker(person).email.partition("@")[0]].append(person)
    for author, group in by_author.items():
        by = load.setting.person(author)
        alone = [person for person in group if person.is_child or person.tag == "referred"]
        many = [person for person in group if person not in alone]
        entries = [_entry(load, person, lists) for person in many]
        for person, case in zip(many, case_services.register_many(entries, by=by), strict=True):
            load.ids[person.number] = case.pk
        for person in alone:
            _register_alone(load, person, lists, referral, by)
    for person in load.people:
        if person.number % 6 == 1:
            _add_relative(load, person)
        if person.tag == "revoked":
            case_services.record_consent(
                load.case(person),
                purpose=ConsentPurpose.FOLLOW_UP,
                answer=ConsentAnswer.WITHDRAWN,
                on=load.day(15),
                by=load.worker(person),
                note="Ne souhaite plus être appelé par téléphone",
            )


def _entry(load: Caseload, person: Someone, lists: Lists) -> case_services.Entry:
    dice, countries = load.dice, load.setting.countries
    places = lists.places[person.country]
    is_declared = not person.has("undeclared") and (
        person.way != "registered" or dice.random() < 0.4
    )
    wait = datetime.timedelta(days=dice.randint(20, 70))
    plan = LifePlan(LifePlan.values[person.number % len(LifePlan)])
    return case_services.Entry(
        person={
            "family_name": person.family_name,
            "given_name": person.given_name,
            "sex": person.sex,
            "birth_on": person.birth_on,
            "nationality": countries[person.nationality],
            "family_situation": dice.choice(FamilySituation.values),
            "education": dice.choice(EducationLevel.values),
            "time_abroad": dice.choice(TimeAbroad.values),
            "languages": dice.sample(lists.languages, min(2, len(lists.languages))),
            "experience": [dice.choice(lists.sectors)],
            "interests": [dice.choice(lists.sectors)],
            "main_plan": plan,
            "life_plans": LIFE_PLANS.get(plan, ""),
            "community": places[person.number % len(places)] if places else None,
        },
        case={
            "office": load.setting.offices[person.office],
            "registered_on": person.registered_on,
            "country": countries[person.country],
            "destination": dice.choice(places) if places else None,
            "referral_source": dice.choice(lists.sources),
            "is_unaccompanied_child": person.is_child,
            "children_in_care": dice.choice((0, 0, 1, 2)) if person.sex == "female" else 0,
            "wished_travel_on": person.registered_on + wait,
        },
        consents=_answers(dice, person),
        declared_on=person.registered_on if is_declared else None,
        phone=person.phone,
    )


def _register_alone(
    load: Caseload, person: Someone, lists: Lists, referral: Referral, by: User
) -> None:
    """Children, for whom a guardian answers, and whoever was sent by the partner."""
    entry = _entry(load, person, lists)
    case = case_services.register(
        by=by,
        person=entry.person,
        case=entry.case,
        consents={} if person.is_child else entry.consents,
        declaration={"on": entry.declared_on} if entry.declared_on else None,
        contact_points=[{"kind": ContactKind.PHONE, "value": person.phone, "may_be_used": True}],
        duplicates_checked=True,
        referral=None if person.is_child else referral,
    )
    load.ids[person.number] = case.pk
    if person.is_child:
        case_services.record_consents(
            case, answers=GIVEN, on=person.registered_on, by=by, given_by=ConsentGiver.GUARDIAN
        )


def _add_relative(load: Caseload, person: Someone) -> None:
    case_services.add_contact_point(
        load.case(person),
        kind=ContactKind.PHONE,
        value=f"+2247{load.dice.randint(10_000_000, 99_999_999)}",
        owner=ContactOwner.RELATIVE,
        owner_name=f"Famille {person.family_name}",
        may_be_used=load.dice.random() < 0.7,
        preferred_hours="après 18 h",
        language_id="fr",
        by=load.worker(person),
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
