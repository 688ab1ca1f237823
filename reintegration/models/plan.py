"""The reintegration plan: its sides, goals, versions, and what became of the project."""

import datetime
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, Role
from cases.models import Case
from cases.models.case import ORIGIN_SIDE
from cases.workflow import BEFORE_DEPARTURE
from core.fields import EncryptedTextField
from core.models import Record, ScopedQuerySet
from programmes.models import GrantCeiling
from reintegration.enums import PlanStatus, ProjectKind, ProjectStep, Side
from reintegration.workflow import PLAN_TONES, SIGNED, UNSIGNED


def plan_reference() -> str:
    """A random reference of a plan."""
    return f"PL-{secrets.token_hex(5).upper()}"


class PlanQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Plans of visible cases: the host office until departure, then the office of origin.

        A draft begun before the return is read by the office of origin from the handover on
        (R126). The programme manager sees the plans of the programme.
        """
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_PLANS):
            return self.none()
        return self.filter(case__in=Case.objects.visible_to(user)).filter(
            _worked_on_by(user) | Q(case__programme__in=user.programmes_for(Role.PROGRAMME_MANAGER))
        )

    def worked_on_by(self, user: Any) -> Self:
        """Plans of the people this user works with, not those merely supervised."""
        return self.visible_to(user).filter(_worked_on_by(user))

    def with_list_data(self) -> Self:
        """What a list row shows, in one query."""
        return self.select_related("case__person", "case__country", "case__programme", "sector")

    def live(self) -> Self:
        """All but those closed before their end."""
        return self.exclude(status=PlanStatus.CLOSED_INCOMPLETE)

    def with_project_by(self, day: datetime.date) -> Self:
        """Whose project was begun or done on or before a day: what is done was begun (R120)."""
        return self.filter(
            project_events__step=ProjectStep.BEGUN,
            project_events__is_taken_back=False,
            project_events__on__lte=day,
        )


def _worked_on_by(user: Any) -> Q:
    at_host = Q(
        case__status__in=BEFORE_DEPARTURE,
        case__office__in=user.offices_for(Role.CASEWORKER, Role.PROTECTION_OFFICER),
    )
    countries = user.countries_for(*ORIGIN_SIDE)
    return at_host | Q(case__country__in=countries)


class Plan(Record):
    """What a returnee wants to reach, over three sides, and the project that carries it (R119)."""

    tones = {"status": PLAN_TONES}

    reference = models.CharField(
        _("reference"), max_length=13, unique=True, default=plan_reference, editable=False
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="plans", verbose_name=_("case"))
    status = models.CharField(
        _("status"),
        max_length=18,
        choices=PlanStatus.choices,
        default=PlanStatus.DRAFT,
        editable=False,
    )
    project_kind = models.CharField(
        _("kind of project"), max_length=10, choices=ProjectKind.choices
    )
    sector = models.ForeignKey(
        "reference.Sector",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sector of activity"),
    )
    description = models.TextField(
        _("project in words"),
        blank=True,
        help_text=_("What the person will do, where and with whom."),
    )
    grant_category = models.CharField(
        _("ceiling that applies"),
        max_length=12,
        choices=GrantCeiling.Category.choices,
        default=GrantCeiling.Category.STANDARD,
    )
    economic_not_needed = models.CharField(
        _("economic side not needed because"), max_length=300, blank=True
    )
    social_not_needed = models.CharField(
        _("social side not needed because"), max_length=300, blank=True
    )
    psychosocial_not_needed = models.CharField(
        _("psychosocial side not needed because"), max_length=300, blank=True
    )
    opened_on = models.DateField(_("begun on"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("begun by"),
    )
    submitted_on = models.DateField(_("submitted on"), null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("submitted by"),
    )
    signed_on = models.DateField(_("signed on"), null=True, editable=False)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("agreed by"),
    )
    closed_reason = models.CharField(
        _("why it was closed"), max_length=300, blank=True, editable=False
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("reintegration plan")
        verbose_name_plural = _("reintegration plans")
        indexes = [models.Index(F("opened_on").desc(), F("id").desc(), name="plan_list")]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(status=PlanStatus.CLOSED_INCOMPLETE),
                name="one_live_plan_per_case",
                violation_error_message=_("This case has a plan already. Work on that plan."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=sorted(SIGNED),
                    submitted_by__isnull=False,
                    signed_on__isnull=False,
                    agreed_by__isnull=False,
                )
                | Q(status__in=sorted(UNSIGNED), signed_on__isnull=True, agreed_by__isnull=True)
                | Q(status=PlanStatus.CLOSED_INCOMPLETE),
                name="plan_agreed_is_signed",
                violation_error_message=_("An agreed plan has a day of signature and an author."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("submitted_by")),
                name="plan_agreed_by_another_person",
                violation_error_message=_("Nobody agrees to their own plan. Ask a colleague."),
            ),
            models.CheckConstraint(
                condition=Q(status=PlanStatus.CLOSED_INCOMPLETE) & ~Q(closed_reason="")
                | ~Q(status=PlanStatus.CLOSED_INCOMPLETE) & Q(closed_reason=""),
                name="plan_closed_with_reason",
                violation_error_message=_("Say why the plan ends before its time."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("reintegration:case", args=[self.case.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    def not_needed(self, side: str) -> str:
        """Why a side is left empty."""
        return getattr(self, f"{side}_not_needed")


class OfPlanQuerySet(ScopedQuerySet):
    """Rows of a plan are seen by whoever sees the plan."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(plan__in=Plan.objects.visible_to(user))


class GoalQuerySet(OfPlanQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Psychosocial goals are read by the people who work with the returnee only."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(plan__in=Plan.objects.visible_to(user)) & ~Q(side=Side.PSYCHOSOCIAL)
            | Q(plan__in=Plan.objects.worked_on_by(user))
        )


class Goal(Record):
    """One thing to reach on one side of the plan: steps, support, by when. Sealed text."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="goals", verbose_name=_("plan"))
    side = models.CharField(_("side"), max_length=12, choices=Side.choices)
    text = EncryptedTextField(_("goal"))
    steps = EncryptedTextField(_("steps"), blank=True, default="")
    support = EncryptedTextField(_("support needed"), blank=True, default="")
    due_on = models.DateField(_("to be reached by"))

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_side_display()} · {self.due_on}"

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference
