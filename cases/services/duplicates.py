"""Finding people who may be registered already (R037)."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.enums import BirthPrecision, ContactKind, ContactOwner
from cases.models import Case, ContactPoint, Merge, Person
from cases.models.person import BORN, CALLED, UNKNOWN_DAY
from cases.services.contacts import normal_phone
from core.clock import today
from core.text import fold
from reference import rules
from reference.models import Country

LISTS = ("languages", "experience", "interests")
#: Of ``different_from``: whoever is known elsewhere is somebody else too.
ELSEWHERE = "elsewhere"
#: Of names that are alike, those looked at; the most alike come first.
MOST = 40
#: From here on somebody is shown: the same name, or a similar one and a birth year or nationality.
ENOUGH = 3


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """An earlier person who may be the same one, and what makes us think so."""

    person: Person
    cases: Sequence[Case]
    reasons: tuple[str, ...]
    score: int


@transaction.atomic
def possible_duplicates(
    *,
    family_name: str,
    given_name: str = "",
    birth_on: datetime.date | None = None,
    nationality: Any = None,
    phones: Collection[str] = (),
    document_number: str = "",
    limit: int = 5,
) -> list[Likeness]:
    """Earlier people who may be this one, most alike first (R037).

    Those of a similar name whose birth year differs by no more than the rule or is not known;
    without ``birth_on`` those of the same name, its two parts in either order. Beside these,
    whoever has the same identity document or phone of their own; ``phones`` are in international
    form.

    Looked up across all offices, because the same person may register at several. The faces show
    the reference and the office, and more only of visible cases.
    """
    name = fold(f"{family_name} {given_name}")
    in_force = rules.values_on(today())
    years = in_force[rules.DUPLICATE_BIRTH_YEARS]
    share = in_force[rules.DUPLICATE_NAME_SIMILARITY]
    if birth_on is None:
        named = _with_same_name(family_name, given_name)
    else:
        named = _with_name_like(name, birth_on, share=share, years=years)
    same_phone = _with_phone(phones)
    candidates = {
        person.pk: person for person in (*named, *same_phone, *_with_document(document_number))
    }
    models.prefetch_related_objects(list(candidates.values()), "cases__office")
    found = [
        _likeness(
            person,
            set(name.split()),
            birth_on=birth_on,
            years=years,
            nationality=nationality,
            document_number=document_number,
            has_phone=person in same_phone,
        )
        for person in candidates.values()
    ]
    alike = sorted((item for item in found if item.score >= ENOUGH), key=lambda item: -item.score)
    return _each_once(alike)[:limit]


def refuse_duplicates(
    person: Mapping[str, Any],
    contact_points: Iterable[Mapping[str, Any]] = (),
    *,
    region: str,
    different_from: Iterable[str] = (),
    by: Any,
) -> str:
    """Raise ValidationError (``possible_duplicate``) with the earlier people who look alike.

    Unless ``by`` judged each of them to be somebody else: ``different_from`` holds a reference of
    everybody whose file ``by`` may see, and ELSEWHERE for the others. The answer is that judgement
    in words, for the audit. A short phone number is one of ``region``: the country in which people
    are registered one after the other, so that nobody is registered twice at the same moment.
    """
    Country.objects.select_for_update(no_key=True).get(pk=region)
    found = possible_duplicates(
        family_name=person.get("family_name", ""),
        given_name=person.get("given_name", ""),
        birth_on=person.get("birth_on"),
        nationality=person.get("nationality"),
        phones=[
            normal_phone(point["value"], region)
            for point in contact_points
            if point["kind"] == ContactKind.PHONE
            and point.get("owner", ContactOwner.SELF) == ContactOwner.SELF
        ],
        document_number=person.get("document_number", ""),
    )
    judged = set(different_from)
    alike, is_known_elsewhere = seen_among(found, by=by)
    is_new = any(judged.isdisjoint(case.reference for case in cases) for _item, cases in alike)
    if is_new or (is_known_elsewhere and ELSEWHERE not in judged):
        raise ValidationError(
            _(
                "Somebody like this is registered already. Compare above, then choose that person "
                "or confirm that this is somebody else."
            ),
            code="possible_duplicate",
            params={"found": found, "told": person},
        )
    files = [case.reference for _item, cases in alike for case in cases]
    files += [str(_("files of others"))] if is_known_elsewhere else []
    return _("Somebody else than %(files)s") % {"files": ", ".join(files)} if files else ""


def told_apart(person: Person, told: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was told of somebody and is not known yet, and what differs from what is known.

    An empty answer says nothing; the precision belongs to a date of birth.
    """
    new, different = {}, {}
    for name, value in told.items():
        if not value or (name == "birth_precision" and not told.get("birth_on")):
            continue
        known = known_of(person, name)
        if not known:
            new[name] = value
        elif not _same(name, known, value):
            different[name] = value
    return new, different


def known_of(person: Person, name: str) -> Any:
    """A column or list of somebody; no precision where there is no date of birth."""
    if name == "birth_precision" and person.birth_on is None:
        return ""
    return list(getattr(person, name).all()) if name in LISTS else getattr(person, name)


def _same(name: str, known: Any, told: Any) -> bool:
    if name in LISTS:
        return {row.pk for row in known} == {row.pk for row in told}
    if name == "document_number":
        return Person.document_index_of(known) == Person.document_index_of(told)
    return bool(known == told)


def seen_among(
    found: Iterable[Likeness], *, by: Any
) -> tuple[list[tuple[Likeness, list[Case]]], bool]:
    """What ``by`` may be told of these people: visible cases, and whether there are others.

    Of files out of scope neither how many nor what they have in common (AB02, R006).
    """
    found = list(found)
    ids = [case.pk for item in found for case in item.cases]
    seen = Case.objects.visible_to(by).with_list_data().in_bulk(ids)
    alike = [(item, [seen[case.pk] for case in item.cases if case.pk in seen]) for item in found]
    return [pair for pair in alike if pair[1]], any(not cases for _item, cases in alike)


def _with_phone(phones: Collection[str]) -> list[Person]:
    """People whose own phone is one of these."""
    if not phones:
        return []
    points = ContactPoint.objects.filter(
        kind=ContactKind.PHONE,
        owner=ContactOwner.SELF,
        value_index__in=[ContactPoint.index_of(phone) for phone in phones],
    )
    return list(Person.objects.filter(cases__in=points.values("case")).distinct()[:MOST])


def _with_document(number: str) -> list[Person]:
    if not number.strip():
        return []
    index = Person.document_index_of(number)
    return list(Person.objects.filter(document_index=index)[:MOST])


def _with_same_name(family_name: str, given_name: str) -> list[Person]:
    """People of this name, also when somebody exchanged its two parts."""
    keys = {fold(f"{family_name} {given_name}"), fold(f"{given_name} {family_name}")}
    return list(Person.objects.filter(name_key__in=keys).order_by("-pk")[:MOST])


def _with_name_like(
    name: str, birth_on: datetime.date, *, share: Decimal, years: int
) -> list[Person]:
    """People of such a name and about as old, most alike first; of equals, those born that day."""
    first = datetime.date(birth_on.year - years, 1, 1)
    last = datetime.date(birth_on.year + years, 12, 31)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(share)])
    return list(
        Person.objects.alias(
            born=BORN,
            called=CALLED,
            similarity=TrigramSimilarity(CALLED, name),
            is_same_day=models.ExpressionWrapper(
                Q(birth_on=birth_on), output_field=models.BooleanField()
            ),
        )
        .filter(Q(born__range=(first, last)) | Q(born=UNKNOWN_DAY))
        .filter(called__trigram_similar=name)
        .order_by("-similarity", "-is_same_day", "-pk")[:MOST]
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
    *,
    birth_on: datetime.date | None,
    years: int,
    nationality: Any,
    document_number: str,
    has_phone: bool,
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
        apart = abs(birth_on.year - person.birth_on.year)
        if birth_on == person.birth_on and person.birth_precision == BirthPrecision.DAY:
            reasons.append(_("same date of birth"))
            score += 2
        elif apart == 0:
            reasons.append(_("same year of birth"))
            score += 1
        elif apart <= years:
            reasons.append(_("nearly the same year of birth"))
            score += 1
    if nationality and person.nationality_id == getattr(nationality, "pk", nationality):
        reasons.append(_("same nationality"))
        score += 1
    if document_number and person.document_index == Person.document_index_of(document_number):
        reasons.append(_("same identity document"))
        score += 4
    if has_phone:
        reasons.append(_("same phone"))
        score += 3
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
