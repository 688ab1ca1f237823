"""The virtual environment: uv, the locked requirements, and no network when nothing changed."""

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.stack import debian
from scripts.stack.layout import LOCAL, ROOT
from scripts.stack.locks import installing
from scripts.stack.messages import StackError, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".requirements.json"
INSTALLER = "requirements-installer.txt"
SERVERS = "requirements-servers.txt"
LEVELS = {
    "run": "requirements.txt",
    "test": "requirements-test.txt",
    "dev": "requirements-dev.txt",
}
"""Each level contains the ones before it."""
ROOT_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch, Alpine
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # openSUSE
)
"""What the system trusts, a proxy that looks into connections included."""


def install(level: str) -> None:
    """Have the requirements of a level in the virtual environment.

    An environment that already holds a higher level keeps it, so that demo, test and check can
    take turns without undoing each other's work.
    """
    if _satisfied(level):
        return
    with installing():
        if _satisfied(level):
            return
        if not _works():
            _create()
        level = _highest(level, _stamp().get("level"))
        say(f"Installing the packages of {LEVELS[level]} …")
        STAMP.unlink(missing_ok=True)
        run_uv(
            ["pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON]
            + [LEVELS[level], SERVERS],
            failure="The packages could not be installed",
        )
        STAMP.write_text(json.dumps({"level": level, "files": _hashes(level)}, indent=1))


def site_packages() -> Path:
    """Where the virtual environment keeps its packages."""
    return next((VENV / "lib").glob("python3*")) / "site-packages"


def run_uv(arguments: Sequence[object], *, failure: str) -> None:
    """Run uv, which is fetched first when it is not there."""
    env = os.environ.copy()
    if certificates := next(filter(os.path.exists, ROOT_CERTIFICATES), None):
        env.setdefault("SSL_CERT_FILE", certificates)
    if not _home_is_ours():
        env["UV_CACHE_DIR"] = str(LOCAL / "cache" / "uv")
    command = [str(part) for part in (uv(), *arguments)]
    done = subprocess.run(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise StackError(f"{failure}: {done.stderr.strip()[-1500:]}")


def uv() -> Path:
    """The installer, put into .local by pip: this needs no root and no python3-venv."""
    boot = LOCAL / f"installer-{_hash(INSTALLER)[:8]}"
    binary = boot / "bin" / "uv"
    if binary.exists():
        return binary
    say("Fetching the installer …")
    command, extra = _pip()
    done = subprocess.run(
        [
            *command,
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-warn-script-location",
        ]
        + ["--require-hashes", "--target", str(boot), "--requirement", str(ROOT / INSTALLER)],
        env=os.environ | extra,
        stderr=subprocess.PIPE,
        text=True,
    )
    if binary.exists():
        return binary
    if installed := shutil.which("uv"):
        return Path(installed)
    raise StackError(f"pip could not install uv: {done.stderr.strip()[-500:]}")


def _pip() -> tuple[list[str], dict[str, str]]:
    """A way to run pip: the installed one, or a wheel of it, which runs without installation."""
    command = [sys.executable, "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return command, {}
    for wheel in _pip_wheels():
        return command, {"PYTHONPATH": str(wheel)}
    raise StackError("Python has no pip. Install it (Debian: apt-get install python3-pip).")


def _pip_wheels() -> list[Path]:
    folders = [Path("/usr/share/python-wheels")]
    if (bundled := importlib.util.find_spec("ensurepip")) and bundled.origin:
        folders.insert(0, Path(bundled.origin).parent / "_bundled")
    found = [wheel for folder in folders for wheel in folder.glob("pip-*.whl")]
    if not found and debian.available():
        unpacked = LOCAL / "pip"
        with contextlib.suppress(StackError):
            debian.unpack(["python3-pip-whl"], unpacked)
        found = list((unpacked / "usr/share/python-wheels").glob("pip-*.whl"))
    return found


def _create() -> None:
    """A new virtual environment, in place of a broken one if need be."""
    if VENV.exists():
        shutil.rmtree(VENV)
    run_uv(
        ["venv", "--quiet", "--python", sys.executable, VENV],
        failure="The virtual environment could not be created",
    )


def _works() -> bool:
    """Whether its Python runs and is new enough; it breaks when the system's own Python moves."""
    check = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    try:
        return subprocess.run(check, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _satisfied(level: str) -> bool:
    installed = _stamp().get("files", {})
    wanted = _hashes(level)
    return all(installed.get(name) == digest for name, digest in wanted.items()) and _works()


def _stamp() -> dict[str, Any]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _highest(level: str, other: str | None) -> str:
    order = list(LEVELS)
    return max(level, other or level, key=order.index)


def _hashes(level: str) -> dict[str, str]:
    order = list(LEVELS)
    names = [LEVELS[name] for name in order[: order.index(level) + 1]]
    return {name: _hash(name) for name in (*names, SERVERS)}


def _hash(name: str) -> str:
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def _home_is_ours() -> bool:
    home = Path(os.environ.get("HOME", "/nonexistent"))
    return home.is_dir() and os.access(home, os.W_OK)
