"""Debian packages: installed when we are root, otherwise downloaded and unpacked beside us.

Unpacking uses a package state of our own, so apt checks the signatures and nothing of the system
is changed.
"""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.stack.layout import LOCAL
from scripts.stack.messages import StackError

APT = LOCAL / "apt"
INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]


def available() -> bool:
    """Whether this machine has apt."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb"))


def install(packages: list[str]) -> bool:
    """Install for everybody on the machine; only root may."""
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], [*INSTALL, *packages]):
        if subprocess.run(command, env=env, capture_output=True).returncode:
            return False
    return True


def unpack(packages: list[str], target: Path) -> int:
    """Put the packages and what they still need into a folder; return how many these were.

    The folder appears complete or not at all.
    """
    _write_configuration()
    downloads = APT / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir()
    _apt("apt-get", "update", "-qq")
    names = _with_dependencies(packages)
    _apt("apt-get", "download", "-qq", *names, cwd=downloads)
    unfinished = target.with_name(f"{target.name}.unfinished")
    for folder in (unfinished, target):
        shutil.rmtree(folder, ignore_errors=True)
    for archive in downloads.glob("*.deb"):
        _apt("dpkg-deb", "-x", str(archive), str(unfinished))
    unfinished.rename(target)
    shutil.rmtree(downloads)
    return len(names)


def _with_dependencies(packages: list[str]) -> list[str]:
    """The packages, and those they need that the machine does not have."""
    listing = _apt(*INSTALL, "--print-uris", *packages)
    missing = {line.split()[1].split("_")[0] for line in listing.splitlines() if line[:1] == "'"}
    return sorted(missing | set(packages))


def _write_configuration() -> None:
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    (APT / "apt.conf").write_text(
        f'Dir::State "{APT}/state";\n'
        'Dir::State::status "/var/lib/dpkg/status";\n'
        f'Dir::Cache "{APT}/cache";\n'
        'APT::Sandbox::User "";\n'
    )


def _apt(*command: str, cwd: Path | None = None) -> str:
    env = os.environ | {"APT_CONFIG": str(APT / "apt.conf"), "LC_ALL": "C"}
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise StackError(f"{' '.join(command[:2])} failed: {last}")
    return done.stdout
