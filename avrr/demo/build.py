"""Builds the whole demonstration, in order, and says how far it is."""

import datetime
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from avrr.demo import courses, foras, plan, reports, setting, todays_cases
from core import context

DAYS = (foras.FOLLOW_UP_ENDED_ON + datetime.timedelta(days=1), datetime.date(2099, 12, 31))
"""The first and the last day that can be today: all that happened in FORAS lies before."""


def build(today: datetime.date, say: Callable[[str], Any]) -> None:
    """Everything, through the services. ``say`` gets a line per step with its seconds."""
    world = build_foras(today, say)
    _step(say, "caseload of today", todays_cases.build, world)
    _step(say, "released reports", reports.release_reports, world)


def build_foras(today: datetime.date, say: Callable[[str], Any]) -> setting.Setting:
    """The accounts and the FORAS data set."""
    with context.origin(channel="command"):
        world = _step(say, "offices, partners, accounts", setting.build, today)
        drawn = plan.draw(courses.end_of_course)
        played = foras.Played(plan=drawn, setting=world)
        _step(say, "registrations", foras.register, played)
        sessions = _step(say, "orientation", courses.orient, played)
        editions = _step(say, "courses", courses.train, played)
        _step(say, "feedback", courses.ask, played, sessions, editions)
        _step(say, "hand-outs", foras.hand_out, played)
        _step(say, "handovers", foras.hand_over, played)
        _step(say, "journeys", foras.travel, played)
        _step(say, "reintegration", foras.reintegrate, played)
        _step(say, "surveys", foras.survey, played)
        _step(say, "closing", foras.close, played)
    return world


def _step(say: Callable[[str], Any], name: str, do: Callable[..., Any], *args: Any) -> Any:
    start = time.monotonic()
    result = do(*args)
    # One transaction holds it all: the planner must be told what is in the tables by now.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    say(f"{name}: {time.monotonic() - start:.1f} s")
    return result
