"""The list of cases: REST and page beside bare ones, the page of one case, and the long walk."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.cache import cache

from accounts.models import User
from cases.models import Case, CaseEvent
from scripts.benchmarks import callers, caseload
from scripts.benchmarks.callers import Caller
from scripts.benchmarks.measuring import Row, Spread, Target, exact, in_turn, queries_of, timed

CALLS = 15
"""Calls of each in a round."""
OFFICE, COUNTRY = "casablanca", "GN"
REST = "/api/v1/cases/"
FILTERED_REST = f"{REST}?country={COUNTRY}"
FILTERED_PAGE = f"/cases/?country={COUNTRY}"
BARE_REST_ADDRESS = f"/bare/api/cases/?country={COUNTRY}&office__code={OFFICE}&is_restricted=false"
BARE_PAGE_ADDRESS = f"/bare/cases/?country={COUNTRY}&office={OFFICE}"
BARE_REST = "bare list of the REST framework"
BARE_PAGE = "bare view, same content"
MOST_QUERIES = Target(number="2b", limit=6, of_ratio=False)


def rest(rounds: int) -> Iterator[Row]:
    """A page of 50 by key, scope and filter; the bare list gives the very same rows."""
    caller, bare = callers.machine(_worker()), callers.bare()
    ours, theirs = (
        json.loads(one.get(address))["results"]
        for one, address in ((caller, FILTERED_REST), (bare, BARE_REST_ADDRESS))
    )
    if ours != theirs or len(ours) != 50:
        raise RuntimeError("The REST list and its yardstick give different rows.")
    wall, cpu = in_turn(
        lambda: caller.get(FILTERED_REST),
        lambda: bare.get(BARE_REST_ADDRESS),
        rounds=rounds,
        calls=CALLS,
        before=cache.clear,
    )
    yield cpu.row(
        benchmark="api",
        what="REST list of 50, processor time of a request",
        unit="ms",
        yardstick_name=BARE_REST,
        target=Target(number="2", limit=1.6),
    )
    yield wall.row(
        benchmark="api",
        what="REST list of 50, time of a request",
        unit="ms",
        yardstick_name=BARE_REST,
    )
    yield from rest_queries()


def page(rounds: int) -> Iterator[Row]:
    """The page of 50 with everything around it, for somebody who has signed in."""
    caller, bare = callers.browser(_worker()), callers.bare()
    bodies = (caller.get(FILTERED_PAGE), bare.get(BARE_PAGE_ADDRESS))
    if any(body.count(b'class="reference"') != 50 for body in bodies):
        raise RuntimeError("The page and its yardstick do not both show 50 rows.")
    wall, cpu = in_turn(
        lambda: caller.get(FILTERED_PAGE),
        lambda: bare.get(BARE_PAGE_ADDRESS),
        rounds=rounds,
        calls=CALLS,
    )
    yield wall.row(
        benchmark="page",
        what="Page of 50 cases, time of a request",
        unit="ms",
        yardstick_name=BARE_PAGE,
        target=Target(number="3", limit=1.5),
    )
    yield cpu.row(
        benchmark="page",
        what="Page of 50 cases, processor time of a request",
        unit="ms",
        yardstick_name=BARE_PAGE,
    )
    yield from page_queries()


def case(rounds: int) -> Iterator[Row]:
    """The page of the case with the longest history, for its caseworker."""
    caller = callers.browser(_worker())
    address = fullest_case(OFFICE).get_absolute_url()
    caller.get(address)
    times = []
    for _round in range(rounds):
        clocks = sorted(timed(lambda: caller.get(address)).wall for _call in range(CALLS))
        times.append(1000 * clocks[CALLS // 2])
    yield Row(
        benchmark="case",
        what="Page of one case, time of a request",
        unit="ms",
        product=Spread.of(times),
    )
    yield Row(
        benchmark="case",
        what="Page of one case, queries",
        unit="queries",
        product=exact(len(queries_of(lambda: caller.get(address)))),
        target=Target(number="2b", limit=10, of_ratio=False),
    )


def walk(rounds: int) -> Iterator[Row]:
    """Every page of an office whose cases were all registered on one day."""
    caller, bare = callers.machine(caseload.worker("suivi.import")), callers.bare()
    visible = Case.objects.filter(office__code=caseload.IMPORT_OFFICE, is_restricted=False)
    expected = set(visible.values_list("reference", flat=True))
    ours = Counter(_walked(caller, REST))
    theirs = Counter(
        _walked(
            bare,
            "/bare/api/cases/?"
            + urlencode({"office__code": caseload.IMPORT_OFFICE, "is_restricted": "false"}),
            most=len(expected),
        )
    )
    if set(ours) - expected:
        raise RuntimeError("The walk came across cases of others.")
    once = sum(1 for count in ours.values() if count == 1)
    yield Row(
        benchmark="walk",
        what=f"Walk over {len(expected):,} cases of one day: rows seen exactly once",
        unit="rows",
        product=exact(once),
        yardstick=exact(sum(1 for count in theirs.values() if count == 1)),
        yardstick_name="cursor of the REST framework",
        target=Target(number="2d", limit=len(expected), of_ratio=False, at_least=True),
    )


def _walked(caller: Caller, address: str, most: int = 10**9) -> Iterator[str]:
    """The references page by page; a walk that turns in circles ends after ``most`` rows."""
    seen = 0
    cache.clear()
    while address and seen < most:
        found: dict[str, Any] = json.loads(caller.get(address))
        yield from (row["reference"] for row in found["results"])
        seen += len(found["results"])
        parts = urlsplit(found["next"] or "")
        address = f"{parts.path}?{parts.query}" if found["next"] else ""


def rest_queries() -> Iterator[Row]:
    """How many statements the REST list takes for 50 rows, and for one."""
    one = f"{FILTERED_REST}&page_size=1"
    return _queries("api", "REST list", callers.machine(_worker()), FILTERED_REST, one)


def page_queries() -> Iterator[Row]:
    """How many statements the page takes for 50 rows, and for one."""
    listed = Case.objects.filter(office__code=OFFICE, country=COUNTRY, is_restricted=False)
    one = f"{FILTERED_PAGE}&q={listed.latest('pk').reference}"
    return _queries("page", "Page of cases", callers.browser(_worker()), FILTERED_PAGE, one)


def _queries(
    benchmark: str, name: str, caller: Caller, address: str, one_row: str
) -> Iterator[Row]:
    for number, where in ((50, address), (1, one_row)):
        caller.get(where)  # the first use of a key or session is noted
        yield Row(
            benchmark=benchmark,
            what=f"{name}, queries for {number} row{'s' if number > 1 else ''}",
            unit="queries",
            product=exact(len(queries_of(partial(caller.get, where)))),
            target=MOST_QUERIES,
        )


def _worker() -> User:
    """Whose list it is."""
    return caseload.worker(f"suivi.{OFFICE}")


def fullest_case(office: str) -> Case:
    """The case with the most steps behind it, the latest of those."""
    steps = CaseEvent.objects.filter(case__office__code=office, case__is_restricted=False)
    latest = steps.filter(to_status="project_running").latest("case__registered_on", "case")
    return latest.case
