"""The checks of our own: translations, words, requirement rows."""

import json
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts.quality import requirement_rows, translations, words


def test_messages_of_templates_and_python_are_found(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    page = folder / "page.html"
    page.write_text(
        '{% load i18n %}\n  <p>{% translate "One" %}</p>\n'
        "{% blocktranslate trimmed count n=n %}\n  {{ n }} case\n{% plural %}\n  {{ n }} cases\n"
        "{% endblocktranslate %}"
    )

    source = translations.python_source(page).read().decode()

    assert "gettext" in source
    assert "One" in source
    assert "%(n)s cases" in source


def catalogue(**strings: str) -> Catalog:
    made = Catalog(locale="fr")
    for english, french in strings.items():
        made.add(english.replace("_", " "), french)
    return made


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "django.po"
    monkeypatch.setattr(translations, "text", lambda language: path)
    return path


def write(path: Path, made: Catalog) -> None:
    with path.open("wb") as file:
        translations.write_po(file, made)
    path.with_suffix(".mo").write_bytes(translations.compiled(translations.read("fr")))


def test_a_complete_catalogue_passes(french: Path) -> None:
    write(french, catalogue(One_case="Un dossier"))

    assert not list(translations.check("fr", catalogue(One_case="")))


@pytest.mark.parametrize(
    ("sources", "translated", "problem"),
    [
        ({"One": ""}, {"One": ""}, "not translated: 'One'"),
        ({"One": "", "Two": ""}, {"One": "Un"}, "not translated: 'Two'"),
        ({"One": ""}, {"One": "Un", "Two": "Deux"}, "no longer in the sources: 'Two'"),
        ({"%(a)s": ""}, {"%(a)s": "%(b)s"}, "other placeholders"),
    ],
)
def test_what_a_catalogue_lacks_is_named(
    french: Path, sources: dict[str, str], translated: dict[str, str], problem: str
) -> None:
    write(french, catalogue(**translated))

    problems = list(translations.check("fr", catalogue(**sources)))

    assert [found for found in problems if problem in found]


def test_a_compiled_file_that_is_out_of_date_is_named(french: Path) -> None:
    write(french, catalogue(One="Un"))
    french.with_suffix(".mo").write_bytes(b"old")

    problems = list(translations.check("fr", catalogue(One="")))

    assert len(problems) == 1
    assert "--compile" in problems[0]


def test_plural_forms_may_leave_the_number_out_except_the_last() -> None:
    made = Catalog(locale="ar")
    pair = ("%(n)s case", "%(n)s cases")

    good = made.add(pair, ("لا", "واحد", "اثنان", "%(n)s", "%(n)s", "%(n)s"))
    assert translations.has_same_placeholders(good)

    bad = made.add(("%(m)s day", "%(m)s days"), ("أ", "ب", "ج", "د", "ه", "و"))
    assert not translations.has_same_placeholders(bad)


def test_unfinished_business_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "ROOT", tmp_path)
    path = tmp_path / "page.py"
    path.write_text("fine = 1\n# TO" + "DO: later\n")

    assert list(words.problems(path)) == ["page.py:2: unfinished: TO" + "DO"]


@pytest.mark.parametrize(
    "word",
    ["A" + "I", "L" + "LM", "Artificial" + " intelligence", "Cl" + "aude", "co" + "pilot"]
    + ["large language" + " models", "ChatGP" + "T"],
)
def test_what_the_work_was_done_with_is_found_as_a_whole_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setattr(words, "ROOT", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(f"Written with {word}.\nMAIL, said, AID\nAI,AIA,Anguilla\n")

    found = list(words.problems(path))

    assert [line.rpartition(": ")[0] for line in found] == ["page.md:1: how the work was organised"]


def test_a_row_counts_only_when_every_marked_test_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rows.json"
    monkeypatch.setenv("AWDA_REQUIREMENT_ROWS", str(path))
    path.write_text(
        json.dumps({"R001": {"a": "passed", "b": "passed"}, "R002": {"a": "passed", "b": "failed"}})
    )

    assert requirement_rows.passed_rows() == {"R001"}


def test_the_table_of_requirements_is_whole() -> None:
    rows = requirement_rows.read_table()

    priorities = [priority for priority, _title in rows.values()]
    assert (priorities.count("M"), priorities.count("S"), priorities.count("C")) == (169, 103, 8)
    assert all(title for _priority, title in rows.values())
