"""Times, their spread over rounds, and whether a target holds."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET ")


@dataclass(frozen=True)
class Spread:
    """The median of the rounds, the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True, kw_only=True)
class Target:
    """A limit of the performance targets: on the ratio to the yardstick, or on the figure."""

    limit: float
    number: str = ""
    of_ratio: bool = True
    at_least: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table of figures."""

    benchmark: str
    what: str
    unit: str
    product: Spread
    yardstick: Spread | None = None
    yardstick_name: str = ""
    ratio: float | None = None
    target: Target | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the target holds; None where there is none."""
        if self.target is None:
            return None
        value = self.ratio if self.target.of_ratio else self.product.median
        return value is not None and self.target.holds(value)

    def as_data(self) -> dict[str, Any]:
        return asdict(self) | {"holds": self.holds}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Row":
        values = {name: value for name, value in data.items() if name != "holds"}
        for name, kind in (("product", Spread), ("yardstick", Spread), ("target", Target)):
            if values[name] is not None:
                values[name] = kind(**values[name])
        return cls(**values)


def exact(value: float) -> Spread:
    """A count, which is the same in every round."""
    return Spread(value, value, value)


@dataclass
class Compared:
    """What product and yardstick took in each round."""

    product: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the ratios within a round, which outlast the noise of a shared machine."""
        pairs = zip(self.product, self.yardstick, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    def row(self, **values: Any) -> Row:
        return Row(
            product=Spread.of(self.product),
            yardstick=Spread.of(self.yardstick),
            ratio=self.ratio,
            **values,
        )


@dataclass
class Clock:
    """Seconds of one call: on the wall, and of this process's processor time."""

    wall: float = 0.0
    cpu: float = 0.0


def timed(call: Callable[[], Any]) -> Clock:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Clock(time.perf_counter() - wall, time.process_time() - cpu)


def in_turn(
    product: Callable[[], Any],
    yardstick: Callable[[], Any],
    *,
    rounds: int,
    calls: int,
    before: Callable[[], Any] = lambda: None,
) -> tuple[Compared, Compared]:
    """Call both by turns; the wall and the processor milliseconds of a call in each round."""
    wall, cpu = Compared(), Compared()
    for _warming in range(min(calls, 2)):
        for call in (product, yardstick):
            timed(call)
    for _round in range(rounds):
        before()
        clocks: tuple[list[Clock], list[Clock]] = ([], [])
        for _call in range(calls):
            clocks[0].append(timed(product))
            clocks[1].append(timed(yardstick))
        for kept, taken in ((wall, "wall"), (cpu, "cpu")):
            kept.product.append(_milliseconds(clocks[0], taken))
            kept.yardstick.append(_milliseconds(clocks[1], taken))
    return wall, cpu


def _milliseconds(clocks: list[Clock], kind: str) -> float:
    return 1000 * float(statistics.median(getattr(clock, kind) for clock in clocks))


def percentile(values: Sequence[float], share: int) -> float:
    """The value that this share, in percent, of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def queries_of(call: Callable[[], Any]) -> list[str]:
    """The statements of a call that read or write, without those that only frame them."""
    with CaptureQueriesContext(connection) as captured:
        call()
    statements = (query["sql"] for query in captured.captured_queries)
    return [sql for sql in statements if not sql.startswith(TRANSACTION)]


@contextmanager
def database_time() -> Iterator[Clock]:
    """Counts the seconds that statements take, fetching included, and nothing else."""
    clock = Clock()

    def execute(run: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return run(sql, params, many, context)
        finally:
            clock.wall += time.perf_counter() - begun

    with connection.execute_wrapper(execute):
        yield clock
