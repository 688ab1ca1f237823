"""Forms of indicators and reports."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, DateField
from programmes.models import Programme
from reports import policies


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


class IndicatorForm(forms.Form):
    """Which programme, as of which day; what is left out is the first one, and today."""

    programme = ProgrammeField(required=False)
    as_of = DateField(label=_("Figures as of"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = policies.countable_programmes(user)
        self.fields["as_of"].initial = today

    def clean_as_of(self) -> Any:
        day = self.cleaned_data["as_of"] or today()
        try:
            policies.check_day(day)
        except forms.ValidationError as error:
            raise forms.ValidationError(error.message_dict["as_of"]) from error
        return day


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
