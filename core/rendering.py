"""How forms are drawn: Django's own field groups, through our components (docs/frontend.md)."""

import copy
import datetime
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input, Widget
from django.utils.safestring import SafeString

SELECTS = (forms.Select, forms.SelectDateWidget)

# Browsers show nothing in these controls when the value is not a date.
PICKERS = {
    "date": datetime.date.fromisoformat,
    "datetime-local": datetime.datetime.fromisoformat,
}


def css_class(widget: Widget) -> str:
    """The class a control needs to look like ours; lists of choices are styled as a whole."""
    if widget.is_hidden or isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return ""
    if isinstance(widget, forms.CheckboxInput):
        return "form-check-input"
    if isinstance(widget, SELECTS):
        return "form-select"
    return "form-control"


class BoundField(forms.BoundField):
    """A field with its data, whose control carries our class beside its own."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        classes = (widget.attrs.get("class"), attrs.get("class"), css_class(widget))
        if names := " ".join(str(name) for name in classes if name):
            attrs["class"] = names
        return attrs

    def as_widget(
        self,
        widget: Widget | None = None,
        attrs: dict[str, Any] | None = None,
        only_initial: bool = False,
    ) -> SafeString:
        widget = widget or self.field.widget
        if isinstance(widget, Input) and self.errors and self.hides_what_was_typed(widget):
            widget = copy.copy(widget)
            widget.input_type = "text"
        return super().as_widget(widget, attrs, only_initial)

    def hides_what_was_typed(self, widget: Input) -> bool:
        """An impossible date would vanish from a date picker; a plain field keeps it in sight."""
        parse = PICKERS.get(widget.input_type or "")
        typed = self.data
        if parse is None or not isinstance(typed, str):
            return False
        try:
            parse(typed.strip())
        except ValueError:
            return bool(typed.strip())
        return False

    @property
    def is_single_check(self) -> bool:
        """One box to tick: its label stands beside it, not above."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def target_id(self) -> str:
        """The element an error summary points to: the control, or the group of choices."""
        return self.id_for_label or self.auto_id


class FormRenderer(TemplatesSetting):
    """Forms and fields come from ``templates/components``, widgets from ``templates/django``."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
    bound_field_class = BoundField
