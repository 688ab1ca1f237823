"""Moving sessions, courses, enrolments, applications; each move leaves a step with its author."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from cases.models import Case
from core import overrides, records, workflow
from training import notifications, policies
from training.models import (
    Application,
    ApplicationStep,
    Edition,
    EditionOverride,
    EditionStep,
    Enrolment,
    EnrolmentStep,
    OrientationSession,
    SessionStep,
)
from training.models.steps import Step
from training.workflow import (
    APPLICATION_TRANSITIONS,
    EDITION_TRANSITIONS,
    ENROLMENT_TRANSITIONS,
    SESSION_TRANSITIONS,
)

M = TypeVar("M", OrientationSession, Edition, Enrolment, Application)

#: Per model: its arrows, the model of its steps, and the name under which a step points back.
WORKFLOWS: dict[type[models.Model], tuple[Mapping[str, frozenset[str]], type[Step], str]] = {
    OrientationSession: (SESSION_TRANSITIONS, SessionStep, "session"),
    Edition: (EDITION_TRANSITIONS, EditionStep, "edition"),
    Enrolment: (ENROLMENT_TRANSITIONS, EnrolmentStep, "enrolment"),
    Application: (APPLICATION_TRANSITIONS, ApplicationStep, "application"),
}


def first_step(obj: models.Model, *, on: datetime.date, by: Any, note: str = "") -> Any:
    """The step with which a record begins; not saved yet."""
    _transitions, step, name = WORKFLOWS[type(obj)]
    status = cast(Any, obj).status
    return step(to_status=status, on=on, by=by, note=note[:500], **{name: obj})


def leave_step(
    obj: models.Model, *, on: datetime.date, by: Any, note: str = "", from_status: str = ""
) -> None:
    """Write the step by which a record has come to its status; its beginning has no step before."""
    step = first_step(obj, on=on, by=by, note=note)
    step.from_status = from_status
    step.save()


@transaction.atomic
def move(
    obj: M,
    to: str,
    *,
    on: datetime.date,
    by: Any,
    note: str = "",
    values: Mapping[str, Any] | None = None,
) -> M:
    """Move through the one door of ``core.workflow`` and leave the step."""
    transitions = WORKFLOWS[type(obj)][0]
    before = records.lock(obj).status
    moved = workflow.move(obj, to, transitions=transitions, by=by, values=values, reason=note)
    leave_step(moved, on=on, by=by, note=note, from_status=before)
    return moved


def withdraw_requests(edition: Edition, *, by: Any) -> None:
    """Nobody decides any more on other days of a course that has them, or is over (R108)."""
    for override in EditionOverride.objects.filter(edition=edition).waiting():
        withdrawn = overrides.withdraw(override, by=by)
        if not withdrawn.is_own(by):
            notifications.override_decided(withdrawn)


def require_approval(*, by: Any, reason: str, approved_by: Any, cases: Iterable[Case]) -> None:
    """An exception needs a reason and another person, with the right to approve it for a programme
    of the people concerned (R052)."""
    if not reason.strip():
        raise ValidationError({"override_reason": _("Write why an exception is needed.")})
    if approved_by is None:
        raise ValidationError({"approved_by": _("Choose who approved this exception.")})
    if not policies.can_approve(approved_by, by, cases):
        raise ValidationError(
            {
                "approved_by": _(
                    "An exception is approved by another person, who has the right to do so for "
                    "the programme of the people concerned."
                )
            }
        )
