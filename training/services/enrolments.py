"""Enrolling people in courses, and taking them out (R073, R075, R079, R080, R104)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases import services as case_services
from cases.enums import CommitmentKind
from cases.models import Case, Commitment
from core import records, workflow
from core.clock import today
from core.exceptions import Refused
from training import policies
from training.enums import CHOSEN_REASONS, ApplicationStatus, EnrolmentStatus, ModuleGroup
from training.models import Application, Edition, EditionOverride, Enrolment
from training.services.steps import leave_step, move


@transaction.atomic
def enrol(
    edition: Edition,
    *,
    case: Case,
    by: Any,
    on: datetime.date | None = None,
    is_confirmed: bool = False,
) -> Enrolment:
    """Nominate somebody for a course and keep its days free in their calendar (R080, R104).

    The training partner then acknowledges it; ``is_confirmed``: it has done so already, and the
    person is enrolled at once. Raises Refused, and ValidationError when a condition is not met:
    orientation (R075), both preparatory modules for a vocational one (R073) and somebody's
    decision for the person (R074), the person's agreement to share, a free place, free days before
    the journey.
    """
    case = records.lock(case)
    edition = records.lock(edition)
    if not policies.can_enrol(by, case):
        raise Refused(_("You may not enrol this person in a course."), case)
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    standing = standing_of(case)
    errors = obstacles(standing, edition, seats_taken=places_given(edition), on=day)
    if errors:
        raise ValidationError({"edition": errors})
    status = EnrolmentStatus.ENROLLED if is_confirmed else EnrolmentStatus.NOMINATED
    enrolment = Enrolment(
        edition=edition,
        case=case,
        nominated_on=day,
        status=status,
        application=standing.applications.get(edition.pk),
    )
    enrolment.commitment = engage(edition, case, by)
    records.save(enrolment, by=by)
    leave_step(enrolment, on=day, by=by)
    return enrolment


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What decides whether somebody may join a course, read once for any number of courses."""

    case: Case
    oriented_on: datetime.date | None
    agrees: bool
    done: frozenset[tuple[str, datetime.date]]
    worth: Mapping[str, list[set[str]]]
    commitments: Sequence[Commitment]
    editions: frozenset[int]
    applications: Mapping[int, Application]
    promised: frozenset[int]

    def missing_preparation(self, on: datetime.date) -> list[str]:
        """Preparatory groups not completed by a day (R073)."""
        done = {module for module, day in self.done if day <= on}
        return policies.groups_missing(done, self.worth)


def standing_of(case: Case, *, besides: Enrolment | None = None) -> Standing:
    """Where somebody stands, in a fixed number of queries; ``besides`` one enrolment."""
    enrolments = case.enrolments.exclude(status=EnrolmentStatus.WITHDRAWN)
    if besides is not None:
        enrolments = enrolments.exclude(pk=besides.pk)
    applications = case.applications.exclude(status=ApplicationStatus.WITHDRAWN)
    return Standing(
        case=case,
        oriented_on=policies.oriented_on(case),
        agrees=policies.agrees_to_share(case),
        done=policies.completed_modules(case),
        worth=policies.wholes(),
        commitments=list(Commitment.objects.live().filter(person=case.person_id)),
        editions=frozenset(enrolments.values_list("edition", flat=True)),
        applications={row.edition_id: row for row in applications},
        promised=frozenset(applications.promised().values_list("edition", flat=True)),
    )


def places_given(edition: Edition) -> int:
    """Places that somebody sits on or that are promised to an applicant."""
    taken: int = edition.enrolments.seated().count() + edition.applications.promised().count()
    return taken


def obstacles(
    standing: Standing, edition: Edition, *, seats_taken: int, on: datetime.date
) -> list[ValidationError]:
    """Every condition of a place that is not met, with what to do about it (R073–R075).

    ``seats_taken``: places given, the one promised to this person among them. ``on``: the day on
    which the person joins.
    """
    errors = common_obstacles(standing, edition, seats_taken=seats_taken, on=on)
    if not standing.agrees:
        text = _(
            "The person has not agreed to share their name with the training organisation. "
            "Record this consent first."
        )
        errors.append(ValidationError(text, code="no_consent"))
    if edition.module_version.is_vocational:
        errors += selection_errors(standing.applications.get(edition.pk))
    return errors


def common_obstacles(
    standing: Standing, edition: Edition, *, seats_taken: int, on: datetime.date
) -> list[ValidationError]:
    """What stands in the way of a place, and already of an application for it (R073, R075)."""
    own = edition.pk in standing.promised
    found: list[tuple[bool, Any, str]] = [
        (not edition.is_open, _("This course is over or cancelled."), "not_open"),
        (
            edition.is_open and edition.ends_on < on,
            _("The last day of this course has passed. Choose another one."),
            "over",
        ),
        (
            edition.pk in standing.editions,
            _("This person is enrolled in this course already."),
            "enrolled_already",
        ),
        (
            standing.oriented_on is None or standing.oriented_on > edition.starts_on,
            _(
                "A course presupposes orientation. This person has not attended a session yet: "
                "invite them to one first."
            ),
            "not_oriented",
        ),
        (
            seats_taken - own >= edition.capacity,
            _("All places of this course are taken. Choose another one."),
            "full",
        ),
    ]
    errors = [ValidationError(text, code=code) for applies, text, code in found if applies]
    if edition.module_version.is_vocational:
        errors += preparation_errors(standing.missing_preparation(edition.starts_on))
    return errors


def preparation_errors(missing: Sequence[str]) -> list[ValidationError]:
    """A vocational module needs both preparatory ones; the missing one is named (R073)."""
    if not missing:
        return []
    names = ", ".join(str(ModuleGroup(group).label) for group in missing)
    text = _("A vocational course presupposes: %(missing)s.") % {"missing": names}
    return [ValidationError(text, code="preparation_missing")]


def selection_errors(application: Application | None) -> list[ValidationError]:
    """A vocational place needs an accepted application; says how far this one is (R074)."""
    if application is None:
        text = _(
            "The places of this course are given by selection. Apply for one first; another person "
            "then decides."
        )
    elif application.is_accepted:
        return []
    elif application.is_refused:
        text = _("The application for this course was refused: %(reason)s") % {
            "reason": application.reason
        }
    elif application.is_undecided:
        text = _("The application for this course waits for a decision.")
    else:
        text = _("The person is on the waiting list of this course.")
    return [ValidationError(text, code="not_selected")]


def engage(edition: Edition, case: Case, by: Any, *, is_binding: bool = False) -> Any:
    """Keep the days of the course free in the person's calendar."""
    return case_services.commit(
        case.person,
        kind=CommitmentKind.COURSE,
        first=edition.starts_on,
        last=edition.ends_on,
        label=str(edition),
        by=by,
        is_binding=is_binding,
        field="edition",
    )


@transaction.atomic
def acknowledge(enrolment: Enrolment, *, by: Any, on: datetime.date | None = None) -> Enrolment:
    """The training partner confirms that it has received the nomination (R104)."""
    enrolment = records.lock(enrolment)
    if not policies.can_acknowledge(by, enrolment):
        raise Refused(_("You may not answer this nomination."), enrolment)
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    _require_after_nomination(enrolment, day)
    return move(
        enrolment, EnrolmentStatus.ACKNOWLEDGED, on=day, by=by, values={"acknowledged_on": day}
    )


@transaction.atomic
def confirm_place(enrolment: Enrolment, *, by: Any) -> Enrolment:
    """The person has been told and will come: the place is theirs."""
    case = records.lock(enrolment.case)
    if not policies.can_enrol(by, case):
        raise Refused(_("You may not enrol this person in a course."), enrolment)
    return move(enrolment, EnrolmentStatus.ENROLLED, on=today(), by=by)


@transaction.atomic
def withdraw(
    enrolment: Enrolment,
    *,
    reason: str,
    by: Any,
    note: str = "",
    on: datetime.date | None = None,
) -> Enrolment:
    """Take somebody out of a course, with a reason; a started one counts as not completed (R100).

    The days after ``on`` are free again, for a journey too.
    """
    records.lock(enrolment.case)
    enrolment = records.lock(enrolment)
    if enrolment.is_live and not policies.can_withdraw(by, enrolment):
        raise Refused(_("You may not take this person out of the course."), enrolment)
    day = on or today()
    workflow.require_not_future(day, today=today(), field="on")
    require_chosen([reason])
    _require_after_nomination(enrolment, day)
    started = enrolment.status == EnrolmentStatus.STARTED
    to = EnrolmentStatus.NOT_COMPLETED if started else EnrolmentStatus.WITHDRAWN
    return drop(enrolment, to, reason=reason, note=note, on=day, by=by)


def _require_after_nomination(enrolment: Enrolment, day: datetime.date) -> None:
    if day < enrolment.nominated_on:
        raise ValidationError(
            {
                "on": _("The nomination was made on %(day)s; choose that day or a later one.")
                % {"day": date_format(enrolment.nominated_on)}
            }
        )


def require_chosen(reasons: Iterable[str]) -> None:
    """Refuse a reason that only follows from what happens to a course (R100)."""
    if any(reason not in CHOSEN_REASONS for reason in reasons):
        raise ValidationError({"reason": _("Choose a reason.")})


@transaction.atomic
def take_back_withdrawal(enrolment: Enrolment, *, reason: str, by: Any) -> Enrolment:
    """Somebody was taken out of a course by mistake: where the person stood before, as before.

    The days are kept free again and the conditions of a place checked again, as of the day of the
    nomination; the history keeps both steps. Raises Refused, and ValidationError when a condition
    is no longer met or the days are taken.
    """
    case = records.lock(enrolment.case)
    edition = records.lock(enrolment.edition)
    enrolment = records.lock(enrolment)
    if not policies.can_take_back_withdrawal(by, enrolment):
        raise Refused(_("You may not put this person back into the course."), enrolment)
    if not reason.strip():
        raise ValidationError({"reason": _("Write why this is taken back.")})
    standing = standing_of(case, besides=enrolment)
    errors = obstacles(
        standing, edition, seats_taken=places_given(edition), on=enrolment.nominated_on
    )
    if errors:
        raise ValidationError(errors)
    return restore(enrolment, reason=reason, by=by)


def restore(enrolment: Enrolment, *, reason: str, by: Any) -> Enrolment:
    """Put an ended enrolment back where it stood before, its days with it."""
    to = enrolment.status_before
    is_binding = to == EnrolmentStatus.STARTED
    held, edition = enrolment.commitment, enrolment.edition
    if held is None or held.is_released:
        held = engage(edition, enrolment.case, by, is_binding=is_binding)
    elif held.last_day != edition.ends_on:
        held = case_services.move_commitment(
            held, first=edition.starts_on, last=edition.ends_on, by=by
        )
    values = {
        "ended_on": None,
        "is_ended_by_closing": False,
        "reason": "",
        "note": "",
        "override_reason": "",
        "approved_by": None,
        "commitment": held,
    }
    return move(enrolment, to, on=today(), by=by, note=reason, values=values)


def drop(
    enrolment: Enrolment,
    to: str,
    *,
    reason: str,
    on: datetime.date,
    by: Any,
    note: str = "",
    override: EditionOverride | None = None,
) -> Enrolment:
    """End an enrolment without completion and free the rest of its days.

    ``override``: the exception by which the course goes on without the person (R109).
    """
    values: dict[str, Any] = {"ended_on": on, "reason": reason, "note": note[:500]}
    if override is not None:
        values |= {"override_reason": override.reason, "approved_by": override.decided_by}
        note = with_both_names(override)
    was_started = enrolment.status == EnrolmentStatus.STARTED
    enrolment = move(enrolment, to, on=on, by=by, note=note, values=values)
    free_days(enrolment, on=on, was_started=was_started, by=by, note=note)
    return enrolment


def with_both_names(override: Any) -> str:
    """What the history says of an exception, in the language of the installation (R109)."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(reason)s (approved by %(approver)s, asked for by %(user)s)") % {
            "reason": override.reason[:300],
            "approver": override.decided_by.name,
            "user": override.requested_by.name,
        }


def free_days(
    enrolment: Enrolment, *, on: datetime.date, was_started: bool, by: Any, note: str
) -> None:
    """The days after the last one attended no longer bind the person."""
    held = enrolment.commitment
    if held is None or held.is_released:
        return
    last_attended = enrolment.marks.attended().order_by("-day").values_list("day", flat=True)
    last = last_attended.first()
    if was_started and last is not None and last >= held.first_day:
        if last < held.last_day:
            case_services.end_early(held, last=last, by=by, reason=note)
        return
    case_services.release(held, by=by, reason=note)
