"""Chromium for the browser journeys: found, installed, or unpacked beside us."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.stack import debian
from scripts.stack.layout import LOCAL, ROOT
from scripts.stack.locks import installing
from scripts.stack.messages import StackError, say
from scripts.stack.packages import PYTHON

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACKED = LOCAL / "chromium"
LAUNCHER = LOCAL / "chromium-launcher"
DOWNLOADS = LOCAL / "browsers"


def provide() -> bool:
    """Set CHROMIUM_BIN; without a browser fail on a build machine, elsewhere say so."""
    browser = _find()
    if browser is None:
        with installing():
            browser = _find() or _fetch()
    if browser is not None:
        os.environ["CHROMIUM_BIN"] = str(browser)
        return True
    message = "No Chromium could be found or fetched; set CHROMIUM_BIN to one."
    if os.environ.get("CI"):
        raise StackError(message)
    say(f"{message} The browser journeys are left out.")
    return False


def _find() -> Path | None:
    if chosen := os.environ.get("CHROMIUM_BIN"):
        if _runs(Path(chosen)):
            return Path(chosen)
        raise StackError(f"CHROMIUM_BIN={chosen} does not run.")
    installed = [Path(path) for path in map(shutil.which, NAMES) if path]
    downloaded = sorted(DOWNLOADS.glob("chromium-*/chrome-linux*/chrome"))
    candidates = (*installed, LAUNCHER, *downloaded)
    return next((path for path in candidates if _runs(path)), None)


def _runs(path: Path) -> bool:
    """Whether it really starts: Ubuntu's /usr/bin/chromium-browser may be an empty stub."""
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _fetch() -> Path | None:
    say("Fetching Chromium for the browser journeys …")
    if debian.available() and _is_debian():
        if os.geteuid() == 0 and debian.install(["chromium"]):
            return _find()
        try:
            _unpack()
        except StackError as error:
            say(f"Chromium: {error}")
        else:
            return _find()
    _download()
    return _find()


def _unpack() -> None:
    """Debian's Chromium without root; its library path is set for it alone."""
    debian.unpack(["chromium"], UNPACKED)
    folders = [folder for folder in UNPACKED.glob("usr/lib/*-linux-gnu") if folder.is_dir()]
    folders += [folder / "pulseaudio" for folder in folders]
    LAUNCHER.write_text(
        "#!/bin/sh\n"
        f"export LD_LIBRARY_PATH='{':'.join(map(str, folders))}'\n"
        f"exec '{UNPACKED}/usr/lib/chromium/chromium' \"$@\"\n"
    )
    LAUNCHER.chmod(0o755)


def _download() -> None:
    """Playwright's own build, for systems whose packages have none."""
    subprocess.run(
        [str(PYTHON), "-m", "playwright", "install", "chromium"],
        cwd=ROOT,
        env=os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(DOWNLOADS)},
        capture_output=True,
        timeout=300,
    )


def _is_debian() -> bool:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return False
    return "ID=debian" in lines
