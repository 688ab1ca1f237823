"""How numbers are written, in the language that is active when they are drawn."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from reports.disclosure import Cell

WITHHELD = "•••"
#: Between these, what stands around does not change the order of signs (left to right).
ISOLATE, END_OF_ISOLATE = "\u2066", "\u2069"


def count_text(cell: Cell) -> str:
    """A count with its thousands apart, or the sign for what is withheld."""
    return WITHHELD if cell.value is None else number_format(cell.value, force_grouping=True)


def percent_text(share: Decimal) -> str:
    """A percentage the way the language writes it, its sign on one side wherever it stands."""
    text = _("%(number)s%%") % {"number": number_format(share, decimal_pos=1)}
    return f"{ISOLATE}{text}{END_OF_ISOLATE}" if get_language_bidi() else text


def days_text(days: Decimal) -> str:
    """A number of days, with its half where the median lies between two of them."""
    is_whole = days == days.to_integral_value()
    return number_format(days, decimal_pos=0 if is_whole else 1, force_grouping=True)
