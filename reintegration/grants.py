"""What the grants of a person still allow: ceilings by programme and category (R132)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from programmes.models import GrantCeiling, Programme
from reintegration.models import AssistanceItem, Plan


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one programme may give one person, and how much of it is taken."""

    programme: Programme
    ceiling: Decimal
    currency: str
    used: Decimal

    @property
    def code(self) -> str:
        """Name of its bar on the page."""
        return f"grant-{self.programme.pk}"

    @property
    def left(self) -> Decimal:
        return max(self.ceiling - self.used, Decimal(0))

    @property
    def percent(self) -> int:
        return int(min(self.used * 100 / self.ceiling, Decimal(100))) if self.ceiling else 100


def ceiling_of(programme: Programme, category: str, on: datetime.date) -> GrantCeiling | None:
    """The ceiling in force on a day for a category, else the standard one (R132)."""
    return _ceilings([programme.pk], category, on).get(programme.pk)


def _ceilings(
    programmes: Iterable[int], category: str, on: datetime.date
) -> dict[int, GrantCeiling]:
    wanted = (GrantCeiling.Category.STANDARD, category)
    rows = GrantCeiling.objects.filter(
        programme__in=programmes, category__in=wanted, valid_from__lte=on
    ).select_related("programme")
    best: dict[int, GrantCeiling] = {}
    for row in sorted(rows, key=lambda r: (r.category == category, r.valid_from)):
        best[row.programme_id] = row
    return best


def grants_of(plan: Plan, on: datetime.date) -> list[Grant]:
    """The grant of the case's programme and of every programme that gives something."""
    used: dict[int, Decimal] = dict(
        AssistanceItem.objects.counted()
        .of_person(plan.case.person_id)
        .order_by()
        .values_list("programme")
        .annotate(total=Sum("amount"))
    )
    programmes = set(used) | ({plan.case.programme_id} if plan.case.programme_id else set())
    ceilings = _ceilings(programmes, plan.grant_category, on)
    return [
        Grant(
            programme=row.programme,
            ceiling=row.amount,
            currency=row.currency,
            used=used.get(pk, Decimal(0)),
        )
        for pk, row in sorted(ceilings.items())
    ]
