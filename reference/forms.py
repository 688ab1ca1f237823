"""Forms of the reference data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.clock import today
from core.forms import ActionForm, ActionModelForm, DateField
from reference.enums import PlaceLevel, RuleKind
from reference.models import CodedRow, Country, Holiday, Place
from reference.rules import Rule


class DayForm(forms.Form):
    """Shows the rules of another day."""

    on = DateField(label=_("Rules in force on"), required=False)


class RuleForm(ActionForm):
    """Another value for a rule, from a day on."""

    value = forms.CharField(label=_("New value"), max_length=100)
    from_on = DateField(
        label=_("From"),
        help_text=_("What was counted before this day keeps its value."),
    )
    note = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who decided, and why; it stays in the history."),
    )

    def __init__(self, *args: Any, rule: Rule[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_on"].initial = today
        if rule.kind == RuleKind.BOOLEAN:
            self.fields["value"] = forms.ChoiceField(
                label=_("New value"), choices=[("yes", _("Yes")), ("no", _("No"))]
            )
        elif rule.kind == RuleKind.LIST:
            self.fields["value"].help_text = _("Whole numbers separated by commas.")
        else:
            self.fields["value"].widget.attrs["inputmode"] = (
                "decimal" if rule.kind == RuleKind.DECIMAL else "numeric"
            )


class RowForm(ActionModelForm):
    """A form of one reference row, new or loaded."""

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        if record is not None:
            kwargs["instance"] = record
        super().__init__(*args, record=record, **kwargs)


class HolidayForm(RowForm):
    """A day off of a country."""

    day = DateField(label=_("Day"))

    class Meta:
        model = Holiday
        fields = ("country", "day", "label_fr", "label_en", "label_ar", "certainty", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.queryset = Country.objects.offered(keeping=[self.instance.country_id]).by_label()


class PlaceForm(RowForm):
    """A place below a country or another place."""

    class Meta:
        model = Place
        fields = ("country", "parent", "level", "name", "name_ar", "code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.queryset = Country.objects.active().by_label()
        parent: Any = self.fields["parent"]
        parent.queryset = (
            Place.objects.active()
            .exclude(level=PlaceLevel.LOCALITY)
            .with_path()
            .order_by("country", "parent__name", "name")
        )
        parent.label_from_instance = lambda place: place.path
        parent.help_text = _("Leave empty for a region.")


class PlaceChangeForm(RowForm):
    """Name, code and use of a place; it stays where it is in the tree."""

    class Meta:
        model = Place
        fields = ("name", "name_ar", "code", "is_active")


def row_form(model: type[CodedRow], *, adding: bool) -> Any:
    """The form of a coded list; the code is chosen once."""
    skipped = {"version"} if adding else {"version", "code"}
    fields = ["code", *(f.name for f in model._meta.concrete_fields if f.name != "code")]
    return forms.modelform_factory(
        model, form=RowForm, fields=[name for name in fields if name not in skipped]
    )
