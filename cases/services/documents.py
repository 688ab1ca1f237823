"""Documents, notes and protection entries."""

import datetime
import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases import policies
from cases.models import Case, Document, Note, ProtectionEntry
from cases.services.guard import require
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from core.models import Sensitivity


@transaction.atomic
def add_document(
    case: Case,
    *,
    kind: str,
    file: dict[str, Any],
    by: Any,
    title: str = "",
    sensitivity: str = Sensitivity.ORDINARY,
) -> Document:
    """File a scanned paper; ``file`` is what ``core.uploads.describe`` gives (R049)."""
    case = records.lock(case)
    require(policies.can_edit, case, by=by)
    document = Document(
        case=case,
        reference=secrets.token_hex(16),
        kind=kind,
        title=title,
        sensitivity=sensitivity,
        added_on=today(),
        added_by=by,
        **file,
    )
    return records.save(document, by=by)


@transaction.atomic
def withdraw_document(document: Document, *, reason: str, by: Any) -> Document:
    """Take back a paper that was filed by mistake, such as somebody else's (R049).

    Nobody sees it or its file from then on; row, file and reason are kept for the audit. Raises
    Refused and ValidationError.
    """
    case = records.lock(document.case)
    document = records.lock(document)
    if not policies.can_withdraw_document(by, document):
        raise Refused(policies.why_refused(by, case), case)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why this is taken back.")})
    document.withdrawn_on, document.withdrawn_by = today(), by
    return records.save(document, by=by, reason=reason)


@transaction.atomic
def add_note(case: Case, *, text: str, by: Any) -> Note:
    """Write a note that everybody who sees the case may read."""
    case = records.lock(case)
    require(policies.can_record_contact, case, by=by)
    return records.save(Note(case=case, text=text, written_on=today(), by=by), by=by)


@transaction.atomic
def add_protection_entry(
    case: Case,
    *,
    kind: str,
    text: str,
    on: datetime.date,
    by: Any,
    vulnerabilities: Any = (),
) -> ProtectionEntry:
    """Write a protection entry, sealed and seen only with its own permission (R005)."""
    case = records.lock(case)
    require(policies.can_record_protection, case, by=by)
    workflow.require_not_future(on, today=today(), field="on")
    entry = records.save(
        ProtectionEntry(case=case, kind=kind, text=text, written_on=on, by=by), by=by
    )
    entry.vulnerabilities.set(vulnerabilities)
    return entry
