"""Moving sessions, courses, enrolments, applications; each move leaves a step with its author."""

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from core import records, workflow
from training import policies
from training.models import (
    Application,
    ApplicationStep,
    Edition,
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
    transitions, step, name = WORKFLOWS[type(obj)]
    before = records.lock(obj).status
    moved = workflow.move(obj, to, transitions=transitions, by=by, values=values, reason=note)
    step._default_manager.create(
        from_status=before, to_status=to, on=on, by=by, note=note[:500], **{name: moved}
    )
    return moved


def require_approval(
    *, by: Any, reason: str, approved_by: Any, reason_field: str = "override_reason"
) -> None:
    """An exception needs a reason and another person with the right to approve it (R052, R109)."""
    if not reason.strip():
        raise ValidationError({reason_field: _("Write why an exception is needed.")})
    if approved_by is None:
        raise ValidationError({"approved_by": _("Choose who approved this exception.")})
    if not policies.can_approve(approved_by, by):
        raise ValidationError(
            {
                "approved_by": _(
                    "An exception is approved by another person, who has the right to do so."
                )
            }
        )
