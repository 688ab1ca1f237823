"""Which code belongs to which name, and the databases each needs."""

from collections.abc import Iterator

from scripts.benchmarks import databases, demo, growth, lists, report, search
from scripts.benchmarks.databases import Database
from scripts.benchmarks.measuring import Row

IN_ONE_DATABASE = {
    "api": lists.rest,
    "page": lists.page,
    "case": lists.case,
    "walk": lists.walk,
    "search": search.names,
    "report": report.figures,
}


def run(name: str, *, rounds: int, cases: int) -> Iterator[Row]:
    """The lines of one benchmark, as they are measured."""
    if name == "demo":
        yield from demo.build()
        return
    database = databases.provide(cases)
    if name == "growth":
        small = cases // 10
        yield from growth.all_of(
            rounds,
            growth.Size(databases.provide(small), small),
            growth.Size(database, cases),
        )
        return
    with database.in_use():
        yield from _in(database, name, rounds)


def _in(database: Database, name: str, rounds: int) -> Iterator[Row]:
    if name == "pdf":
        yield from report.file(rounds, database)
    else:
        yield from IN_ONE_DATABASE[name](rounds)
