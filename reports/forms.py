"""Forms of indicators and reports."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Office, OfficeKind
from cases.enums import ReportingGroup
from core.clock import today
from core.forms import ActionForm, DateField
from programmes.models import Programme, TargetCountry
from reference.models import Country
from reports import policies
from reports.indicators.base import part_of


class ProgrammeField(forms.ModelChoiceField):
    """Programmes by their code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Programme.objects.none(),
            to_field_name="code",
            empty_label=None,
            label=_("Programme"),
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} · {obj.name}"


class CountryField(forms.ModelChoiceField):
    """Countries of origin by their code."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class IndicatorForm(forms.Form):
    """Which programme, as of which day; what is left out is the first one, and today.

    Inside the programme also which part of the people.
    """

    PART = ("office", "country", "group")

    programme = ProgrammeField(required=False)
    as_of = DateField(label=_("Figures as of"), required=False)
    office = forms.ModelChoiceField(
        queryset=Office.objects.filter(kind=OfficeKind.MOP).order_by("name"),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
        label=_("Orientation point"),
    )
    country = CountryField(
        queryset=Country.objects.none(),
        required=False,
        empty_label=_("All"),
        label=_("Country of origin"),
    )
    group = forms.ChoiceField(required=False, label=_("Group"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = policies.countable_programmes(user)
        self.fields["as_of"].initial = today
        if not policies.can_filter(user):
            for name in self.PART:
                del self.fields[name]
            return
        programmes = self.fields["programme"].queryset
        self.fields["country"].queryset = Country.objects.filter(
            pk__in=TargetCountry.objects.filter(programme__in=programmes).values("country")
        )
        self.fields["group"].choices = [("", _("All")), *ReportingGroup.choices]

    @property
    def part(self) -> dict[str, str]:
        """What the filled-in form asks for, by code."""
        return part_of(self.cleaned_data)

    def clean_as_of(self) -> Any:
        return self.cleaned_data["as_of"] or today()


class ReportForm(ActionForm):
    """A new report."""

    programme = ProgrammeField()
    as_of = DateField(
        label=_("Figures as of"),
        help_text=_("What happened after this day does not count, whenever it was entered."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = policies.preparable_programmes(self.user)


class LanguageForm(ActionForm):
    """The same figures in a language."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ReleaseForm(ActionForm):
    """Why a report may leave."""

    reason = forms.CharField(
        label=_("Why it may be released"),
        max_length=500,
        help_text=_("What you have checked. It is kept with the release."),
    )


class WithdrawForm(ActionForm):
    """Why a report is taken back."""

    reason = forms.CharField(label=_("Why it is withdrawn"), max_length=500)
