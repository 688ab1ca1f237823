"""Who may open and who may amend a programme."""

from typing import Any

from accounts.permissions import Permission, Role
from programmes.models import Programme


def can_manage(user: Any, programme: Programme) -> bool:
    """Its own managers, and nobody else."""
    return user.has_permission(
        Permission.MANAGE_PROGRAMMES
    ) and programme.pk in user.programmes_for(Role.PROGRAMME_MANAGER)


def can_open(user: Any) -> bool:
    """Administrators: nobody manages a programme before it exists."""
    return bool(user.has_permission(Permission.MANAGE_REFERENCE))
