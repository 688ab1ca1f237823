"""Writes figures into the words and tables of a report: for the file, its preview and the page.

Everything is written in the active language, from protected figures only.
"""

from reports.presenters.chapters import sections_of
from reports.presenters.report import changes_since, definitions, exact_differences, report_of
from reports.presenters.tables import caution_of

__all__ = [
    "caution_of",
    "changes_since",
    "definitions",
    "exact_differences",
    "report_of",
    "sections_of",
]
