"""Who may run sessions and courses, and what the rules of the programme allow."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from accounts.models import Assignment, Office, User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from cases import policies as case_policies
from cases.enums import ConsentPurpose
from cases.models import Case
from cases.models.case import HOST_SIDE
from cases.workflow import BEFORE_DEPARTURE
from core.clock import now, today
from partners.models import CityDuty, Organisation
from reference import rules
from reference.models import Service
from training.enums import (
    ApplicationStatus,
    EditionStatus,
    EnrolmentStatus,
    ModuleGroup,
    Outcome,
    SessionStatus,
)
from training.models import (
    Application,
    AttendanceMark,
    Edition,
    EditionOverride,
    Enrolment,
    Invitation,
    Module,
    OrientationSession,
)
from training.models.editions import run_by_partner
from training.workflow import BEFORE_START, DECISIONS, DROPPED, OPEN_EDITIONS, PENDING, UNCONFIRMED

PREPARATORY_GROUPS = (ModuleGroup.PERSONAL_DEVELOPMENT, ModuleGroup.BUSINESS)


# --- people -------------------------------------------------------------------------------------
def own_staff(office: Office | None = None) -> QuerySet[User]:
    """People who may lead an orientation session, of one office or its mission (R053).

    Our own accounts have no organisation; those of partners, whatever their kind, have one.
    """
    staff = User.objects.filter(
        organisation__isnull=True, is_active=True, is_machine=False, is_system=False
    )
    held = Assignment.objects.on(today()).filter(role__in=HOST_SIDE)
    if office is not None:
        held = held.filter(office__in=[pk for pk in (office.pk, office.parent_id) if pk])
    found: QuerySet[User] = staff.filter(pk__in=held.values("user"))
    return found.order_by("name", "pk")


#: Roles that approve exceptions to rules.
APPROVING_ROLES = tuple(
    role for role, held in ROLE_PERMISSIONS.items() if Permission.APPROVE_OVERRIDES in held
)


def approvers(asking: Any, programmes: Iterable[int | None] = ()) -> QuerySet[User]:
    """Other people who may approve an exception for people of these programmes, if of any."""
    held = Assignment.objects.on(today()).filter(role__in=APPROVING_ROLES)
    if concerned := set(programmes) - {None}:
        held = held.filter(programme__in=concerned)
    people: QuerySet[User] = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return people.exclude(pk=asking.pk).order_by("name", "pk")


def can_approve(approver: Any, asking: Any, cases: Iterable[Case]) -> bool:
    """Is this another person, who approves exceptions for a programme of these people?"""
    programmes = {case.programme_id for case in cases}
    return approvers(asking, programmes).filter(pk=approver.pk).exists()


def can_decide_override(user: Any, override: EditionOverride) -> bool:
    """Another person than the one who asked, who approves exceptions for a programme of the people
    concerned, if they are of any (R108)."""
    if not override.waits_for(user):
        return False
    programmes = {row.case.programme_id for row in override.concerned.all()} - {None}
    return user.has_permission(Permission.APPROVE_OVERRIDES) and (
        not programmes or bool(programmes & user.programmes_for(*APPROVING_ROLES))
    )


def can_withdraw_override(user: Any, override: EditionOverride) -> bool:
    """Whoever plans the course, also when it went on or ended meanwhile."""
    return override.is_waiting and plans(user, override.edition)


# --- orientation --------------------------------------------------------------------------------
def can_run_sessions(user: Any, office_id: int) -> bool:
    """Plan, invite, call the roll and close at this orientation point?"""
    return user.has_permission(Permission.RUN_SESSIONS) and office_id in user.offices_for(
        Role.CASEWORKER, Role.PROTECTION_OFFICER
    )


def can_call(user: Any, session: OrientationSession) -> bool:
    """Invite, take answers and call the roll now?"""
    return session.status in {SessionStatus.PLANNED, SessionStatus.HELD} and can_run_sessions(
        user, session.office_id
    )


def can_correct(user: Any, session: OrientationSession) -> bool:
    """Correct who was there, and record what is recommended and thought, now?"""
    return session.status in {SessionStatus.HELD, SessionStatus.CLOSED} and can_run_sessions(
        user, session.office_id
    )


def may_be_invited(case: Case) -> bool:
    """Orientation is offered until departure."""
    return case.status in BEFORE_DEPARTURE


def nationalities_of(session: OrientationSession) -> set[str]:
    """Nationalities among those expected in a session (R052)."""
    rows = session.invitations.expected().values_list("case__person__nationality", flat=True)
    return set(rows)


def next_session_for(nationality: str, session: OrientationSession) -> OrientationSession | None:
    """The next session at the same office that this nationality may still join (R052)."""
    earliest = max(session.starts_at, now())
    later = (
        OrientationSession.objects.planned()
        .filter(office=session.office, mode=session.mode, starts_at__gte=earliest)
        .exclude(pk=session.pk)
        .select_related("office")
        .order_by("starts_at", "id")[:20]
    )
    for candidate in later:
        present = nationalities_of(candidate)
        limit = rules.current(rules.MAX_NATIONALITIES_PER_SESSION, on=candidate.day)
        has_room = candidate.invitations.expected().count() < candidate.capacity
        if has_room and (nationality in present or len(present) < limit):
            return candidate
    return None


def recommendations(keeping: Iterable[str] = ()) -> dict[str, str]:
    """What may be recommended, with its name: courses, the services in use, or nothing (R059).

    ``keeping``: services no longer in use that a record already has.
    """
    services = Service.objects.offered(keeping=keeping).by_label()
    courses = [outcome for outcome in Outcome if outcome != Outcome.NONE]
    return {
        **{outcome.value: str(outcome.label) for outcome in courses},
        **{service.code: service.label for service in services},
        Outcome.NONE.value: str(Outcome.NONE.label),
    }


def oriented_on(case: Case) -> datetime.date | None:
    """The day of the first orientation this case attended; None when there was none (R075)."""
    rows = case.orientations.filter(attended_on__isnull=False).order_by("attended_on")
    return rows.values_list("attended_on", flat=True).first()


def trained_on(case: Case) -> datetime.date | None:
    """The day of the first half-day of any course this case attended; None when there is none."""
    marks = AttendanceMark.objects.filter(enrolment__case=case).attended().order_by("day")
    return marks.values_list("day", flat=True).first()


# --- courses ------------------------------------------------------------------------------------
def can_plan_edition(
    user: Any, *, office: Office, trainer_organisation: Organisation, on: datetime.date
) -> bool:
    """A programme manager anywhere; a coordinator where the own organisation teaches, supports or
    leads (R087)."""
    if not user.has_permission(Permission.PLAN_EDITIONS):
        return False
    if user.programmes_for(Role.PROGRAMME_MANAGER):
        return True
    own = user.organisations_for(Role.PARTNER_COORDINATOR)
    return (
        trainer_organisation.pk in own
        or duties(office, on).filter(agreement__organisation__in=own).exists()
    )


def duties(office: Office, on: datetime.date) -> QuerySet[CityDuty]:
    """Who does what in a city on a day, by agreements in force (R087)."""
    duties = CityDuty.objects.filter(office=office).in_force(on)
    return duties.select_related("agreement__organisation")


def default_support(office: Office, on: datetime.date) -> Organisation | None:
    """The organisation that supports attendance in this city (R087)."""
    duty = duties(office, on).filter(duty=CityDuty.Duty.SUPPORT).order_by("id").first()
    return duty.agreement.organisation if duty else None


def plans(user: Any, edition: Edition) -> bool:
    """Does the user plan this course, whatever its status?"""
    return can_plan_edition(
        user,
        office=edition.office,
        trainer_organisation=edition.trainer_organisation,
        on=edition.starts_on,
    )


def can_change_edition(user: Any, edition: Edition) -> bool:
    return edition.status in OPEN_EDITIONS and plans(user, edition)


def can_mark(user: Any, edition: Edition) -> bool:
    """May the user call the roll of this course now (R077)?"""
    return edition.status in OPEN_EDITIONS and calls_roll_of(user, edition)


def calls_roll_of(user: Any, edition: Edition) -> bool:
    """Does the user work for whoever gives the course, or for us where we teach ourselves?"""
    return (
        user.has_permission(Permission.WRITE_ATTENDANCE)
        and Edition.objects.called_by(user).filter(pk=edition.pk).exists()
    )


def can_file_sheet(user: Any, edition: Edition) -> bool:
    """Keep the signed sheets, also when the course is over (R077)?"""
    return edition.status != EditionStatus.CANCELLED and calls_roll_of(user, edition)


def is_partner_of(user: Any, edition: Edition) -> bool:
    """Does the user's organisation teach, support or lead here?"""
    return Edition.objects.filter(run_by_partner(user), pk=edition.pk).exists()


def can_settle(user: Any, edition: Edition) -> bool:
    """Say who completed the course, or open it again to correct that?"""
    return calls_roll_of(user, edition) or plans(user, edition)


def can_move_edition(user: Any, edition: Edition) -> bool:
    """Put the course on other days, before it begins?"""
    return edition.status == EditionStatus.PLANNED and can_change_edition(user, edition)


def can_complete(user: Any, edition: Edition) -> bool:
    return edition.status == EditionStatus.RUNNING and can_settle(user, edition)


def can_reopen(user: Any, edition: Edition) -> bool:
    return edition.status == EditionStatus.COMPLETED and can_settle(user, edition)


def can_enrol(user: Any, case: Case) -> bool:
    """The caseworker of the orientation point, until departure."""
    return (
        user.has_permission(Permission.ENROL)
        and case.status in BEFORE_DEPARTURE
        and case_policies.works_at_host(user, case)
    )


def can_confirm(user: Any, enrolment: Enrolment) -> bool:
    """The person has not been told yet that the place is theirs."""
    return enrolment.status in UNCONFIRMED and can_enrol(user, enrolment.case)


def can_acknowledge(user: Any, enrolment: Enrolment) -> bool:
    """The training partner answers nominations (R104)."""
    return (
        enrolment.status == EnrolmentStatus.NOMINATED
        and user.has_permission(Permission.WRITE_ATTENDANCE)
        and is_partner_of(user, enrolment.edition)
    )


def agrees_to_share(case: Case) -> bool:
    """May the training partner know this person?"""
    return case_policies.has_consent(case, ConsentPurpose.TRAINING_PARTNER)


def completed_modules(case: Case) -> frozenset[tuple[str, datetime.date]]:
    """Modules this person has completed, and when."""
    rows = Enrolment.objects.filter(case__person=case.person_id, status=EnrolmentStatus.COMPLETED)
    modules = rows.values_list("edition__module_version__module", "ended_on")
    return frozenset((module, on) for module, on in modules if on is not None)


def wholes() -> dict[str, list[set[str]]]:
    """Per preparatory group, each set of modules that is worth the group: one whole module, or
    all parts of one (R072)."""
    modules = Module.objects.filter(group__in=PREPARATORY_GROUPS).prefetch_related(
        "parts", "wholes"
    )
    worth: dict[str, list[set[str]]] = {group: [] for group in PREPARATORY_GROUPS}
    for module in modules:
        parts = {row.part_id for row in module.parts.all()}
        if parts:
            worth[module.group].append(parts)
        if not module.wholes.all():
            worth[module.group].append({module.code})
    return worth


def groups_missing(done: set[str], worth: Mapping[str, list[set[str]]]) -> list[str]:
    """Preparatory groups of which no set of modules is done."""
    return [group for group in worth if not any(modules <= done for modules in worth[group])]


def can_withdraw(user: Any, enrolment: Enrolment) -> bool:
    """The caseworker for the person; the partner a nomination it cannot take."""
    if not enrolment.is_live or not user.has_permission(Permission.WITHDRAW_ENROLMENTS):
        return False
    if can_enrol(user, enrolment.case):
        return True
    return enrolment.status in BEFORE_START and is_partner_of(user, enrolment.edition)


def can_take_back_withdrawal(user: Any, enrolment: Enrolment) -> bool:
    """The caseworker, while the course is not ended."""
    return (
        enrolment.status in DROPPED
        and enrolment.edition.is_open
        and user.has_permission(Permission.WITHDRAW_ENROLMENTS)
        and can_enrol(user, enrolment.case)
    )


# --- vocational places --------------------------------------------------------------------------
def can_apply(user: Any, case: Case) -> bool:
    """The caseworker applies with and for the person (R074)."""
    return can_enrol(user, case)


def can_correct_application(user: Any, application: Application) -> bool:
    """Until a decision is taken; to correct more, the decision is taken back first."""
    return application.is_undecided and can_apply(user, application.case)


def can_withdraw_application(user: Any, application: Application) -> bool:
    """While it is not over; who has a place is taken out of the course instead."""
    return (
        application.status in PENDING
        and can_apply(user, application.case)
        and not application.enrolments.exists()
    )


def decides_for(user: Any, case: Case) -> bool:
    """The manager of the person's programme; a protection officer of the orientation point, who
    alone sees restricted files and people of no programme (R006, R074).
    """
    if not user.has_permission(Permission.DECIDE_APPLICATIONS):
        return False
    manages = case.programme_id in user.programmes_for(Role.PROGRAMME_MANAGER)
    protects = case.office_id in user.offices_for(Role.PROTECTION_OFFICER)
    return protects or (manages and not case.is_restricted)


def can_decide(user: Any, application: Application) -> bool:
    """Another person than the one who applied for the migrant, but for restricted files, which
    may have one reader only (R074).
    """
    is_second = application.applied_by_id != user.pk or application.case.is_restricted
    return (
        application.status in {ApplicationStatus.SUBMITTED, ApplicationStatus.WAITING}
        and is_second
        and decides_for(user, application.case)
    )


def can_take_back_decision(user: Any, application: Application) -> bool:
    """A decision by mistake, while nobody sits on the place."""
    return (
        application.status in DECISIONS
        and decides_for(user, application.case)
        and not application.enrolments.exists()
    )


def can_enrol_accepted(user: Any, application: Application) -> bool:
    """Is the place promised and not taken yet?"""
    return (
        application.is_accepted
        and can_enrol(user, application.case)
        and not application.enrolments.seated().exists()
    )


def has_attended_orientation(case: Case, by_day: datetime.date) -> bool:
    """Was the person oriented on or before a day (R075)?"""
    return Invitation.objects.filter(case=case).attended_by(by_day).exists()


def is_trained(case: Case) -> bool:
    """Has the person attended any half-day of any course?"""
    return Enrolment.objects.filter(case=case).trained_by(datetime.date.max).exists()


def can_ask(user: Any, occasion: OrientationSession | Edition) -> bool:
    """Record what participants think: whoever runs the session, teaches the course, or is of the
    orientation point (R058, R083)."""
    if not user.has_permission(Permission.ANSWER_SURVEYS):
        return False
    if isinstance(occasion, OrientationSession):
        return can_run_sessions(user, occasion.office_id)
    at_office = occasion.office_id in user.offices_for(Role.CASEWORKER, Role.PROTECTION_OFFICER)
    return at_office or is_partner_of(user, occasion)
