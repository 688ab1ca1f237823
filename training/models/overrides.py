"""Other days for a course that some of its people cannot follow: asked for, and decided."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.overrides import Override, OverrideQuerySet, OverrideStatus
from training.models.editions import Edition
from training.models.enrolments import Enrolment


class EditionOverrideQuerySet(OverrideQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Requests are seen by whoever sees the course."""
        return self.filter(edition__in=Edition.objects.visible_to(user))

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
    skipped_day = models.DateField(_("day not held"), null=True, blank=True)
    change_reason = models.CharField(_("why the days change"), max_length=500)
    concerned = models.ManyToManyField(
        Enrolment, related_name="+", editable=False, verbose_name=_("people concerned")
    )

    objects = EditionOverrideQuerySet.as_manager()

    class Meta(Override.Meta):
        verbose_name = _("exception for the days of a course")
        verbose_name_plural = _("exceptions for the days of courses")
        constraints = [
            *Override.Meta.constraints,
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) ^ Q(skipped_day__isnull=True),
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
        return f"{self.edition} · {self.day}"

    def get_absolute_url(self) -> str:
        return f"{self.edition.get_absolute_url()}#exceptions"

    def get_decision_url(self) -> str:
        return reverse("training:edition-override-approve", args=[self.pk])

    @property
    def audit_reference(self) -> str:
        return self.edition.reference

    @property
    def day(self) -> Any:
        """The new first day, or the day that is left out."""
        return self.starts_on or self.skipped_day
