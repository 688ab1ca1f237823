"""Forms of the selection for vocational places."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, DateField
from training.enums import ApplicationStatus, Fit
from training.models import Application, CriterionAnswer, SelectionCriterion
from training.services.applications import Answer

DECISION_CHOICES = [
    (ApplicationStatus.ACCEPTED.value, _("Accept: a place is kept")),
    (ApplicationStatus.WAITING.value, _("Put on the waiting list")),
    (ApplicationStatus.REFUSED.value, _("Refuse")),
]


def criteria_field() -> forms.CharField:
    """Criteria, one in each line."""
    return forms.CharField(
        label=_("Criteria of selection"),
        max_length=2_500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "For a vocational course: how its places are given, one criterion per line. Everybody "
            "who sees the course reads them."
        ),
    )


class CriteriaForm(ActionForm):
    """Other criteria for a course."""

    criteria = criteria_field()

    def lines(self) -> list[str]:
        return self.cleaned_data["criteria"].splitlines()


class AnswersForm(ActionForm):
    """Why the person would like the course, and how far each of its criteria is met."""

    motivation = forms.CharField(
        label=_("Interest and motivation"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=Application._meta.get_field("motivation").help_text,
    )

    def __init__(
        self,
        *args: Any,
        criteria: list[SelectionCriterion],
        known: dict[int, CriterionAnswer] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for row in criteria:
            answer = (known or {}).get(row.pk)
            self.fields[f"fit_{row.pk}"] = forms.ChoiceField(
                label=_("How far is it met?"),
                choices=Fit.choices,
                widget=forms.RadioSelect,
                initial=answer.fit if answer else None,
            )
            self.fields[f"note_{row.pk}"] = forms.CharField(
                label=_("Note"),
                max_length=300,
                required=False,
                initial=answer.note if answer else "",
            )
        self.fieldsets = [
            ("", ("on", "motivation")),
            *((row.text, (f"fit_{row.pk}", f"note_{row.pk}")) for row in criteria),
        ]

    def answers(self) -> list[Answer]:
        """One per criterion."""
        given = self.cleaned_data
        return [
            Answer(criterion=row, fit=given[f"fit_{row.pk}"], note=given[f"note_{row.pk}"])
            for row in self.criteria
        ]


class ApplyForm(AnswersForm):
    """An application for a vocational place."""

    on = DateField(label=_("Applied on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class CorrectApplicationForm(AnswersForm):
    """Other words or answers in an application."""

    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecideForm(ActionForm):
    """Who gets a place, and why not."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=DECISION_CHOICES, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A refusal needs one; the caseworker passes it on to the person."),
    )
    on = DateField(label=_("Decided on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today


class TakePlaceForm(ActionForm):
    """Enrolling somebody who was accepted."""

    is_confirmed = forms.BooleanField(
        label=_("The training partner has already confirmed the place"), required=False
    )
