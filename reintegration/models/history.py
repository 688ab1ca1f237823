"""The history of a plan: its versions, its steps, and what became of the project (R119, R120)."""

import json
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import EncryptedTextField
from core.models import Record
from programmes.models import GrantCeiling
from reintegration.enums import PlanStatus, ProjectKind, ProjectStep
from reintegration.models.plan import OfPlanQuerySet, Plan


class PlanVersion(Record):
    """The plan as it stood: 0 is the draft of the host office, then one per agreement or edit."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    number = models.PositiveSmallIntegerField(_("number"))
    sealed_content = EncryptedTextField(_("content"))
    made_on = models.DateField(_("of"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), default=timezone.now)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("reintegration:version", args=[self.plan.reference, self.number])

    @property
    def content(self) -> dict[str, Any]:
        return json.loads(self.sealed_content)

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference


class ProjectKindChange(models.Model):
    """From which day the project is individual, collective or community-based (R120)."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="kind_changes", verbose_name=_("plan")
    )
    kind = models.CharField(_("kind of project"), max_length=10, choices=ProjectKind.choices)
    from_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the kind of project")
        verbose_name_plural = _("changes of the kind of project")
        ordering = ["from_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.from_on}"

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference


class CeilingChange(models.Model):
    """From which day which grant ceiling applies, and on what grounds (R132). Sealed text."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="ceiling_changes", verbose_name=_("plan")
    )
    category = models.CharField(
        _("ceiling that applies"), max_length=12, choices=GrantCeiling.Category.choices
    )
    grounds = EncryptedTextField(_("grounds"), blank=True, default="")
    from_on = models.DateField(_("from"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the ceiling")
        verbose_name_plural = _("changes of the ceiling")
        ordering = ["from_on", "id"]

    def __str__(self) -> str:
        return f"{self.get_category_display()} · {self.from_on}"

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference


class ProjectEventQuerySet(OfPlanQuerySet):
    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(is_taken_back=False)


class ProjectEvent(Record):
    """The day on which the project was begun or done; taken back with a reason, not deleted."""

    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="project_events", verbose_name=_("plan")
    )
    step = models.CharField(_("step"), max_length=5, choices=ProjectStep.choices)
    on = models.DateField(_("on"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    is_taken_back = models.BooleanField(_("taken back"), default=False, editable=False)

    objects = ProjectEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("project event")
        verbose_name_plural = _("project events")
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["plan", "on"], name="project_event_by_plan")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "step"],
                condition=Q(is_taken_back=False),
                name="project_step_once",
                violation_error_message=_("This step is recorded already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference


class PlanEvent(models.Model):
    """One step of a plan: from, to, on which day, by whom."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="events", verbose_name=_("plan"))
    from_status = models.CharField(_("from"), max_length=18, choices=PlanStatus.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=18, choices=PlanStatus.choices)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = OfPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan event")
        verbose_name_plural = _("plan events")
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.get_to_status_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference
