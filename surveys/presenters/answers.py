"""What was answered, in words."""

from dataclasses import dataclass
from itertools import groupby

from surveys.models import Response


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One question with its answers in words."""

    label: str
    text: str
    calls_for_help: bool


@dataclass(frozen=True, kw_only=True)
class AnswerGroup:
    """The answers of one part of the questionnaire."""

    title: str
    rows: list[AnswerRow]


def answers_of(response: Response) -> list[AnswerGroup]:
    """Questions with their answers, grouped as on the form."""
    groups: dict[str, list[AnswerRow]] = {}
    for question, answers in groupby(response.answers.all(), key=lambda a: a.question):
        given = list(answers)
        row = AnswerRow(
            label=question.label,
            text=" · ".join(str(answer) for answer in given),
            calls_for_help=any(a.option and a.option.calls_for_help for a in given),
        )
        groups.setdefault(question.get_dimension_display(), []).append(row)
    return [AnswerGroup(title=title, rows=rows) for title, rows in groups.items()]
