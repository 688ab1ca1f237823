"""Forms of organisations and agreements: they check shape; the rules are below."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Office
from core.forms import ActionForm, ActionModelForm, DateField
from partners.models import Agreement, CityDuty, Organisation
from reference.models import Country

RESERVED_CODES = {"new"}


class OrganisationForm(ActionModelForm):
    """What changes about an organisation; its code stays."""

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ("name", "kind", "country", "is_displayed", "is_active")
        help_texts = {
            "is_active": _(
                "Organisations no longer in use stay on old records and are not offered."
            ),
        }

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if record is not None:
            kwargs["instance"] = record
        super().__init__(*args, record=record, **kwargs)
        country: Any = self.fields["country"]
        country.queryset = Country.objects.offered(keeping=[self.instance.country_id]).by_label()


class NewOrganisationForm(OrganisationForm):
    """An organisation with its code, which stays."""

    class Meta(OrganisationForm.Meta):
        fields = ("code", "name", "kind", "country", "is_displayed")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise ValidationError(_("Choose another code."), code="reserved")
        return code


class AgreementForm(ActionModelForm):
    """What was agreed, between which dates (R203)."""

    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until"))

    class Meta:
        model = Agreement
        fields = ("title", "duties", "starts_on", "ends_on")
        widgets = {"duties": forms.Textarea(attrs={"rows": 4})}


class ChangeAgreementForm(AgreementForm):
    """Another wording or other dates; the history keeps the former ones."""

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, instance=record, **kwargs)


class LastDayForm(ActionForm):
    """The last day of an agreement or of a duty, and why."""

    ends_on = DateField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class CityDutyForm(ActionForm):
    """What the organisation does in a city (R087)."""

    office = forms.ModelChoiceField(label=_("City"), queryset=Office.objects.none())
    duty = forms.ChoiceField(label=_("Duty"), choices=CityDuty.Duty.choices)
    starts_on = DateField(
        label=_("From"),
        required=False,
        help_text=_("Leave the days empty for the whole time of the agreement."),
    )
    ends_on = DateField(label=_("Until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices: Any = self.fields["office"]
        offices.queryset = Office.objects.visible_to(self.user).active().in_host_country()
