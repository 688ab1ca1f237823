"""What the data protection officer looks at: refused attempts, and opened sealed values (R011)."""

import datetime
from typing import Any

from django.db.models import Q
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from core.models import AuditAction, AuditEntry
from core.worklist import LIMIT, Item, Section

#: Days that the officer looks back over.
WATCHED_DAYS = 7


def sections(user: Any) -> list[Section]:
    """Both are told without whom they were about; the entries say it, and each look is noted."""
    if not user.has_permission(P.READ_AUDIT):
        return []
    refused = Q(action=AuditAction.REFUSED)
    revealed = Q(model=AuditEntry._meta.label_lower, action=AuditAction.READ) & ~Q(reason="")
    days = {"days": WATCHED_DAYS}
    return [
        _watched(
            refused,
            title=_("Refused attempts of the last %(days)s days") % days,
            empty=_("Nobody was refused anything."),
        ),
        _watched(
            revealed,
            title=_("Sealed values opened in the last %(days)s days") % days,
            empty=_("Nobody opened sealed values of the audit trail."),
        ),
    ]


def _watched(kind: Q, *, title: str, empty: str) -> Section:
    since = timezone.now() - datetime.timedelta(days=WATCHED_DAYS)
    rows = AuditEntry.objects.filter(kind, at__gte=since).select_related("actor")
    return Section(
        title=title,
        items=[
            Item(
                title=row.actor.name if row.actor else _("Nobody signed in"),
                detail=_("%(moment)s: %(reason)s")
                % {
                    "moment": format_date(timezone.localtime(row.at), "SHORT_DATETIME_FORMAT"),
                    "reason": row.reason,
                },
                url=reverse("audit-entry", args=[row.pk]),
            )
            for row in rows.order_by("-at", "-id")[:LIMIT]
        ],
        empty=empty,
        url=reverse("audit"),
        url_label=_("The audit trail"),
    )
