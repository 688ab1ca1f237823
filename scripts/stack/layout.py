"""Where things live: what the checkout shares, and what one running stack keeps for itself."""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from scripts.stack.messages import StackError

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
"""Downloads and libraries of this checkout, shared by every stack that runs from it."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An operating-system account that a server is started under."""

    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The folders of one stack: a mode (demo, test, check) in one state folder."""

    mode: str
    state: Path
    sockets: Path
    server_account: Account | None

    @property
    def logs(self) -> Path:
        return self.state / "logs" / self.mode


def server_account() -> Account | None:
    """The account of PostgreSQL: our own, or an ordinary one when we are root, which it refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise StackError(
        "PostgreSQL does not run as root, and neither the account postgres nor nobody exists. "
        "Run this as an ordinary user, or set DATABASE_URL."
    )


def reachable(path: Path, account: Account) -> bool:
    """Whether the account may enter this folder and every folder above it."""
    for folder in (path, *path.parents):
        status = folder.stat()
        needed = stat.S_IXUSR if status.st_uid == account.uid else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def prepare(mode: str) -> Layout:
    """Create the folders of a stack; nothing that another stack could be using is touched."""
    account = server_account()
    state = state_folder()
    try:
        for folder in (LOCAL, state, state / "logs" / mode):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(
            f"Cannot write to {error.filename}: {error.strerror}. Set AWDA_STATE to a folder of "
            "yours, and see that the checkout is yours."
        ) from None
    if account is not None:
        _let_pass(state, account)
    return Layout(
        mode=mode,
        state=state,
        sockets=_socket_folder(state, mode),
        server_account=account,
    )


def state_folder() -> Path:
    """Where clusters, logs and records go: in the checkout, if the database server may enter it."""
    account = server_account()
    if chosen := os.environ.get("AWDA_STATE"):
        return Path(chosen).resolve()
    if account is not None and not reachable(ROOT, account):
        return Path("/var/lib") / f"awda-{_short_hash(ROOT)}"
    return LOCAL


def _let_pass(state: Path, account: Account) -> None:
    """Let the server account walk through the state folder to the cluster inside it."""
    state.chmod(state.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH)
    if not reachable(state, account):
        raise StackError(
            f"PostgreSQL runs as another user than root and cannot enter {state}. "
            "Set AWDA_STATE to a folder whose parents everybody may enter."
        )


def _socket_folder(state: Path, mode: str) -> Path:
    """A short private folder: the path of a unix socket may not be longer than 107 bytes."""
    folder = Path("/tmp") / f"awda-{_short_hash(state)}-{os.geteuid()}-{mode}"  # noqa: S108
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.geteuid() or not stat.S_ISDIR(status.st_mode):
        raise StackError(f"{folder} belongs to somebody else; remove it and start again.")
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def _short_hash(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]
