"""Who may change accounts and roles, and when."""

import datetime

from accounts.models import Assignment, User
from accounts.permissions import Permission


def can_manage(by: User, user: User) -> bool:
    """Change, close or open this account? Nobody their own, and nobody the system's."""
    return by.has_permission(Permission.MANAGE_ACCOUNTS) and by.pk != user.pk and not user.is_system


def can_give_roles(by: User, user: User) -> bool:
    """Nobody gives a role to themselves (R001)."""
    return can_manage(by, user) and user.is_active


def can_change_end(by: User, assignment: Assignment, on: datetime.date) -> bool:
    """A role that is over stays over; another one is given instead."""
    is_over = assignment.ends_on is not None and assignment.ends_on < on
    return can_manage(by, assignment.user) and not is_over


def can_take_back(by: User, assignment: Assignment, on: datetime.date) -> bool:
    """Undo a role given by mistake, until the end of its first day."""
    return can_manage(by, assignment.user) and assignment.starts_on >= on
