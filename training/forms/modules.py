"""Forms of the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm, DateField
from training.enums import ModuleGroup
from training.models import Module


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


class LabelsForm(ActionForm):
    """What a module is called and counted under."""

    label_fr = forms.CharField(label=_("Name in French"), max_length=200)
    label_en = forms.CharField(label=_("Name in English"), max_length=200)
    label_ar = forms.CharField(label=_("Name in Arabic"), max_length=200)
    group = forms.ChoiceField(
        label=_("Counted under"),
        choices=ModuleGroup.choices,
        help_text=_("The subject under which reports count whoever attends it."),
    )


class ModuleForm(LabelsForm):
    """A module that the catalogue lacks."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Letters without accents, digits, dashes and underscores; it stays for good."),
    )
    field_order = ("code",)


class CorrectModuleForm(LabelsForm):
    """A mistake in the name of a module, or in what it counts under."""

    reason = forms.CharField(label=_("Reason for the correction"), max_length=500)


class EquivalencesForm(ActionForm):
    """Earlier modules that are together worth this one."""

    parts = forms.ModelMultipleChoiceField(
        queryset=None,
        label=_("Together worth the same"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Modules counted under the same subject; none: the module stands alone."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Module.objects.filter(group=self.record.group).exclude(pk=self.record.pk)
        self.fields["parts"].queryset = others.by_label()


class ContentForm(ActionForm):
    """What a version of a module asks for and aims at."""

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


class VersionForm(ContentForm):
    """A new version of a module."""

    valid_from = DateField(label=_("In force from"))
    reason = forms.CharField(label=_("Why it changes"), max_length=500)
    field_order = ("valid_from",)


class CorrectVersionForm(ContentForm):
    """A mistake in a version; of one that courses have used, only the aims."""

    reason = forms.CharField(label=_("Reason for the correction"), max_length=500)
