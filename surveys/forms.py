"""Forms of surveys: they check shape; what an answer may be is checked by the service."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm, DateField
from surveys.asking import AnswerForm
from surveys.enums import FollowUpObstacle

__all__ = [
    "AnswerForm",
    "CorrectionForm",
    "DoneForm",
    "IssueForm",
    "MoveForm",
    "NotPossibleForm",
    "PlanForm",
]


class CorrectionForm(AnswerForm):
    """The same questionnaire with its answers, and why they change."""

    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class IssueForm(ActionForm):
    """Bringing out the next version."""

    valid_from = DateField(label=_("In use from"))


class PlanForm(ActionForm):
    """One more follow-up."""

    due_on = DateField(label=_("Due on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class MoveForm(ActionForm):
    """A follow-up on another day."""

    due_on = DateField(label=_("Due on"))
    reason = forms.CharField(label=_("Reason"), max_length=500)


class DoneForm(ActionForm):
    """The visit took place."""

    done_on = DateField(label=_("Done on"))
    note = forms.CharField(
        label=_("What was seen"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NotPossibleForm(ActionForm):
    """The visit could not take place."""

    obstacle = forms.ChoiceField(
        label=_("Why it was not possible"),
        choices=FollowUpObstacle.choices,
        widget=forms.RadioSelect,
    )
    on = DateField(label=_("Established on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
