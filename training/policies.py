"""Who may run sessions and courses, and what the rules of the programme allow."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models import Assignment, Office, User
from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from cases import policies as case_policies
from cases.enums import ConsentPurpose
from cases.models import Case
from cases.workflow import BEFORE_DEPARTURE
from core.clock import today
from core.rounding import percent
from partners.models import CityDuty, Organisation, OrganisationKind
from reference import calendar, rules
from reference.models import Service
from training.enums import (
    ApplicationStatus,
    EditionStatus,
    EnrolmentStatus,
    ModuleGroup,
    Outcome,
)
from training.models import (
    HOST_ROLES,
    Application,
    AttendanceMark,
    Edition,
    Enrolment,
    Invitation,
    Module,
    ModuleVersion,
    OrientationSession,
)
from training.models.editions import run_by_partner
from training.workflow import BEFORE_START, DECISIONS, OPEN_EDITIONS, PENDING

PREPARATORY_GROUPS = (ModuleGroup.PERSONAL_DEVELOPMENT, ModuleGroup.BUSINESS)


# --- people -------------------------------------------------------------------------------------
def is_own_staff(user: Any) -> bool:
    """Does the user work for us, not for a partner (R053)?"""
    organisation = user.organisation
    return organisation is None or organisation.kind == OrganisationKind.INTERNATIONAL


def own_staff(office: Office | None = None) -> QuerySet[User]:
    """People who may lead an orientation session, of one office or its mission (R053)."""
    staff = User.objects.filter(
        Q(organisation__isnull=True) | Q(organisation__kind=OrganisationKind.INTERNATIONAL),
        is_active=True,
        is_machine=False,
        is_system=False,
    )
    held = Assignment.objects.on(today()).filter(role__in=HOST_ROLES)
    if office is not None:
        held = held.filter(office__in=[pk for pk in (office.pk, office.parent_id) if pk])
    found: QuerySet[User] = staff.filter(pk__in=held.values("user"))
    return found.order_by("name", "pk")


def approvers(asking: Any) -> QuerySet[User]:
    """Other people who may approve an exception."""
    roles = [
        role for role, held in ROLE_PERMISSIONS.items() if Permission.APPROVE_OVERRIDES in held
    ]
    held = Assignment.objects.on(today()).filter(role__in=roles)
    people: QuerySet[User] = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return people.exclude(pk=asking.pk).order_by("name", "pk")


def can_approve(approver: Any, asking: Any) -> bool:
    """Is this another person, with the right to approve exceptions?"""
    return approver.pk != asking.pk and bool(approver.has_permission(Permission.APPROVE_OVERRIDES))


# --- orientation --------------------------------------------------------------------------------
def can_run_sessions(user: Any, office_id: int) -> bool:
    """Plan, invite, call the roll and close at this orientation point?"""
    return user.has_permission(Permission.RUN_SESSIONS) and office_id in user.offices_for(
        Role.CASEWORKER, Role.PROTECTION_OFFICER
    )


def may_be_invited(case: Case) -> bool:
    """Orientation is offered until departure."""
    return case.status in BEFORE_DEPARTURE


def nationalities_of(session: OrientationSession) -> set[str]:
    """Nationalities among those expected in a session (R052)."""
    rows = session.invitations.expected().values_list("case__person__nationality", flat=True)
    return set(rows)


def next_session_for(nationality: str, session: OrientationSession) -> OrientationSession | None:
    """The next session at the same office that this nationality may join (R052)."""
    later = (
        OrientationSession.objects.planned()
        .filter(office=session.office, mode=session.mode, starts_at__gte=session.starts_at)
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


@dataclass(frozen=True, kw_only=True)
class FillRate:
    """How many of the places of a city's courses were taken in a year (R090)."""

    year: int
    taken: int
    places: int


def fill_rate(office: Office, year: int) -> FillRate:
    """Of the courses that began in a year and were not cancelled."""
    held = Edition.objects.filter(office=office, starts_on__year=year)
    held = held.exclude(status=EditionStatus.CANCELLED)
    places = held.aggregate(total=Sum("capacity"))["total"] or 0
    people = Enrolment.objects.filter(edition__in=held)
    taken = people.exclude(status=EnrolmentStatus.WITHDRAWN).count()
    return FillRate(year=year, taken=taken, places=places)


def transit_warning(office: Office, on: datetime.date) -> str:
    """Why a course in a place of transit is to be thought over; empty elsewhere (R063, R090)."""
    if not office.is_transit:
        return ""
    rate = fill_rate(office, on.year - 1)
    share = percent(rate.taken, rate.places)
    place = _("%(city)s is a place of transit: people rarely stay long enough for a course.")
    if share is not None:
        last = _("In %(year)s, %(taken)s of %(places)s places there were taken (%(percent)s %%).")
    else:
        last = _("In %(year)s, no course was held there.")
    return f"{place} {last}" % {
        "city": office.name,
        "year": rate.year,
        "taken": rate.taken,
        "places": rate.places,
        "percent": "" if share is None else number_format(share),
    }


def default_support(office: Office, on: datetime.date) -> Organisation | None:
    """The organisation that supports attendance in this city (R087)."""
    duty = duties(office, on).filter(duty=CityDuty.Duty.SUPPORT).order_by("id").first()
    return duty.agreement.organisation if duty else None


def can_change_edition(user: Any, edition: Edition) -> bool:
    return edition.status in OPEN_EDITIONS and can_plan_edition(
        user,
        office=edition.office,
        trainer_organisation=edition.trainer_organisation,
        on=edition.starts_on,
    )


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
    return calls_roll_of(user, edition) or can_plan_edition(
        user,
        office=edition.office,
        trainer_organisation=edition.trainer_organisation,
        on=edition.starts_on,
    )


def can_enrol(user: Any, case: Case) -> bool:
    """The caseworker of the orientation point, until departure."""
    return (
        user.has_permission(Permission.ENROL)
        and case.status in BEFORE_DEPARTURE
        and case_policies.works_at_host(user, case)
    )


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


def course_days(
    version: ModuleVersion,
    office: Office,
    starts_on: datetime.date,
    skipped: Iterable[datetime.date] = (),
) -> list[datetime.date]:
    """The working days of a course, without public holidays and days not held (R079)."""
    left_out = set(skipped)
    days = calendar.working_days(starts_on, office.country_id)
    return list(islice((day for day in days if day not in left_out), version.days))


def days_of(edition: Edition) -> list[datetime.date]:
    """The days on which an edition is held."""
    return course_days(
        edition.module_version, edition.office, edition.starts_on, edition.skipped_days
    )


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


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What courses mean for the return: how many days, until when, how much later (R079)."""

    days: int
    first_on: datetime.date
    last_on: datetime.date
    wished_on: datetime.date | None

    @property
    def earliest_travel_on(self) -> datetime.date:
        return self.last_on + datetime.timedelta(days=1)

    @property
    def delay(self) -> int:
        """Days by which the return comes later than wished; 0 when it does not."""
        if self.wished_on is None:
            return 0
        return max(0, (self.earliest_travel_on - self.wished_on).days)


def estimate(
    case: Case, versions: Sequence[ModuleVersion], starts_on: datetime.date
) -> Effect | None:
    """Courses one after the other from a day: their end, against the wished date (R079)."""
    total = sum(version.days for version in versions)
    if not total:
        return None
    country = case.office.country_id
    days = list(islice(calendar.working_days(starts_on, country), total))
    return Effect(days=total, first_on=days[0], last_on=days[-1], wished_on=case.wished_travel_on)


def effect_of(case: Case, edition: Edition, others: Sequence[Enrolment]) -> Effect:
    """What joining an edition means together with the courses already agreed (R079)."""
    ends = [edition.ends_on, *(row.edition.ends_on for row in others)]
    return Effect(
        days=edition.module_version.days + sum(r.edition.module_version.days for r in others),
        first_on=edition.starts_on,
        last_on=max(ends),
        wished_on=case.wished_travel_on,
    )


def can_withdraw(user: Any, enrolment: Enrolment) -> bool:
    """The caseworker for the person; the partner a nomination it cannot take."""
    if not enrolment.is_live or not user.has_permission(Permission.WITHDRAW_ENROLMENTS):
        return False
    if can_enrol(user, enrolment.case):
        return True
    return enrolment.status in BEFORE_START and is_partner_of(user, enrolment.edition)


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
