"""What the page of one audit entry shows: the columns by their labels, old and new."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import audit
from core.models import AuditEntry


@dataclass(frozen=True, kw_only=True)
class Change:
    """One column before and after; the values of a sealed one are left out."""

    label: str
    old: str = ""
    new: str = ""
    is_sealed: bool = False


def facts_of(entry: AuditEntry) -> list[tuple[str, Any]]:
    """Who, when, what, from where and why."""
    model = _model_of(entry)
    pages = {audit.HOME: _("My work")}
    what = capfirst(model._meta.verbose_name) if model else pages.get(entry.model, entry.model)
    moment = format_date(timezone.localtime(entry.at), "SHORT_DATETIME_FORMAT")
    return [
        (_("When"), moment),
        (_("Who"), entry.actor.name if entry.actor else ""),
        (_("What"), f"{entry.get_action_display()} · {what}"),
        (_("References"), ", ".join(entry.references)),
        (_("Reason"), entry.reason),
        (_("Network address"), entry.ip),
    ]


def changes_of(entry: AuditEntry, *, is_open: bool = False) -> list[Change]:
    """The changed columns; what is sealed shows its values where ``is_open``."""
    fields = _fields_of(entry)
    found = [_change(fields, *change) for change in _pairs(entry.changes)]
    for record, name, old, new in _pairs(audit.unsealed(entry)):
        if is_open:
            found.append(_change(fields, record, name, old, new))
        else:
            found.append(Change(label=_label(fields.get(name), name, record), is_sealed=True))
    return found


def _model_of(entry: AuditEntry) -> type[models.Model] | None:
    try:
        return apps.get_model(entry.model)
    except (LookupError, ValueError):
        return None


def _fields_of(entry: AuditEntry) -> dict[str, Any]:
    """Columns and lists of the model, under the names that the trail has for them."""
    model = _model_of(entry)
    if model is None:
        return {}
    lists = {field.name: field for field in model._meta.many_to_many}
    return lists | {field.attname: field for field in model._meta.concrete_fields}


def _pairs(changes: dict[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """(record, column, old, new); the record is named in an entry about many."""
    for name, value in changes.items():
        if isinstance(value, dict):
            yield from ((name, column, old, new) for column, (old, new) in value.items())
        else:
            yield "", name, *value


def _change(fields: dict[str, Any], record: str, name: str, old: Any, new: Any) -> Change:
    field = fields.get(name)
    words = _text if record else _words  # a look-up for each of many records is too many
    return Change(label=_label(field, name, record), old=words(field, old), new=words(field, new))


def _label(field: Any, name: str, record: str) -> str:
    label = capfirst(field.verbose_name) if field else name
    return f"{record} · {label}" if record else str(label)


def _words(field: Any, value: Any) -> str:
    """As ``_text``; another row is named by what it is called now."""
    if value and field is not None and (field.many_to_one or field.one_to_one):
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row or value)
    return _text(field, value)


def _text(field: Any, value: Any) -> str:
    """The value in words where its column has them."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_text(field, part) for part in value)
    words = dict(field.flatchoices) if field else {}
    return str(words.get(value, value)) if isinstance(value, (str, int)) else str(value)
