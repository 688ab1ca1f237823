"""Who the people of the programme of today are and how far they have come, as plain data.

A person is written as ``way:days@tag``: the step the case has reached, days before today (of the
departure, or of the registration for people without a session), and what is special about them.
"""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from avrr.demo.names import NAMES

SEED = 2_026
Day = datetime.date


@dataclass(frozen=True, kw_only=True)
class Group:
    """People of one orientation point, and the orientation session they share.

    ``weeks``: the session was held on the Wednesday so many weeks ago. ``session``: it is still to
    be called or to come. Neither: nobody is invited yet.
    """

    office: str
    countries: tuple[str, ...]
    people: str
    weeks: int = 0
    session: str = ""


GROUPS = (
    Group(
        weeks=44,
        office="rabat",
        countries=("GN", "ML"),
        people="monitored:262 monitored:255@refusals monitored:250 running:258 running:249@revoked",
    ),
    Group(
        weeks=36,
        office="casablanca",
        countries=("CI", "BF"),
        people="monitored:214 monitored:208 running:205 running:199 completed:210",
    ),
    Group(
        weeks=30,
        office="rabat",
        countries=("CM", "CD"),
        people="running:168 running:160 running:158 agreed:70 returned:165",
    ),
    Group(
        weeks=26,
        office="casablanca",
        countries=("GN", "ML"),
        people="running:130 running:124 agreed:96 agreed:80@other_nationality contacted:48",
    ),
    Group(
        weeks=22,
        office="oujda",
        countries=("SN", "TG"),
        people="running:118 agreed:88 agreed:75 contacted:45 arrived:27",
    ),
    Group(
        weeks=18,
        office="rabat",
        countries=("GN", "SN"),
        people="agreed:60 contacted:52 contacted:44 contacted:36 arrived:20@unreachable",
    ),
    Group(
        weeks=14,
        office="casablanca",
        countries=("CI", "ML"),
        people="contacted:34 contacted:30 arrived:19 arrived:9 silent:0",
    ),
    Group(
        weeks=12,
        office="rabat",
        countries=("GN", "ML"),
        people="arrived:15 arrived:12 arrived:6@arabic arrived:3 withdrawn:0",
    ),
    Group(
        weeks=10,
        office="oujda",
        countries=("CM", "TG"),
        people="arrived:11 arrived:5 departed:2",
    ),
    Group(
        weeks=9,
        office="rabat",
        countries=("BF", "CD"),
        people="arrived:8@long departed:1 departed:4@late planned:9",
    ),
    Group(
        weeks=8,
        office="casablanca",
        countries=("GN", "CD"),
        people="departed:2@trained confirmed:4@trained confirmed:2@trained ineligible:0",
    ),
    Group(
        weeks=7,
        office="rabat",
        countries=("GN", "ML"),
        people=(
            "confirmed:1@need confirmed:3@opened confirmed:5@questioned planned:12@consulate "
            "planned:15@consulate"
        ),
    ),
    Group(
        weeks=6,
        office="casablanca",
        countries=("CI", "SN"),
        people=(
            "confirmed:6@trained confirmed:3@trained_unsure planned:10@trained "
            "planned:20@trained_undeclared withdrawn:5@trained_ticketed oriented:0@trained"
        ),
    ),
    Group(
        weeks=5,
        office="oujda",
        countries=("GN", "SN"),
        people="planned:6@undeclared planned:18@consulate oriented:0",
    ),
    Group(
        weeks=4,
        office="rabat",
        countries=("GN", "CM"),
        people="course:0@override course:0 course:0 course:0 oriented:0@undeclared",
    ),
    Group(
        weeks=3,
        office="rabat",
        countries=("CI", "GN"),
        people="course:0 course:0 course:0 course:0 oriented:0",
    ),
    Group(
        weeks=3,
        office="casablanca",
        countries=("ML", "BF"),
        people="nominated:9@overdue nominated:4 nominated:3 oriented:0@undeclared oriented:0",
    ),
    Group(
        weeks=2,
        office="casablanca",
        countries=("SN", "TG"),
        people="nominated:2 nominated:2@known nominated:5@enrolled oriented:0@no_sharing",
    ),
    Group(
        session="held",
        office="casablanca",
        countries=("GN", "CI"),
        people="oriented:0 oriented:0 oriented:0@undeclared registered:0@absent",
    ),
    Group(
        session="late",
        office="oujda",
        countries=("ML", "SN"),
        people="registered:0 registered:0",
    ),
    Group(
        session="today",
        office="rabat",
        countries=("GN", "CI"),
        people="registered:0 registered:0 registered:0 registered:0 registered:0",
    ),
    Group(
        session="soon",
        office="rabat",
        countries=("ML", "CM"),
        people="registered:0 registered:0 registered:0@declined registered:0@twice_rabat",
    ),
    Group(
        session="next",
        office="casablanca",
        countries=("SN", "CI"),
        people="registered:0 registered:0 registered:0@declined registered:0",
    ),
    Group(
        session="coming",
        office="oujda",
        countries=("CM", "GN"),
        people="registered:0 registered:0",
    ),
    Group(
        office="rabat",
        countries=("GN", "SN", "TG"),
        people="registered:0 registered:1@unknown registered:3 registered:61",
    ),
    Group(
        office="casablanca",
        countries=("ML", "CI", "CD"),
        people="registered:2@twice_casablanca registered:1@referred registered:6@unknown",
    ),
    Group(
        office="rabat",
        countries=("GN",),
        people="confirmed:4@child_ready",
    ),
    Group(
        office="casablanca",
        countries=("ML",),
        people="planned:6@child_waiting",
    ),
    Group(
        office="casablanca",
        countries=("GN",),
        people="registered:24@joined_first",
    ),
    Group(
        office="oujda",
        countries=("GN",),
        people="registered:9@joined_second",
    ),
    Group(
        office="rabat",
        countries=("CI",),
        people="registered:12@compared_first",
    ),
    Group(
        office="casablanca",
        countries=("CI",),
        people="registered:4@compared_second",
    ),
    Group(
        weeks=8,
        office="casablanca",
        countries=("CI", "BF"),
        people=(
            "crafts:0@crafts_taken crafts:0@crafts_accepted crafts:0@crafts_listed "
            "crafts:0@crafts_refused crafts:0@crafts_leaving crafts:0@crafts_asked "
            "crafts:0@crafts_new"
        ),
    ),
)

#: Pairs of files of one person at two points: joined, and waiting for a second person.
REGISTERED_TWICE = ("joined_", "compared_")

#: People registered twice under two spellings, a long name, a name in Arabic script, somebody with
#: two countries.
IDENTITIES: dict[str, dict[str, Any]] = {
    "twice_rabat": {
        "family_name": "Traoré",
        "given_name": "Aminata",
        "sex": "female",
        "birth_on": Day(1997, 3, 14),
        "country": "ML",
        "phone": "+212612004417",
    },
    "twice_casablanca": {
        "family_name": "Traore",
        "given_name": "Aminata",
        "sex": "female",
        "birth_on": Day(1997, 3, 14),
        "country": "ML",
        "phone": "+212612004417",
    },
    "joined_first": {
        "family_name": "Kéïta",
        "given_name": "Fodé Lamine",
        "sex": "male",
        "birth_on": Day(1994, 8, 2),
        "country": "GN",
        "phone": "+212612007733",
    },
    "joined_second": {
        "family_name": "Keita",
        "given_name": "Fodé",
        "sex": "male",
        "birth_on": Day(1994, 8, 2),
        "country": "GN",
        "phone": "+212612007733",
    },
    "compared_first": {
        "family_name": "Kouassi",
        "given_name": "Affoué Prisca",
        "sex": "female",
        "birth_on": Day(1999, 11, 20),
        "country": "CI",
        "phone": "+212612009955",
    },
    "compared_second": {
        "family_name": "Kouassy",
        "given_name": "Afoué Prisca",
        "sex": "female",
        "birth_on": Day(1999, 11, 20),
        "country": "CI",
        "phone": "+212612009955",
    },
    "long": {
        "family_name": "Ouédraogo-Compaoré épouse Sawadogo de Koudougou",
        "given_name": "Wendkuuni Marie-Bénédicte Pougnéré Rasmata Salamata",
        "sex": "female",
        "country": "BF",
    },
    "arabic": {
        "family_name": "ولد الشيخ",
        "given_name": "محمد الأمين",
        "sex": "male",
        "country": "ML",
    },
    "other_nationality": {"country": "GN", "nationality": "ML"},
    "late": {"country": "CD"},
    "unreachable": {"country": "GN"},
    "need": {"country": "GN"},
    "override": {"sex": "female", "country": "GN"},
    "unknown": {"sex": "", "birth_on": None},
}

#: Sent by a government partner: office, days ago, name, sex, nationality, why.
REFERRALS = (
    ("casablanca", 0, "Kouamé", "Prisca", "female", "CI", "Souhaite rentrer avec sa fille"),
    ("rabat", 0, "Diakhaté", "Abdoulaye", "male", "SN", "Demande une information sur le retour"),
    ("oujda", 2, "Bagayogo", "Sory", "male", "ML", "En transit, sans hébergement"),
    ("casablanca", 4, "Nkeng", "Herman", "male", "CM", "Sans ressources"),
    ("rabat", 12, "Fofana", "Massandjé", "female", "GN", "Enceinte, suivie par le centre social"),
)
REFERRED_AND_REGISTERED = ("casablanca", 8)
REFERRED_AND_DECLINED = (
    "oujda",
    15,
    "Adomou",
    "Yaovi",
    "male",
    "TG",
    "Ne s’est pas présenté au bureau",
)


@dataclass
class Someone:
    """One invented person: who, from where, how far, and what is special."""

    number: int
    group: Group
    way: str
    days: int
    tag: str
    country: str
    nationality: str = ""
    family_name: str = ""
    given_name: str = ""
    sex: str = ""
    birth_on: Day | None = None
    phone: str = ""
    registered_on: Day = field(default=Day.min)
    oriented_on: Day | None = None

    @property
    def office(self) -> str:
        return self.group.office

    @property
    def is_child(self) -> bool:
        return self.tag.startswith("child_")

    def has(self, tag: str) -> bool:
        """Is this among what is special about the person?"""
        return tag in self.tag


def people(today: Day) -> list[Someone]:
    """Everybody, drawn from a fixed seed; only their days depend on today."""
    dice = random.Random(SEED)
    found = list(_spread())
    for person in found:
        _identify(dice, person, today)
    return found


def _spread() -> Iterator[Someone]:
    number = 0
    for group in GROUPS:
        for index, word in enumerate(group.people.split()):
            way, _colon, rest = word.partition(":")
            days, _at, tag = rest.partition("@")
            country = group.countries[index % len(group.countries)]
            yield Someone(number, group, way, int(days), tag, country)
            number += 1


def _identify(dice: random.Random, person: Someone, today: Day) -> None:
    identity = IDENTITIES.get(person.tag, {})
    person.country = identity.get("country", person.country)
    drawn = dice.choices(("male", "female"), (74, 26))[0]
    person.sex = identity.get("sex") or drawn
    names = NAMES[person.country]
    person.family_name = dice.choice(names["family"])
    person.given_name = dice.choice(names[person.sex])
    years = dice.randint(14, 16) if person.is_child else min(55, max(19, round(dice.gauss(29, 7))))
    born = today - datetime.timedelta(days=round(years * 365.25) + dice.randint(20, 340))
    person.birth_on = born
    person.phone = f"+2126{dice.randint(10_000_000, 99_999_999)}"
    for name, value in identity.items():
        setattr(person, name, value)
    person.nationality = person.nationality or person.country
