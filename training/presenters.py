"""What pages of orientation and courses show, put together from few queries."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from cases.enums import CommitmentKind, ReportingGroup
from cases.models import Case, Commitment
from core.clock import today
from training import policies
from training.days import Effect, course_days, days_of, effect_of
from training.enums import SessionStatus
from training.models import (
    AttendanceMark,
    CriterionAnswer,
    Edition,
    EditionOverride,
    Enrolment,
    Invitation,
    OrientationSession,
    SignedSheet,
)
from training.models.steps import Step
from training.services.enrolments import Standing, common_obstacles, obstacles
from training.workflow import FIT_POINTS


def timeline_of(steps: Iterable[Step], tones: dict[str, str]) -> list[dict[str, Any]]:
    """The steps of a record, the latest recorded first."""
    return [
        {
            "title": step.label,  # type: ignore[attr-defined]
            "on": date_format(step.on),
            "by": step.by.name,
            "text": step.note,
            "tone": tones[step.to_status],
        }
        for step in sorted(steps, key=lambda s: s.pk, reverse=True)
    ]


def _move(
    label: str, route: str, *args: Any, primary: bool = False, icon: str = ""
) -> dict[str, Any]:
    url = reverse(f"training:{route}", args=args)
    return {"label": label, "url": url, "primary": primary, "icon": icon}


def session_moves(user: Any, session: OrientationSession) -> list[dict[str, Any]]:
    """The steps this user may take with the session now."""
    reference, moves = session.reference, []
    if policies.can_call(user, session):
        moves += [
            _move(
                _("Roll call"), "session-roll-call", reference, primary=True, icon="clipboard-check"
            ),
            _move(_("Invite"), "session-invite", reference, icon="person-plus"),
        ]
        if session.status == SessionStatus.HELD:
            moves.append(_move(_("Close the session"), "session-close", reference))
        else:
            moves += [
                _move(_("Change"), "session-change", reference, icon="pencil"),
                _move(_("Cancel the session"), "session-cancel", reference),
            ]
    elif policies.can_correct(user, session):
        moves.append(_move(_("Open again"), "session-reopen", reference))
    moves.append(_move(_("List to print"), "session-roster", reference, icon="printer"))
    return moves


def edition_moves(user: Any, edition: Edition) -> list[dict[str, Any]]:
    """The steps this user may take with the course now."""
    reference, moves = edition.reference, []
    if policies.can_change_edition(user, edition):
        moves.append(_move(_("Change"), "edition-change", reference, icon="pencil"))
        if policies.can_move_edition(user, edition):
            moves.append(_move(_("Move"), "edition-move", reference))
        moves += [
            _move(_("Day not held"), "edition-skip-day", reference),
            _move(_("Cancel the course"), "edition-cancel", reference),
        ]
        if edition.skipped_days:
            moves.append(_move(_("Hold a day after all"), "edition-hold-day", reference))
    if policies.can_complete(user, edition):
        moves.append(_move(_("End the course"), "edition-complete", reference, primary=True))
    if policies.can_reopen(user, edition):
        moves.append(_move(_("Open again"), "edition-reopen", reference))
    return moves


def overrides_of(edition: Edition, user: Any) -> list[EditionOverride]:
    """The exceptions for the days of a course, each with what this user may do with it now."""
    rows = list(EditionOverride.objects.visible_to(user).filter(edition=edition).with_list_data())
    for row in rows:
        row.can_decide = policies.can_decide_override(user, row)  # type: ignore[attr-defined]
        row.can_withdraw = policies.can_withdraw_override(user, row)  # type: ignore[attr-defined]
    return rows


def facts_of(override: EditionOverride) -> list[tuple[str, Any]]:
    """What a second person decides on: the days as they are, those asked for, and why."""
    edition, skipped = override.edition, list(override.edition.skipped_days)
    if override.day is None:
        asked = (_("New first day"), date_format(override.starts_on))
        days = course_days(edition.module_version, edition.office, override.starts_on)
    else:
        asked = (_("Day not held"), date_format(override.day))
        skipped.append(override.day)
        days = course_days(edition.module_version, edition.office, edition.starts_on, skipped)
    return [
        (_("Course"), edition),
        (_("City"), edition.office.name),
        (_("First day"), date_format(edition.starts_on)),
        (_("Last day"), date_format(edition.ends_on)),
        asked,
        (_("New last day"), date_format(days[-1])),
        (_("Why the days change"), override.change_reason),
        (_("Reason for an exception"), override.reason),
        (_("Asked by"), override.requested_by.name),
    ]


def people_left(override: EditionOverride) -> int:
    """How many the exception concerns: while it waits, without those who left the course since."""
    rows = override.concerned.all()
    return sum(row.is_live or not override.is_waiting for row in rows)


def concerned_by(override: EditionOverride, user: Any) -> list[Enrolment]:
    """The people who lose, or lost, their course by an exception, as far as this user may see them.

    Whoever has left the course since is none of them. With ``travels_on``, where the user may see
    journeys.
    """
    sees = user.has_permission(Permission.VIEW_JOURNEYS)
    flights = {
        journey["enrolment"].pk: journey["day"]
        for journey in (journeys_of(override.edition, user) if sees else [])
    }
    ids = [row.pk for row in override.concerned.all()]
    rows = Enrolment.objects.visible_to(user).filter(pk__in=ids).select_related("case__person")
    if override.is_waiting:
        rows = rows.live()
    people = name_people(rows.by_name(), user)
    for row in people:
        row.travels_on = flights.get(row.pk)  # type: ignore[attr-defined]
    return people


def enrolment_moves(user: Any, enrolment: Enrolment) -> list[dict[str, Any]]:
    """The steps this user may take with the enrolment now."""
    reference, moves = enrolment.reference, []
    if policies.can_acknowledge(user, enrolment):
        moves.append(_move(_("Acknowledge"), "enrolment-acknowledge", reference, primary=True))
    if policies.can_confirm(user, enrolment):
        moves.append(_move(_("Confirm the place"), "enrolment-confirm", reference, primary=True))
    if policies.can_withdraw(user, enrolment):
        moves.append(_move(_("Take out of the course"), "enrolment-withdraw", reference))
    if policies.can_take_back_withdrawal(user, enrolment):
        moves.append(_move(_("Put back into the course"), "enrolment-take-back", reference))
    return moves


def name_outcomes(invitations: Iterable[Invitation]) -> list[Invitation]:
    """The invitations with ``outcome_labels``: what was recommended, in words, in one query."""
    rows = list(invitations)
    names = policies.recommendations({code for row in rows for code in row.outcomes})
    for row in rows:
        labels = [names.get(code, code) for code in row.outcomes]
        row.outcome_labels = labels  # type: ignore[attr-defined]
    return rows


def name_people(enrolments: Iterable[Enrolment], user: Any) -> list[Enrolment]:
    """The enrolments with ``shown_name``: how this user reads each person (R003, R006)."""
    rows = list(enrolments)
    for row in rows:
        row.shown_name = row.name_for(user)  # type: ignore[attr-defined]
    return rows


def totals_of(session: OrientationSession) -> list[dict[str, Any]]:
    """How many were there by group, and children travelling alone among them (R057).

    Of the whole session, whoever asks: numbers without names. The groups exclude each other and
    add up to the total; the last figure is a part of them.
    """
    rows = session.invitations.present().with_group()
    present = list(rows.values_list("group", "case__is_unaccompanied_child"))
    groups = Counter(group for group, _alone in present)
    figures = [{"label": _("Present"), "value": len(present)}]
    figures += [
        {"label": ReportingGroup(group).label, "value": groups[group]}
        for group in ReportingGroup.values
    ]
    alone = sum(is_alone for _group, is_alone in present)
    return [*figures, {"label": _("Of these, children travelling alone"), "value": alone}]


@dataclass(frozen=True, kw_only=True)
class CourseDay:
    """One day of a course and how far its roll is called."""

    day: datetime.date
    marked: int
    expected: int
    can_be_called: bool
    sheets: Sequence[SignedSheet]

    @property
    def is_missing(self) -> bool:
        return self.can_be_called and self.marked < self.expected


def days_strip(
    edition: Edition, people: int, sheets: Iterable[SignedSheet] = ()
) -> list[CourseDay]:
    """The days of a course with the half-days marked on each, and their signed sheets."""
    filed: dict[datetime.date, list[SignedSheet]] = defaultdict(list)
    for sheet in sheets:
        filed[sheet.day].append(sheet)
    rows = (
        AttendanceMark.objects.filter(enrolment__edition=edition)
        .order_by()
        .values_list("day")
        .annotate(total=Count("pk"))
    )
    marked = dict(rows)
    return [
        CourseDay(
            day=day,
            marked=marked.get(day, 0),
            expected=people * 2,
            can_be_called=edition.is_open and day <= today(),
            sheets=filed[day],
        )
        for day in days_of(edition)
    ]


@dataclass(frozen=True, kw_only=True)
class EditionChoice:
    """A course somebody may join: what it means for the return, and what stands in the way."""

    edition: Edition
    free: int
    effect: Effect
    problems: list[str]
    may_apply: bool


def choices_for(
    standing: Standing,
    editions: Iterable[Edition],
    enrolled: Sequence[Enrolment],
    *,
    find: Callable[..., list[ValidationError]] = obstacles,
) -> list[EditionChoice]:
    """Courses for one person, with their effect on the wished date (R079), in no further query.

    ``find``: what stands in the way of a place, or of an application for one (R074).
    """
    choices = []
    for edition in editions:
        given: int = edition.seats_taken + edition.seats_promised  # type: ignore[attr-defined]
        errors = find(standing, edition, seats_taken=given, on=today())
        problems = [message for error in errors for message in error.messages]
        problems += _engagements(standing, edition)
        own = edition.pk in standing.promised
        choices.append(
            EditionChoice(
                edition=edition,
                free=max(0, edition.capacity - given + own),
                effect=effect_of(standing.case, edition, enrolled),
                problems=problems,
                may_apply=edition.module_version.is_vocational
                and edition.pk not in standing.applications
                and not common_obstacles(standing, edition, seats_taken=given, on=today()),
            )
        )
    return choices


def _engagements(standing: Standing, edition: Edition) -> list[str]:
    """What the person is committed to on the days of a course; the service has the last word."""
    return [
        _("Engaged from %(first)s to %(last)s: %(label)s.")
        % {
            "first": date_format(held.first_day, "SHORT_DATE_FORMAT"),
            "last": date_format(held.last_day, "SHORT_DATE_FORMAT"),
            "label": held.label,
        }
        for held in standing.commitments
        if _is_in_the_way(held, edition)
    ]


def _is_in_the_way(held: Commitment, edition: Edition) -> bool:
    if held.kind == CommitmentKind.TRAVEL:
        return held.first_day <= edition.ends_on
    return held.first_day <= edition.ends_on and held.last_day >= edition.starts_on


def journeys_of(edition: Edition, user: Any) -> list[dict[str, Any]]:
    """When the people of a course travel, the earliest first, as far as this user may see them:
    what another day of the course has to heed (R108).
    """
    rows = Enrolment.objects.visible_to(user).filter(edition=edition).live()
    people = {row.case.person_id: row for row in rows.select_related("case__person")}
    journeys = Commitment.objects.live().filter(person__in=people, kind=CommitmentKind.TRAVEL)
    return [
        {"enrolment": people[held.person_id], "day": held.first_day}
        for held in journeys.order_by("days", "id")
    ]


def live_enrolments(case: Case) -> list[Enrolment]:
    """Courses agreed so far, for the effect of one more."""
    rows = Enrolment.objects.filter(case=case).live()
    return list(rows.select_related("edition__module_version"))


def best_points(criteria: int) -> int:
    """The most points that the answers to so many criteria can give (R074)."""
    return criteria * max(FIT_POINTS.values())


def points_of(answers: Iterable[CriterionAnswer]) -> int:
    """What the answers of one applicant are worth."""
    return sum(FIT_POINTS[answer.fit] for answer in answers)
