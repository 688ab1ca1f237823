"""The one answer to "what day is it?"."""

import datetime

from django.conf import settings
from django.utils import timezone


def today() -> datetime.date:
    """The current day in the active time zone; the demonstration may fix it (AWDA_TODAY)."""
    if settings.TODAY:
        return datetime.date.fromisoformat(settings.TODAY)
    return timezone.localdate()


def now() -> datetime.datetime:
    """The current moment, on the day that ``today`` answers."""
    moment = timezone.localtime()
    return datetime.datetime.combine(today(), moment.timetz()) if settings.TODAY else moment
