"""Filing the signed sheets of courses (R077)."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import records
from core.clock import today
from core.exceptions import Refused
from training import policies
from training.models import Edition, SignedSheet
from training.services.attendance import check_day


@transaction.atomic
def file_sheet(
    edition: Edition, *, day: datetime.date, file: dict[str, Any], by: Any
) -> SignedSheet:
    """Keep the photograph of a signed sheet beside the roll of its day, also after the course.

    ``file`` is what ``core.uploads.describe`` gives. Raises Refused, and ValidationError for a day
    that lies in the future or on which the course is not held.
    """
    edition = records.lock(edition)
    if not policies.can_file_sheet(by, edition):
        raise Refused(_("You may not file the sheets of this course."), edition)
    check_day(edition, day)
    sheet = SignedSheet(edition=edition, day=day, added_on=today(), added_by=by, **file)
    return records.save(sheet, by=by)


@transaction.atomic
def withdraw_sheet(sheet: SignedSheet, *, reason: str, by: Any) -> SignedSheet:
    """A sheet filed under the wrong course or day: nobody sees it any more, the audit keeps why.

    Raises Refused, and ValidationError without a reason.
    """
    sheet = records.lock(sheet)
    if sheet.withdrawn_on is not None or not policies.can_file_sheet(by, sheet.edition):
        raise Refused(_("You may not withdraw this sheet."), sheet)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the sheet is withdrawn.")})
    sheet.withdrawn_on, sheet.withdrawn_by = today(), by
    return records.save(sheet, by=by, reason=reason)
