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
    edition = _locked(edition, by)
    _put_on(edition, starts_on)
    return _reschedule(edition, reason=reason, by=by)


@transaction.atomic
def skip_day(edition: Edition, *, day: datetime.date, reason: str, by: Any) -> Edition:
    """A day on which the course is not held: the end moves, under the rules of ``move_edition``."""
    edition = _locked(edition, by)
    _leave_out(edition, day)
    return _reschedule(edition, reason=reason, by=by)


@transaction.atomic
def hold_day(edition: Edition, *, day: datetime.date, reason: str, by: Any) -> Edition:
    """Correct a day left out: the course is held on it after all and ends earlier.

    Who lost the course by the day left out is put back one by one. Raises ValidationError for
    another day, and when attendance was recorded after the new end.
    """
    edition = _locked(edition, by)
    if day not in edition.skipped_days:
        raise ValidationError({"day": _("This day is not left out.")})
    edition.skipped_days = [other for other in edition.skipped_days if other != day]
    last = days_of(edition)[-1]
    if edition.enrolments.filter(marks__day__gt=last).exists():
        raise ValidationError(
            {
                "day": _("The course would end on %(day)s; attendance was recorded after it.")
                % {"day": date_format(last)}
            }
        )
    return _reschedule(edition, reason=reason, by=by)


@transaction.atomic
def request_override(
    edition: Edition,
    *,
    change_reason: str,
    reason: str,
    by: Any,
    starts_on: datetime.date | None = None,
    day: datetime.date | None = None,
) -> EditionOverride:
    """Ask for days that some people of the course cannot follow; the course stays until then.

    Either a new first day or a day that is not held; ``reason`` is why an exception is needed.
    Raises ValidationError, also where nobody is in the way, and where nobody could decide.
    """
    edition = _locked(edition, by)
    if not change_reason.strip():
        raise ValidationError({"change_reason": _("Write why the days change.")})
    if (starts_on is None) == (day is None):
        raise ValidationError(_("Enter either a new first day or a day that is not held."))
    override = EditionOverride(
        edition=edition,
        starts_on=starts_on,
        day=day,
        change_reason=change_reason.strip(),
        reason=reason.strip(),
        requested_on=today(),
        requested_by=by,
    )
    concerned = _who_cannot_follow(override, by)
    if not concerned:
        raise ValidationError(
            {
                "reason": _(
                    "Nobody has other plans on the new days. Leave this empty: no exception is "
                    "needed."
                )
            },
            code="no_conflict",
        )
    if not policies.approvers(by, {row.case.programme_id for row in concerned}).exists():
        raise ValidationError(
            _(
                "Nobody else may approve exceptions for the programme of these people. Choose "
                "other days, or ask the administrator."
            ),
            code="nobody_decides",
        )
    records.save(
        override,
        by=by,
        lists={"concerned": [[], [row.reference for row in concerned]]},
        references=[edition.reference, *(row.case.reference for row in concerned)],
    )
    override.concerned.set(concerned)
    return override


@transaction.atomic
def approve_override(override: EditionOverride, *, by: Any, answer: str = "") -> EditionOverride:
    """Allow the days: the course moves, and the people concerned do not complete it (R109).

    They are marked as not completed, caused by the programme; whoever enrolled them is told.
    Raises Refused for the person who asked, ValidationError when the course went on meanwhile, or
    when others than those of the request could not follow either.
    """
    override, edition = _locked_request(override)
    _require_second_person(override, by)
    approved = overrides.approve(override, answer=answer, by=by)
    _require_still_possible(approved, edition)
    _put_on_days_of(approved, edition)
    conflicts = _follow(edition, reason=approved.change_reason, by=by)
    known = set(approved.concerned.values_list("pk", flat=True))
    if others := [conflict for conflict in conflicts if conflict.enrolment.pk not in known]:
        heading = _(
            "Since this was asked for, more people have other plans on the new days. Refuse the "
            "request; it can be asked for again, with them."
        )
        raise ValidationError([heading, *_lines(others, by)])
    for conflict in conflicts:
        lost = drop(
            conflict.enrolment,
            EnrolmentStatus.NOT_COMPLETED,
            reason=EnrolmentReason.PROGRAMME,
            note=approved.reason,
            on=today(),
            by=by,
            override=approved,
        )
        notifications.course_lost(lost)
    notifications.override_decided(approved)
    return approved


@transaction.atomic
def refuse_override(override: EditionOverride, *, by: Any, answer: str) -> EditionOverride:
    """The course keeps its days; the person who asked reads why."""
    override, _edition = _locked_request(override)
    _require_second_person(override, by)
    refused = overrides.refuse(override, answer=answer, by=by)
    notifications.override_decided(refused)
    return refused


@transaction.atomic
def withdraw_override(override: EditionOverride, *, by: Any) -> EditionOverride:
    """Take a request back that was not decided yet, whatever happened to the course."""
    override, edition = _locked_request(override)
    if not policies.plans(by, edition):
        raise Refused(_("You may not change this course."), override)
    return overrides.withdraw(override, by=by)


def _locked(edition: Edition, by: Any) -> Edition:
    edition = records.lock(edition)
    require_planning_rights(by, edition)
    return edition


def _locked_request(override: EditionOverride) -> tuple[EditionOverride, Edition]:
    """The request and its course, locked in the order of all verbs."""
    edition = records.lock(override.edition)
    override = records.lock(override)
    override.edition = edition
    return override, edition


def _require_second_person(override: EditionOverride, by: Any) -> None:
    may_decide = policies.can_decide_override(by, override)
    overrides.require_second_person(override, by, may_decide=may_decide)


def _require_still_possible(override: EditionOverride, edition: Edition) -> None:
    """The course stands as it did when somebody asked; a day left out may be told afterwards."""
    if _why_not_on(edition, override.starts_on) or _why_not_without(edition, override.day):
        raise ValidationError(
            _("The course went on meanwhile. The request can only be refused."), code="too_late"
        )
    if override.starts_on and override.requested_on <= override.starts_on < today():
        raise ValidationError(
            _("The day asked for has passed. The request can only be refused."), code="past"
        )


def _who_cannot_follow(override: EditionOverride, by: Any) -> list[Enrolment]:
    """Try the days asked for and undo it all: the people whose calendars do not allow them."""
    with transaction.atomic():
        trial = records.lock(override.edition)
        _put_on_days_of(override, trial)
        conflicts = _follow(trial, reason=override.change_reason, by=by)
        transaction.set_rollback(True)
    return [conflict.enrolment for conflict in conflicts]


def _put_on_days_of(override: EditionOverride, edition: Edition) -> None:
    if override.starts_on is not None:
        _put_on(edition, override.starts_on)
    if override.day is not None:
        _leave_out(edition, override.day)


def _reschedule(edition: Edition, *, reason: str, by: Any) -> Edition:
    conflicts = _follow(edition, reason=reason, by=by)
    if conflicts:
        heading = ValidationError(
            _heading(edition), code="people_in_conflict", params={"conflicts": conflicts}
        )
        raise ValidationError([heading, *_lines(conflicts, by)])
    withdraw_requests(edition, by=by)
    return edition


def _follow(edition: Edition, *, reason: str, by: Any) -> list[Conflict]:
    """Save the locked course on its new days; who of its people cannot follow."""
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the days change.")})
    require_in_force(edition, field="starts_on")
    days = days_of(edition)
    edition.starts_on, edition.ends_on = days[0], days[-1]
    records.save(edition, by=by, reason=reason)
    leave_step(edition, on=today(), by=by, note=reason, from_status=edition.status)
    return _move_people(edition, by)


def _why_not_on(edition: Edition, starts_on: datetime.date | None) -> str:
    """Why a course cannot begin on another day; empty when it can."""
    if starts_on is not None and edition.status != EditionStatus.PLANNED:
        return _("This course has begun. Note a day that is not held instead.")
    return ""


def _why_not_without(edition: Edition, day: datetime.date | None) -> str:
    """Why a course cannot leave a day out; empty when it can."""
    if day is None:
        return ""
    if day not in days_of(edition):
        return _("This is not a day of the course.")
    if edition.enrolments.filter(marks__day=day).exists():
        return _("Attendance was recorded on this day.")
    return ""


def _put_on(edition: Edition, starts_on: datetime.date) -> None:
    if why := _why_not_on(edition, starts_on):
        raise ValidationError({"starts_on": why})
    edition.starts_on, edition.skipped_days = starts_on, []


def _leave_out(edition: Edition, day: datetime.date) -> None:
    if why := _why_not_without(edition, day):
        raise ValidationError({"day": why})
    edition.skipped_days = sorted({*edition.skipped_days, day})


def _move_people(edition: Edition, by: Any) -> list[Conflict]:
    conflicts = []
    rows = edition.enrolments.live().select_related("commitment", "case__person")
    for enrolment in rows.order_by("case__person_id"):
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
    return sorted(conflicts, key=lambda conflict: conflict.enrolment.case.person.family_name)


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
