"""Pango, which draws the text of PDF reports: no Python package carries it on Linux."""

import os
import subprocess
import sys

from scripts.stack import debian
from scripts.stack.layout import LOCAL
from scripts.stack.locks import installing
from scripts.stack.messages import StackError, say

LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
    "libpangoft2-1.0.so.0",
)
PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]
UNPACKED = LOCAL / "pdf-libraries"
TRY_LOADING = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""


def provide() -> None:
    """Have the libraries, or say in one line why PDF reports are off."""
    if os.environ.get("AWDA_PDF_LIBRARIES") or not _missing():
        return
    with installing():
        if not UNPACKED.exists():
            _fetch()
    if UNPACKED.exists():
        os.environ["AWDA_PDF_LIBRARIES"] = str(UNPACKED)


def _fetch() -> None:
    if not debian.available():
        say(
            "PDF reports are off: install Pango and HarfBuzz "
            "(Fedora and Alpine: pango harfbuzz-subset, macOS: brew install pango)."
        )
        return
    say("Fetching the text libraries of PDF reports …")
    if os.geteuid() == 0 and debian.install(PACKAGES) and not _missing():
        return
    try:
        debian.unpack(PACKAGES, UNPACKED)
    except StackError as error:
        say(f"PDF reports are off: {error}")


def _missing() -> list[str]:
    """The libraries the system cannot load; a fresh process asks, so that nothing is cached."""
    done = subprocess.run(
        [sys.executable, "-c", TRY_LOADING, *LIBRARIES], capture_output=True, text=True
    )
    return done.stdout.split()
