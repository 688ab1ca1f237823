"""Who the 2,776 people of the FORAS data set are and what happens to them, as plain data.

Nothing here touches cases: the plan is drawn from a fixed seed and the published figures, and
``avrr.demo.foras`` plays it through the services.
"""

import datetime
import itertools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from avrr.demo import figures
from avrr.demo.names import NAMES

SEED = 2019
Day = datetime.date
OLD_WINDOW = (Day(2018, 8, 6), Day(2018, 11, 19))
NEW_WINDOW = (Day(2019, 1, 14), Day(2019, 11, 25))
WEEK = datetime.timedelta(days=7)


@dataclass
class Course:
    """One edition: module, office, first and last day."""

    module: str
    office: str
    starts_on: Day
    ends_on: Day


@dataclass
class Cohort:
    """People of one office who take their modules together, one edition after the other."""

    office: str
    courses: dict[str, Course]

    @property
    def starts_on(self) -> Day:
        return min(course.starts_on for course in self.courses.values())


@dataclass
class Migrant:
    """One invented person and their way."""

    number: int
    office: str
    group: str
    registered_on: Day
    oriented_on: Day | None = None
    courses: list[Course] = field(default_factory=list)
    country: str = ""
    family_name: str = ""
    given_name: str = ""
    birth_on: Day | None = None
    departed_on: Day | None = None
    arrived_on: Day | None = None
    contacted_on: Day | None = None
    project_on: Day | None = None
    scored_on: Day | None = None
    is_sustainable: bool = False

    @property
    def sex(self) -> str:
        return {"men": "male", "boys": "male", "women": "female", "girls": "female"}.get(
            self.group, ""
        )

    @property
    def is_child(self) -> bool:
        return self.group in {"boys", "girls"}

    @property
    def free_from(self) -> Day | None:
        """The day after orientation and courses, when the person may travel."""
        if self.oriented_on is None:
            return None
        last = max([self.oriented_on, *(c.ends_on for c in self.courses)])
        return last + datetime.timedelta(days=1)


@dataclass
class Plan:
    """The whole data set."""

    people: list[Migrant]
    courses: list[Course]


def draw(end_of_course: Callable[[str, Day], Day]) -> Plan:
    """Draw the plan; ``end_of_course(module, start)`` knows lengths and holidays."""
    dice = random.Random(SEED)
    cohorts = [
        *_cohorts(figures.OLD_EDITIONS, OLD_WINDOW, end_of_course),
        *_cohorts(figures.NEW_EDITIONS, NEW_WINDOW, end_of_course),
    ]
    trained = list(_trained(dice, cohorts))
    oriented = trained + list(_oriented_only(dice, trained))
    people = oriented + list(_registered_only(dice))
    for number, person in enumerate(people):
        person.number = number
        _identify(dice, person)
    _travel(dice, oriented)
    courses = [course for cohort in cohorts for course in cohort.courses.values()]
    return Plan(people=people, courses=courses)


def _cohorts(
    editions: dict[str, dict[str, int]],
    window: tuple[Day, Day],
    end_of_course: Callable[[str, Day], Day],
) -> Iterator[Cohort]:
    first, last = window
    for office, counts in editions.items():
        number = max(counts.values())
        step = (last - first) / max(1, number - 1)
        for index in range(number):
            start = _monday(first + step * index)
            courses = {}
            for module, count in counts.items():
                if index >= count:
                    continue
                end = end_of_course(module, start)
                courses[module] = Course(module, office, start, end)
                start = _monday(end + datetime.timedelta(days=3))
            yield Cohort(office, courses)


def _monday(day: Day) -> Day:
    """This Monday, or the next one."""
    return day + datetime.timedelta(days=-day.weekday() % 7)


def _weekday_before(day: Day, days: int) -> Day:
    day -= datetime.timedelta(days=days)
    while day.weekday() >= 5:
        day -= datetime.timedelta(days=1)
    return day


def _wednesday_before(day: Day, days: int) -> Day:
    """Orientation is given on Wednesdays."""
    day -= datetime.timedelta(days=days)
    return day - datetime.timedelta(days=(day.weekday() - 2) % 7)


def _offices(dice: random.Random, number: int) -> list[str]:
    """Offices of ``number`` people, in the published proportions."""
    total = sum(figures.OFFICES.values())
    names = [n for n, weight in figures.OFFICES.items() for _ in range(number * weight // total)]
    names += ["casablanca"] * (number - len(names))
    dice.shuffle(names)
    return names


def _trained(dice: random.Random, cohorts: list[Cohort]) -> Iterator[Migrant]:
    groups = _shuffled_groups(dice, figures.TRAINED)
    for path, number in itertools.chain(figures.OLD_PATHS.items(), figures.NEW_PATHS.items()):
        able = {
            office: [c for c in cohorts if c.office == office and set(path) <= set(c.courses)]
            for office in figures.OFFICES
        }
        turns = {office: itertools.cycle(found) for office, found in able.items()}
        for office in _offices(dice, number):
            cohort = next(turns[office])
            courses = [cohort.courses[module] for module in path]
            oriented_on = _wednesday_before(courses[0].starts_on, dice.randint(3, 18))
            yield Migrant(
                number=0,
                office=office,
                group=groups.pop(),
                registered_on=_weekday_before(oriented_on, dice.randint(1, 20)),
                oriented_on=oriented_on,
                courses=courses,
            )


def _shuffled_groups(dice: random.Random, counts: dict[str, int]) -> list[str]:
    groups = [group for group, number in counts.items() for _ in range(number)]
    dice.shuffle(groups)
    return groups


def _oriented_only(dice: random.Random, trained: Iterable[Migrant]) -> Iterator[Migrant]:
    rest = {group: n - figures.TRAINED[group] for group, n in figures.ORIENTED.items()}
    groups = _shuffled_groups(dice, rest)
    early = sum(1 for p in trained if p.oriented_on and p.oriented_on.year == 2018)
    in_2018 = figures.ORIENTED_IN_2018 - early
    for index, office in enumerate(_offices(dice, len(groups))):
        first, last = (
            (Day(2018, 2, 5), Day(2018, 12, 14))
            if index < in_2018
            else (Day(2019, 1, 9), Day(2019, 12, 13))
        )
        oriented_on = _wednesday_before(_between(dice, first, last), 0)
        yield Migrant(
            number=0,
            office=office,
            group=groups[index],
            registered_on=_weekday_before(oriented_on, dice.randint(1, 15)),
            oriented_on=oriented_on,
        )


def _registered_only(dice: random.Random) -> Iterator[Migrant]:
    groups = _shuffled_groups(dice, figures.NOT_ORIENTED)
    for group, office in zip(groups, _offices(dice, len(groups)), strict=True):
        day = _between(dice, Day(2017, 9, 18), Day(2019, 12, 30))
        yield Migrant(number=0, office=office, group=group, registered_on=_weekday_before(day, 0))


def _between(dice: random.Random, first: Day, last: Day) -> Day:
    return first + datetime.timedelta(days=dice.randint(0, (last - first).days))


def _identify(dice: random.Random, person: Migrant) -> None:
    weights = dict(figures.COUNTRIES)
    if person.registered_on >= figures.LATER_FROM:
        weights |= figures.LATER_COUNTRIES
    person.country = dice.choices(list(weights), list(weights.values()))[0]
    names = NAMES[person.country]
    person.family_name = dice.choice(names["family"])
    person.given_name = dice.choice(names[person.sex or dice.choice(("male", "female"))])
    if person.group == "not_stated":
        return
    years = dice.randint(14, 16) if person.is_child else min(55, max(19, round(dice.gauss(29, 7))))
    days = years * 365.25 + dice.randint(20, 340)
    person.birth_on = person.registered_on - datetime.timedelta(days=round(days))


def _travel(dice: random.Random, oriented: list[Migrant]) -> None:
    adults = [p for p in oriented if not p.is_child]
    dice.shuffle(adults)
    trained = [p for p in adults if p.courses][: figures.DEPARTED_TRAINED]
    others = [p for p in adults if not p.courses][: figures.DEPARTED_NOT_TRAINED]
    departed = trained + others
    for person in departed:
        assert person.free_from is not None
        latest = min(figures.AS_OF - WEEK, person.free_from + datetime.timedelta(days=60))
        person.departed_on = _between(dice, person.free_from + datetime.timedelta(days=4), latest)
        person.arrived_on = person.departed_on + datetime.timedelta(days=dice.randint(0, 1))
    _reintegrate(dice, departed)
    rest = [p for p in adults if p.departed_on is None][: figures.DEPARTED_LATER]
    for person in rest:
        person.departed_on = _between(dice, Day(2020, 6, 10), Day(2020, 9, 30))
        person.arrived_on = person.departed_on + datetime.timedelta(days=1)


def _reintegrate(dice: random.Random, departed: list[Migrant]) -> None:
    departed = sorted(departed, key=lambda p: (p.departed_on, p.number))
    early = departed[: round(len(departed) * 0.8)]
    contacted = dice.sample(early, figures.CONTACTED)
    for person in contacted:
        assert person.arrived_on is not None
        latest = min(figures.AS_OF, person.arrived_on + datetime.timedelta(days=45))
        first = person.arrived_on + datetime.timedelta(days=2)
        person.contacted_on = _between(dice, first, max(first, latest))
    contacted.sort(key=lambda p: (p.contacted_on, p.number))
    with_project = contacted[: figures.WITH_PROJECT]
    for person in with_project:
        assert person.contacted_on is not None
        latest = min(figures.AS_OF, person.contacted_on + datetime.timedelta(days=60))
        first = person.contacted_on + datetime.timedelta(days=5)
        person.project_on = _between(dice, first, max(first, latest))
    for index, person in enumerate(with_project[: figures.SCORED]):
        assert person.project_on is not None
        latest = min(figures.AS_OF, person.project_on + datetime.timedelta(days=240))
        first = person.project_on + datetime.timedelta(days=60)
        person.scored_on = _between(dice, first, max(first, latest))
        person.is_sustainable = index < figures.SUSTAINABLE
