"""What the files of the programme of today share: its people, their cases, and its days."""

import datetime
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from accounts.models import User
from avrr.demo.foras import FOCAL_POINTS
from avrr.demo.setting import Setting
from avrr.demo.todays_people import Day, Group, Someone
from cases.models import Case
from reference.calendar import is_working_day


@dataclass
class Caseload:
    """The people of today, the cases they became, and the hands that work on them."""

    setting: Setting
    people: list[Someone]
    dice: random.Random = field(default_factory=lambda: random.Random(11))
    ids: dict[int, int] = field(default_factory=dict)

    @property
    def today(self) -> Day:
        return self.setting.today

    def day(self, days_ago: int) -> Day:
        return self.today - datetime.timedelta(days=days_ago)

    def working_day(self, day: Day, *, step: int = -1) -> Day:
        """This day, or the nearest working day in Morocco before it (after it with ``step=1``)."""
        while not is_working_day(day, "MA"):
            day += datetime.timedelta(days=step)
        return day

    def wednesday(self, weeks: int) -> Day:
        """The Wednesday of an earlier week, when orientation is given."""
        day = self.day(self.today.weekday() - 2 + 7 * weeks)
        return self.working_day(day)

    def case(self, person: Someone) -> Case:
        """The case as it stands now."""
        return Case.objects.select_related("person", "office").get(pk=self.ids[person.number])

    def worker(self, person: Someone) -> User:
        """Who looks after this person in Morocco."""
        return self.setting.person("protection" if person.is_child else f"suivi.{person.office}")

    def on_way(self, *ways: str) -> Iterator[Someone]:
        return (person for person in self.people if person.way in ways)

    def tagged(self, tag: str) -> list[Someone]:
        return [person for person in self.people if person.has(tag)]

    def in_group(self, group: Group) -> list[Someone]:
        return [person for person in self.people if person.group is group]

    def groups(self) -> list[Group]:
        return list({id(person.group): person.group for person in self.people}.values())

    def after(self, person: Someone, days: int) -> Day:
        """So many days after the departure."""
        return self.day(person.days - days)

    def signed_on(self, person: Someone) -> Day:
        """When the plan was signed, a month after the return."""
        return self.after(person, 30)

    def officer(self, person: Someone) -> User:
        """The focal point; in Guinea every other case belongs to the reintegration officer."""
        if person.country == "GN" and person.number % 2:
            return self.setting.person("reintegration.guinee")
        return self.setting.person(FOCAL_POINTS[person.country])

    def by_officer(self, *ways: str) -> list[tuple[User, list[Someone]]]:
        """The people of these ways, by who follows them in the country of origin."""
        officers: dict[int, User] = {}
        groups: dict[int, list[Someone]] = defaultdict(list)
        for person in self.on_way(*ways):
            officer = self.officer(person)
            officers[officer.pk] = officer
            groups[officer.pk].append(person)
        return [(officers[pk], group) for pk, group in groups.items()]
