"""Loads files like ``surveys/data/*.json``: in the data migrations, and as a next version."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
Model = Callable[[str], Any]

QUESTIONNAIRE = (
    "code",
    "version",
    "kind",
    "status",
    "valid_from",
    "is_repeatable",
    "is_for_adults",
    "is_scored",
    "scoring",
)
QUESTION = ("code", "dimension", "kind", "is_required", "ask_if", "max_choices")
QUESTION_NUMBERS = ("weight", "composite_weight", "minimum", "maximum")


def read(key: str) -> dict[str, Any]:
    """One questionnaire as its file says: ``rss-v1``."""
    return json.loads((DATA / f"{key}.json").read_text(encoding="utf-8"))


def load(model: Model, keys: Iterable[str]) -> None:
    """Create the questionnaires that are missing; ``model`` gives a model of surveys by name."""
    for key in keys:
        data = read(key)
        versions = model("Questionnaire")._default_manager
        if not versions.filter(code=data["code"], version=data["version"]).exists():
            create(model, data)


def unload(model: Model, keys: Iterable[str]) -> None:
    """Remove these questionnaires; the database refuses while there are responses."""
    for key in keys:
        data = read(key)
        row = {"code": data["code"], "version": data["version"]}
        model("Questionnaire")._default_manager.filter(**row).delete()


def create(model: Model, data: Mapping[str, Any]) -> Any:
    """The questionnaire of a file with its questions and options. Raises KeyError."""
    questionnaire = model("Questionnaire")._default_manager.create(
        **{name: data[name] for name in QUESTIONNAIRE if name in data}, **_labels(data)
    )
    questions = model("Question")._default_manager.bulk_create(
        model("Question")(
            questionnaire=questionnaire,
            order=order,
            **{name: row[name] for name in QUESTION if name in row},
            **{name: Decimal(row[name]) for name in QUESTION_NUMBERS if name in row},
            **_labels(row),
        )
        for order, row in enumerate(data["questions"], start=1)
    )
    model("Option")._default_manager.bulk_create(
        _option(model, question, order, option, row)
        for question, row in zip(questions, data["questions"], strict=True)
        for order, option in enumerate(_options(data, row), start=1)
    )
    return questionnaire


def _options(data: Mapping[str, Any], question: dict[str, Any]) -> list[dict[str, Any]]:
    if "scale" not in question:
        return []
    also = [data["options"][code] for code in question.get("also", ())]
    return [*data["scales"][question["scale"]], *also]


def _option(
    model: Model, question: Any, order: int, option: dict[str, Any], row: dict[str, Any]
) -> Any:
    return model("Option")(
        question=question,
        order=order,
        code=option["code"],
        score=Decimal(option["score"]) if "score" in option else None,
        counts_as=option.get("counts_as", "scored"),
        is_favourable=option.get("is_favourable", False),
        calls_for_help=option["code"] in row.get("calls_for_help", ()),
        **_labels(option),
    )


def _labels(row: Mapping[str, Any]) -> dict[str, str]:
    return {f"label_{language}": text for language, text in row["labels"].items()}
