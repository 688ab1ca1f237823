"""Writes figures into the words and tables of a report: for the file, its preview and the page.

Everything is written in the active language, from protected figures only.
"""

from reports.presenters.chapters import sections_of
from reports.presenters.report import changes_between, definitions, exact_differences, report_of

__all__ = ["changes_between", "definitions", "exact_differences", "report_of", "sections_of"]
