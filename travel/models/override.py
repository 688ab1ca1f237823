"""Leaving before the end of a started course: asked for by one person, decided by another."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Commitment
from core.models import Record, paired
from travel.enums import OverrideCause, OverrideStatus
from travel.models.journey import Journey
from travel.models.preparation import OfJourneyQuerySet
from travel.workflow import OVERRIDE_TONES

DECIDED = sorted((OverrideStatus.APPROVED, OverrideStatus.REFUSED))


class TravelOverrideQuerySet(OfJourneyQuerySet):
    def with_list_data(self) -> Self:
        return self.select_related(
            "journey__case__person", "journey__case__office", "requested_by", "decided_by"
        )

    def waiting(self) -> Self:
        return self.filter(status=OverrideStatus.REQUESTED)


class TravelOverride(Record):
    """A request to travel on a day inside a started course, with its reason and decision (R109)."""

    journey = models.ForeignKey(
        Journey, models.PROTECT, related_name="overrides", verbose_name=_("journey")
    )
    day = models.DateField(_("day of travel asked for"))
    cause = models.CharField(_("cause"), max_length=10, choices=OverrideCause.choices)
    reason = models.CharField(
        _("reason"),
        max_length=500,
        help_text=_("Why the person cannot wait for the end of the course."),
    )
    lost = models.CharField(_("courses that are lost"), max_length=500, editable=False)
    cut = models.ManyToManyField(
        Commitment, related_name="+", editable=False, verbose_name=_("courses ended early")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=OverrideStatus.choices,
        default=OverrideStatus.REQUESTED,
        editable=False,
    )
    requested_on = models.DateField(_("asked on"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("asked by"),
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True, editable=False)

    objects = TravelOverrideQuerySet.as_manager()
    tones = {"status": OVERRIDE_TONES}

    class Meta:
        verbose_name = _("exception for a day of travel")
        verbose_name_plural = _("exceptions for days of travel")
        ordering = ["-requested_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(status=OverrideStatus.REQUESTED),
                name="one_travel_override_waits",
                violation_error_message=_(
                    "A request for this journey waits for its decision already."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="travel_override_has_reason",
                violation_error_message=_("Write why the person cannot wait."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="travel_override_by_two_people",
                violation_error_message=_("Somebody else than the person who asked decides."),
            ),
            models.CheckConstraint(
                condition=paired("decided_on", "decided_by"),
                name="travel_override_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, decided_by__isnull=False)
                | ~Q(status__in=DECIDED) & Q(decided_by__isnull=True),
                name="travel_override_decision_has_author",
                violation_error_message=_("A decision has a day and an author."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.journey.case.reference} · {self.day}"

    def get_absolute_url(self) -> str:
        return self.journey.get_absolute_url()

    @property
    def audit_reference(self) -> str:
        return self.journey.case.reference

    @property
    def is_of_the_past(self) -> bool:
        """Was it asked for once the person had left: does it record what happened?"""
        return self.day < self.requested_on

    def is_own(self, user: Any) -> bool:
        """Is this the person who asked?"""
        return self.requested_by_id == user.pk
