"""Finding people who may be registered already (R037)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case, Merge, Person
from core.fields import blind_index
from core.text import fold

NEAR_DAYS = 2


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """An earlier person who may be the same one, and what makes us think so."""

    person: Person
    cases: Sequence[Case]
    reasons: tuple[str, ...]
    score: int


def possible_duplicates(
    *,
    family_name: str,
    given_name: str = "",
    birth_on: datetime.date | None = None,
    nationality: Any = None,
    phone: str = "",
    document_number: str = "",
    limit: int = 5,
) -> list[Likeness]:
    """Earlier people who may be this one, most alike first (R037).

    Looked up across all offices, because the same person may register at several. The faces show
    the reference and the office, and more only of visible cases.
    """
    key = fold(f"{family_name} {given_name}")
    words = set(key.split())
    near = Q()
    if birth_on:
        gap = datetime.timedelta(days=NEAR_DAYS)
        near |= Q(birth_on__range=(birth_on - gap, birth_on + gap))
        year = (
            datetime.date(birth_on.year, 1, 1),
            datetime.date(birth_on.year, 12, 31),
        )
        near |= Q(birth_on__range=year, name_key__trigram_similar=key)
    else:
        near |= Q(name_key=key)
    if phone:
        near |= Q(cases__contact_points__value_index=blind_index(phone.replace(" ", "")))
    if document_number:
        near |= Q(document_index=blind_index(document_number.strip().upper()))
    candidates = Person.objects.filter(near).prefetch_related("cases__office").distinct()[:200]
    found = [_likeness(c, words, birth_on, nationality, document_number) for c in candidates]
    alike = sorted((item for item in found if item.score >= 3), key=lambda item: -item.score)
    return _each_once(alike)[:limit]


def refuse_duplicates(person: Mapping[str, Any]) -> None:
    """Raise ValidationError (``possible_duplicate``) with the earlier people who look alike."""
    found = possible_duplicates(
        family_name=person.get("family_name", ""),
        given_name=person.get("given_name", ""),
        birth_on=person.get("birth_on"),
        nationality=person.get("nationality"),
        document_number=person.get("document_number", ""),
    )
    if found:
        raise ValidationError(
            _(
                "Somebody like this is registered already. Compare below, then choose that person "
                "or confirm that this is somebody else."
            ),
            code="possible_duplicate",
            params={"found": found},
        )


def _each_once(found: Sequence[Likeness]) -> list[Likeness]:
    """Whoever was joined with another person is found under the file of the one who was kept."""
    absorbed = [item.person.pk for item in found if not item.cases]
    kept = Merge.objects.standing_for(absorbed) if absorbed else {}
    people = Person.objects.prefetch_related("cases__office").in_bulk(kept.values())
    once: dict[int, Likeness] = {}
    for item in found:
        person = people.get(kept.get(item.person.pk, 0), item.person)
        once.setdefault(person.pk, replace(item, person=person, cases=list(person.cases.all())))
    return list(once.values())


def _likeness(
    person: Person,
    words: set[str],
    birth_on: datetime.date | None,
    nationality: Any,
    document_number: str,
) -> Likeness:
    reasons, score = [], 0
    theirs = set(person.name_key.split())
    if words == theirs:
        reasons.append(_("same name"))
        score += 3
    elif _near(words, theirs):
        reasons.append(_("similar name"))
        score += 2
    if birth_on and person.birth_on:
        if birth_on == person.birth_on:
            reasons.append(_("same date of birth"))
            score += 2
        elif birth_on.year == person.birth_on.year:
            reasons.append(_("same year of birth"))
            score += 1
    if nationality and person.nationality_id == getattr(nationality, "pk", nationality):
        reasons.append(_("same nationality"))
        score += 1
    if document_number and person.document_index == blind_index(document_number.strip().upper()):
        reasons.append(_("same identity document"))
        score += 4
    return Likeness(
        person=person,
        cases=list(person.cases.all()),
        reasons=tuple(reasons),
        score=score,
    )


def _near(ours: set[str], theirs: set[str]) -> bool:
    """Most words of the shorter name have a counterpart that differs in two letters at most."""
    short, long = sorted((ours, theirs), key=len)
    matched = sum(any(_distance(a, b) <= max(1, len(a) // 4) for b in long) for a in short)
    return bool(short) and matched * 2 > len(short) and matched >= min(2, len(long))


def _distance(first: str, second: str) -> int:
    """Edit distance of two words."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            previous, row[j] = (
                row[j],
                min(row[j] + 1, row[j - 1] + 1, previous + (a != b)),
            )
    return row[-1]
