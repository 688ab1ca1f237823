"""Tags of the components: small, domain-free, no queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django import template
from django.db.models import Field
from django.forms import BaseForm, BoundField
from django.middleware.csrf import get_token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.forms import KEY_FIELD, LABELS, VERSION_FIELD

register = template.Library()

# Icons that point along the line of reading turn round in right-to-left pages.
DIRECTIONAL = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "box-arrow-right",
        "chevron-left",
        "chevron-right",
        "send",
    }
)

TONES = frozenset({"neutral", "info", "progress", "success", "warning", "danger"})
MESSAGE_TONES = {"debug": "neutral", "error": "danger"}
TONE_ICONS = {
    "success": "check-circle",
    "warning": "exclamation-triangle",
    "danger": "exclamation-octagon",
}

# What a form carries that nobody typed.
UNTYPED = frozenset({"csrfmiddlewaretoken", KEY_FIELD, VERSION_FIELD, LABELS})


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decoration unless it has a label."""
    css = "icon icon-flip" if name in DIRECTIONAL else "icon"
    address = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            css,
            label,
            address,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        css,
        address,
    )


@register.filter
def tone(value: str) -> str:
    """The tone of a message level or tone name; what has none is neutral."""
    name = MESSAGE_TONES.get(value, value)
    return name if name in TONES else "neutral"


@register.filter
def tone_icon(value: str) -> str:
    """The icon that says a tone without colour."""
    return TONE_ICONS.get(tone(value), "info-circle")


@register.inclusion_tag("components/badge.html")
def status(record: Any, name: str = "status") -> dict[str, Any]:
    """The badge of a record's status: words from its choices, tone from its ``tones`` table.

    The model says ``tones = {"status": STATUS_TONES}``, a dictionary that stands next to the enum.
    """
    value = getattr(record, name)
    tones = getattr(record, "tones", {}).get(name, {})
    labels = _labels(record._meta.get_field(name))
    return {"label": labels.get(value, value), "tone": tones.get(value, "neutral")}


@cache
def _labels(field: Field) -> dict[Any, Any]:
    """What a field's choices are called, sorted out once; Django does it anew for each record."""
    return dict(field.flatchoices)


@register.simple_tag
def field(bound_field: BoundField) -> SafeString:
    """One field with label, help and errors."""
    return bound_field.as_field_group()


@dataclass(frozen=True, kw_only=True)
class FieldGroup:
    """Fields under one legend; the last group may have none."""

    legend: Any
    fields: list[BoundField]


@register.simple_tag
def field_groups(form: BaseForm) -> list[FieldGroup]:
    """A form's visible fields in its ``fieldsets`` ((legend, names), …); the rest comes last."""
    visible = {bound.name: bound for bound in form.visible_fields()}
    groups = [
        FieldGroup(
            legend=legend,
            fields=[visible.pop(name) for name in names if name in visible],
        )
        for legend, names in getattr(form, "fieldsets", ())
    ]
    groups.append(FieldGroup(legend="", fields=list(visible.values())))
    return [group for group in groups if group.fields]


@register.simple_tag(takes_context=True)
def csrf_input(context: Context) -> SafeString:
    """The token field; unlike ``csrf_token`` it also works inside an include with ``only``."""
    request = getattr(context, "request", None) or context["request"]
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">',
        get_token(request),
    )


@register.filter
def typed(
    fields: Iterable[tuple[str, str]], labels: Mapping[str, str]
) -> list[tuple[str | None, str]]:
    """Of (name, value) pairs those a person filled in, each with what the page called it."""
    return [
        (labels.get(name), value)
        for name, value in fields
        if name not in UNTYPED and not name.endswith("_staged") and str(value).strip()
    ]
