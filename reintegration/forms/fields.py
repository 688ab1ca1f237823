"""Columns, amounts and days as these forms ask for them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.forms import ActionForm, DateField, reason_field

SPACES = str.maketrans("", "", " \u00a0\u202f'’")


class MoneyField(forms.DecimalField):
    """An amount as people write it: spaces between thousands, comma or point before cents."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 10)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("min_value", Decimal("0.01"))
        kwargs.setdefault(
            "error_messages",
            {
                "invalid": _("Enter an amount in figures, for example 1250.50."),
                "min_value": _("Enter an amount above zero."),
                "max_decimal_places": _("Enter at most two digits after the decimal sign."),
            },
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            value = value.translate(SPACES)
            if "." not in value:
                value = value.replace(",", ".", 1)
        return super().to_python(value)


def form_field(model_field: Any, **kwargs: Any) -> Any:
    """A model's column as we ask for it: our dates and amounts, short text areas."""
    kind = model_field.get_internal_type()
    if kind == "DateField":
        return model_field.formfield(form_class=DateField, **kwargs)
    if kind == "DecimalField":
        return MoneyField(label=capfirst(model_field.verbose_name), help_text=model_field.help_text)
    if kind == "TextField":
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    return model_field.formfield(**kwargs)


def columns_of(model: Any, *names: str) -> type[ActionForm]:
    """A form of these columns of a model, to be refined by a subclass."""
    fields = fields_for_model(model, names, formfield_callback=form_field)
    return type(f"{model.__name__}Columns", (ActionForm,), fields)


class DayForm(ActionForm):
    """A step with its day."""

    on = DateField(label=_("Day"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)


class DayReasonForm(ActionForm):
    """A step with its day and reason."""

    on = DateField(label=_("Day"))
    reason = reason_field(max_length=300)
