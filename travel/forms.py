"""Forms of the journey: they check shape; the rules are in the services."""

import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases import policies as case_policies
from cases.models import Person
from core.clock import today
from core.forms import ActionForm, DateField, ServiceModelForm, reason_field
from travel import policies
from travel.enums import NeedKind, OverrideCause, StepKind, StepStatus, TicketSource
from travel.models import CHECK_ITEMS, ChildGate, DepartureCheck, Journey, TravelStep

REASON = forms.Textarea(attrs={"rows": 3})
HANDOVER_HELP = _(
    "Only when the office of the country of origin did not see the file on the day of departure."
)


def courses_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("The courses that begin after the journey are given up"), required=False
    )


def name_courses(form: forms.BaseForm, person: Person, day: datetime.date) -> None:
    """Say which courses are lost when the journey comes first; nothing to tick without any."""
    courses = case_policies.courses_given_up(person, day)
    if not courses:
        del form.fields["gives_up_courses"]
        return
    form.fields["gives_up_courses"].help_text = _("Enrolled, not begun: %(courses)s.") % {
        "courses": ", ".join(f"{row.label} ({date_format(row.first_day)})" for row in courses)
    }


class TicketForm(ServiceModelForm):
    """Route, who pays, flight, escorts, and with whom a child travels."""

    travels_with = forms.CharField(
        label=_("Travels with"),
        max_length=200,
        required=False,
        help_text=_(
            "A child who does not travel alone: name and relation, for example the mother."
        ),
    )

    class Meta:
        model = Journey
        fields = ("route", "ticket_source", "flight", "escorts", "travels_with")

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if isinstance(record, Journey):
            kwargs.setdefault("instance", record)
        super().__init__(*args, record=record, **kwargs)
        self.fields["ticket_source"].choices = [
            ("", _("Not known yet")),
            *TicketSource.choices,
        ]
        is_journey = isinstance(record, Journey)
        case, day = (record.case, record.travels_on) if is_journey else (record, today())
        if not policies.needs_company(case, day):
            del self.fields["travels_with"]

    def ticket(self) -> dict[str, str]:
        names = TicketForm.Meta.fields
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class PlanForm(TicketForm):
    planned_on = DateField(label=_("Day of travel"))
    gives_up_courses = courses_field()
    field_order = ("planned_on", "gives_up_courses")

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        name_courses(self, record.person, today())


class ConfirmForm(TicketForm):
    """Confirming is entering the ticket."""

    on = DateField(label=_("Confirmed on"), initial=today)
    gives_up_courses = courses_field()
    field_order = ("on",)

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        name_courses(self, record.case.person, record.planned_on)
        self.fields["route"].required = True
        self.fields["ticket_source"].required = True
        if "travels_with" in self.fields:
            self.fields["travels_with"].required = True


class ChangeDayForm(ActionForm):
    day = DateField(label=_("New day of travel"))
    reason = reason_field()
    gives_up_courses = courses_field()

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        name_courses(self, record.case.person, today())


class StepForm(ServiceModelForm):
    """Where a procedure with the authorities stands."""

    requested_on = DateField(label=_("Requested on"), required=False)
    answered_on = DateField(label=_("Obtained or refused on"), required=False)
    expires_on = DateField(label=_("Valid until"), required=False)
    number = forms.CharField(label=_("Number of the document"), max_length=60, required=False)

    class Meta:
        model = TravelStep
        fields = (
            "status",
            "requested_on",
            "answered_on",
            "authority",
            "number",
            "expires_on",
        )

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if isinstance(record, TravelStep):
            kwargs.setdefault("instance", record)
        super().__init__(*args, record=record, **kwargs)
        self.fields["status"].choices = StepStatus.choices


class NewStepForm(StepForm):
    kind = forms.ChoiceField(label=_("Step"), choices=StepKind.choices)
    field_order = ("kind",)


class CheckForm(ServiceModelForm):
    """The checklist of the day of departure."""

    close = forms.BooleanField(
        label=_("Close the list"),
        required=False,
        help_text=_("Nobody departs before the list is closed. It can be opened again until then."),
    )

    class Meta:
        model = DepartureCheck
        fields = (*CHECK_ITEMS, "missing_reason")
        widgets = {"missing_reason": REASON}

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        check = getattr(record, "checklist", None)
        if check is not None:
            kwargs.setdefault("instance", check)
        super().__init__(*args, record=record, **kwargs)
        if check is not None:
            self.fields["close"].initial = check.closed_on is not None

    def items(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] for name in CHECK_ITEMS}


class DepartForm(ActionForm):
    on = DateField(label=_("Departed on"), initial=today)
    reason = forms.CharField(
        label=_("Why on another day than confirmed"),
        max_length=500,
        required=False,
        widget=REASON,
        help_text=_("Only when the person left on another day."),
    )
    handover_reason = forms.CharField(
        label=_("Why nothing was handed over"),
        max_length=500,
        required=False,
        widget=REASON,
        help_text=HANDOVER_HELP,
    )


class CorrectDepartureForm(ActionForm):
    departed_on = DateField(label=_("Day of departure"))
    reason = reason_field()
    handover_reason = forms.CharField(
        label=_("Why nothing was handed over"),
        max_length=500,
        required=False,
        widget=REASON,
        help_text=HANDOVER_HELP,
    )


class ArriveForm(ActionForm):
    on = DateField(label=_("Arrived on"), initial=today)
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=REASON)


class CorrectArrivalForm(ActionForm):
    arrived_on = DateField(label=_("Day of arrival"))
    reason = reason_field()


class NeedForm(ActionForm):
    kind = forms.ChoiceField(label=_("Need"), choices=NeedKind.choices)
    text = forms.CharField(
        label=_("What is needed"),
        max_length=1_000,
        widget=REASON,
        help_text=_("The office of the country of origin reads this once the case is handed over."),
    )


class OverrideForm(ActionForm):
    day = DateField(label=_("Day of travel asked for"))
    cause = forms.ChoiceField(label=_("Cause"), choices=OverrideCause.choices)
    reason = reason_field(
        help_text=_("Why the person cannot wait for the end of the course. Another person decides.")
    )


class GateForm(ServiceModelForm):
    """The six safeguards of a child travelling alone."""

    determined_on = DateField(label=_("Determined on"), required=False)
    guardian_consented_on = DateField(label=_("Guardian consented on"), required=False)
    child_assented_on = DateField(label=_("Child assented on"), required=False)
    family_assessed_on = DateField(
        label=_("Family assessed on"),
        required=False,
        help_text=_("By the office of the country of origin, at home if possible."),
    )

    fieldsets = (
        (_("Best interest"), ("determination", "determined_on", "determined_by")),
        (
            _("Agreement"),
            ("guardian_name", "guardian_consented_on", "child_assented_on"),
        ),
        (_("Family and travel"), ("family_assessed_on", "escort_name", "receiver_name")),
    )

    class Meta:
        model = ChildGate
        fields = (
            "determination",
            "determined_on",
            "determined_by",
            "guardian_name",
            "guardian_consented_on",
            "child_assented_on",
            "family_assessed_on",
            "escort_name",
            "receiver_name",
        )
        widgets = dict.fromkeys(
            ("determined_by", "guardian_name", "escort_name", "receiver_name"), forms.TextInput
        )

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        gate = ChildGate.objects.filter(case=record).first()
        if gate is not None:
            kwargs.setdefault("instance", gate)
        super().__init__(*args, record=record, **kwargs)
