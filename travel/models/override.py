"""Leaving before the end of a started course: asked for by one person, decided by another."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Commitment
from core.overrides import Override, OverrideQuerySet, OverrideStatus
from travel.enums import OverrideCause
from travel.models.journey import Journey
from travel.models.preparation import OfJourneyQuerySet


class TravelOverrideQuerySet(OfJourneyQuerySet, OverrideQuerySet):
    def with_list_data(self) -> Self:
        return self.select_related(
            "journey__case__person", "journey__case__office", "requested_by", "decided_by"
        )


class TravelOverride(Override):
    """A request to travel on a day inside a started course, with its reason and decision (R109)."""

    journey = models.ForeignKey(
        Journey, models.PROTECT, related_name="overrides", verbose_name=_("journey")
    )
    day = models.DateField(_("day of travel asked for"))
    cause = models.CharField(_("cause"), max_length=10, choices=OverrideCause.choices)
    lost = models.CharField(_("courses that are lost"), max_length=500, editable=False)
    cut = models.ManyToManyField(
        Commitment, related_name="+", editable=False, verbose_name=_("courses ended early")
    )

    objects = TravelOverrideQuerySet.as_manager()
    approval_page, refusal_page = "travel:approve-override", "travel:refuse-override"

    class Meta(Override.Meta):
        verbose_name = _("exception for a day of travel")
        verbose_name_plural = _("exceptions for days of travel")
        constraints = [
            *Override.Meta.constraints,
            models.UniqueConstraint(
                fields=["journey"],
                condition=Q(status=OverrideStatus.REQUESTED),
                name="one_travel_override_waits",
                violation_error_message=_(
                    "A request for this journey waits for its decision already."
                ),
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
