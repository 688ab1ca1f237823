"""The figures of the donor report by five hand-written statements."""

import datetime
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from django.db import connection, transaction

SETTINGS = "SET LOCAL jit = off; SET LOCAL work_mem = '128MB'"
STATEMENTS = [
    Path(__file__).with_name("sql").joinpath(f"{name}.sql").read_text()
    for name in ("funnel", "courses", "things", "answers", "besides")
]
STAGES = (
    *("registered", "oriented", "trained", "departed"),
    *("contacted", "with_project", "scored", "sustainable"),
)
SUBJECTS = (
    *("trained_two_modules", "trained_two_groups", "module_personal_development"),
    *("module_business", "module_handicraft", "module_agriculture"),
)
QUESTIONS = {
    "satisfied_orientation": ("orientation_feedback", "satisfaction"),
    "satisfied_training": ("module_feedback", "satisfaction"),
    "satisfied_skills": ("usefulness", "satisfaction"),
    "skills_useful": ("usefulness", "usefulness"),
}
PLACES = ("group", "mop", "country")
Rows = list[tuple[Any, ...]]
Splits = dict[str, dict[str, dict[str, Any]]]
"""By indicator and split: the key and its number, zeros left out."""


def run(programme: int, as_of: datetime.date) -> list[Rows]:
    """The rows of the five statements."""
    values: dict[str, Any] = {"programme": programme, "as_of": as_of}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        found = []
        for statement in STATEMENTS:
            cursor.execute(statement, values)
            found.append(list(cursor.fetchall()))
    return found


def splits_of(found: list[Rows]) -> Splits:
    """The rows in the order of the product's figures."""
    funnel, courses, things, answers, besides = found
    splits: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    people = [row[1:] for row in funnel if row[0] == "splits"]
    for rows, slugs in ((people, STAGES), (courses, SUBJECTS)):
        for row in rows:
            for slug, count in zip(slugs, row[3:], strict=True):
                for name, key in zip(PLACES, row[:3], strict=True):
                    splits[slug][name][key] += count
    for kind, month, slug, _country, count, *_zeros in funnel:
        if kind == "months":
            splits[slug]["month"][month] += count
    for slug, mop, month, count in things:
        splits[slug]["mop"][mop] += count
        splits[slug]["month"][month] += count
    counted = {(kind, question, option): count for kind, question, option, count in answers}
    for slug, (kind, question) in QUESTIONS.items():
        chosen = Counter({o: n for (k, q, o), n in counted.items() if (k, q) == (kind, question)})
        chosen["not_stated"] = counted.get((kind, "", ""), 0) - chosen.total()
        splits[slug]["answer"] = chosen
    for name in PLACES:
        splits["not_oriented"][name] = splits["registered"][name] - splits["oriented"][name]
    days: dict[str, dict[str, Any]] = {"all": {}, "mop": {}, "month": {}}
    for kind, key, mop, number in besides:
        if kind == "source":
            splits["registered"]["source"][key] += int(number)
        elif kind == "reason":
            splits["not_oriented"]["reason"][key] += int(number)
            splits["not_oriented"]["reason by mop"][f"{mop}: {key}"] += int(number)
        else:
            days["mop" if mop else "month" if key else "all"][mop or key] = f"{number:.1f}"
    return _without_zeros(splits) | {"days_to_departure": days}


def splits_of_product(content: dict[str, Any]) -> Splits:
    """What the product has counted, in the same form."""
    figures = content["figures"]
    splits = {slug: dict(figure["by"]) for slug, figure in figures.items()}
    splits["not_oriented"]["reason by mop"] = {
        f"{mop}: {reason}": count
        for mop, parts in figures["not_oriented"]["by_mop"]["reason"].items()
        for reason, count in parts.items()
    }
    days = figures["days_to_departure"]
    medians = {"all": {"": days["median"]}} | days["medians"]
    return _without_zeros(splits | {"days_to_departure": medians})


def _without_zeros(splits: Any) -> Splits:
    return {
        slug: {name: {k: n for k, n in parts.items() if n} for name, parts in by.items()}
        for slug, by in splits.items()
    }
