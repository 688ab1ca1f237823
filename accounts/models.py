"""People who work with Awda, their offices, and which role each holds where and when."""

import datetime
import hashlib
import secrets
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.permissions import (
    EXPIRING_ROLES,
    INCOMPATIBLE_ROLES,
    Permission,
    Role,
    granted,
)
from core.clock import today
from core.models import Record, ScopedQuerySet


class OfficeKind(models.TextChoices):
    MISSION = "mission", _("Mission in the host country")
    MOP = "mop", _("Migrant orientation point")
    COUNTRY_OFFICE = "country_office", _("Office of the country of origin")


HOST_KINDS = (OfficeKind.MISSION, OfficeKind.MOP)


class OfficeQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Offices are no secret among the staff."""
        allowed = user.is_authenticated and user.has_permission(Permission.VIEW_REFERENCE)
        return self.all() if allowed else self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_host_country(self) -> Self:
        """The mission and its orientation points."""
        return self.filter(kind__in=HOST_KINDS)

    def with_list_data(self) -> Self:
        """With the host institution, its agreements, and who does what in the city."""
        return self.select_related(
            "country", "place", "parent", "host_organisation"
        ).prefetch_related("host_organisation__agreements", "city_duties__agreement__organisation")


class Office(Record):
    """A place our staff work from: the mission, its orientation points, the offices of origin."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=15, choices=OfficeKind.choices)
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        related_name="offices",
        verbose_name=_("country"),
    )
    place = models.ForeignKey(
        "reference.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    host_organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="hosted_offices",
        verbose_name=_("host institution"),
    )
    is_transit = models.BooleanField(_("place of transit"), default=False)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Africa/Casablanca")
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees the own account; administrators see all but the system's."""
        if not user.is_authenticated:
            return self.none()
        if user.has_permission(Permission.MANAGE_ACCOUNTS):
            return self.filter(is_system=False)
        return self.filter(pk=user.pk)

    def holding(self, **assignment: Any) -> Self:
        """With a role in force today that fits, e.g. ``role="clerk"`` or ``office=rabat``."""
        held = Assignment.objects.on(today()).filter(user=OuterRef("pk"), **assignment)
        return self.filter(Exists(held))

    def active_administrators(self) -> Self:
        return self.filter(is_active=True).holding(role=Role.ADMINISTRATOR)

    def with_list_data(self) -> Self:
        """With ``current_assignments``: the roles in force today."""
        current = Assignment.objects.on(today()).with_scope()
        return self.select_related("organisation").prefetch_related(
            Prefetch("assignments", queryset=current, to_attr="current_assignments")
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    """Creates people; e-mail addresses are compared without case."""

    def create_user(self, email: str, name: str, password: str | None = None, **extra: Any) -> Any:
        user = self.model(email=email.strip().lower(), name=name, **extra)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> Any:
        return self.get(email__iexact=username)

    def system(self) -> Any:
        """The user in whose name scheduled work is done."""
        user, _created = self.get_or_create(
            email="system@awda.invalid",
            defaults={"name": "Awda", "is_system": True, "password": "!"},
        )
        return user

    def with_roles(self, pk: Any) -> Any:
        """The user of this number, read in one query with the roles held now; None: nobody.

        Somebody without a role takes a second query.
        """
        held = list(Assignment.objects.filter(user=pk).around_today().select_related("user"))
        if not held:
            return self.filter(pk=pk).first()
        user = held[0].user
        user.assignments_around_today = held
        return user


class User(AbstractBaseUser, Record):
    """Somebody who signs in, a partner's machine, or the system itself."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, choices=settings.LANGUAGES, default="fr"
    )
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("organisation"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_machine = models.BooleanField(_("machine account"), default=False)
    is_system = models.BooleanField(_("system account"), default=False, editable=False)
    date_joined = models.DateTimeField(_("account opened at"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    # Set by the API: a machine key may narrow what its account may do.
    key_permissions: frozenset[str] | None = None

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("An account with this e-mail address exists."),
            ),
            models.UniqueConstraint(
                fields=["is_system"],
                condition=Q(is_system=True),
                name="one_system_user",
            ),
            models.CheckConstraint(
                condition=Q(is_machine=False) | Q(organisation__isnull=False),
                name="machine_account_has_organisation",
                violation_error_message=_("Choose the organisation this machine account is for."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(is_machine=True, is_active=True),
                name="one_machine_account_per_organisation",
                violation_error_message=_("This organisation has a machine account already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:detail", args=[self.pk])

    @cached_property
    def active_assignments(self) -> list["Assignment"]:
        """Today's roles and scopes; read once per request, never kept longer.

        A day begins and ends at midnight of the place the role is held at (R007).
        """
        if not self.is_active:
            return []
        rows = self.assignments_around_today
        return [row for row in rows if row.runs_on(local_day(row.zone))]

    @cached_property
    def assignments_around_today(self) -> list["Assignment"]:
        """What ``active_assignments`` are chosen from; ``with_roles`` reads it with the user."""
        return list(Assignment.objects.filter(user=self).around_today())

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(a.role for a in self.active_assignments)

    @cached_property
    def _permissions(self) -> frozenset[Any]:
        held = frozenset().union(
            *(granted(a.role, over_country=bool(a.country_id)) for a in self.active_assignments)
        )
        if self.key_permissions is not None:
            return frozenset(p for p in held if p.value in self.key_permissions)
        return held

    def has_permission(self, permission: Any) -> bool:
        """May any of today's roles do this at all? Deny by default (R001)."""
        return permission in self._permissions

    def assigned(self, *roles: str) -> list["Assignment"]:
        return [a for a in self.active_assignments if a.role in roles]

    @cached_property
    def _children(self) -> dict[int, set[int]]:
        parents = {
            a.office_id for a in self.active_assignments if a.office_kind == OfficeKind.MISSION
        }
        children: dict[int, set[int]] = {}
        for pk, parent in Office.objects.filter(parent__in=parents).values_list("pk", "parent"):
            children.setdefault(parent, set()).add(pk)
        return children

    def offices_for(self, *roles: str) -> set[int]:
        """Ids of the offices these roles cover; a mission covers its orientation points."""
        own = {a.office_id for a in self.assigned(*roles) if a.office_id}
        return own.union(*(self._children.get(pk, set()) for pk in own))

    def countries_for(self, *roles: str) -> set[str]:
        return {a.country_id for a in self.assigned(*roles) if a.country_id}

    def programmes_for(self, *roles: str) -> set[int]:
        return {a.programme_id for a in self.assigned(*roles) if a.programme_id}

    def organisations_for(self, *roles: str) -> set[int]:
        return {a.organisation_id for a in self.assigned(*roles) if a.organisation_id}


def local_day(zone: str | None) -> datetime.date:
    """What day it is in a time zone, or in that of the installation."""
    with timezone.override(zone or settings.TIME_ZONE):
        return today()


class AssignmentQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody sees the own roles; administrators those of all."""
        return self.filter(user__in=User.objects.visible_to(user))

    def on(self, day: datetime.date) -> Self:
        """In force on a day; both ends count."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def around_today(self) -> Self:
        """In force today, yesterday or tomorrow: somewhere it is that day. With their zones."""
        day, one = today(), datetime.timedelta(days=1)
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day - one), starts_on__lte=day + one
        ).with_zone()

    def with_scope(self) -> Self:
        """With what the role is held over."""
        return self.select_related("office", "programme", "organisation", "country")

    def with_zone(self) -> Self:
        """Adds ``office_kind``, and ``zone``: that of the office, else of one of the country."""
        of_country = Office.objects.filter(country=OuterRef("country")).order_by("id")
        return self.annotate(
            office_kind=F("office__kind"),
            zone=Coalesce("office__time_zone", Subquery(of_country.values("time_zone")[:1])),
        )


class Assignment(Record):
    """Who holds which role, over what, between which dates (R002, R007)."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="assignments", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("office"),
    )
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("country of origin"),
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    supervises = models.BooleanField(_("supervises"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    # Set by with_zone().
    office_kind: str | None
    zone: str | None

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["starts_on", "id"]
        indexes = [models.Index(fields=["user", "role"], name="assignment_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="assignment_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(EXPIRING_ROLES)) | Q(ends_on__isnull=False),
                name="assignment_of_partner_ends",
                violation_error_message=_("A partner's role needs an end date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.scope_label}"

    @property
    def scope_label(self) -> str:
        """What the role is held over, in words."""
        parts = [self.office, self.country, self.programme, self.organisation]
        return ", ".join(str(p) for p in parts if p)

    def get_absolute_url(self) -> str:
        return reverse("accounts:detail", args=[self.user_id])

    def runs_on(self, day: datetime.date) -> bool:
        """In force on a day; both ends count."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def clean(self) -> None:
        rival_roles = {r for pair in INCOMPATIBLE_ROLES if self.role in pair for r in pair}
        rival_roles.discard(self.role)
        rivals = Assignment.objects.filter(user_id=self.user_id, role__in=rival_roles)
        rivals = rivals.exclude(pk=self.pk).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=self.starts_on)
        )
        if self.ends_on:
            rivals = rivals.filter(starts_on__lte=self.ends_on)
        if self.user_id and (rival := rivals.first()):
            raise ValidationError(
                {
                    "role": _(
                        "This person is %(role)s in that time; the two roles exclude each other."
                    )
                    % {"role": rival.get_role_display()}
                },
                code="incompatible_roles",
            )


class MachineKeyQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Keys of the accounts one sees; the key itself nobody sees again."""
        return self.filter(user__in=User.objects.visible_to(user))


class MachineKey(Record):
    """A key for the REST API, shown once, kept as a digest; revocable and expiring (R012)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="keys", verbose_name=_("account"))
    label = models.CharField(_("label"), max_length=100)
    prefix = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    permissions = models.JSONField(_("limited to"), default=list, blank=True)
    expires_on = models.DateField(_("expires on"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    objects = MachineKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("machine key")
        verbose_name_plural = _("machine keys")

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"

    def is_valid_on(self, day: datetime.date) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and day <= self.expires_on

    @staticmethod
    def generate() -> tuple[str, str, str]:
        """(key, prefix, digest); the key itself is never stored."""
        prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        key = f"awda_{prefix}_{secret}"
        return key, prefix, hashlib.sha256(key.encode()).hexdigest()

    def get_absolute_url(self) -> str:
        return reverse("accounts:detail", args=[self.user_id])
