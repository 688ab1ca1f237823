"""Forms of programmes: they check shape; the rules are in the services."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, ActionModelForm, DateField, reason_field
from partners.models import Agreement
from programmes.models import (
    AGE_KINDS,
    OLDEST,
    Donor,
    EligibilityKind,
    GrantCeiling,
    Programme,
    ProgrammeAgreement,
)
from reference.models import Country


class DayForm(forms.Form):
    """Shows the programme as it was or will be on a day."""

    on = DateField(label=_("As of"), required=False)


class ProgrammeForm(ActionModelForm):
    """What is amended of a programme; its code and its donor stay (R216, R219)."""

    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who decided, and why; it stays in the history."),
    )

    class Meta:
        model = Programme
        fields: tuple[str, ...] = (
            "name",
            "starts_on",
            "ends_on",
            "activities",
            "budget",
            "currency",
        )
        widgets = {"activities": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if record is not None:
            kwargs["instance"] = record
        super().__init__(*args, record=record, **kwargs)


class NewProgrammeForm(ProgrammeForm):
    """A programme with its code, which stays, and its donor."""

    code = forms.RegexField(
        r"^[A-Z0-9][A-Z0-9-]*$",
        label=_("Code"),
        max_length=30,
        help_text=_("Capital letters, digits and hyphens; it stays."),
        error_messages={"invalid": _("Use capital letters, digits and hyphens only.")},
    )
    donor = forms.ModelChoiceField(
        label=_("Donor"), queryset=Donor.objects.order_by("name"), required=False
    )
    new_donor = forms.CharField(
        label=_("New donor"),
        max_length=200,
        required=False,
        help_text=_("The name, where the donor is not in the list."),
    )
    contact_person = forms.CharField(
        label=_("Contact person of the new donor"), max_length=120, required=False
    )
    reason = None

    class Meta(ProgrammeForm.Meta):
        fields = ("code", *ProgrammeForm.Meta.fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", "name", "donor", "new_donor", "contact_person"])


class DonorForm(ActionModelForm):
    """The donor as it should be called."""

    reason = reason_field()

    class Meta:
        model = Donor
        fields = ("name", "contact_person")

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, instance=record, **kwargs)


class ConditionForm(ActionForm):
    """Another condition, from a day on (R217)."""

    kind = forms.ChoiceField(label=_("Condition"), choices=EligibilityKind.choices)
    age = forms.IntegerField(
        label=_("Age in years"),
        min_value=0,
        max_value=OLDEST,
        required=False,
        help_text=_("For a condition on age."),
    )
    nationality = forms.ModelChoiceField(
        label=_("Nationality"),
        queryset=Country.objects.none(),
        required=False,
        help_text=_("For a nationality that is not covered."),
    )
    from_on = DateField(
        label=_("From"), help_text=_("Asked of whoever is registered from this day on.")
    )
    until_on = DateField(label=_("Until"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who decided, and why; it stays in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nationality"].queryset = Country.objects.active().by_label()
        self.fields["from_on"].initial = today

    def clean(self) -> dict[str, Any]:
        """The value that the condition asks for, and no other."""
        data = super().clean()
        kind = data.get("kind")
        age, nationality = (data.pop(name, None) for name in ("age", "nationality"))
        needs_age = kind in AGE_KINDS
        needs_nationality = kind == EligibilityKind.EXCLUDED_NATIONALITY
        if needs_age and age is None and "age" not in self.errors:
            self.add_error("age", _("Enter the age in years for this condition."))
        if needs_nationality and nationality is None and "nationality" not in self.errors:
            self.add_error("nationality", _("Choose the nationality for this condition."))
        if kind and not needs_age and age is not None:
            self.add_error("age", _("This condition is not about age. Leave this empty."))
        if kind and not needs_nationality and nationality is not None:
            self.add_error(
                "nationality", _("This condition is not about nationality. Leave this empty.")
            )
        data["value"] = str(age) if needs_age else nationality.pk if nationality else ""
        return data


class EndConditionForm(ActionForm):
    """The last day on which a condition is asked."""

    last_on = DateField(label=_("Last day"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class LinkAgreementForm(ActionForm):
    """An agreement that serves the programme from now on (R201)."""

    agreement = forms.ModelChoiceField(label=_("Agreement"), queryset=Agreement.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        linked = ProgrammeAgreement.objects.filter(programme=self.record).values("agreement")
        agreements: Any = self.fields["agreement"]
        agreements.queryset = (
            Agreement.objects.visible_to(self.user)
            .exclude(pk__in=linked)
            .select_related("organisation")
            .order_by("organisation__name", "starts_on")
        )
        agreements.label_from_instance = lambda row: f"{row.organisation} · {row.title}"


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
