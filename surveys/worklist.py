"""Follow-up that waits for the offices of origin."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import policies as case_policies
from core.clock import today
from core.worklist import LIMIT, Item, Section
from surveys.models import FollowUp, FollowUpQuerySet


def sections(user: Any) -> list[Section]:
    """Follow-ups that are overdue, and those due within thirty days (R154)."""
    own = case_policies.own_countries(user)
    if not own:
        return []
    day = today()
    rows = FollowUp.objects.visible_to(user).filter(case__country__in=own)
    address = reverse("surveys:follow-ups")
    return [
        Section(
            title=_("Overdue follow-ups"),
            items=_items(rows.overdue(day), is_late=True),
            empty=_("No follow-up is overdue."),
            url=f"{address}?due=overdue",
            url_label=_("All overdue follow-ups"),
        ),
        Section(
            title=_("Follow-ups of the next 30 days"),
            items=_items(rows.upcoming(day), is_late=False),
            empty=_("No follow-up is due in the next 30 days."),
            url=f"{address}?due=soon",
            url_label=_("All follow-ups due soon"),
        ),
    ]


def _items(rows: FollowUpQuerySet, *, is_late: bool) -> list[Item]:
    return [
        Item(
            title=row.case.person.full_name,
            detail=f"{row.case.reference} · {row.title} · {row.get_kind_display()}",
            url=row.get_absolute_url(),
            due=row.due_on,
            is_late=is_late,
            records=[row.case],
        )
        for row in rows.with_list_data().order_by("due_on", "id")[:LIMIT]
    ]
