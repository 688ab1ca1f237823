"""Verbs of reports; callers write ``services.release(…)``."""

from reports.services.compiling import compile_run, revive_runs
from reports.services.figures import figures_for
from reports.services.releases import download, release, withdraw
from reports.services.requests import LANGUAGES, request_report, try_again
from reports.services.snapshots import take_snapshot

__all__ = [
    "LANGUAGES",
    "compile_run",
    "download",
    "figures_for",
    "release",
    "request_report",
    "revive_runs",
    "take_snapshot",
    "try_again",
    "withdraw",
]
