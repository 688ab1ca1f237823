"""A course on other days, with everybody's calendar; over somebody's plans only by an exception
that another person decides (R108, R109)."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Permission
from cases import services as case_services
from core import overrides, records
from core.clock import today
from core.exceptions import Refused
from training import notifications, policies
from training.days import days_of
from training.enums import EditionStatus, EnrolmentReason, EnrolmentStatus
from training.models import Edition, EditionOverride, Enrolment
from training.services.editions import require_in_force, require_planning_rights
from training.services.enrolments import drop
from training.services.steps import leave_step, withdraw_requests


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Somebody whose calendar does not allow the new days of a course (R108)."""

    enrolment: Enrolment
    message: str


@transaction.atomic
def move_edition(edition: Edition, *, starts_on: datetime.date, reason: str, by: Any) -> Edition:
    """Put a planned course on other days, with everybody's calendar (R108).

    Raises ValidationError (``people_in_conflict``, the conflicts among the params of its first
    error) while somebody's flight or another course lies in the new days; see
    ``request_override``.
    """
    return _reschedule(_planned(edition, by), starts_on=starts_on, reason=reason, by=by)


@transaction.atomic
def skip_day(edition: Edition, *, day: datetime.date, reason: str, by: Any) -> Edition:
    """A day on which the course is not held: the end moves, under the rules of ``move_edition``."""
    return _reschedule(_planned(edition, by), day=day, reason=reason, by=by)


@transaction.atomic
def request_override(
    edition: Edition,
    *,
    reason: str,
    override_reason: str,
    by: Any,
    starts_on: datetime.date | None = None,
    day: datetime.date | None = None,
) -> EditionOverride:
    """Ask for days that some people of the course cannot follow; the course stays until then.

    Either a new first day or a day that is not held. Raises ValidationError, also where nobody is
    in the way: then no exception is needed.
    """
    edition = _planned(edition, by)
    if not override_reason.strip():
        raise ValidationError({"override_reason": _("Write why an exception is needed.")})
    if (starts_on is None) == (day is None):
        raise ValidationError(_("Enter either a new first day or a day that is not held."))
    with transaction.atomic():
        trial = records.lock(edition)
        conflicts = _follow(trial, starts_on=starts_on, day=day, reason=reason, by=by)
        transaction.set_rollback(True)
    if not conflicts:
        raise ValidationError(
            {
                "override_reason": _(
                    "Nobody has other plans on the new days. Leave this empty: no exception is "
                    "needed."
                )
            },
            code="no_conflict",
        )
    override = EditionOverride(
        edition=edition,
        starts_on=starts_on,
        skipped_day=day,
        change_reason=reason.strip(),
        reason=override_reason.strip(),
        requested_on=today(),
        requested_by=by,
    )
    records.save(override, by=by)
    override.concerned.set([conflict.enrolment for conflict in conflicts])
    return override


@transaction.atomic
def approve_override(override: EditionOverride, *, by: Any, answer: str = "") -> EditionOverride:
    """Allow the days: the course moves, and the people concerned do not complete it (R109).

    They are marked as not completed, caused by the programme. Raises Refused for the person who
    asked, ValidationError when the course went on meanwhile, or when others than those of the
    request could not follow either.
    """
    override, edition = _locked(override)
    _require_second_person(override, by)
    approved = overrides.approve(override, answer=answer, by=by)
    conflicts = _follow(
        edition,
        starts_on=approved.starts_on,
        day=approved.skipped_day,
        reason=approved.change_reason,
        by=by,
    )
    known = set(approved.concerned.values_list("pk", flat=True))
    if others := [conflict for conflict in conflicts if conflict.enrolment.pk not in known]:
        heading = _(
            "Since this was asked for, more people have other plans on the new days. Refuse the "
            "request; it can be asked for again, with them."
        )
        raise ValidationError([heading, *_lines(others, by)])
    for conflict in conflicts:
        drop(
            conflict.enrolment,
            EnrolmentStatus.NOT_COMPLETED,
            reason=EnrolmentReason.PROGRAMME,
            note=approved.reason,
            on=today(),
            by=by,
            override=approved,
        )
    notifications.override_decided(approved)
    return approved


@transaction.atomic
def refuse_override(override: EditionOverride, *, by: Any, answer: str) -> EditionOverride:
    """The course keeps its days; the person who asked reads why."""
    override, _edition = _locked(override)
    _require_second_person(override, by)
    refused = overrides.refuse(override, answer=answer, by=by)
    notifications.override_decided(refused)
    return refused


@transaction.atomic
def withdraw_override(override: EditionOverride, *, by: Any) -> EditionOverride:
    """Take a request back that was not decided yet, whatever happened to the course."""
    override, edition = _locked(override)
    if not policies.plans(by, edition):
        raise Refused(_("You may not change this course."), override)
    return overrides.withdraw(override, by=by)


def _planned(edition: Edition, by: Any) -> Edition:
    edition = records.lock(edition)
    require_planning_rights(by, edition)
    return edition


def _locked(override: EditionOverride) -> tuple[EditionOverride, Edition]:
    """The request and its course, locked in the order of all verbs."""
    edition = records.lock(override.edition)
    override = records.lock(override)
    override.edition = edition
    return override, edition


def _require_second_person(override: EditionOverride, by: Any) -> None:
    may_decide = policies.can_decide_override(by, override)
    overrides.require_second_person(override, by, may_decide=may_decide)


def _reschedule(
    edition: Edition,
    *,
    reason: str,
    by: Any,
    starts_on: datetime.date | None = None,
    day: datetime.date | None = None,
) -> Edition:
    conflicts = _follow(edition, starts_on=starts_on, day=day, reason=reason, by=by)
    if conflicts:
        heading = ValidationError(
            _heading(edition), code="people_in_conflict", params={"conflicts": conflicts}
        )
        raise ValidationError([heading, *_lines(conflicts, by)])
    withdraw_requests(edition, by=by)
    return edition


def _follow(
    edition: Edition,
    *,
    starts_on: datetime.date | None,
    day: datetime.date | None,
    reason: str,
    by: Any,
) -> list[Conflict]:
    """Save the locked course on its new days; who of its people cannot follow."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the days change.")})
    if starts_on is not None:
        _put_on(edition, starts_on)
    if day is not None:
        _leave_out(edition, day)
    require_in_force(edition, field="starts_on")
    days = days_of(edition)
    edition.starts_on, edition.ends_on = days[0], days[-1]
    records.save(edition, by=by, reason=reason)
    leave_step(edition, on=today(), by=by, note=reason, from_status=edition.status)
    return _move_people(edition, by)


def _put_on(edition: Edition, starts_on: datetime.date) -> None:
    if edition.status != EditionStatus.PLANNED:
        raise ValidationError(
            {"starts_on": _("This course has begun. Note a day that is not held instead.")}
        )
    edition.starts_on, edition.skipped_days = starts_on, []


def _leave_out(edition: Edition, day: datetime.date) -> None:
    if day not in days_of(edition):
        raise ValidationError({"day": _("This is not a day of the course.")})
    if edition.enrolments.filter(marks__day=day).exists():
        raise ValidationError({"day": _("Attendance was recorded on this day.")})
    edition.skipped_days = sorted({*edition.skipped_days, day})


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


def _heading(edition: Edition) -> str:
    return _(
        "The new days, %(first)s to %(last)s, conflict with what people have planned. Choose other "
        "days, or ask for an exception: these people then cannot complete the course."
    ) % {"first": date_format(edition.starts_on), "last": date_format(edition.ends_on)}


def _lines(conflicts: Sequence[Conflict], by: Any) -> list[str]:
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
