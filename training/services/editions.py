"""Editions: planning, moving, ending (R076, R079, R087, R108, R109)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Office, OfficeKind
from accounts.permissions import Permission
from cases import services as case_services
from core import records
from core.clock import today
from core.exceptions import Refused
from partners.models import Organisation
from reference.models import Language
from training import notifications, policies, references
from training.days import days_of
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus
from training.models import Edition, Enrolment, ModuleVersion, SelectionCriterion
from training.services.applications import close_applications
from training.services.criteria import checked_criteria, criteria_of
from training.services.enrolments import drop, places_given
from training.services.steps import leave_step, move, require_approval
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


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Somebody whose calendar does not allow the new days of a course (R108)."""

    enrolment: Enrolment
    message: str


@transaction.atomic
def move_edition(
    edition: Edition,
    *,
    starts_on: datetime.date,
    reason: str,
    by: Any,
    override_reason: str = "",
    approved_by: Any = None,
) -> Edition:
    """Put a planned course on other days, with everybody's calendar (R108).

    Raises ValidationError (``people_in_conflict``, the conflicts among the params of its first
    error) while somebody's flight or another course lies in the new days; with an approved
    exception these people are marked as not completed, caused by the programme (R109).
    """
    edition = records.lock(edition)
    require_planning_rights(by, edition)
    if edition.status != EditionStatus.PLANNED:
        raise ValidationError(
            {"starts_on": _("This course has begun. Note a day that is not held instead.")}
        )
    edition.starts_on, edition.skipped_days = starts_on, []
    return _reschedule(
        edition, reason=reason, by=by, override_reason=override_reason, approved_by=approved_by
    )


@transaction.atomic
def skip_day(
    edition: Edition,
    *,
    day: datetime.date,
    reason: str,
    by: Any,
    override_reason: str = "",
    approved_by: Any = None,
) -> Edition:
    """A day on which the course is not held: the end moves, under the rules of ``move_edition``."""
    edition = records.lock(edition)
    require_planning_rights(by, edition)
    if day not in days_of(edition):
        raise ValidationError({"day": _("This is not a day of the course.")})
    if edition.enrolments.filter(marks__day=day).exists():
        raise ValidationError({"day": _("Attendance was recorded on this day.")})
    edition.skipped_days = sorted({*edition.skipped_days, day})
    return _reschedule(
        edition, reason=reason, by=by, override_reason=override_reason, approved_by=approved_by
    )


def _reschedule(
    edition: Edition, *, reason: str, by: Any, override_reason: str, approved_by: Any
) -> Edition:
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the days change.")})
    require_in_force(edition, field="starts_on")
    days = days_of(edition)
    edition.starts_on, edition.ends_on = days[0], days[-1]
    edition = records.save(edition, by=by, reason=reason)
    leave_step(edition, on=today(), by=by, note=reason, from_status=edition.status)
    conflicts = _move_people(edition, by)
    if not conflicts:
        return edition
    if not override_reason.strip() and approved_by is None:
        heading = ValidationError(
            _conflict_heading(edition),
            code="people_in_conflict",
            params={"conflicts": conflicts},
        )
        raise ValidationError([heading, *_conflict_lines(conflicts, by)])
    concerned = [conflict.enrolment.case for conflict in conflicts]
    require_approval(by=by, reason=override_reason, approved_by=approved_by, cases=concerned)
    for conflict in conflicts:
        drop(
            conflict.enrolment,
            EnrolmentStatus.NOT_COMPLETED,
            reason=EnrolmentReason.PROGRAMME,
            note=override_reason,
            on=today(),
            by=by,
            approved_by=approved_by,
        )
    notifications.exception_approved(approved_by, record=edition, reason=override_reason, by=by)
    return edition


def _move_people(edition: Edition, by: Any) -> list[Conflict]:
    conflicts = []
    rows = edition.enrolments.live().select_related("commitment", "case__person")
    for enrolment in rows.order_by("case__person__family_name", "id"):
        held = enrolment.commitment
        if held is None or held.is_released:
            continue
        try:
            with transaction.atomic():
                case_services.move_commitment(
                    held, first=edition.starts_on, last=edition.ends_on, by=by
                )
        except ValidationError as error:
            conflicts.append(Conflict(enrolment=enrolment, message=_why(error)))
    return conflicts


def _why(error: ValidationError) -> str:
    """What stands in the way of the new days, without the advice for choosing another course."""
    named = getattr(error, "error_dict", {})
    for problem in (one for many in named.values() for one in many):
        if problem.code == "course_after_travel":
            return _("%(name)s travels on %(travel)s.") % dict(problem.params or {})
    return " ".join(error.messages)


def _conflict_heading(edition: Edition) -> str:
    return _(
        "The new days, %(first)s to %(last)s, conflict with what people have planned. Choose other "
        "days, or ask for an exception: these people then cannot complete the course."
    ) % {"first": date_format(edition.starts_on), "last": date_format(edition.ends_on)}


def _conflict_lines(conflicts: Sequence[Conflict], by: Any) -> list[str]:
    """The people by name as far as this user may see them, the others by number.

    Who travels, when, and what else fills the days, only for whoever may see journeys.
    """
    ids = [conflict.enrolment.pk for conflict in conflicts]
    visible = set(Enrolment.objects.visible_to(by).filter(pk__in=ids).values_list("pk", flat=True))
    sees_why = by.has_permission(Permission.VIEW_JOURNEYS)
    lines = [
        conflict.message if sees_why else _engaged_otherwise(conflict.enrolment, by)
        for conflict in conflicts
        if conflict.enrolment.pk in visible
    ]
    hidden = len(conflicts) - len(lines)
    if hidden:
        lines.append(
            ngettext(
                "%(count)s person whose file you may not see is also concerned.",
                "%(count)s people whose files you may not see are also concerned.",
                hidden,
            )
            % {"count": hidden}
        )
    return lines


def _engaged_otherwise(enrolment: Enrolment, by: Any) -> str:
    return _("%(name)s has other plans on these days.") % {"name": enrolment.name_for(by)}


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
    close_applications(edition, reason=reason, by=by)
    return edition
