"""Reading answers: every one is checked against its question before anything is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core.text import clean_text
from surveys.enums import CountsAs, QuestionKind
from surveys.models import Answer, Option, Question, Questionnaire, Response
from surveys.scoring import Item

MAX_TEXT = 2_000
MAX_DIGITS = 10


@dataclass(kw_only=True)
class Given:
    """What was answered to one question; ``applies`` is False when it was not to be asked."""

    question: Question
    options: list[Option] = field(default_factory=list)
    number: Decimal | None = None
    text: str = ""
    applies: bool = True

    @property
    def is_blank(self) -> bool:
        return not self.options and self.number is None and not self.text

    @property
    def says_not_applicable(self) -> bool:
        return any(o.counts_as == CountsAs.NOT_APPLICABLE for o in self.options)


def read(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> list[Given]:
    """The answers in the order of the questions.

    Raises ValidationError with a message at each question that was answered wrongly.
    """
    prefetch_related_objects([questionnaire], "questions__options")
    questions = list(questionnaire.questions.all())
    errors: dict[str, Any] = {
        code: _("This questionnaire has no question “%(code)s”.") % {"code": code}
        for code in set(answers) - {question.code for question in questions}
    }
    given: dict[str, Given] = {}
    for question in questions:
        try:
            given[question.code] = _read_one(question, answers.get(question.code))
        except ValidationError as error:
            errors[question.code] = error.messages
            given[question.code] = Given(question=question)
    for row in given.values():
        condition = row.question.ask_if or {}
        if row.question.code in errors or condition.get("question") in errors:
            continue
        try:
            _check_asked(row, given)
        except ValidationError as error:
            errors[row.question.code] = error.messages
    if errors:
        raise ValidationError(errors)
    if all(row.is_blank for row in given.values()):
        raise ValidationError(_("Answer at least one question."), code="empty")
    return list(given.values())


def answers_of(response: Response, given: Sequence[Given]) -> list[Answer]:
    """The rows to store; a question that was not to be asked is stored as not applicable."""
    rows = []
    for row in given:
        question, options = row.question, row.options
        if not row.applies:
            options = [o for o in question.options.all() if o.counts_as == CountsAs.NOT_APPLICABLE]
            options = options[:1]
        for place, option in enumerate(options, start=1):
            number = Decimal(place) if question.kind == QuestionKind.RANK else None
            rows.append(Answer(response=response, question=question, option=option, number=number))
        if row.number is not None or row.text:
            rows.append(
                Answer(response=response, question=question, number=row.number, text=row.text)
            )
    return rows


def items_of(given: Sequence[Given]) -> list[Item]:
    """The scored questions with what their answers are worth."""
    return [
        Item(
            dimension=row.question.dimension,
            weight=row.question.weight,
            composite_weight=row.question.composite_weight,
            score=row.options[0].score if row.options else None,
            applies=row.applies and not row.says_not_applicable,
        )
        for row in given
        if row.question.dimension
    ]


def _read_one(question: Question, value: Any) -> Given:
    if value is None or value in ("", [], ()):
        return Given(question=question)
    if question.kind == QuestionKind.TEXT:
        return Given(question=question, text=_text(value))
    if question.kind == QuestionKind.NUMBER:
        return Given(question=question, number=_number(question, value))
    if question.kind == QuestionKind.SINGLE:
        return Given(question=question, options=[_option(question, value)])
    return Given(question=question, options=_options(question, value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("Write the answer as text."))
    clean_text(value)
    if len(value) > MAX_TEXT:
        raise ValidationError(_("Write %(max)s characters at most.") % {"max": MAX_TEXT})
    return value.strip()


def _number(question: Question, value: Any) -> Decimal:
    try:
        number = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite() or number.adjusted() >= MAX_DIGITS:
        raise ValidationError(_("Enter a number."))
    low, high = question.minimum, question.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValidationError(
            _("Enter a number between %(minimum)s and %(maximum)s.")
            % {"minimum": _plain(low), "maximum": _plain(high)}
        )
    return number.quantize(Decimal("0.01"))


def _plain(number: Decimal | None) -> str:
    return "…" if number is None else f"{number.normalize():f}"


def _option(question: Question, value: Any) -> Option:
    options = {option.code: option for option in question.options.all()}
    if not isinstance(value, str) or value not in options:
        raise ValidationError(
            _("“%(answer)s” is not an answer to this question. Choose one of: %(codes)s.")
            % {"answer": str(value)[:60], "codes": ", ".join(options)}
        )
    return options[value]


def _options(question: Question, value: Any) -> list[Option]:
    if not isinstance(value, (list, tuple)):
        raise ValidationError(_("Give the answers to this question as a list."))
    options = [_option(question, code) for code in value]
    if len({option.pk for option in options}) < len(options):
        raise ValidationError(_("Choose each answer once."))
    if question.max_choices and len(options) > question.max_choices:
        raise ValidationError(_("Choose %(max)s answers at most.") % {"max": question.max_choices})
    alone = next((o for o in options if o.counts_as != CountsAs.SCORED), None)
    if alone is not None and len(options) > 1:
        raise ValidationError(
            _("“%(answer)s” stands alone. Remove it or the other answers.")
            % {"answer": alone.label}
        )
    return options


def _check_asked(row: Given, given: Mapping[str, Given]) -> None:
    """An answer where none was asked for, none where one is needed, not applicable where it is."""
    question, condition = row.question, row.question.ask_if
    if condition:
        asked = given[condition["question"]]
        row.applies = any(option.code in condition["in"] for option in asked.options)
        if not row.applies and not row.is_blank and not row.says_not_applicable:
            raise ValidationError(_("Leave this empty: %(rule)s") % {"rule": rule_of(question)})
        if row.applies and row.says_not_applicable:
            raise ValidationError(
                _("This question applies because of the answer to “%(question)s”. Answer it.")
                % {"question": asked.question.label}
            )
    if question.is_required and row.applies and row.is_blank:
        raise ValidationError(_("Answer this question."))


def rule_of(question: Question) -> str:
    """In words, after which answer a question is asked; empty when always."""
    condition = question.ask_if
    if not condition:
        return ""
    earlier = next(
        q for q in question.questionnaire.questions.all() if q.code == condition["question"]
    )
    labels = [o.label for o in earlier.options.all() if o.code in condition["in"]]
    return capfirst(
        _("only asked after “%(answer)s” to “%(question)s”.")
        % {"answer": ", ".join(labels), "question": earlier.label}
    )
