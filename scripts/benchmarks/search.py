"""Forty searches for names: how long the statements take, and whether they find everybody."""

import re
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from accounts.models import Office, User
from cases.models import Case, Person
from core.pagination import paginate
from core.text import fold
from scripts.benchmarks import caseload
from scripts.benchmarks.measuring import (
    Compared,
    Row,
    Spread,
    Target,
    database_time,
    exact,
    percentile,
)

OFFICE = "casablanca"
ORDERING = ("-registered_on", "-id")
ALIKE = (("Traoré", "traore"), ("KEÏTA", "keita"), ("Ouédraogo", "ouedraogo"), ("Cissé", "CISSE"))
COMMON = (
    *("diallo", "traore", "camara", "mamadou", "fatoumata", "amadou", "kou", "sek", "bah", "sow"),
    *("diallo mamadou", "barry fatoumata", "camara ibrahima", "sylla mariama", "toure moussa"),
)
WITHOUT_HIT = (
    *("keita mamadou zongo", "diallo fatoumata xavier", "traore amadou kinshasa"),
    *("camara ibrahima wolfgang", "barry mariama quentin", "zzz", "moussa moussa moussa xyz"),
)
PEOPLE = 10
"""How many people are searched for by their full names."""
CAP = 1_000
PLAIN = """
WITH found AS MATERIALIZED (
  SELECT id FROM cases_person WHERE {words} LIMIT {cap}
)
SELECT c.*, p.family_name, p.given_name, p.sex, p.birth_on, p.nationality_id, o.code, n.label_fr
FROM cases_case c
JOIN cases_person p ON p.id = c.person_id
JOIN accounts_office o ON o.id = c.office_id
JOIN reference_country n ON n.code = c.country_id
WHERE c.person_id IN (SELECT id FROM found) AND c.office_id = %s AND NOT c.is_restricted
ORDER BY c.registered_on DESC, c.id DESC LIMIT 51
"""


def names(rounds: int) -> Iterator[Row]:
    """The slowest but two of 40 searches, in the database alone, beside plain SQL."""
    terms, user = _terms(), _reader()
    compared = Compared()
    taken: dict[str, list[float]] = {term: [] for term in terms}
    for number in range(rounds + 1):
        ours, theirs = {}, []
        for term in terms:
            ours[term] = _product(user, term)
            theirs.append(_plain(term))
        if number:  # the first one warms up
            compared.product.append(percentile(list(ours.values()), 95))
            compared.yardstick.append(percentile(theirs, 95))
            for term, milliseconds in ours.items():
                taken[term].append(milliseconds)
    yield compared.row(
        benchmark="search",
        what="40 searches for names, 95th percentile of the database's time",
        unit="ms",
        yardstick_name="plain SQL, capped",
        target=Target(number="4", limit=25, of_ratio=False),
    )
    yield Row(
        benchmark="search",
        what="40 searches for names, the slowest of them",
        unit="ms",
        product=max(map(Spread.of, taken.values()), key=lambda spread: spread.median),
        target=Target(number="4", limit=60, of_ratio=False),
    )
    yield Row(
        benchmark="search",
        what="People found whatever the accents, of those who have the name",
        unit="%",
        product=exact(found_whatever_the_accents()),
        target=Target(number="4b", limit=100, of_ratio=False, at_least=True),
    )


def times_of_product() -> list[float]:
    """Milliseconds of each of the searches."""
    user = _reader()
    return [_product(user, term) for term in _terms()]


def _reader() -> User:
    user = caseload.worker(f"suivi.{OFFICE}")
    user.roles  # noqa: B018  read once per request, not for every search
    return user


def _terms() -> list[str]:
    """The same forty every time: common, with accents, without a hit, and full names of people."""
    everybody = Person.objects.order_by("id")
    step = everybody.count() // PEOPLE
    people = [everybody[number * step] for number in range(PEOPLE)]
    full_names = [f"{person.family_name} {person.given_name}" for person in people]
    terms = [*(term for pair in ALIKE for term in pair), *COMMON, *WITHOUT_HIT, *full_names]
    assert len(terms) == 40
    return terms


def _product(user: User, term: str) -> float:
    """Milliseconds that the database is asked by the page of search results."""
    with database_time() as clock:
        rows = Case.objects.visible_to(user).with_list_data().search(term)
        paginate(rows, ordering=ORDERING, size=50)
    return 1000 * clock.wall


def _plain(term: str) -> float:
    words = fold(term).split()
    statement = PLAIN.format(words=" AND ".join(["name_key LIKE %s"] * len(words)), cap=CAP)
    values: list[Any] = [f"%{word}%" for word in words]
    with connection.cursor() as cursor:
        values.append(_office())
        begun = time.perf_counter()
        cursor.execute(statement, values)
        cursor.fetchall()
        return 1000 * (time.perf_counter() - begun)


def _office() -> int:
    return Office.objects.values_list("pk", flat=True).get(code=OFFICE)


def found_whatever_the_accents() -> float:
    """In percent: the people found by either spelling, of those whose name says so in Python."""
    visible = Case.objects.visible_to(_reader()).select_related("person")
    keys = [
        (case.pk, f" {fold(f'{case.person.family_name} {case.person.given_name}')} ")
        for case in visible.iterator()
    ]
    found = expected = 0
    for pair in ALIKE:
        for term in pair:
            pattern = re.compile(re.escape(fold(term)))
            wanted = {pk for pk, key in keys if pattern.search(key)}
            hits = set(visible.search(term).values_list("pk", flat=True))
            found += len(wanted & hits)
            expected += len(wanted)
    return 100 * found / expected
