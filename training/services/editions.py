"""Editions: planning, changing, cancelling (R076, R079, R087)."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Office, OfficeKind
from core import records
from core.clock import today
from core.exceptions import Refused
from partners.models import Organisation
from reference.models import Language
from training import policies, references
from training.days import days_of
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus
from training.models import Edition, ModuleVersion, SelectionCriterion
from training.services.applications import close_applications
from training.services.criteria import checked_criteria, criteria_of
from training.services.enrolments import drop, places_given
from training.services.steps import leave_step, move, withdraw_requests
from training.transit import transit_warning


@transaction.atomic
def plan_edition(
    *,
    module_version: ModuleVersion,
    office: Office,
    starts_on: datetime.date,
    trainer_organisation: Organisation,
    by: Any,
    support_organisation: Organisation | None = None,
    trainer_name: str = "",
    language: Language | None = None,
    room: str = "",
    capacity: int = 15,
    transit_reason: str = "",
    criteria: Sequence[str] = (),
) -> Edition:
    """Plan a course in a city; its days are counted in working days (R076, R079).

    The organisation that supports attendance is the city's unless another is named (R087). In a
    place of transit a reason is asked (R063), for vocational places the criteria by which they are
    given (R074). Raises Refused, ValidationError.
    """
    if not policies.can_plan_edition(
        by, office=office, trainer_organisation=trainer_organisation, on=starts_on
    ):
        raise Refused(_("You may not plan courses in this city."), office)
    edition = Edition(
        module_version=module_version,
        office=records.lock(office),
        starts_on=starts_on,
        trainer_organisation=trainer_organisation,
        support_organisation=support_organisation or policies.default_support(office, starts_on),
        trainer_name=trainer_name.strip(),
        language=language,
        room=room,
        capacity=capacity,
        transit_reason=transit_reason,
        planned_by=by,
    )
    check_edition(edition)
    lines = checked_criteria(module_version, criteria)
    days = days_of(edition)
    edition.starts_on, edition.ends_on = days[0], days[-1]
    stem = references.stem("E", office, edition.starts_on)
    taken = Edition.objects.filter(reference__startswith=f"{stem}-").count()
    edition.reference = references.numbered(stem, taken)
    records.save(edition, by=by)
    records.create_many(SelectionCriterion, criteria_of(edition, lines), by=by)
    leave_step(edition, on=min(edition.starts_on, today()), by=by, note=transit_reason)
    return edition


def check_edition(edition: Edition) -> None:
    """City, module and reason fit together."""
    if edition.office.kind != OfficeKind.MOP:
        raise ValidationError({"office": _("Choose the city of an orientation point.")})
    require_in_force(edition, field="module_version")
    if edition.office.is_transit and not edition.transit_reason.strip():
        warning = transit_warning(edition.office, edition.starts_on)
        why = _("Write why it is held here all the same.")
        raise ValidationError({"transit_reason": f"{warning} {why}"})


def require_in_force(edition: Edition, *, field: str) -> None:
    """The version of the module is in the catalogue on the first day (R071)."""
    version = edition.module_version
    ended = version.valid_until is not None and version.valid_until < edition.starts_on
    if edition.starts_on < version.valid_from or ended:
        raise ValidationError(
            {field: _("This version of the module is not in force on the first day.")}
        )


def require_planning_rights(user: Any, edition: Edition) -> None:
    if not policies.can_change_edition(user, edition):
        raise Refused(_("You may not change this course."), edition)


@transaction.atomic
def change_edition(
    edition: Edition,
    *,
    trainer_organisation: Organisation,
    support_organisation: Organisation | None,
    language: Language | None,
    room: str,
    capacity: int,
    by: Any,
    trainer_name: str = "",
) -> Edition:
    """Change who teaches, who supports, the room and the places of an open course."""
    edition = records.lock(edition)
    require_planning_rights(by, edition)
    taken = places_given(edition)
    if capacity < taken:
        raise ValidationError(
            {
                "capacity": _(
                    "%(count)s places are taken or promised already. Enter at least as many."
                )
                % {"count": taken}
            }
        )
    edition.trainer_organisation = trainer_organisation
    edition.trainer_name = trainer_name.strip()
    edition.support_organisation = support_organisation or policies.default_support(
        edition.office, edition.starts_on
    )
    edition.language, edition.room, edition.capacity = language, room, capacity
    return records.save(edition, by=by)


@transaction.atomic
def cancel_edition(edition: Edition, *, reason: str, by: Any) -> Edition:
    """Cancel a course; everybody is free again, with the cancellation as reason (R100).

    Nobody waits for a place in it any more.
    """
    edition = records.lock(edition)
    require_planning_rights(by, edition)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the course is cancelled.")})
    edition = move(edition, EditionStatus.CANCELLED, on=today(), by=by, note=reason)
    for enrolment in edition.enrolments.live().select_related("commitment"):
        started = enrolment.status == EnrolmentStatus.STARTED
        drop(
            enrolment,
            EnrolmentStatus.NOT_COMPLETED if started else EnrolmentStatus.WITHDRAWN,
            reason=EnrolmentReason.EDITION_CANCELLED,
            note=reason,
            on=today(),
            by=by,
        )
    withdraw_requests(edition, by=by)
    close_applications(edition, reason=reason, by=by)
    return edition
