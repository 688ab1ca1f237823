"""PDF files from templates: tagged, in three languages, the same bytes for the same content.

The engine (WeasyPrint on Pango) is loaded with the first document, never at import, so that a
machine without Pango runs everything else.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import logging
import mimetypes
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation

logger = logging.getLogger(__name__)

FONTS = "vendor/fonts-pdf/fonts.conf"
SCHEMES = {"asset", "data"}
ATTACHMENTS = {"/Filespec", "/EmbeddedFile", "/FileAttachment"}
PRINT = 4  # the flag of an annotation that is printed, too


class Unavailable(Exception):
    """This machine lacks the libraries that draw PDF files."""


class Refused(Exception):
    """A document refers to something outside, carries a file, or would lack a part."""


def is_available() -> bool:
    """Whether this machine can make PDF files."""
    try:
        _engine()
    except Unavailable:
        return False
    return True


def render(
    template_name: str, context: Mapping[str, Any], *, language: str, identifier: str
) -> bytes:
    """Make a PDF of a template in a language.

    Only static files of ours (`asset:path`) and `data:` may be referred to. Anything else, a file
    carried along, and whatever the engine could not draw raise `Refused`: a report is whole, or
    there is none. The same content and identifier give the same bytes in the same installation
    (R238). Raises `Unavailable` on a machine without the libraries.
    """
    engine = _engine()
    with translation.override(language):
        html = render_to_string(
            template_name,
            {**context, "language": language, "is_rtl": translation.get_language_bidi()},
        )
    with _complaints() as complaints:
        try:
            document = engine.HTML(string=html, base_url="asset:", url_fetcher=_fetcher())
            content: bytes = document.write_pdf(
                pdf_variant="pdf/ua-1",
                pdf_identifier=hashlib.sha256(identifier.encode()).hexdigest()[:32].encode(),
                finisher=_finish,
            )
        except engine.urls.FatalURLFetchingError as error:
            raise Refused(str(error)) from error
    if complaints:
        raise Refused("; ".join(complaints))
    return content


@functools.cache
def _engine() -> Any:
    """WeasyPrint, with our fonts and no others, and with Arabic shaped in drawings."""
    fonts = finders.find(FONTS)
    if not isinstance(fonts, str):
        raise Unavailable(f"{FONTS} is missing.")
    os.environ["FONTCONFIG_FILE"] = fonts
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    _preload(settings.PDF_LIBRARIES)
    try:
        import weasyprint
        import weasysvg
    except OSError as error:
        raise Unavailable(str(error)) from error
    weasysvg.install()
    return weasyprint


def _preload(folder: str) -> None:
    """Load the libraries of a folder, those first that need no other of them."""
    waiting = sorted(Path(folder).rglob("*.so.[0-9]*")) if folder else []
    while waiting:
        still_waiting = [path for path in waiting if not _loads(path)]
        if len(still_waiting) == len(waiting):
            logger.warning("PDF libraries that do not load: %s", [path.name for path in waiting])
            return
        waiting = still_waiting


def _loads(path: Path) -> bool:
    try:
        ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


@functools.cache
def _fetcher() -> Any:
    """Fetches static files of ours and what stands in the document itself."""
    urls = _engine().urls

    class StaticFetcher(urls.URLFetcher):  # type: ignore[misc, name-defined]
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            scheme, _, path = url.partition(":")
            if scheme.lower() != "asset":
                return super().fetch(url, headers)
            found = finders.find(path)
            if not isinstance(found, str) or not Path(found).is_file():
                raise ValueError(f"There is no static file {path}.")
            content_type = mimetypes.guess_type(found)[0] or "application/octet-stream"
            content = Path(found).read_bytes()
            return urls.URLFetcherResponse(url, content, {"Content-Type": content_type})

    return StaticFetcher(allowed_protocols=SCHEMES, allow_redirects=False, fail_on_errors=True)


class _Complaints(logging.Handler):
    """Keeps what the engine says about missing parts of the document of this thread."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)
        self.thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.messages.append(record.getMessage())


@contextlib.contextmanager
def _complaints() -> Iterator[list[str]]:
    handler = _Complaints()
    engine_logger = logging.getLogger("weasyprint")
    engine_logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        engine_logger.removeHandler(handler)


def _finish(document: Any, pdf: Any) -> None:
    """No file travels inside; links are printed, too; every heading of a table heads something."""
    dictionaries = [entry for entry in pdf.objects if isinstance(entry, dict)]
    for entry in dictionaries:
        if {entry.get("Type"), entry.get("Subtype")} & ATTACHMENTS:
            raise Refused("A PDF file carries no other files.")
        if entry.get("Subtype") == "/Link":
            entry["F"] = PRINT
    cells = [entry for entry in dictionaries if entry.get("S") in ("/TH", "/TD") and "A" in entry]
    used = {header.string for cell in cells for header in cell["A"].get("Headers", ())}
    for cell in cells:
        if "ID" in cell and cell["ID"].string not in used:
            cell["A"]["Scope"] = "/Column"
