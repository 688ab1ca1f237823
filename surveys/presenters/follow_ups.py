"""The plan of a case: what is due when, and what may be done with it (R154)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from surveys.enums import FollowUpStatus
from surveys.models import FollowUp

#: What may be done with a follow-up in each status: words and address.
ACTIONS: Mapping[str, Sequence[tuple[Any, str]]] = {
    FollowUpStatus.PLANNED: (
        ("done", "surveys:follow-up-done"),
        ("not_possible", "surveys:follow-up-not-possible"),
        ("move", "surveys:follow-up-move"),
        ("cancel", "surveys:follow-up-cancel"),
    ),
    FollowUpStatus.DONE: (("reopen", "surveys:follow-up-reopen"),),
    FollowUpStatus.NOT_POSSIBLE: (("reopen", "surveys:follow-up-reopen"),),
    FollowUpStatus.CANCELLED: (("reopen", "surveys:follow-up-reopen"),),
}


def follow_ups_of(
    rows: Iterable[FollowUp], *, day: datetime.date, may_act: bool
) -> list[dict[str, Any]]:
    """The plan of a case, each row with what may be done with it."""
    words = {
        "done": _("Done"),
        "not_possible": _("Not possible"),
        "move": _("Move"),
        "cancel": _("Cancel"),
        "reopen": _("Plan again"),
    }
    return [
        {
            "row": row,
            "window": row.window,
            "is_overdue": row.is_overdue(day),
            "actions": [
                {"label": words[word], "url": reverse(address, args=[row.reference])}
                for word, address in (
                    ACTIONS[row.status] if may_act and row.response_id is None else ()
                )
            ],
        }
        for row in rows
    ]
