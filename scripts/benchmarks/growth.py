"""What ten times as many cases cost: lists, the page of a case, searches, the report."""

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cases.models import Case
from core.pagination import paginate
from reports.indicators.evaluation import evaluate
from scripts.benchmarks import callers, caseload, lists, report, search
from scripts.benchmarks.databases import Database
from scripts.benchmarks.measuring import (
    Compared,
    Row,
    Target,
    database_time,
    percentile,
    timed,
)

ORDERING = ("-registered_on", "-id")
DEPTH = 0.9
CALLS = 9
LEVEL = Target(number="2c", limit=1.3)
READERS = {
    "a caseworker": "suivi.casablanca",
    "the programme's manager": "programme",
    "a focal point": "pointfocal.guinee",
}


@dataclass(frozen=True)
class Size:
    """A database, and how many cases are in it."""

    database: Database
    cases: int


def all_of(rounds: int, small: Size, large: Size) -> Iterator[Row]:
    """Large beside small, by turns."""
    for reader, key in READERS.items():
        yield from _lists(rounds, small, large, reader, key)
    yield _case_page(rounds, small, large)
    yield _searches(rounds, small, large)
    yield _report(rounds, small, large)


def _lists(rounds: int, small: Size, large: Size, reader: str, key: str) -> Iterator[Row]:
    """The list statement, first page and far down, in the database alone."""
    calls: dict[tuple[int, bool], Callable[[], float]] = {}
    for size in (small, large):
        with size.database.in_use():
            user = caseload.worker(key)
            cursor = _far_down(user)
        for is_deep in (False, True):
            calls[size.cases, is_deep] = _list_statement(user, cursor if is_deep else None)
    taken: dict[tuple[int, bool], list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for size in (small, large):
            with size.database.in_use():
                for is_deep in (False, True):
                    call = calls[size.cases, is_deep]
                    median = statistics.median(call() for _call in range(CALLS))
                    if number:  # the first one warms up
                        taken[size.cases, is_deep].append(median)
    for is_deep, place in ((False, "first page"), (True, "90 % down")):
        yield Compared(taken[large.cases, is_deep], taken[small.cases, is_deep]).row(
            benchmark="growth",
            what=f"List for {reader}, {place}, database's time",
            unit="ms",
            yardstick_name=_cases(small),
            target=LEVEL,
        )
    yield Compared(taken[large.cases, True], taken[large.cases, False]).row(
        benchmark="growth",
        what=f"List for {reader}, 90 % down, database's time",
        unit="ms",
        yardstick_name="first page",
        target=LEVEL,
    )
    with large.database.in_use():
        first, deep = (_memory_pages(calls[large.cases, is_deep]) for is_deep in (False, True))
    yield Compared([deep], [first]).row(
        benchmark="growth",
        what=f"List for {reader}, 90 % down, pages of the database read",
        unit="pages",
        yardstick_name="first page",
        target=LEVEL,
    )


def _list_statement(user: User, cursor: str | None) -> Callable[[], float]:
    user.roles  # noqa: B018  read once per request, not for every list

    def call() -> float:
        rows = Case.objects.visible_to(user).with_list_data()
        with database_time() as clock:
            paginate(rows, ordering=ORDERING, size=50, cursor=cursor)
        return 1000 * clock.wall

    return call


def _far_down(user: User) -> str | None:
    """The cursor of a page nine tenths down somebody's list."""
    visible = Case.objects.visible_to(user).order_by(*ORDERING)
    row = visible[int(visible.count() * DEPTH)]
    before = Case.objects.filter(registered_on__lte=row.registered_on)
    return paginate(before, ordering=ORDERING, size=1).next


def _memory_pages(call: Callable[[], Any]) -> float:
    """How many pages of the database's memory the statements of a call touch."""
    with CaptureQueriesContext(connection) as captured:
        call()
    pages = 0
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query['sql']}")
            plan = cursor.fetchone()[0][0]["Plan"]
            pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages


def _case_page(rounds: int, small: Size, large: Size) -> Row:
    calls = {}
    for size in (small, large):
        with size.database.in_use():
            caller = callers.browser(caseload.worker(f"suivi.{lists.OFFICE}"))
            address = lists.fullest_case(lists.OFFICE).get_absolute_url()
        calls[size.cases] = partial(caller.get, address)
    compared = Compared()
    for number in range(rounds + 1):
        for size, kept in ((large, compared.product), (small, compared.yardstick)):
            with size.database.in_use():
                times = [timed(calls[size.cases]).wall for _call in range(CALLS)]
                if number:
                    kept.append(1000 * statistics.median(times))
    return compared.row(
        benchmark="growth",
        what="Page of one case, time of a request",
        unit="ms",
        yardstick_name=_cases(small),
        target=Target(number="11", limit=1.3),
    )


def _searches(rounds: int, small: Size, large: Size) -> Row:
    compared = Compared()
    for number in range(rounds + 1):
        for size, kept in ((large, compared.product), (small, compared.yardstick)):
            with size.database.in_use():
                taken = search.times_of_product()
                if number:
                    kept.append(percentile(taken, 95))
    return compared.row(
        benchmark="growth",
        what="40 searches for names, 95th percentile of the database's time",
        unit="ms",
        yardstick_name=_cases(small),
        target=Target(number="4", limit=12),
    )


def _report(rounds: int, small: Size, large: Size) -> Row:
    compared = Compared()
    for _round in range(rounds):
        for size, kept in ((large, compared.product), (small, compared.yardstick)):
            with size.database.in_use():
                scope = report.scope_of_report()
                kept.append(1000 * timed(partial(evaluate, scope)).wall)
    return compared.row(
        benchmark="growth",
        what="Figures of the donor report, all splits",
        unit="ms",
        yardstick_name=_cases(small),
        target=Target(number="1b", limit=11),
    )


def _cases(size: Size) -> str:
    return f"{size.cases:,} cases"
