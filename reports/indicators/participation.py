"""Who was registered and did not take part in orientation, and why (R056)."""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from reports.indicators.base import Indicator, People, PlacedSplit, Scope
from reports.indicators.funnel import oriented, registered
from reports.indicators.splits import NOT_INVITED, NOT_STATED, REASON, WAITING
from training.enums import Attendance, InvitationAnswer
from training.models import Invitation


def reasons(scope: Scope, first_registrations: QuerySet) -> Iterable[tuple[str, str, int]]:
    """What is known of the latest invitation of each person who was never oriented."""
    came = oriented(scope).filter(case__person=OuterRef("case__person"))
    invited = (
        Invitation.objects.filter(case__programme=scope.programme, invited_on__lte=scope.as_of)
        .filter(~Exists(came), case__person__cases__in=first_registrations)
        .annotate(mop=F("case__person__cases__office__code"), known=_known(scope.as_of))
        .order_by("case__person", "-invited_on", "-id")
        .distinct("case__person")
    )
    found = Counter(invited.values_list("mop", "known").iterator())
    return [(mop, reason, people) for (mop, reason), people in found.items()]


def _known(day: datetime.date) -> Case:
    """The reason for staying away, as far as it was known on a day."""
    stayed_away = Q(answer=InvitationAnswer.DECLINED, answered_on__lte=day) | Q(
        attendance=Attendance.ABSENT, called_on__lte=day
    )
    return Case(
        When(stayed_away & Q(reason=""), then=Value(NOT_STATED)),
        When(stayed_away, then=F("reason")),
        default=Value(WAITING),
        output_field=CharField(),
    )


INDICATORS = (
    Indicator(
        slug="not_oriented",
        label=_("Not oriented"),
        definition=_(
            "Registered persons who had attended neither an orientation session nor an individual "
            "counselling talk by the day. The reason is that of the latest invitation on or before "
            "the day: taking part is a free choice."
        ),
        sentence=_(
            "%(value)s of %(denominator)s registered people did not attend orientation "
            "(%(percent)s)."
        ),
        rows=registered,
        measure=People(case="", on="registered_on"),
        of="registered",
        besides="oriented",
        split_by=("group", "mop", "country", REASON),
        placed=(
            PlacedSplit(name=REASON, rows=reasons, rest=NOT_INVITED, crossed=True, sensitive=True),
        ),
    ),
)
