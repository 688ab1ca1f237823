"""The translation catalogues: collected from the sources, compiled, checked. Pure Python.

A fresh machine has neither xgettext nor msgfmt, so the compiled files are committed.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from scripts.stack.layout import ROOT

LANGUAGES = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
        "n%100>=11 && n%100<=99 ? 4 : 5);"
    ),
}
"""The languages beside English, which is written in the sources, and their plural forms."""
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NOT_SOURCES = {"tests", "scripts", "docs", "var", "migrations", "node_modules"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[sdifge]|\{(\w+)\}")
LONGEST_LIST = 40


def main(arguments: list[str]) -> int:
    """Update, compile or check every language."""
    parser = argparse.ArgumentParser(prog="scripts/translations", description=__doc__)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--update", action="store_true", help="take over new and changed messages")
    what.add_argument("--compile", action="store_true", help="write the .mo files")
    what.add_argument("--check", action="store_true", help="fail unless everything is translated")
    options = parser.parse_args(arguments)
    if options.compile:
        for language in LANGUAGES:
            binary(language).write_bytes(compiled(read(language)))
        return 0
    sources = collect()
    if options.update:
        for language in LANGUAGES:
            update(language, sources)
        return 0
    problems = [problem for language in LANGUAGES for problem in check(language, sources)]
    for problem in problems[:LONGEST_LIST]:
        print(problem)
    if len(problems) > LONGEST_LIST:
        print(f"… and {len(problems) - LONGEST_LIST} more.")
    return 1 if problems else 0


def collect() -> Catalog:
    """Every message of the Python files and the templates."""
    catalog = Catalog(charset="utf-8")
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for _line, message, comments, context in extract(
            "python", python_source(path), KEYWORDS, ["Translators:"]
        ):
            catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def sources() -> Iterator[Path]:
    """The files that may hold messages, in a stable order."""
    for top in sorted(ROOT.iterdir()):
        if not top.is_dir() or top.name.startswith(".") or top.name in NOT_SOURCES:
            continue
        for path in sorted(top.rglob("*")):
            inside = path.relative_to(ROOT).parts[:-1]
            if NOT_SOURCES.isdisjoint(inside) and (path.suffix == ".py" or is_template(path)):
                yield path


def is_template(path: Path) -> bool:
    return "templates" in path.parts and path.suffix in {".html", ".txt", ".svg"}


def python_source(path: Path) -> io.BytesIO:
    """A Python file, or the calls of gettext that a template amounts to."""
    if path.suffix == ".py":
        return io.BytesIO(path.read_bytes())
    calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return io.BytesIO("\n".join(line.strip() for line in calls.splitlines()).encode())


def update(language: str, sources: Catalog) -> None:
    """Bring one language's catalogue to the messages of the sources; translations stay."""
    catalog = read(language)
    catalog.update(sources, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.header_comment = f"# Awda: messages in the language “{language}”."
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Awda", "1", ""
    catalog.last_translator, catalog.language_team = "Awda", language
    text(language).parent.mkdir(parents=True, exist_ok=True)
    with text(language).open("wb") as file:
        write_po(file, catalog, width=100, sort_output=True, include_lineno=False)
    missing = sum(not is_translated(message) for message in messages(catalog))
    print(f"{language}: {len(catalog)} messages, {missing} without a translation.")


def read(language: str) -> Catalog:
    """A language's catalogue; a new one when there is none yet."""
    path = text(language)
    if not path.exists():
        start = (
            'msgid ""\nmsgstr ""\n'
            '"Project-Id-Version: Awda\\n"\n'
            f'"Language: {language}\\n"\n'
            f'"Plural-Forms: {LANGUAGES[language]}\\n"\n'
            '"MIME-Version: 1.0\\n"\n'
            '"Content-Type: text/plain; charset=utf-8\\n"\n'
            '"Content-Transfer-Encoding: 8bit\\n"\n'
        )
        return read_po(io.BytesIO(start.encode()), locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """The bytes of the .mo file."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def check(language: str, sources: Catalog) -> Iterator[str]:
    """What is missing, unsure, out of step or not compiled in one language."""
    catalog = read(language)
    for message in messages(sources):
        found = catalog.get(first(message), context=message.context)
        if found is None or not is_translated(found):
            yield f"{language}: not translated: {first(message)!r}"
        elif found.fuzzy:
            yield f"{language}: marked fuzzy: {first(message)!r}"
        elif not has_same_placeholders(found):
            yield f"{language}: other placeholders than in English: {first(message)!r}"
    for message in messages(catalog):
        if sources.get(first(message), context=message.context) is None:
            yield f"{language}: no longer in the sources: {first(message)!r}"
    if not binary(language).exists() or binary(language).read_bytes() != compiled(catalog):
        yield f"{language}: the .mo file is not what the .po file compiles to; run --compile"


def messages(catalog: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalog if message.id)


def first(message: Message) -> str:
    """The English text that identifies the message: the singular of a pair."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(texts: str | Sequence[str] | None) -> list[str]:
    """The singular and the plurals, or the only text."""
    return [texts] if isinstance(texts, str) else list(texts or ())


def is_translated(message: Message) -> bool:
    """Whether every form has text."""
    return bool(message.string) and all(forms(message.string))


def has_same_placeholders(message: Message) -> bool:
    """The last form, for the general number, has them all; special forms may leave some out."""
    english = placeholders(forms(message.id)[-1])
    translated = [placeholders(form) for form in forms(message.string)]
    return translated[-1] == english and all(form <= english for form in translated)


def placeholders(text: str) -> set[str]:
    return {match[1] or match[2] for match in PLACEHOLDER.finditer(text)}


def text(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def binary(language: str) -> Path:
    return text(language).with_suffix(".mo")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
