"""The questions that participants answer themselves."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from surveys.asking import GENERAL, AnswerForm


class OpinionForm(AnswerForm):
    """Only the questions: day, manner and person are known."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in GENERAL:
            del self.fields[name]

    @property
    def fieldsets(self) -> Iterator[tuple[Any, list[str]]]:
        yield _("Questions"), [question.code for question in self.questions]
