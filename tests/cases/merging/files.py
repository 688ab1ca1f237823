"""Days and people of these tests, and what is asked of their files."""

import datetime
from typing import Any

from cases import services
from cases.enums import CommitmentKind
from cases.models import Case, Commitment, Person
from reports.indicators import Scope
from reports.indicators.evaluation import evaluate

D = datetime.date
TODAY = D(2019, 9, 16)
BORN = D(1995, 5, 17)
ORIENTED = D(2019, 3, 18)
REASON = "Same photo and same mother"


def funnel(world: Any) -> dict[str, int]:
    scope = Scope(user=world.fresh("me_officer"), programme=world.foras, as_of=D(2019, 8, 31))
    figures = evaluate(scope)["figures"]
    return {slug: figures[slug]["total"] for slug in ("registered", "oriented")}


def engage(
    case: Case, first: datetime.date, last: datetime.date, *, by: Any, **values: Any
) -> Commitment:
    given = {"kind": CommitmentKind.COURSE, "label": f"Course of {first}"} | values
    return services.commit(Person.objects.get(cases=case), first=first, last=last, by=by, **given)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def form_of(first: Case, second: Case, **values: Any) -> dict[str, Any]:
    return {
        "idempotency_key": "merge-1",
        "record_version": fresh(first).version,
        "other_version": fresh(second).version,
        "leading": first.reference,
        "reason": REASON,
    } | values
