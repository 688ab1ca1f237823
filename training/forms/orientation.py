"""Forms of orientation sessions and invitations."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Office, OfficeKind
from accounts.permissions import Role
from cases.models import Case
from core.clock import today
from core.forms import ActionForm, DateField, DateTimeField
from reference import rules
from reference.models import Language
from training import policies
from training.enums import AbsenceReason, Attendance, InvitationAnswer, SessionMode
from training.forms.common import OverrideForm, TakenBackForm, approved_by, override_reason
from training.models import ChecklistItem, Invitation

CALLED = [(c.value, c.label) for c in (Attendance.PRESENT, Attendance.ABSENT)]
NO_REASON = [("", _("Not stated"))]


class ChangeSessionForm(ActionForm):
    """Time, place and people of a session."""

    starts_at = DateTimeField(label=_("Day and time"))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=10, max_value=600)
    facilitator = forms.ModelChoiceField(
        queryset=None,
        label=_("Facilitator"),
        help_text=_("Orientation is given by our own staff."),
    )
    language = forms.ModelChoiceField(queryset=None, label=_("Language"))
    room = forms.CharField(label=_("Room"), max_length=100, required=False)
    capacity = forms.IntegerField(
        label=pgettext_lazy("seats", "Places"), min_value=1, max_value=500, initial=20
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].initial = rules.current(rules.SESSION_MINUTES, on=today())
        self.fields["facilitator"].queryset = policies.own_staff(
            self.record.office if self.record else None
        )
        self.fields["facilitator"].initial = self.user.pk
        self.fields["language"].queryset = Language.objects.active().by_label()
        self.fields["language"].initial = "fr"


class SessionForm(ChangeSessionForm):
    """Planning a session."""

    office = forms.ModelChoiceField(
        queryset=None, label=_("Orientation point"), to_field_name="code"
    )
    mode = forms.ChoiceField(
        label=_("Kind"), choices=SessionMode.choices, initial=SessionMode.GROUP
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = self.user.offices_for(Role.CASEWORKER, Role.PROTECTION_OFFICER)
        queryset = Office.objects.filter(kind=OfficeKind.MOP, is_active=True, pk__in=offices)
        self.fields["office"].queryset = queryset
        if len(queryset) == 1:
            self.fields["office"].initial = queryset[0].code
        self.order_fields(["office", "mode"])


class CandidateFilterForm(forms.Form):
    """Looks for people to invite."""

    q = forms.CharField(label=_("Name or reference"), max_length=100, required=False)
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)

    def __init__(self, *args: Any, nationalities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(country.pk, country.label) for country in nationalities]
        self.fields["nationality"].choices = [("", _("All")), *choices]


def person_line(case: Case) -> str:
    """Somebody in a list of people to choose from."""
    return _t("%(name)s · %(nationality)s · registered on %(day)s") % {
        "name": case.person.full_name,
        "nationality": case.person.nationality.label,
        "day": date_format(case.registered_on, "SHORT_DATE_FORMAT"),
    }


class InviteForm(OverrideForm):
    """People to invite; the list shows some, any of the candidates is accepted."""

    cases = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("People"),
        to_field_name="reference",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )
    override_reason = override_reason()
    approved_by = approved_by()

    def __init__(self, *args: Any, candidates: Any, shown: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_approvers(candidates)
        field = self.fields["cases"]
        field.queryset = candidates
        chosen = set(self.data.getlist("cases")) if self.is_bound else set()
        listed = {case.reference: case for case in shown}
        missing = chosen - listed.keys()
        if missing:
            rows = candidates.filter(reference__in=missing)
            listed |= {case.reference: case for case in rows}
        field.widget.choices = [(ref, person_line(case)) for ref, case in listed.items()]


def absence_reason() -> forms.ChoiceField:
    """Why somebody did not come, as far as known (R056)."""
    return forms.ChoiceField(
        label=_("If absent, why"), choices=[*NO_REASON, *AbsenceReason.choices], required=False
    )


class AnswerForm(TakenBackForm):
    """Whether somebody will come."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=InvitationAnswer.choices, widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("Reason for staying away"),
        choices=[*NO_REASON, *AbsenceReason.choices],
        required=False,
    )
    on = DateField(label=_("Answered on"))
    field_order = ("answer", "reason", "on")


class RollCallForm(TakenBackForm):
    """A mark for each invited person, with the reason of who is absent; may be saved again."""

    def __init__(self, *args: Any, invitations: list[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, invitations=invitations, **kwargs)
        self.invitations = invitations
        self.fieldsets = []
        for row in invitations:
            name, reason = self.name_of(row), self.reason_of(row)
            self.fields[name] = forms.ChoiceField(
                label=_("Attendance"),
                choices=CALLED,
                required=False,
                widget=forms.RadioSelect,
                initial=row.attendance if row.is_called else None,
            )
            self.fields[reason] = absence_reason()
            self.fields[reason].initial = row.reason
            self.fieldsets.append((row.case.person.full_name, (name, reason)))

    @staticmethod
    def name_of(row: Invitation) -> str:
        return f"attendance_{row.pk}"

    @staticmethod
    def reason_of(row: Invitation) -> str:
        return f"reason_{row.pk}"

    def reasons(self) -> dict[Invitation, str]:
        """Why somebody was not there, by invitation; empty where nobody knows."""
        return {row: self.cleaned_data[self.reason_of(row)] for row in self.invitations}

    def attendance(self) -> dict[Invitation, str]:
        """The marks made, by invitation."""
        found = {row: self.cleaned_data[self.name_of(row)] for row in self.invitations}
        return {row: mark for row, mark in found.items() if mark}


class OutcomesForm(ActionForm):
    """What each participant leaves with."""

    def __init__(self, *args: Any, invitations: list[Invitation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitations = invitations
        choices = policies.recommendations({code for row in invitations for code in row.outcomes})
        for row in invitations:
            self.fields[f"outcomes_{row.pk}"] = forms.MultipleChoiceField(
                label=row.case.person.full_name,
                choices=list(choices.items()),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=row.outcomes,
            )

    def outcomes(self) -> dict[Invitation, list[str]]:
        return {row: self.cleaned_data[f"outcomes_{row.pk}"] for row in self.invitations}


class ChecklistForm(ActionForm):
    """What was covered."""

    items = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Covered in the session"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = ChecklistItem.objects.filter(is_active=True)


class CloseSessionForm(ActionForm):
    """Closing; a reason where the checklist is not complete."""

    unticked_reason = forms.CharField(
        label=_("Why items of the checklist were left out"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only when an item is not ticked."),
    )


class CorrectAttendanceForm(TakenBackForm):
    """Somebody was, or was not, there after all; or stayed away for another reason."""

    attendance = forms.ChoiceField(label=_("Attendance"), choices=CALLED, widget=forms.RadioSelect)
    absence = absence_reason()
    reason = forms.CharField(
        label=_("Reason for the correction"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("attendance", "absence", "reason")


class TalkForm(ActionForm):
    """An individual counselling talk that took place."""

    starts_at = DateTimeField(label=_("Day and time"))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=10, max_value=600)
    language = forms.ModelChoiceField(queryset=None, label=_("Language"))
    outcomes = forms.MultipleChoiceField(
        label=_("Recommended"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what is recommended, or “Nothing recommended”.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].initial = rules.current(rules.SESSION_MINUTES, on=today())
        self.fields["language"].queryset = Language.objects.active().by_label()
        self.fields["language"].initial = "fr"
        self.fields["outcomes"].choices = list(policies.recommendations().items())
