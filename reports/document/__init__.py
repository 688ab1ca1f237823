"""What a report says, ready to be drawn: the same for the page, the preview and the PDF file.

Everything here takes protected figures and nothing else. Texts and numbers are written when they
are drawn, in the language that is active then.
"""

from reports.document.figures import Chart, FigureRow, FigureTable
from reports.document.report import (
    Block,
    Change,
    Definition,
    Provenance,
    ReportDocument,
    Section,
)
from reports.document.splits import CrossTable, Line, SplitColumn, SplitTable
from reports.document.times import TimeRow, TimeTable
from reports.document.words import WITHHELD, count_text, days_text, percent_text

__all__ = [
    "WITHHELD",
    "Block",
    "Change",
    "Chart",
    "CrossTable",
    "Definition",
    "FigureRow",
    "FigureTable",
    "Line",
    "Provenance",
    "ReportDocument",
    "Section",
    "SplitColumn",
    "SplitTable",
    "TimeRow",
    "TimeTable",
    "count_text",
    "days_text",
    "percent_text",
]
