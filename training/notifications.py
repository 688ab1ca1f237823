"""Messages to people who answer for something; without personal data."""

from typing import Any

from django.conf import settings

from core import mail


def exception_approved(approver: Any, *, record: Any, reason: str, by: Any) -> None:
    """Tell the approver which exception was made in their name (R052)."""
    mail.send(
        approver,
        "training/mail/exception.txt",
        {
            "record": record,
            "reason": reason,
            "by": by,
            "url": f"{settings.SITE_URL}{record.get_absolute_url()}",
        },
    )


def override_decided(override: Any) -> None:
    """Tell whoever asked for other days of a course what became of it (R108)."""
    if not override.requested_by.is_active:
        return
    mail.send(
        override.requested_by,
        "training/mail/override.txt",
        {
            "reference": override.edition.reference,
            "status": override.get_status_display(),
            "url": f"{settings.SITE_URL}{override.get_absolute_url()}",
        },
    )


def course_lost(enrolment: Any) -> None:
    """Tell whoever enrolled somebody that the course goes on without the person (R109)."""
    first = enrolment.steps.select_related("by").first()
    if first is None or not first.by.is_active:
        return
    mail.send(
        first.by,
        "training/mail/lost.txt",
        {"url": f"{settings.SITE_URL}{enrolment.get_absolute_url()}"},
    )


def application_decided(application: Any) -> None:
    """Tell whoever applied for the migrant that somebody has decided (R074)."""
    if not application.applied_by.is_active:
        return
    mail.send(
        application.applied_by,
        "training/mail/application.txt",
        {"url": f"{settings.SITE_URL}{application.get_absolute_url()}"},
    )
