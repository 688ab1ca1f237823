"""References of sessions and editions: kind, city, day and number, e.g. ``E-RAB-190603-1``."""

import datetime

from accounts.models import Office


def stem(letter: str, office: Office, day: datetime.date) -> str:
    """What the sessions or editions of one city and day share."""
    return f"{letter}-{office.code[:3].upper()}-{day:%y%m%d}"


def numbered(stem: str, taken: int) -> str:
    """The next reference after those that are taken."""
    return f"{stem}-{taken + 1}"
