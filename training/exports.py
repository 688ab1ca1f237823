"""The roster of a course as a file: what a training partner may know, and no more (R003)."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.template.defaultfilters import yesno
from django.utils.translation import gettext as _

from training.models import Enrolment

BYTE_ORDER_MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@")


def roster_csv(rows: Iterable[Enrolment], *, for_user: Any) -> str:
    """Names, languages, attendance, child care and status, a line each."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(
        [
            _("Person"),
            _("Languages"),
            _("Half-days attended"),
            _("Half-days of the course"),
            _("Attendance in percent"),
            _("Child care"),
            _("Status"),
        ]
    )
    for row in rows:
        languages = [str(language) for language in row.case.person.languages.all()]
        writer.writerow(
            [
                cell(row.name_for(for_user)),
                cell(", ".join(languages)),
                row.attended,  # type: ignore[attr-defined]
                row.edition.module_version.half_days,
                row.attendance_percent,
                yesno(row.needs_child_care),
                cell(row.get_status_display()),
            ]
        )
    return file.getvalue()


def cell(text: str) -> str:
    """A text that no spreadsheet reads as a formula."""
    seen = unicodedata.normalize("NFKC", text).lstrip()
    return f"'{text}" if seen.startswith(FORMULA) else text
