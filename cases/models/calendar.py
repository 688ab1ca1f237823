"""The person's calendar: what they are committed to on which days (design §4.4)."""

import datetime
from collections.abc import Iterable
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.enums import CommitmentKind
from cases.models.case import Case
from cases.models.person import Person
from core.models import Record, ScopedQuerySet


class CommitmentQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(person__cases__in=Case.objects.visible_to(user)).distinct()

    def live(self) -> Self:
        return self.filter(is_released=False)

    def of_cases(self, cases: Iterable[Case]) -> Self:
        """Days that an invitation, an enrolment or a journey of these cases holds.

        Every row that holds a commitment as its own, in whatever app, names its case in ``case``.
        """
        ids = [case.pk for case in cases]
        held = Q(pk__in=[])
        for relation in Commitment._meta.related_objects:
            if relation.one_to_one:
                held |= Q(**{f"{relation.name}__case__in": ids})
        return self.filter(held)


class Commitment(Record):
    """Days on which a person is engaged. Orientation, courses and journeys share this calendar.

    ``days`` is half-open: [first, last + 1). ``is_binding``: a course the person has started.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="commitments", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=CommitmentKind.choices)
    label = models.CharField(_("what"), max_length=200)
    days = DateRangeField(_("days"))
    is_binding = models.BooleanField(_("started"), default=False)
    is_released = models.BooleanField(_("released"), default=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            ExclusionConstraint(
                name="one_commitment_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
                condition=Q(is_released=False),
                violation_error_message=_(
                    "The person is committed to something else on these days."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.label}"

    def get_absolute_url(self) -> str:
        """The page of the invitation, enrolment or journey that holds these days; "" for none."""
        holders = (
            getattr(self, relation.name, None)
            for relation in self._meta.related_objects
            if relation.one_to_one
        )
        return next((row.get_absolute_url() for row in holders if row is not None), "")

    @property
    def first_day(self) -> datetime.date:
        return self.days.lower

    @property
    def last_day(self) -> datetime.date:
        return self.days.upper - datetime.timedelta(days=1)
