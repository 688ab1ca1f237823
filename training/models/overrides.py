"""Other days for a course that some of its people cannot follow: asked for, and decided."""

import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission as P
from core.overrides import Override, OverrideQuerySet, OverrideStatus
from training.models.editions import Edition
from training.models.enrolments import Enrolment


class EditionOverrideQuerySet(OverrideQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Requests for the courses one sees, for whoever plans courses or sees cases; trainers read
        none of their reasons (R003). Where nobody concerned is of a programme, whoever approves
        exceptions sees them: somebody has to decide.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk__in=[])
        if user.has_permission(P.PLAN_EDITIONS) or user.has_permission(P.VIEW_CASES):
            seen |= Q(edition__in=Edition.objects.visible_to(user).values("pk"))
        if user.has_permission(P.APPROVE_OVERRIDES):
            people = EditionOverride.concerned.through.objects.filter(
                editionoverride=OuterRef("pk"), enrolment__case__programme__isnull=False
            )
            seen |= ~Exists(people)
        return self.filter(seen)

    def with_list_data(self) -> Self:
        """With the people concerned, whose programmes say who decides."""
        return self.select_related(
            "edition__module_version__module", "edition__office", "requested_by", "decided_by"
        ).prefetch_related("concerned__case")


class EditionOverride(Override):
    """A request to move a course, or to leave a day out, over what some of its people have planned.

    They then cannot complete it (R108, R109). ``reason`` is why an exception is needed.
    """

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="overrides", verbose_name=_("edition")
    )
    starts_on = models.DateField(_("new first day"), null=True, blank=True)
    day = models.DateField(_("day not held"), null=True, blank=True)
    change_reason = models.CharField(_("why the days change"), max_length=500)
    concerned = models.ManyToManyField(
        Enrolment, related_name="+", editable=False, verbose_name=_("people concerned")
    )

    objects = EditionOverrideQuerySet.as_manager()
    approval_page = "training:edition-override-approve"
    refusal_page = "training:edition-override-refuse"

    class Meta(Override.Meta):
        verbose_name = _("exception for the days of a course")
        verbose_name_plural = _("exceptions for the days of courses")
        constraints = [
            *Override.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(change_reason=""),
                name="edition_override_says_why_days_change",
                violation_error_message=_("Write why the days change."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) ^ Q(day__isnull=True),
                name="edition_override_asks_one_thing",
                violation_error_message=_(
                    "Enter either a new first day or a day that is not held."
                ),
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(status=OverrideStatus.REQUESTED),
                name="one_edition_override_waits",
                violation_error_message=_(
                    "A request for this course waits for its decision already."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.starts_on or self.day}"

    def get_absolute_url(self) -> str:
        return f"{self.edition.get_absolute_url()}#exceptions"

    @property
    def audit_reference(self) -> str:
        return self.edition.reference

    @property
    def needed_by(self) -> datetime.date:
        """The first day on which the course would be held otherwise: by then it is decided."""
        current = self.edition.starts_on
        return self.day or min(self.starts_on or current, current)
