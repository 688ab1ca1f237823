"""Opening accounts, giving roles, issuing keys, ending what somebody is signed in to."""

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import notifications, policies
from accounts.models import HOST_KINDS, Assignment, MachineKey, User
from accounts.permissions import EXPIRING_ROLES, ROLE_SCOPES, Permission, Role
from core import records
from core.clock import today
from core.exceptions import Refused

LONGEST_GRANT = datetime.timedelta(days=366)
"""How far ahead a partner's role or a key may end."""


def is_installation(by: User | None) -> bool:
    """Is this the installation setting itself up, a command or a job, and not a person?"""
    return by is None or by.is_system


# --- accounts -----------------------------------------------------------------------------------
@transaction.atomic
def open_account(
    *,
    email: str,
    name: str,
    language: str = "fr",
    password: str | None = None,
    by: User | None,
    **extra: Any,
) -> User:
    """Open an account. Without a password its holder is told by mail how to set one; a machine
    account has none and works by keys (R012).
    """
    user = User(email=email.strip().lower(), name=name, language=language, **extra)
    user.set_unusable_password()
    user = records.save(user, by=by)
    if password is not None:  # apart from the audited row, which would keep the digest
        user.set_password(password)
        user.save(update_fields=["password"])
    elif not user.is_machine and not is_installation(by):
        notifications.account_opened(user)
    return user


@transaction.atomic
def change_account(user: User, *, email: str, name: str, language: str, by: User) -> User:
    """Correct the address, the name or the language. The address signs in, so the former one is
    forgotten everywhere.
    """
    _check_may_manage(by, user)
    user = records.lock(user)
    email = email.strip().lower()
    if email != user.email:
        EmailAddress.objects.filter(user=user).delete()
    user.email, user.name, user.language = email, name, language
    return records.save(user, by=by)


@transaction.atomic
def choose_language(user: User, *, language: str) -> User:
    """The language somebody wants for pages and mail."""
    user = User.objects.select_for_update().get(pk=user.pk)
    user.language = language
    return records.save(user, by=user)


@transaction.atomic
def deactivate(user: User, *, by: User, reason: str) -> User:
    """Close an account at once: its sign-ins end, its keys are refused, its history stays."""
    _check_may_manage(by, user)
    user = records.lock(user)
    user.is_active = False
    end_sign_ins(user)
    return records.save(user, by=by, reason=reason)


@transaction.atomic
def reactivate(user: User, *, by: User, reason: str) -> User:
    """Open a closed account again, with the roles that are still in force."""
    _check_may_manage(by, user)
    user = records.lock(user)
    user.is_active = True
    return records.save(user, by=by, reason=reason)


@transaction.atomic
def end_sign_ins(user: User, *, keep: str | None = None) -> int:
    """Sign somebody out everywhere, but for the sign-in whose key is ``keep``. Returns how many."""
    sessions = Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=keep)
    ended = [
        session.pk
        for session in sessions.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=ended).delete()
    return len(ended)


# --- roles --------------------------------------------------------------------------------------
@transaction.atomic
def assign(
    *, user: User, role: str, starts_on: datetime.date, by: User | None, **scope: Any
) -> Assignment:
    """Give a role over a scope between dates (R002, R007).

    Nobody gives a role to themselves. Each role is held over what ``ROLE_SCOPES`` says; a partner's
    ends within a year. Raises ValidationError.
    """
    if by is not None and by.pk == user.pk:
        raise ValidationError({"user": _("Nobody gives a role to themselves.")}, code="own_role")
    if by is not None and not is_installation(by) and not policies.can_give_roles(by, user):
        raise Refused(_("You may not give roles to this account."), user)
    user = records.lock(user)  # two roles given at once must see each other
    assignment = Assignment(user=user, role=role, starts_on=starts_on, **scope)
    if errors := _scope_errors(assignment) | _end_errors(assignment, by=by):
        raise ValidationError(errors)
    return records.save(assignment, by=by)


@transaction.atomic
def end_assignment(assignment: Assignment, *, ends_on: datetime.date, by: User) -> Assignment:
    """Set the last day of a role, earlier or later; the role ends with that day.

    What was held until yesterday stays on record. Raises ValidationError, Refused.
    """
    assignment = records.lock(assignment)
    if not policies.can_change_end(by, assignment, today()):
        raise Refused(_("You may not change this role."), assignment)
    if ends_on < today() - datetime.timedelta(days=1):
        raise ValidationError(
            {"ends_on": _("Choose yesterday or a later day: what was held so far stays on record.")}
        )
    records.lock(assignment.user)
    assignment.ends_on = ends_on
    if errors := _end_errors(assignment, by=by):
        raise ValidationError(errors)
    return records.save(assignment, by=by)


@transaction.atomic
def take_back(assignment: Assignment, *, by: User, reason: str) -> User:
    """Remove a role given by mistake, on its first day at the latest; the audit keeps it."""
    assignment = records.lock(assignment)
    if not policies.can_take_back(by, assignment, today()):
        raise Refused(_("This role has been held already. Set its last day instead."), assignment)
    user = assignment.user
    records.delete(assignment, by=by, reason=reason)
    return user


def _scope_errors(assignment: Assignment) -> dict[str, str]:
    """By field, where it is not exactly what the role is held over."""
    names = ROLE_SCOPES.get(assignment.role)
    if names is None:
        return {"role": _("Choose a role.")}
    asked = {
        "office": _("This role is held over an office. Choose one."),
        "country": _("This role is held over a country of origin. Choose one."),
        "programme": _("This role is held over a programme. Choose one."),
        "organisation": _("This role is held for an organisation. Choose one."),
    }
    given = [name for name in asked if getattr(assignment, name) is not None]
    errors = {
        name: _("This role is not held over this. Leave the field empty.")
        for name in given
        if name not in names
    }
    fitting = [name for name in given if name in names]
    if names and not fitting:
        missing = asked[names[0]]
        if len(names) > 1:
            missing = _("This role is held over an office or over a country. Choose one of them.")
        errors[names[0]] = missing
    if len(fitting) > 1:
        errors[fitting[1]] = _("Choose an office or a country, not both. Give two roles for both.")
    office = assignment.office
    if office is not None and "office" in fitting and office.kind not in HOST_KINDS:
        errors["office"] = _("Choose the mission or an orientation point for this role.")
    if assignment.supervises and assignment.role != Role.CASEWORKER:
        errors["supervises"] = _("Only a caseworker supervises others. Leave this empty.")
    return errors


def _end_errors(assignment: Assignment, *, by: User | None) -> dict[str, str]:
    """A partner's role ends, and a person gives it for a year at most."""
    if assignment.role not in EXPIRING_ROLES:
        return {}
    if assignment.ends_on is None:
        return {"ends_on": _("A partner's role needs an end date.")}
    latest = max(assignment.starts_on, today()) + LONGEST_GRANT
    if assignment.ends_on > latest and not is_installation(by):
        return {"ends_on": _("A partner's role is given for a year at most. Renew it then.")}
    return {}


# --- keys ---------------------------------------------------------------------------------------
@transaction.atomic
def issue_key(
    *,
    user: User,
    label: str,
    expires_on: datetime.date,
    by: User | None,
    permissions: list[str] | None = None,
) -> tuple[MachineKey, str]:
    """Issue an API key (R012). Returns the row and the key, which is shown this once.

    A person issues keys to machine accounts only, for a year at most. Raises ValidationError.
    """
    if set(permissions or ()) - {p.value for p in Permission}:
        raise ValidationError({"permissions": _("Choose permissions of the list.")})
    if not is_installation(by):
        _check_key(user, expires_on)
    key, prefix, digest = MachineKey.generate()
    row = MachineKey(
        user=user,
        label=label,
        prefix=prefix,
        digest=digest,
        expires_on=expires_on,
        permissions=permissions or [],
    )
    return records.save(row, by=by), key


def _check_key(user: User, expires_on: datetime.date) -> None:
    if not user.is_machine or not user.is_active:
        raise ValidationError(
            _("Keys belong to open machine accounts. Open one for the organisation first."),
            code="no_machine",
        )
    if not today() <= expires_on <= today() + LONGEST_GRANT:
        raise ValidationError(
            {"expires_on": _("Choose a day from today on, within a year.")}, code="key_life"
        )


@transaction.atomic
def revoke_key(key: MachineKey, *, by: User) -> MachineKey:
    """Refuse this key from now on (R012)."""
    _check_may_manage(by, key.user)
    key = records.lock(key)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
    return records.save(key, by=by)


def _check_may_manage(by: User, user: User) -> None:
    if not policies.can_manage(by, user):
        raise Refused(_("You may not change this account."), user)
