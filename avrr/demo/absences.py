"""Who of the FORAS data set was invited to orientation and stayed away, and why (R056)."""

import datetime
import random
from collections.abc import Iterable, Iterator

from avrr.demo.plan import Day, Migrant
from training.enums import AbsenceReason

SEED = 56
#: Beside those who come: a session has twenty places.
PLACES = 6
REASONS = {
    AbsenceReason.WORK: 26,
    AbsenceReason.UNREACHABLE: 22,
    AbsenceReason.CHANGED_MIND: 13,
    AbsenceReason.DISTANCE: 11,
    AbsenceReason.NOT_INTERESTED: 9,
    AbsenceReason.DATE: 6,
    AbsenceReason.HEALTH: 5,
    AbsenceReason.CHILD_CARE: 5,
    AbsenceReason.OTHER: 3,
}
NOTICE = datetime.timedelta(days=5)
STILL_HERE = datetime.timedelta(days=150)


class Absences:
    """People of one office who never came, handed out to the sessions they were invited to."""

    def __init__(self, people: Iterable[Migrant]) -> None:
        never_came = (p for p in people if p.oriented_on is None and not p.is_child)
        self.waiting = sorted(never_came, key=lambda p: (p.registered_on, p.number))
        self.dice = random.Random(SEED)

    def from_session(self, day: Day, countries: set[str]) -> Iterator[tuple[Migrant, Day, str]]:
        """Some of those registered before a session for its countries: person, invited, reason."""
        invited = [
            p
            for p in self.waiting
            if p.country in countries and day - STILL_HERE <= p.registered_on <= day - NOTICE
        ][:PLACES]
        for person in invited:
            self.waiting.remove(person)
            reason = self.dice.choices(list(REASONS), list(REASONS.values()))[0]
            yield person, max(person.registered_on, day - NOTICE), reason
