"""What the repository promises about itself, read from its files and its models."""

import ast
import re
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.template.utils import get_app_template_dirs

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
APPS = (
    "accounts",
    "avrr",
    "cases",
    "core",
    "partners",
    "programmes",
    "reference",
    "reintegration",
    "reports",
    "surveys",
    "training",
    "travel",
)

# A status moves through core.workflow.move; other functions that set one, and why.
OTHER_DOORS = {
    # In sets: the same arrows are checked for each row before anything is written.
    "cases/services/bulk.py:advance_many": "bulk",
    "cases/services/bulk.py:close_many": "bulk",
    "training/services/bulk_attendance.py:_move_enrolments": "bulk",
    "training/services/bulk_attendance.py:_move_editions": "bulk",
    # Backwards: a step recorded by mistake, both entries stay.
    "cases/services/lifecycle.py:correct_last_step": "takes a step back",
    # Progress of long work, which is no business status.
    "reports/services/requests.py:try_again": "progress of a run",
    "reports/services/compiling.py:_finished": "progress of a run",
    "reports/services/compiling.py:_failed": "progress of a run",
    "reports/services/compiling.py:_started": "progress of a run",
}
# Shown by the web server while the application is down.
OF_THE_WEB_SERVER = {"503.html"}
# Where text of ours goes into a page as it is.
UNESCAPED = {
    "components/field_help.html": "help texts, written in our forms",
    "pdf/donor_report.html": "the page counters, written in the template",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def found(wanted: Callable[[ast.AST], bool]) -> Iterator[tuple[str, str]]:
    """File and innermost function of every node that fits."""

    def walk(node: ast.AST, function: str) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef):
            function = node.name
        if wanted(node):
            yield function
        for child in ast.iter_child_nodes(node):
            yield from walk(child, function)

    for path, tree in sources():
        yield from ((path, function) for function in walk(tree, ""))


def template_files() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def name_of(template: Path) -> str:
    return template.relative_to(TEMPLATES).as_posix()


# --- code ---------------------------------------------------------------------------------------
def sets_a_status(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        parts = [part for target in node.targets for part in ast.walk(target)]
        return any(isinstance(part, ast.Attribute) and part.attr == "status" for part in parts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "update" and any(k.arg == "status" for k in node.keywords)
    return False


def test_a_status_moves_through_one_door() -> None:
    doors = {f"{path}:{function}" for path, function in found(sets_a_status)}

    assert doors - {"core/workflow.py:move"} <= set(OTHER_DOORS)


def test_only_reports_ask_for_countable_rows() -> None:
    """Elsewhere ``countable_by`` may only be built from that of another model."""

    def calls(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "countable_by"

    outside = [
        f"{path}:{function}"
        for path, function in found(calls)
        if not path.startswith("reports/") and function != "countable_by"
    ]
    assert outside == []


def test_only_the_clock_says_what_day_it_is() -> None:
    def asks(node: ast.AST) -> bool:
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            return False
        text = ast.unparse(node.func)
        return text.endswith(
            ("date.today", "datetime.now", "datetime.today", "timezone.localdate")
        ) or (re.fullmatch(r"timezone\.now\(\)\.date", text) is not None)

    assert {path for path, _function in found(asks)} == {"core/clock.py"}


# --- workflows ----------------------------------------------------------------------------------
def tables(suffix: str) -> list[tuple[str, dict[Any, Any]]]:
    return [
        (f"{app}.{name}", value)
        for app in APPS
        if find_spec(f"{app}.workflow")
        for name, value in vars(import_module(f"{app}.workflow")).items()
        if name.endswith(suffix) and isinstance(value, dict)
    ]


@pytest.mark.parametrize(("name", "table"), tables("TRANSITIONS"))
def test_every_status_has_its_arrows(name: str, table: dict[Any, Any]) -> None:
    enum: type[Enum] = type(next(iter(table)))
    statuses = set(enum)

    assert set(table) == statuses
    assert set().union(*table.values()) <= statuses


@pytest.mark.parametrize(("name", "table"), tables("TONES"))
def test_every_status_has_a_colour(name: str, table: dict[Any, Any]) -> None:
    enum: type[Enum] = type(next(iter(table)))

    assert set(table) == set(enum)


# --- models -------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_model_says_what_it_is() -> None:
    own = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]

    assert [m._meta.label for m in own if (m.__doc__ or "").startswith(f"{m.__name__}(")] == []


# --- templates ----------------------------------------------------------------------------------
def test_every_template_is_used() -> None:
    """By name from code or another template, as an error page, or in place of a package's own."""
    code = "\n".join(
        path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py")
    )
    pages = "\n".join(path.read_text(encoding="utf-8") for path in template_files())
    answered = set(re.findall(r"problem_page\(\s*request,\s*(\d{3})", code))
    replaced = [Path(folder) for folder in get_app_template_dirs("templates")]

    def is_used(name: str) -> bool:
        if re.fullmatch(r"\d{3}\.html", name):
            return name in OF_THE_WEB_SERVER or name[:3] in answered or f'"{name}"' in code
        if any((folder / name).exists() for folder in replaced):
            return True
        return f'"{name}"' in code or f'"{name}"' in pages

    assert [name for name in map(name_of, template_files()) if not is_used(name)] == []


def test_templates_escape_what_they_show() -> None:
    raw = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape off")
    found_in = {name_of(p) for p in template_files() if raw.search(p.read_text(encoding="utf-8"))}

    assert found_in == set(UNESCAPED)


def test_code_marks_nothing_safe_that_is_not_its_own() -> None:
    def marks(node: ast.AST) -> bool:
        names = {"mark_safe", "SafeString", "SafeText"}
        return isinstance(node, ast.Call) and getattr(node.func, "id", "") in names

    assert {path for path, _function in found(marks)} == {"core/charts.py"}


def test_pages_have_no_inline_style_or_script() -> None:
    """The content security policy would refuse them."""
    inline = re.compile(r"\s(style|on[a-z]+)\s*=\s*[\"'{]", re.IGNORECASE)
    wrong = [
        f"{name_of(path)}: {match.group().strip()}"
        for path in template_files()
        for match in inline.finditer(path.read_text(encoding="utf-8"))
        if not name_of(path).startswith("pdf/")
    ]
    assert wrong == []
