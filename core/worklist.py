"""Parts of the home page: what waits for somebody, what is late."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

LIMIT = 8


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to do, with the page where it is done; ``records`` are those it tells of."""

    title: Any
    url: str
    detail: Any = ""
    due: datetime.date | None = None
    is_late: bool = False
    records: Sequence[models.Model] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """Things of one kind that wait; ``url`` leads to the whole list.

    ``empty`` is said where nothing waits; a section that is seldom needed is then left out instead.
    """

    title: Any
    items: Sequence[Item]
    empty: Any = ""
    url: str = ""
    url_label: Any = ""
