"""The people of the invented cases."""

import datetime
import random

from avrr.demo import names
from cases.enums import EducationLevel, FamilySituation, Sex, TimeAbroad
from cases.models import Person
from reference.models import Language
from scripts.benchmarks.caseload.offices import FIRST_DAY
from scripts.benchmarks.tables import Tables

COUNTRIES = {"GN": 28, "CI": 27, "SN": 18, "CM": 12, "ML": 9, "CD": 3, "BF": 2, "TG": 1}
RARE = 0.15
"""The share of family names that hardly anybody else has."""
SYLLABLES = (
    *("ba", "bi", "da", "dji", "fa", "fou", "ga", "gnou", "ka", "ki", "kpo", "la", "lé"),
    *("ma", "mba", "na", "ndé", "nga", "pa", "ra", "ro", "sa", "si", "ta", "té", "wa", "yé", "zo"),
)


class People:
    """Invents people of all countries, with names that are common and names that are rare."""

    def __init__(self, tables: Tables, dice: random.Random) -> None:
        self.tables, self.dice = tables, dice
        self.french = Language.objects.get(pk="fr").pk

    def person(self) -> tuple[int, str]:
        dice = self.dice
        country = dice.choices(list(COUNTRIES), list(COUNTRIES.values()))[0]
        sex = dice.choices((Sex.MALE, Sex.FEMALE, ""), (75, 22, 3))[0]
        pool = names.NAMES[country]
        given = dice.choice(pool["female" if sex == Sex.FEMALE else "male"])
        if dice.random() < 0.2:
            given += " " + dice.choice(pool["female" if sex == Sex.FEMALE else "male"])
        born = FIRST_DAY - datetime.timedelta(days=round(dice.triangular(12, 60, 27) * 365.25))
        person = self.tables.add(
            Person,
            family_name=self._family_name(pool["family"]),
            given_name=given,
            sex=sex,
            birth_on=None if dice.random() < 0.02 else born,
            nationality_id=country,
            family_situation=dice.choice(FamilySituation.values),
            education=dice.choice(EducationLevel.values),
            time_abroad=dice.choice(TimeAbroad.values),
        )
        self.tables.add(Person.languages.through, person_id=person, language_id=self.french)
        return person, country

    def _family_name(self, common: tuple[str, ...]) -> str:
        if self.dice.random() < RARE:
            return "".join(self.dice.choices(SYLLABLES, k=self.dice.choice((3, 4)))).capitalize()
        return self.dice.choice(common)
