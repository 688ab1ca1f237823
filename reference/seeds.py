"""Loads ``reference/data/*.csv`` for the data migrations; running it again changes nothing."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import models

DATA = Path(__file__).resolve().parent / "data"
YES_NO = {"yes": True, "no": False}


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of one file, yes and no as booleans."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [
            {column: YES_NO.get(value, value) for column, value in line.items()}
            for line in csv.DictReader(file)
        ]


def load(
    model: type[models.Model], lines: Sequence[dict[str, Any]], *, key: Sequence[str]
) -> list[Any]:
    """Create the rows that are missing and update the others, found by ``key``."""
    return model._default_manager.bulk_create(
        [model(**line) for line in lines],
        update_conflicts=True,
        unique_fields=key,
        update_fields=[column for column in lines[0] if column not in key],
    )


def unload(model: type[models.Model], codes: Iterable[str]) -> None:
    """Remove the rows of these codes."""
    model._default_manager.filter(pk__in=codes).delete()


def load_places(model: type[models.Model], lines: Sequence[dict[str, Any]]) -> None:
    """Load the tree level by level; in the file, ``parent`` is the code of the place above."""
    by_code: dict[str, Any] = {"": None}
    for level in ("region", "prefecture", "locality"):
        level_lines = [
            line | {"country_id": line["country"], "parent": by_code[line["parent"]]}
            for line in lines
            if line["level"] == level
        ]
        for line in level_lines:
            del line["country"]
        loaded = load(model, level_lines, key=["country_id", "parent", "name"])
        by_code |= {place.code: place for place in loaded if place.code}


def unload_places(model: type[models.Model], countries: Iterable[str]) -> None:
    """Remove the trees of these countries, leaves first."""
    for level in ("locality", "prefecture", "region"):
        model._default_manager.filter(country__in=countries, level=level).delete()


def load_holidays(model: type[models.Model], lines: Sequence[dict[str, Any]]) -> None:
    """Load the days; a country has one row per day."""
    keyed = [{"country_id": line.pop("country"), **line} for line in lines]
    load(model, keyed, key=["country_id", "day"])
