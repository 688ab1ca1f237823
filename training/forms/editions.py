"""Forms of editions and their roll calls."""

import datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Office, OfficeKind
from core.forms import ActionForm, DateField, StagedFileField, reason_field
from partners.models import Organisation
from reference.models import Language
from training.enums import CHOSEN_REASON_CHOICES, Half, Mark
from training.forms.selection import criteria_field
from training.models import AttendanceMark, Enrolment, ModuleVersion
from training.services.attendance import HalfDay, verdict_of

NOT_MARKED = ("", _("Not marked"))


class ChangeEditionForm(ActionForm):
    """Who teaches, who supports, where."""

    trainer_organisation = forms.ModelChoiceField(
        queryset=None, label=_("Training organisation"), to_field_name="code"
    )
    trainer_name = forms.CharField(
        label=_("Trainer"),
        max_length=120,
        required=False,
        help_text=_("Who teaches, once the organisation has said so."),
    )
    support_organisation = forms.ModelChoiceField(
        queryset=None,
        label=_("Organisation that supports attendance"),
        to_field_name="code",
        required=False,
        empty_label=_("The one of the city"),
    )
    language = forms.ModelChoiceField(
        queryset=None, label=_("Language"), required=False, empty_label=_("Not stated")
    )
    room = forms.CharField(label=_("Room"), max_length=100, required=False)
    capacity = forms.IntegerField(
        label=pgettext_lazy("seats", "Places"), min_value=1, max_value=500, initial=15
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.filter(is_active=True)
        self.fields["trainer_organisation"].queryset = organisations
        self.fields["support_organisation"].queryset = organisations
        self.fields["language"].queryset = Language.objects.active().by_label()


class EditionForm(ChangeEditionForm):
    """Planning an edition."""

    module_version = forms.ModelChoiceField(queryset=None, label=_("Module"))
    office = forms.ModelChoiceField(queryset=None, label=_("City"), to_field_name="code")
    starts_on = DateField(
        label=_("First day"), help_text=_("The last day follows from the working days.")
    )
    transit_reason = forms.CharField(
        label=_("Why a course in a place of transit"),
        max_length=500,
        required=False,
        help_text=_("Only where people rarely stay long enough."),
    )
    criteria = criteria_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = ModuleVersion.objects.select_related("module").in_reading_order()
        self.fields["module_version"].queryset = versions
        self.fields["module_version"].label_from_instance = version_line
        self.fields["office"].queryset = Office.objects.filter(kind=OfficeKind.MOP, is_active=True)
        self.order_fields(["module_version", "office", "starts_on", "transit_reason", "criteria"])


def version_line(version: ModuleVersion) -> str:
    """A version in a list to choose from."""
    return _t("%(module)s · %(days)s days · in force from %(day)s") % {
        "module": version.module.label,
        "days": version.days,
        "day": version.valid_from,
    }


class RescheduleForm(ActionForm):
    """Other days, also over somebody's plans: then another person decides."""

    change_reason = forms.CharField(label=_("Reason"), max_length=500)
    reason = forms.CharField(
        label=_("Reason for an exception"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Only when people travel or have other plans on the new days. Another person decides; "
            "until then the course keeps its days. No names and nothing about health: the "
            "training partner reads this."
        ),
    )


class MoveForm(RescheduleForm):
    """A course on other days."""

    starts_on = DateField(label=_("New first day"))
    field_order = ("starts_on", "change_reason", "reason")


class SkipDayForm(RescheduleForm):
    """A day on which the course is not held."""

    day = DateField(label=_("Day not held"))
    field_order = ("day", "change_reason", "reason")


class HoldDayForm(ActionForm):
    """A day left out by mistake."""

    day = forms.ChoiceField(label=_("Day held after all"))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [
            (day.isoformat(), date_format(day)) for day in self.record.skipped_days
        ]

    def clean_day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.cleaned_data["day"])


class CompleteForm(ActionForm):
    """A reason for each who did not complete."""

    def __init__(self, *args: Any, short: list[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.short = short
        for row in short:
            self.fields[f"reason_{row.pk}"] = forms.ChoiceField(
                label=row.name_for(self.user),
                choices=CHOSEN_REASON_CHOICES,
                initial=verdict_of(row).reason,
            )

    def reasons(self) -> dict[int, str]:
        return {row.pk: self.cleaned_data[f"reason_{row.pk}"] for row in self.short}


class DayRollForm(ActionForm):
    """The roll of one day: two marks a person."""

    def __init__(
        self,
        *args: Any,
        enrolments: list[Enrolment],
        marks: dict[tuple[int, str], AttendanceMark],
        default: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enrolments = enrolments
        for row in enrolments:
            for half in Half:
                known = marks.get((row.pk, half.value))
                self.fields[self.name_of(row, half)] = forms.ChoiceField(
                    label=f"{row.name_for(self.user)}, {half.label}",
                    choices=[NOT_MARKED, *Mark.choices] if known is None else Mark.choices,
                    required=False,
                    initial=known.mark if known else default,
                )

    @staticmethod
    def name_of(row: Enrolment, half: str) -> str:
        return f"{half}_{row.pk}"

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Per person: who, morning and afternoon."""
        return [
            {"enrolment": row, "fields": [self[self.name_of(row, half)] for half in Half]}
            for row in self.enrolments
        ]

    def marks(self) -> list[HalfDay]:
        """The marks made."""
        return [
            HalfDay(enrolment=row, half=half.value, mark=mark)
            for row in self.enrolments
            for half in Half
            if (mark := self.cleaned_data[self.name_of(row, half)])
        ]


class SheetForm(ActionForm):
    """The signed sheet of one day."""

    sheet = StagedFileField(label=_("Signed sheet"), help_text=_("PDF, JPEG or PNG."))
