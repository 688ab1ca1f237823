"""Applying for a vocational place, and deciding on it (R073, R074)."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case
from cases.workflow import BEFORE_DEPARTURE
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from training import notifications, policies
from training.enums import ApplicationStatus
from training.models import Application, CriterionAnswer, Edition, SelectionCriterion
from training.services.enrolments import common_obstacles, places_given, standing_of
from training.services.steps import leave_step, move
from training.workflow import DECISIONS, PENDING


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How far the applicant meets one criterion."""

    criterion: SelectionCriterion
    fit: str
    note: str = ""


@transaction.atomic
def apply(
    edition: Edition,
    *,
    case: Case,
    motivation: str,
    answers: Sequence[Answer],
    by: Any,
    on: datetime.date | None = None,
) -> Application:
    """Apply for a vocational place with somebody; another person decides (R074).

    The conditions of the course hold from now on: orientation (R075), both preparatory modules
    (R073), a free place. Raises Refused, ValidationError.
    """
    case = records.lock(case)
    edition = records.lock(edition)
    if not policies.can_apply(by, case):
        raise Refused(_("You may not apply for a course on behalf of this person."), case)
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    _require_open_to(edition, case, day)
    _require_complete(edition, motivation, answers)
    application = Application(
        edition=edition, case=case, applied_on=day, applied_by=by, motivation=motivation.strip()
    )
    records.save(application, by=by)
    _write_answers(application, answers, by)
    leave_step(application, on=day, by=by)
    return application


def _require_open_to(edition: Edition, case: Case, day: datetime.date) -> None:
    """Every condition that is not met, with what to do about it."""
    if not edition.module_version.is_vocational:
        raise ValidationError(
            {"edition": _("Only vocational places are given by selection. Enrol the person.")},
            code="not_vocational",
        )
    standing = standing_of(case)
    known = standing.applications.get(edition.pk)
    if known is not None:
        raise ValidationError(
            {"edition": _("This person has applied for this course already.")},
            code="applied_already",
        )
    errors = common_obstacles(standing, edition, seats_taken=places_given(edition), on=day)
    if errors:
        raise ValidationError({"edition": errors})


def _require_complete(edition: Edition, motivation: str, answers: Iterable[Answer]) -> None:
    """A motivation, and one answer to each criterion of the course."""
    if not motivation.strip():
        raise ValidationError({"motivation": _("Write why the person would like this course.")})
    answered = [answer.criterion.pk for answer in answers]
    if sorted(answered) != sorted(edition.criteria.values_list("pk", flat=True)):
        raise ValidationError({"answers": _("Answer each criterion of this course once.")})


def _write_answers(application: Application, answers: Iterable[Answer], by: Any) -> None:
    rows = [
        CriterionAnswer(application=application, **vars(answer) | {"note": answer.note.strip()})
        for answer in answers
    ]
    for row in rows:
        row.full_clean(exclude=["application", "criterion"], validate_constraints=False)
    records.create_many(CriterionAnswer, rows, by=by)


@transaction.atomic
def correct_application(
    application: Application,
    *,
    motivation: str,
    answers: Sequence[Answer],
    reason: str,
    by: Any,
) -> Application:
    """Correct what an application says while nobody has decided; the old text stays in the audit.

    Raises Refused, and ValidationError for a missing answer or reason.
    """
    application = records.lock(application)
    if not policies.can_correct_application(by, application):
        raise Refused(_("You may not correct this application."), application)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why this is corrected.")})
    _require_complete(application.edition, motivation, answers)
    application.motivation = motivation.strip()
    application = records.save(application, by=by, reason=reason)
    given = {answer.criterion.pk: answer for answer in answers}
    for row in application.answers.select_for_update(of=("self",)):
        answer = given[row.criterion_id]
        if (row.fit, row.note) != (answer.fit, answer.note.strip()):
            row.fit, row.note = answer.fit, answer.note.strip()
            records.save(row, by=by, reason=reason)
    return application


@transaction.atomic
def decide(
    application: Application,
    *,
    decision: str,
    by: Any,
    reason: str = "",
    on: datetime.date | None = None,
) -> Application:
    """Accept an application, put it on the waiting list or refuse it, with the reason (R074).

    Whoever applied for the migrant is told. Accepting keeps a place free; its conditions are
    checked again. Raises Refused, ValidationError.
    """
    application = records.lock(application)
    edition = records.lock(application.edition)
    is_open = application.status in {ApplicationStatus.SUBMITTED, ApplicationStatus.WAITING}
    if is_open and not policies.can_decide(by, application):
        raise Refused(_("Another person decides on this application."), application)
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    if decision not in DECISIONS:
        raise ValidationError({"decision": _("Choose a decision.")})
    if decision == ApplicationStatus.REFUSED and not reason.strip():
        raise ValidationError({"reason": _("Write the reason: the person will be told.")})
    earliest = application.decided_on or application.applied_on
    if day < earliest:
        raise ValidationError(
            {
                "on": _("Choose %(day)s, when it was made or last decided, or a later day.")
                % {"day": date_format(earliest)}
            }
        )
    if decision == ApplicationStatus.ACCEPTED:
        _require_place(edition, application.case, day)
    values = {"decided_on": day, "decided_by": by, "reason": reason.strip()[:500]}
    application = move(application, decision, on=day, by=by, note=reason.strip(), values=values)
    notifications.application_decided(application)
    return application


def _require_place(edition: Edition, case: Case, day: datetime.date) -> None:
    """The conditions of the course still hold when the place is promised."""
    taken = places_given(edition)
    errors = common_obstacles(standing_of(case), edition, seats_taken=taken, on=day)
    if case.status not in BEFORE_DEPARTURE:
        errors.append(
            ValidationError(
                _("The case is closed, or the person has left. Refuse the application.")
            )
        )
    if errors:
        raise ValidationError({"decision": errors})


@transaction.atomic
def take_back_decision(application: Application, *, reason: str, by: Any) -> Application:
    """A decision by mistake: the application waits again, the history keeps both (R074)."""
    application = records.lock(application)
    if application.status in DECISIONS and not policies.can_take_back_decision(by, application):
        raise Refused(_("You may not take this decision back."), application)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the decision is taken back.")})
    values = {"decided_on": None, "decided_by": None, "reason": ""}
    return move(
        application, ApplicationStatus.SUBMITTED, on=today(), by=by, note=reason, values=values
    )


@transaction.atomic
def withdraw_application(application: Application, *, reason: str, by: Any) -> Application:
    """The person no longer wishes the place, or applied by mistake; a promised place is free."""
    application = records.lock(application)
    if application.status in PENDING and not policies.can_withdraw_application(by, application):
        raise Refused(_("You may not withdraw this application."), application)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the application is withdrawn.")})
    return move(application, ApplicationStatus.WITHDRAWN, on=today(), by=by, note=reason)


def close_applications(edition: Edition, *, reason: str, by: Any) -> None:
    """The course is cancelled: nobody waits for a place in it any more."""
    for application in edition.applications.pending():
        move(application, ApplicationStatus.WITHDRAWN, on=today(), by=by, note=reason)
