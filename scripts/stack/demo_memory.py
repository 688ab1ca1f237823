"""What the demonstration remembers between starts: its day, its keys, whether it was finished."""

import base64
import datetime
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.stack.messages import StackError


@dataclass
class Memory:
    """The facts about the data in the database, so that data and clock agree over restarts."""

    path: Path
    is_embedded: bool = True
    """Whether the database is our own, which nobody else empties or migrates."""
    built_for: str = ""
    """The day for which the data was made; empty as long as there is none."""
    today: str = ""
    """The day that was asked for with --today; empty when the clock is the real one."""
    unfinished: bool = False
    """Whether a start was cut off while it made the data."""

    migrated_to: str = ""
    """The state of the code that the database was last migrated to."""

    @classmethod
    def read(cls, path: Path, *, is_embedded: bool = True) -> "Memory":
        """The remembered facts, or none."""
        try:
            return cls(path, is_embedded, **json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):
            return cls(path, is_embedded)

    @property
    def is_whole(self) -> bool:
        return bool(self.built_for) and not self.unfinished

    def agree_on(self, today: datetime.date | None) -> None:
        """Take --today for new data; refuse a day that existing data was not made for."""
        if today is None:
            return
        if self.built_for and self.built_for != today.isoformat():
            raise StackError(
                f"The demonstration was built for {self.built_for}. "
                f"Add --reset to build it for {today.isoformat()}."
            )
        self.today = today.isoformat()

    def begin(self) -> str:
        """Note that data is being made; return the day it is made for."""
        if not self.built_for:
            self.built_for = self.today or datetime.date.today().isoformat()  # noqa: DTZ011
            self.unfinished = True
        self.write()
        return self.built_for

    def finish(self) -> None:
        """Note that the data is whole."""
        self.unfinished = False
        self.write()

    def write(self) -> None:
        facts = asdict(self)
        del facts["path"], facts["is_embedded"]
        unfinished = self.path.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(facts))
        unfinished.replace(self.path)


def keys(path: Path) -> dict[str, str]:
    """The demonstration's own SECRET_KEY and FIELD_KEYS, generated once, readable by us only."""
    try:
        return dict(json.loads(path.read_text()))
    except (OSError, ValueError):
        pass
    made = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_KEYS": "demo:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file)
    return made
