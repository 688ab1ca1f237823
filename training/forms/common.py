"""What forms of several subjects share."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from core.clock import today
from core.forms import ActionForm, DateField
from programmes.models import Programme
from surveys.asking import AnswerForm
from surveys.enums import Channel
from training import policies
from training.models import Enrolment, Invitation


def override_reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason for an exception"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only when the rule has to be broken; the approver is told."),
    )


def approved_by() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=None,
        label=_("Exception approved by"),
        required=False,
        empty_label=_("Nobody"),
        error_messages={
            "invalid_choice": _("Choose another person, who has the right to approve exceptions.")
        },
        help_text=_("Another person, who has the right to approve exceptions."),
    )


class OverrideForm(ActionForm):
    """A verb whose rule may be set aside with a reason and a second person."""

    def offer_approvers(self, people: QuerySet) -> None:
        """Those of the programmes of these people: cases, or rows of cases."""
        path = "programme" if people.model is Case else "case__programme"
        programmes = people.order_by().values_list(path, flat=True).distinct()
        self.fields["approved_by"].queryset = policies.approvers(self.user, programmes)


class TakenBackForm(OverrideForm):
    """A verb that may take somebody back who had declined; only then may a rule be in the way."""

    override_reason = override_reason()
    approved_by = approved_by()

    def __init__(self, *args: Any, invitations: list[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_approvers(Invitation.objects.filter(pk__in=[row.pk for row in invitations]))
        if not any(row.has_declined for row in invitations):
            del self.fields["override_reason"], self.fields["approved_by"]

    def exemption(self) -> dict[str, Any]:
        """Why the rule is set aside, and who approved it."""
        return {
            "override_reason": self.cleaned_data.get("override_reason", ""),
            "approved_by": self.cleaned_data.get("approved_by"),
        }


def name_of(row: Case | Enrolment, user: Any) -> str:
    """How this user reads the person of a case, or of an enrolment."""
    return row.name_for(user) if isinstance(row, Enrolment) else row.person.full_name


class FeedbackForm(AnswerForm):
    """One participant's answers to the questionnaire of a session or course."""

    participant = forms.ModelChoiceField(
        queryset=None, label=_("Participant"), to_field_name="reference"
    )

    def __init__(self, *args: Any, participants: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["respondent"]
        self.fields["participant"].queryset = participants
        self.fields["participant"].label_from_instance = partial(name_of, user=self.user)

    @property
    def fieldsets(self) -> Iterator[tuple[Any, list[str]]]:
        """Whose form it is comes first."""
        (title, general), *parts = super().fieldsets
        yield title, ["participant", *general]
        yield from parts


class CountsForm(ActionForm):
    """Anonymous paper forms as counts: how many ticked each answer on satisfaction."""

    answered_on = DateField(label=_("Answered on"))
    programme = forms.ModelChoiceField(
        queryset=Programme.objects.none(),
        label=_("Counted for the programme"),
        required=False,
        empty_label=_("None"),
    )
    channel = forms.ChoiceField(
        label=_("How it was answered"), choices=Channel.choices, initial=Channel.PAPER
    )

    def __init__(self, *args: Any, options: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options
        self.fields["answered_on"].initial = today
        self.fields["programme"].queryset = programmes
        if len(programmes) == 1:
            self.fields["programme"].initial = programmes[0].pk
        for option in options:
            self.fields[f"count_{option.code}"] = forms.IntegerField(
                label=option.label, min_value=0, max_value=500, initial=0
            )

    def counts(self) -> dict[str, int]:
        """How many forms per answer, by the answer's code."""
        found = {o.code: self.cleaned_data[f"count_{o.code}"] for o in self.options}
        return {code: count for code, count in found.items() if count}
