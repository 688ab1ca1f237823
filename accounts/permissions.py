"""Roles and what each may do: code, reviewed and diffable (design §5). Who holds which: data."""

from enum import Enum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(Enum):
    """What a page or endpoint asks for. Named object:verb."""

    VIEW_CASES = "cases:view"
    REGISTER_CASES = "cases:register"
    EDIT_CASES = "cases:edit"
    CLOSE_CASES = "cases:close"
    MERGE_CASES = "cases:merge"
    RECORD_CONSENT = "consents:record"
    SEND_HANDOVER = "handover:send"
    RECEIVE_HANDOVER = "handover:receive"
    RECORD_CONTACT = "contacts:record"
    VIEW_PROTECTION = "protection:view"
    DECIDE_CHILD_RETURN = "protection:decide"
    REFER_PEOPLE = "referrals:create"
    VIEW_REFERRALS = "referrals:view"
    HANDLE_REFERRALS = "referrals:handle"
    VIEW_SESSIONS = "sessions:view"
    RUN_SESSIONS = "sessions:run"
    APPROVE_OVERRIDES = "overrides:approve"
    VIEW_MODULES = "modules:view"
    MANAGE_MODULES = "modules:manage"
    VIEW_EDITIONS = "editions:view"
    PLAN_EDITIONS = "editions:plan"
    ENROL = "enrolments:create"
    WITHDRAW_ENROLMENTS = "enrolments:withdraw"
    VIEW_APPLICATIONS = "applications:view"
    DECIDE_APPLICATIONS = "applications:decide"
    WRITE_ATTENDANCE = "attendance:write"
    VIEW_JOURNEYS = "journeys:view"
    PLAN_JOURNEYS = "journeys:plan"
    CONFIRM_ARRIVAL = "arrivals:confirm"
    VIEW_PLANS = "plans:view"
    WRITE_PLANS = "plans:write"
    AGREE_PLANS = "plans:agree"
    VIEW_ITEMS = "items:view"
    APPROVE_ITEMS = "items:approve"
    VIEW_PAYMENTS = "payments:view"
    PAY = "payments:pay"
    VIEW_SURVEYS = "surveys:view"
    ANSWER_SURVEYS = "surveys:answer"
    MANAGE_SURVEYS = "surveys:manage"
    VIEW_INDICATORS = "indicators:view"
    PREPARE_REPORTS = "reports:prepare"
    RELEASE_REPORTS = "reports:release"
    READ_RELEASED_REPORTS = "reports:read"
    VIEW_PROGRAMMES = "programmes:view"
    MANAGE_PROGRAMMES = "programmes:manage"
    VIEW_REFERENCE = "reference:view"
    MANAGE_REFERENCE = "reference:manage"
    MANAGE_ACCOUNTS = "accounts:manage"
    READ_AUDIT = "audit:read"


class Role(models.TextChoices):
    CLERK = "clerk", _("Registration clerk")
    CASEWORKER = "caseworker", _("Caseworker")
    PROTECTION_OFFICER = "protection_officer", _("Protection officer")
    TRAINER = "trainer", _("Trainer")
    PARTNER_COORDINATOR = "partner_coordinator", _("Lead partner coordinator")
    FOCAL_POINT = "focal_point", _("Focal point in the country of origin")
    REINTEGRATION_OFFICER = "reintegration_officer", _("Reintegration officer")
    PROGRAMME_MANAGER = "programme_manager", _("Programme manager")
    ME_OFFICER = "me_officer", _("Monitoring and evaluation officer")
    FINANCE_OFFICER = "finance_officer", _("Finance officer")
    COMMITTEE_MEMBER = "committee_member", _("Committee member")
    DONOR = "donor", _("Donor")
    PARTNER_CLIENT = "partner_client", _("Partner organisation")
    REFERRER = "referrer", _("Government referrer")
    EVALUATOR = "evaluator", _("External evaluator")
    DATA_PROTECTION_OFFICER = "data_protection_officer", _("Data protection officer")
    ADMINISTRATOR = "administrator", _("Administrator")


P = Permission

PERMISSION_LABELS: dict[Permission, Any] = {
    P.VIEW_CASES: _("See cases"),
    P.REGISTER_CASES: _("Register migrants"),
    P.EDIT_CASES: _("Correct and complete cases"),
    P.CLOSE_CASES: _("Close cases"),
    P.MERGE_CASES: _("Join two files of the same person"),
    P.RECORD_CONSENT: _("Record consents and declarations"),
    P.SEND_HANDOVER: _("Hand cases over to the country of origin"),
    P.RECEIVE_HANDOVER: _("Answer handovers"),
    P.RECORD_CONTACT: _("Log contacts and notes"),
    P.VIEW_PROTECTION: _("See protection entries and restricted files"),
    P.DECIDE_CHILD_RETURN: _("Decide on the return of children travelling alone"),
    P.REFER_PEOPLE: _("Refer people"),
    P.VIEW_REFERRALS: _("See referrals"),
    P.HANDLE_REFERRALS: _("Answer referrals"),
    P.VIEW_SESSIONS: _("See orientation sessions"),
    P.RUN_SESSIONS: _("Plan and run orientation sessions"),
    P.APPROVE_OVERRIDES: _("Approve exceptions to rules"),
    P.VIEW_MODULES: _("See course modules"),
    P.MANAGE_MODULES: _("Change course modules"),
    P.VIEW_EDITIONS: _("See courses"),
    P.PLAN_EDITIONS: _("Plan courses"),
    P.ENROL: _("Enrol people in courses"),
    P.WITHDRAW_ENROLMENTS: _("Take people out of courses"),
    P.VIEW_APPLICATIONS: _("See applications for vocational courses"),
    P.DECIDE_APPLICATIONS: _("Decide who gets a vocational place"),
    P.WRITE_ATTENDANCE: _("Call the roll"),
    P.VIEW_JOURNEYS: _("See journeys"),
    P.PLAN_JOURNEYS: _("Plan journeys"),
    P.CONFIRM_ARRIVAL: _("Confirm arrivals"),
    P.VIEW_PLANS: _("See reintegration plans"),
    P.WRITE_PLANS: _("Write reintegration plans"),
    P.AGREE_PLANS: _("Agree to reintegration plans"),
    P.VIEW_ITEMS: _("See assistance and its amounts"),
    P.APPROVE_ITEMS: _("Approve assistance"),
    P.VIEW_PAYMENTS: _("See payments"),
    P.PAY: _("Pay"),
    P.VIEW_SURVEYS: _("See questionnaires and answers"),
    P.ANSWER_SURVEYS: _("Enter answers to questionnaires"),
    P.MANAGE_SURVEYS: _("Change questionnaires"),
    P.VIEW_INDICATORS: _("See indicators"),
    P.PREPARE_REPORTS: _("Prepare reports"),
    P.RELEASE_REPORTS: _("Release reports"),
    P.READ_RELEASED_REPORTS: _("Read released reports"),
    P.VIEW_PROGRAMMES: _("See programmes"),
    P.MANAGE_PROGRAMMES: _("Amend programmes"),
    P.VIEW_REFERENCE: _("See reference data, offices and partners"),
    P.MANAGE_REFERENCE: _("Change reference data"),
    P.MANAGE_ACCOUNTS: _("Open accounts and give roles"),
    P.READ_AUDIT: _("Read the audit trail"),
}

_CASE_WORK = frozenset(
    {
        P.VIEW_CASES,
        P.REGISTER_CASES,
        P.EDIT_CASES,
        P.CLOSE_CASES,
        P.RECORD_CONSENT,
        P.RECORD_CONTACT,
        P.VIEW_REFERRALS,
        P.HANDLE_REFERRALS,
        P.VIEW_SESSIONS,
        P.RUN_SESSIONS,
        P.VIEW_MODULES,
        P.VIEW_EDITIONS,
        P.ENROL,
        P.WITHDRAW_ENROLMENTS,
        P.VIEW_APPLICATIONS,
        P.WRITE_ATTENDANCE,
        P.VIEW_JOURNEYS,
        P.PLAN_JOURNEYS,
        P.CONFIRM_ARRIVAL,
        P.SEND_HANDOVER,
        P.VIEW_PLANS,
        P.WRITE_PLANS,
        P.VIEW_SURVEYS,
        P.ANSWER_SURVEYS,
        P.VIEW_REFERENCE,
        P.VIEW_PROGRAMMES,
    }
)
_ORIGIN_WORK = frozenset(
    {
        P.VIEW_CASES,
        P.EDIT_CASES,
        P.CLOSE_CASES,
        P.RECORD_CONSENT,
        P.RECORD_CONTACT,
        P.RECEIVE_HANDOVER,
        P.CONFIRM_ARRIVAL,
        P.VIEW_JOURNEYS,
        P.VIEW_PLANS,
        P.WRITE_PLANS,
        P.AGREE_PLANS,
        P.VIEW_ITEMS,
        P.VIEW_SURVEYS,
        P.ANSWER_SURVEYS,
        P.VIEW_REFERENCE,
        P.VIEW_PROGRAMMES,
    }
)

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.CLERK: frozenset(
        {
            P.VIEW_CASES,
            P.REGISTER_CASES,
            P.EDIT_CASES,
            P.RECORD_CONSENT,
            P.RECORD_CONTACT,
            P.VIEW_REFERRALS,
            P.HANDLE_REFERRALS,
            P.VIEW_SESSIONS,
            P.VIEW_MODULES,
            P.VIEW_EDITIONS,
            P.VIEW_REFERENCE,
        }
    ),
    Role.CASEWORKER: _CASE_WORK | {P.MERGE_CASES},
    Role.PROTECTION_OFFICER: _CASE_WORK
    | {
        P.MERGE_CASES,
        P.VIEW_PROTECTION,
        P.DECIDE_CHILD_RETURN,
        P.DECIDE_APPLICATIONS,
        P.RECEIVE_HANDOVER,
        P.AGREE_PLANS,
        P.VIEW_ITEMS,
    },
    Role.TRAINER: frozenset(
        {
            P.VIEW_MODULES,
            P.VIEW_EDITIONS,
            P.WITHDRAW_ENROLMENTS,
            P.WRITE_ATTENDANCE,
            P.VIEW_SURVEYS,
            P.ANSWER_SURVEYS,
        }
    ),
    Role.PARTNER_COORDINATOR: frozenset(
        {
            P.VIEW_MODULES,
            P.VIEW_EDITIONS,
            P.PLAN_EDITIONS,
            P.WITHDRAW_ENROLMENTS,
            P.WRITE_ATTENDANCE,
            P.VIEW_SURVEYS,
            P.ANSWER_SURVEYS,
        }
    ),
    Role.FOCAL_POINT: _ORIGIN_WORK,
    Role.REINTEGRATION_OFFICER: _ORIGIN_WORK,
    Role.PROGRAMME_MANAGER: frozenset(
        {
            P.VIEW_CASES,
            P.CLOSE_CASES,
            P.MERGE_CASES,
            P.VIEW_SESSIONS,
            P.APPROVE_OVERRIDES,
            P.VIEW_MODULES,
            P.MANAGE_MODULES,
            P.VIEW_EDITIONS,
            P.PLAN_EDITIONS,
            P.VIEW_APPLICATIONS,
            P.DECIDE_APPLICATIONS,
            P.VIEW_JOURNEYS,
            P.VIEW_PLANS,
            P.AGREE_PLANS,
            P.VIEW_ITEMS,
            P.APPROVE_ITEMS,
            P.VIEW_PAYMENTS,
            P.VIEW_SURVEYS,
            P.VIEW_INDICATORS,
            P.RELEASE_REPORTS,
            P.READ_RELEASED_REPORTS,
            P.VIEW_PROGRAMMES,
            P.MANAGE_PROGRAMMES,
            P.VIEW_REFERENCE,
        }
    ),
    Role.ME_OFFICER: frozenset(
        {
            P.VIEW_INDICATORS,
            P.PREPARE_REPORTS,
            P.READ_RELEASED_REPORTS,
            P.VIEW_MODULES,
            P.VIEW_SURVEYS,
            P.MANAGE_SURVEYS,
            P.VIEW_PROGRAMMES,
            P.VIEW_REFERENCE,
        }
    ),
    Role.FINANCE_OFFICER: frozenset(
        {P.VIEW_ITEMS, P.VIEW_PAYMENTS, P.PAY, P.VIEW_PROGRAMMES, P.VIEW_REFERENCE}
    ),
    Role.COMMITTEE_MEMBER: frozenset(),
    Role.DONOR: frozenset({P.VIEW_INDICATORS, P.READ_RELEASED_REPORTS, P.VIEW_PROGRAMMES}),
    Role.PARTNER_CLIENT: frozenset(
        {P.VIEW_MODULES, P.VIEW_EDITIONS, P.WITHDRAW_ENROLMENTS, P.WRITE_ATTENDANCE}
    ),
    Role.REFERRER: frozenset({P.REFER_PEOPLE, P.VIEW_REFERRALS}),
    Role.EVALUATOR: frozenset({P.VIEW_MODULES}),
    Role.DATA_PROTECTION_OFFICER: frozenset({P.READ_AUDIT, P.VIEW_REFERENCE}),
    Role.ADMINISTRATOR: frozenset(
        {
            P.MANAGE_ACCOUNTS,
            P.MANAGE_REFERENCE,
            P.VIEW_REFERENCE,
            P.VIEW_MODULES,
            P.VIEW_SURVEYS,
            P.MANAGE_SURVEYS,
            P.VIEW_PROGRAMMES,
        }
    ),
}

# Work of the orientation points: no role over a country brings it.
HOST_WORK = _CASE_WORK - _ORIGIN_WORK


def granted(role: str, *, over_country: bool) -> frozenset[Permission]:
    """What holding a role permits; a protection officer of a country does no host work."""
    permissions = ROLE_PERMISSIONS[role]
    return permissions - HOST_WORK if over_country else permissions


# What a role is held over: exactly one of these, or nothing for the whole installation.
ROLE_SCOPES: dict[str, tuple[str, ...]] = {
    Role.CLERK: ("office",),
    Role.CASEWORKER: ("office",),
    Role.PROTECTION_OFFICER: ("office", "country"),
    Role.TRAINER: ("organisation",),
    Role.PARTNER_COORDINATOR: ("organisation",),
    Role.FOCAL_POINT: ("country",),
    Role.REINTEGRATION_OFFICER: ("country",),
    Role.PROGRAMME_MANAGER: ("programme",),
    Role.ME_OFFICER: ("programme",),
    Role.FINANCE_OFFICER: ("programme",),
    Role.COMMITTEE_MEMBER: ("country",),
    Role.DONOR: ("programme",),
    Role.PARTNER_CLIENT: ("organisation",),
    Role.REFERRER: ("organisation",),
    Role.EVALUATOR: ("programme",),
    Role.DATA_PROTECTION_OFFICER: (),
    Role.ADMINISTRATOR: (),
}

# Two hats that one head may not wear at the same time over any scope.
INCOMPATIBLE_ROLES: frozenset[frozenset[str]] = frozenset(
    frozenset(pair)
    for pair in (
        (Role.PROGRAMME_MANAGER, Role.FINANCE_OFFICER),
        (Role.PROGRAMME_MANAGER, Role.FOCAL_POINT),
        (Role.PROGRAMME_MANAGER, Role.REINTEGRATION_OFFICER),
        (Role.FINANCE_OFFICER, Role.FOCAL_POINT),
        (Role.FINANCE_OFFICER, Role.REINTEGRATION_OFFICER),
        # In a country a protection officer proposes for the children nobody else sees (R138).
        (Role.PROGRAMME_MANAGER, Role.PROTECTION_OFFICER),
        (Role.FINANCE_OFFICER, Role.PROTECTION_OFFICER),
        (Role.ME_OFFICER, Role.PROGRAMME_MANAGER),
        (Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR),
        (Role.DATA_PROTECTION_OFFICER, Role.CASEWORKER),
        (Role.DONOR, Role.CASEWORKER),
        (Role.DONOR, Role.ME_OFFICER),
        (Role.REFERRER, Role.CASEWORKER),
    )
)

# Roles whose grants end: partners and outsiders at most a year at a time.
EXPIRING_ROLES = frozenset(
    {
        Role.TRAINER,
        Role.PARTNER_COORDINATOR,
        Role.PARTNER_CLIENT,
        Role.REFERRER,
        Role.EVALUATOR,
    }
)
