"""Freezing figures (R239)."""

from __future__ import annotations

import datetime
import secrets
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from core import records
from core.clock import today
from programmes.models import Programme
from reports.indicators import CATALOGUE_VERSION, Scope
from reports.indicators.evaluation import Content, evaluate, evaluate_again
from reports.models import AGAIN, SALT, Snapshot, fingerprint


def take_snapshot(*, programme: Programme, as_of: datetime.date, by: Any) -> Snapshot:
    """Freeze the exact figures of a day; the same figures give the same snapshot again (R239).

    The day of the last released report is counted again, so that what was corrected since can be
    told. Raises Contradiction when the data contradict themselves (R075).
    """
    scope = Scope(user=by, programme=programme, as_of=as_of)
    rows = Snapshot.objects.filter(programme=programme, as_of__lte=as_of).released()
    last = rows.order_by("as_of", "number").last()
    if last is None or last.as_of == as_of:
        return _frozen(scope, evaluate(scope), {}, last)
    return _frozen(scope, *evaluate_again(scope, last.as_of), last)


@transaction.atomic
def _frozen(scope: Scope, content: Content, again: Content, last: Snapshot | None) -> Snapshot:
    programme, as_of, by = scope.programme, scope.as_of, scope.user
    records.lock(programme)
    of_day = Snapshot.objects.filter(programme=programme, as_of=as_of)
    if (same := _same(of_day, content, again)) is not None:
        return same
    content = content | {AGAIN: again, SALT: secrets.token_hex(32)}
    number = (of_day.aggregate(last=Max("number"))["last"] or 0) + 1
    snapshot = Snapshot(
        reference=f"{programme.code}-{as_of.isoformat()}-{number}",
        programme=programme,
        as_of=as_of,
        number=number,
        content=content,
        sha256=fingerprint(content),
        catalogue_version=CATALOGUE_VERSION,
        earlier=last,
        taken_on=today(),
        taken_by=by,
    )
    return records.save(snapshot, by=by)


def _same(of_day: QuerySet[Snapshot], content: Content, again: Content) -> Snapshot | None:
    """The snapshot of the same figures; one that nobody was given has to correct the same, too."""
    filed = set(of_day.filter(runs__release__isnull=False).values_list("pk", flat=True))
    wanted, corrected = fingerprint(content), fingerprint(again)
    for snapshot in of_day.order_by("number"):
        is_same = fingerprint(snapshot.figures) == wanted
        if is_same and snapshot.pk in filed:
            return snapshot
        if is_same and fingerprint(snapshot.content.get(AGAIN) or {}) == corrected:
            return snapshot
    return None
