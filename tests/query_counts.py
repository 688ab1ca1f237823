"""How many queries a page costs: the same for one row and for twenty."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

FRAMES = ("SAVEPOINT", "RELEASE")


def queries_of(browser: Any, url: str) -> int:
    """Queries of a page, once what is only asked for the first time has been asked.

    Those that only begin and end a transaction are left out.
    """
    assert browser.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        browser.get(url)
    return sum(not query["sql"].startswith(FRAMES) for query in captured.captured_queries)
