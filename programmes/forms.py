"""Forms of programmes: they check shape; the rules are in the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, DateField
from programmes.models import GrantCeiling
from reference.models import Country


class DayForm(forms.Form):
    """Shows the programme as it was or will be on a day."""

    on = DateField(label=_("As of"), required=False)


class TargetCountryForm(ActionForm):
    """Another country, from a day on (R019)."""

    country = forms.ModelChoiceField(label=_("Country of origin"), queryset=Country.objects.none())
    from_on = DateField(label=_("Covered from"))
    note = forms.CharField(
        label=_("Decided by"),
        max_length=300,
        help_text=_("Who decided, and when; for example the steering committee."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].queryset = Country.objects.active().by_label()


class CoveredDaysForm(ActionForm):
    """The days a country is covered."""

    from_on = DateField(label=_("Covered from"))
    last_on = DateField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(ActionForm):
    """Why; it stays in the history."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CeilingForm(ActionForm):
    """Another grant ceiling, from a day on."""

    category = forms.ChoiceField(label=_("Category"), choices=GrantCeiling.Category.choices)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=10, decimal_places=2, min_value=Decimal("0.01")
    )
    from_on = DateField(
        label=_("From"), help_text=_("What was granted before this day keeps its ceiling.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who decided, and why; it stays in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = today
