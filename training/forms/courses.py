"""Forms of modules, editions, enrolments and roll calls."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Office, OfficeKind
from core.clock import today
from core.forms import ActionForm, DateField, StagedFileField
from partners.models import Organisation
from reference.models import Language
from training.enums import EnrolmentReason, Half, Mark, ModuleGroup
from training.forms.common import OverrideForm, approved_by, override_reason
from training.forms.selection import criteria_field
from training.models import AttendanceMark, Enrolment, ModuleVersion
from training.services.attendance import HalfDay

NOT_MARKED = ("", _("Not marked"))
#: What somebody chooses as a reason; the others are set by what happens to the course.
CHOSEN_REASONS = [
    (reason.value, reason.label)
    for reason in EnrolmentReason
    if reason not in {EnrolmentReason.EDITION_CANCELLED}
]


# --- modules ------------------------------------------------------------------------------------
class DayForm(forms.Form):
    """Shows the catalogue of another day."""

    on = DateField(label=_("Modules in force on"), required=False)


class RetireForm(ActionForm):
    """Taking a version out of the catalogue."""

    from_on = DateField(
        label=_("No longer offered from"),
        help_text=_("Earlier courses stay counted as they were."),
    )
    reason = forms.CharField(
        label=_("On what evidence"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ModuleForm(ActionForm):
    """A module that the catalogue lacks."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters without accents, digits, dashes and underscores; it stays for good."),
    )
    label_fr = forms.CharField(label=_("Name in French"), max_length=200)
    label_en = forms.CharField(label=_("Name in English"), max_length=200)
    label_ar = forms.CharField(label=_("Name in Arabic"), max_length=200)
    group = forms.ChoiceField(
        label=_("Counted under"),
        choices=ModuleGroup.choices,
        help_text=_("The subject under which reports count whoever attends it."),
    )


class VersionForm(ActionForm):
    """A new version of a module."""

    valid_from = DateField(label=_("In force from"))
    days = forms.IntegerField(label=_("Length in working days"), min_value=1, max_value=120)
    completion_percent = forms.IntegerField(
        label=_("Attendance needed to complete, in percent"),
        min_value=1,
        max_value=100,
        initial=80,
    )
    aims_fr = forms.CharField(label=_("Aims in French"), widget=forms.Textarea(attrs={"rows": 2}))
    aims_en = forms.CharField(label=_("Aims in English"), widget=forms.Textarea(attrs={"rows": 2}))
    aims_ar = forms.CharField(label=_("Aims in Arabic"), widget=forms.Textarea(attrs={"rows": 2}))
    is_preparatory = forms.BooleanField(label=_("Preparatory"), required=False)
    is_vocational = forms.BooleanField(
        label=_("Vocational: needs both preparatory modules"), required=False
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=500)


# --- editions -----------------------------------------------------------------------------------
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


class MoveForm(OverrideForm):
    """A course on other days."""

    starts_on = DateField(label=_("New first day"))
    reason = forms.CharField(label=_("Reason"), max_length=500)
    override_reason = override_reason()
    approved_by = approved_by()


class SkipDayForm(OverrideForm):
    """A day on which the course is not held."""

    day = DateField(label=_("Day not held"))
    reason = forms.CharField(label=_("Reason"), max_length=500)
    override_reason = override_reason()
    approved_by = approved_by()


class CompleteForm(ActionForm):
    """A reason for each who did not complete."""

    def __init__(self, *args: Any, short: list[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.short = short
        for row in short:
            started = row.status == "started"
            self.fields[f"reason_{row.pk}"] = forms.ChoiceField(
                label=row.name_for(self.user),
                choices=CHOSEN_REASONS,
                initial=EnrolmentReason.ABSENCES if started else EnrolmentReason.NO_SHOW,
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


# --- enrolments ---------------------------------------------------------------------------------
class EnrolForm(ActionForm):
    """A course for one person."""

    edition = forms.ModelChoiceField(
        queryset=None,
        label=_("Course"),
        to_field_name="reference",
        widget=forms.RadioSelect,
        empty_label=None,
    )
    is_confirmed = forms.BooleanField(
        label=_("The training partner has already confirmed the place"), required=False
    )

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions


class WithdrawForm(ActionForm):
    """Taking somebody out of a course."""

    reason = forms.ChoiceField(label=_("Reason"), choices=CHOSEN_REASONS)
    on = DateField(label=_("On"))
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class EstimateForm(forms.Form):
    """Courses one after the other: when they would end."""

    starts_on = DateField(label=_("Courses from"))
    modules = forms.ModelMultipleChoiceField(
        queryset=ModuleVersion.objects.none(),
        label=_("Modules"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, day: datetime.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = ModuleVersion.objects.select_related("module").in_force(day or today())
        self.fields["modules"].queryset = versions.in_reading_order()
        self.fields["starts_on"].initial = today
