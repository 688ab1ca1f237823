"""Forms of enrolments."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, DateField
from training.enums import CHOSEN_REASON_CHOICES
from training.models import ModuleVersion


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

    reason = forms.ChoiceField(label=_("Reason"), choices=CHOSEN_REASON_CHOICES)
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
