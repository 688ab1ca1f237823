"""Who has arrived, and who answers (R118, R155)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from cases.enums import CaseOutcome, CaseStatus, ContactResult
from cases.models import Case, CaseEvent, CaseQuerySet, ContactAttempt
from cases.workflow import IN_COUNTRY_OF_ORIGIN
from reference import rules
from reintegration.enums import Reachability


def arrival_day(case: Case) -> datetime.date | None:
    """The day on which the person arrived, as it stands after corrections."""
    return arrival_days([case]).get(case.pk)


def arrival_days(cases: Iterable[Case]) -> dict[int, datetime.date]:
    """``arrival_day`` of many cases, in one query."""
    return dict(arrivals().filter(case__in=cases).values_list("case", "on"))


def arrivals() -> Any:
    """Case events that say when somebody arrived and were not taken back."""
    return CaseEvent.objects.filter(
        to_status=CaseStatus.ARRIVED, corrects__isnull=True, correction__isnull=True
    )


def hard_to_reach(on: datetime.date) -> CaseQuerySet:
    """Cases with so many failed attempts over so many channels since anybody answered (R155)."""
    reached = ContactAttempt.objects.filter(case=OuterRef("pk"), result=ContactResult.REACHED)
    failed = ~Q(contact_attempts__result=ContactResult.REACHED) & (
        Q(last_reached_on__isnull=True) | Q(contact_attempts__on__gt=F("last_reached_on"))
    )
    channels = Count("contact_attempts__channel", filter=failed, distinct=True)
    return (
        Case.objects.filter(status__in=IN_COUNTRY_OF_ORIGIN)
        .annotate(last_reached_on=Subquery(reached.order_by("-on").values("on")[:1]))
        .annotate(failed_attempts=Count("contact_attempts", filter=failed), channels=channels)
        .filter(
            failed_attempts__gte=rules.current(rules.FAILED_CONTACTS_BEFORE_LOST, on=on),
            channels__gte=rules.current(rules.CHANNELS_BEFORE_LOST, on=on),
        )
    )


def reachability(case: Case, on: datetime.date) -> Reachability:
    """Reachable, hard to reach after failed attempts, or closed without news (R155)."""
    if case.outcome == CaseOutcome.SILENT:
        return Reachability.LOST
    if hard_to_reach(on).filter(pk=case.pk).exists():
        return Reachability.HARD
    return Reachability.REACHABLE
