"""``manage.py generate_docs [--check]``: the documents that are written from the code."""

import csv
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Set
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.utils import translation

from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from core.fields import EncryptedTextField

OWN_APPS = (
    "core",
    "accounts",
    "reference",
    "partners",
    "programmes",
    "cases",
    "surveys",
    "training",
    "travel",
    "reintegration",
    "reports",
)
FOLDER = Path(settings.BASE_DIR) / "docs" / "generated"
ACCESS_MATRIX = Path(settings.BASE_DIR) / "tests" / "access_matrix.csv"
#: Not signed in, not permitted, not there, led elsewhere.
REFUSALS = frozenset({"401", "403", "404", "302"})
HEAD = "<!-- Written by `manage.py generate_docs`; do not edit. -->\n\n"


class Command(BaseCommand):
    help = "Writes docs/generated from the code; --check fails when a document is stale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        stale = []
        FOLDER.mkdir(parents=True, exist_ok=True)
        with translation.override("en"):
            for name, write in DOCUMENTS.items():
                path, text = FOLDER / name, HEAD + write()
                if path.exists() and path.read_text() == text:
                    continue
                stale.append(name)
                if not check:
                    path.write_text(text)
        if check and stale:
            raise CommandError(f"Stale: {', '.join(stale)}. Run manage.py generate_docs.")


def workflow() -> str:
    """Every table of arrows, with its labels."""
    parts = ["# Workflows\n"]
    for path in ("core.overrides", *(f"{app}.workflow" for app in OWN_APPS)):
        try:
            module = import_module(path)
        except ModuleNotFoundError:
            continue
        app = path.partition(".")[0]
        for name, table in sorted(vars(module).items()):
            if name.endswith("TRANSITIONS") and isinstance(table, Mapping):
                parts.append(_arrows(f"{app}: {name.lower().replace('_', ' ')}", table))
    return "\n".join(parts)


def _arrows(title: str, table: Mapping[Any, Set[Any]]) -> str:
    lines = [f"## {title}\n", "| from | may go to |", "|---|---|"]
    for status, targets in table.items():
        names = ", ".join(sorted(_label(t) for t in targets)) or "—"
        lines.append(f"| {_label(status)} | {names} |")
    return "\n".join(lines) + "\n"


def _label(status: Any) -> str:
    return str(getattr(status, "label", status))


def roles() -> str:
    """Which role may do what."""
    lines = ["# Roles and permissions\n", "| permission | roles |", "|---|---|"]
    for permission in Permission:
        holders = [str(Role(r).value) for r in Role.values if permission in ROLE_PERMISSIONS[r]]
        lines.append(f"| `{permission.value}` | {', '.join(holders) or '—'} |")
    return "\n".join(lines) + "\n"


def data_dictionary() -> str:
    """Every table and column, with its meaning."""
    parts = ["# Data dictionary\n"]
    for app in OWN_APPS:
        for model in sorted(apps.get_app_config(app).get_models(), key=lambda m: m.__name__):
            parts.append(_table(model))
    return "\n".join(parts)


def _table(model: type[models.Model]) -> str:
    meaning = (model.__doc__ or "").strip().split("\n")[0]
    lines = [
        f"## {model._meta.label}\n",
        f"{meaning}\n",
        "| column | kind | meaning |",
        "|---|---|---|",
    ]
    for field in model._meta.concrete_fields:
        kind = field.get_internal_type()
        if isinstance(field, EncryptedTextField):
            kind = "encrypted text"
        if field.is_relation:
            kind = f"→ {field.related_model._meta.label}" if field.related_model else kind
        help_text = f" {field.help_text}" if field.help_text else ""
        lines.append(f"| `{field.attname}` | {kind} | {field.verbose_name}.{help_text} |")
    return "\n".join(lines) + "\n"


def indicators() -> str:
    """Every indicator with its definition."""
    catalogue = import_module("reports.indicators").CATALOGUE
    lines = [
        "# Indicators\n",
        "| slug | name | definition | of | splits |",
        "|---|---|---|---|---|",
    ]
    for indicator in catalogue:
        splits = ", ".join(indicator.split_by) or "—"
        lines.append(
            f"| `{indicator.slug}` | {indicator.worded(indicator.label)} | {indicator.definition} "
            f"| {indicator.of or '—'} | {splits} |"
        )
    return "\n".join(lines) + "\n"


def access_matrix() -> str:
    """Who gets what from each address, as the tests hold the product to it."""
    lines = [
        "# Access matrix\n",
        "Each address and method, on one record where the third column names it. To those in "
        "neither list it does not exist, or it leads elsewhere.\n",
        "| address | method | record | answers | refuses |",
        "|---|---|---|---|---|",
    ]
    with ACCESS_MATRIX.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            address, method, record = (row.pop(name) for name in ("route", "method", "object"))
            answers = _people(row, lambda status: status not in REFUSALS)
            refuses = _people(row, lambda status: status == "403")
            lines.append(f"| `{address}` | {method} | {record or '—'} | {answers} | {refuses} |")
    return "\n".join(lines) + "\n"


def _people(row: Mapping[str, str], is_meant: Callable[[str], bool]) -> str:
    """Those of the row whose status is meant, the fewer of them and the others."""
    meant = [who for who, status in row.items() if is_meant(status)]
    others = [who for who in row if who not in meant]
    if len(others) < len(meant):
        return "everybody" + (f" but {', '.join(others)}" if others else "")
    return ", ".join(meant) or "—"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "workflow.md": workflow,
    "roles.md": roles,
    "data-dictionary.md": data_dictionary,
    "indicators.md": indicators,
    "access-matrix.md": access_matrix,
}
