"""A questionnaire as a form; the apps above build the forms of their occasions on it."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, DateField
from surveys.enums import AFTER_RETURN, Channel, QuestionKind, Respondent
from surveys.models import Question, Questionnaire
from surveys.services.reading import MAX_TEXT, rule_of

GENERAL = ("answered_on", "channel", "respondent")


class RankWidget(forms.MultiWidget):
    """One list per place: the first choice, the second, the third."""

    def __init__(self, choices: list[tuple[str, str]], places: int) -> None:
        widgets = [
            forms.Select(
                choices=choices,
                attrs={
                    "aria-label": _t("Choice %(place)s") % {"place": place},
                    "class": "form-select",
                },
            )
            for place in range(1, places + 1)
        ]
        super().__init__(widgets)

    def decompress(self, value: list[str] | None) -> list[str]:
        chosen = list(value or ())[: len(self.widgets)]
        return chosen + [""] * (len(self.widgets) - len(chosen))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        own = {key: text for key, text in (attrs or {}).items() if key != "class"}
        return super().get_context(name, value, own)


class RankField(forms.MultiValueField):
    """Options in order of preference; empty places are skipped."""

    def __init__(self, *, choices: list[tuple[str, str]], places: int, **kwargs: Any) -> None:
        choices = [("", _t("None")), *choices]
        fields = [forms.ChoiceField(choices=choices, required=False) for _n in range(places)]
        super().__init__(
            fields,
            require_all_fields=False,
            widget=RankWidget(choices, places),
            **kwargs,
        )

    def compress(self, data_list: list[str]) -> list[str]:
        return [code for code in data_list if code]


def field_of(question: Question) -> forms.Field:
    """The field that asks a question."""
    shared: dict[str, Any] = {
        "label": f"{question.order}. {question.label}",
        "required": question.is_required and not question.ask_if,
        "help_text": rule_of(question),
    }
    choices = [(option.code, option.label) for option in question.options.all()]
    if question.kind == QuestionKind.SINGLE:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **shared)
    if question.kind == QuestionKind.MULTIPLE:
        return forms.MultipleChoiceField(
            choices=choices, widget=forms.CheckboxSelectMultiple, **shared
        )
    if question.kind == QuestionKind.RANK:
        return RankField(choices=choices, places=question.max_choices or len(choices), **shared)
    if question.kind == QuestionKind.NUMBER:
        return forms.CharField(
            max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **shared
        )
    return forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **shared)


class AnswerForm(ActionForm):
    """A questionnaire to fill in: one question a fieldset, grouped by part."""

    answered_on = DateField(label=_("Answered on"))
    channel = forms.ChoiceField(label=_("How it was answered"), choices=Channel.choices)
    respondent = forms.ChoiceField(label=_("Answered by"), choices=Respondent.choices)

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questionnaire.questions.all())
        self.fields["answered_on"].initial = today
        self.fields["respondent"].initial = Respondent.SELF
        is_visit = questionnaire.kind in AFTER_RETURN
        self.fields["channel"].initial = Channel.INTERVIEW if is_visit else Channel.PAPER
        for question in self.questions:
            self.fields[question.code] = field_of(question)

    @property
    def fieldsets(self) -> Iterator[tuple[Any, list[str]]]:
        """Day and manner first, then the parts of the questionnaire in their order."""
        yield _("About the answers"), list(GENERAL)
        parts: dict[str, list[str]] = {}
        for question in self.questions:
            parts.setdefault(question.get_dimension_display(), []).append(question.code)
        for title, codes in parts.items():
            yield title or _("Questions"), codes

    def answers(self) -> dict[str, Any]:
        """What was typed, by question code."""
        return {question.code: self.cleaned_data[question.code] for question in self.questions}
