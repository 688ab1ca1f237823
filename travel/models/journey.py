"""The journey of a case, and its history (R106)."""

import datetime
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Commitment, OfCaseQuerySet
from core.fields import EncryptedTextField
from core.models import Record
from travel.enums import (
    REASONED_EVENTS,
    EventKind,
    JourneyStatus,
    StepStatus,
    TicketSource,
)
from travel.workflow import AFTER_DEPARTURE, BEFORE_DEPARTURE, TONES


def new_reference() -> str:
    """Unguessable name of a journey in addresses."""
    return secrets.token_hex(8)


class JourneyQuerySet(OfCaseQuerySet):
    """Journeys are seen by whoever sees their case (R002)."""

    def with_list_data(self) -> Self:
        """What a list row shows, in two queries."""
        return self.select_related(
            "case__person", "case__office", "case__country"
        ).prefetch_related("steps")

    def current(self) -> Self:
        return self.exclude(status=JourneyStatus.CANCELLED)

    def before_departure(self) -> Self:
        return self.filter(status__in=BEFORE_DEPARTURE)

    def departed_by(self, day: datetime.date) -> Self:
        """Departed on or before a day, whatever happened or was entered later (R113)."""
        return self.filter(departed_on__lte=day)

    def under_way(self) -> Self:
        """Departed, arrival not confirmed yet."""
        return self.filter(status=JourneyStatus.DEPARTED)

    def overdue(self, *, on: datetime.date, after_days: int) -> Self:
        """Departed so many days ago or more, and no arrival (R112)."""
        limit = on - datetime.timedelta(days=after_days)
        return self.under_way().filter(departed_on__lte=limit)

    def waiting_for_authorities(self) -> Self:
        """With a step that was requested and not answered (R107)."""
        from travel.models.preparation import TravelStep

        waiting = TravelStep.objects.filter(journey=OuterRef("pk"), status=StepStatus.REQUESTED)
        return self.filter(Exists(waiting))

    def without_papers(self, *, on: datetime.date) -> Self:
        """Without a declaration in force or the consent to processing on a day (R020)."""
        ready = Case.objects.with_papers(on=on).filter(pk=OuterRef("case"))
        return self.filter(~Exists(ready))


class Journey(Record):
    """The return travel of one case: when it is planned, confirmed and made, and how (R106)."""

    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=new_reference, editable=False
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="journeys", verbose_name=_("case"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=JourneyStatus.choices,
        default=JourneyStatus.PLANNED,
        editable=False,
    )
    planned_on = models.DateField(_("planned day of travel"))
    confirmed_for = models.DateField(_("confirmed day of travel"), null=True, editable=False)
    confirmed_on = models.DateField(_("confirmed on"), null=True, editable=False)
    departed_on = models.DateField(_("departed on"), null=True, editable=False)
    arrived_on = models.DateField(_("arrived on"), null=True, editable=False)
    arrival_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("arrival confirmed by"),
    )
    arrival_confirmed_at = models.DateTimeField(
        _("arrival confirmed at"), null=True, editable=False
    )
    #: The day that counts now: made, else confirmed, else planned.
    day = models.GeneratedField(
        expression=Coalesce(F("departed_on"), F("confirmed_for"), F("planned_on")),
        output_field=models.DateField(_("day of travel")),
        db_persist=True,
    )
    route = models.CharField(
        _("route"),
        max_length=200,
        blank=True,
        help_text=_("From where to where, with the stops, for example Rabat – Conakry."),
    )
    ticket_source = models.CharField(
        _("who pays the ticket"), max_length=20, choices=TicketSource.choices, blank=True
    )
    flight = models.CharField(
        _("flight"),
        max_length=120,
        blank=True,
        help_text=_("Carrier, number and hours, as on the ticket."),
    )
    escorts = models.CharField(
        _("escorts"),
        max_length=200,
        blank=True,
        help_text=_("How many and in which function, for example one nurse; no names."),
    )
    travels_with = EncryptedTextField(
        _("travels with"),
        blank=True,
        default="",
        help_text=_(
            "Name and relation, for example the mother. Needed for somebody under 18 who is not "
            "marked as travelling alone."
        ),
    )
    handover_reason = models.CharField(
        _("why nothing was handed over"), max_length=500, blank=True, editable=False
    )
    commitment = models.OneToOneField(
        Commitment,
        models.PROTECT,
        related_name="journey",
        editable=False,
        verbose_name=_("days in the person's calendar"),
    )

    objects = JourneyQuerySet.as_manager()
    tones = {"status": TONES}

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        indexes = [
            models.Index(fields=["day", "id"], name="journey_calendar"),
            models.Index(fields=["status", "day"], name="journey_by_status"),
            models.Index(
                fields=["departed_on"],
                condition=Q(departed_on__isnull=False),
                name="journey_departed",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(status=JourneyStatus.CANCELLED),
                name="one_journey_per_case",
                violation_error_message=_(
                    "This case has a journey already. Change or cancel that one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(AFTER_DEPARTURE), departed_on__isnull=False)
                | ~Q(status__in=sorted(AFTER_DEPARTURE)) & Q(departed_on__isnull=True),
                name="journey_departed_on_a_day",
                violation_error_message=_("A journey that was made has its day of departure."),
            ),
            models.CheckConstraint(
                condition=Q(
                    status=JourneyStatus.ARRIVED,
                    arrived_on__isnull=False,
                    arrival_confirmed_by__isnull=False,
                    arrival_confirmed_at__isnull=False,
                )
                | ~Q(status=JourneyStatus.ARRIVED)
                & Q(
                    arrived_on__isnull=True,
                    arrival_confirmed_by__isnull=True,
                    arrival_confirmed_at__isnull=True,
                ),
                name="journey_arrival_has_day_and_author",
                violation_error_message=_("A confirmed arrival has a day and an author."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[JourneyStatus.CONFIRMED, *sorted(AFTER_DEPARTURE)])
                | Q(confirmed_for__isnull=False, confirmed_on__isnull=False)
                & ~Q(route="")
                & ~Q(ticket_source=""),
                name="journey_confirmed_with_ticket",
                violation_error_message=_(
                    "A confirmed journey has its day, its route and who pays the ticket."
                ),
            ),
            models.CheckConstraint(
                condition=Q(arrived_on__isnull=True) | Q(arrived_on__gte=F("departed_on")),
                name="journey_arrives_after_departure",
                violation_error_message=_("The arrival lies before the departure."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference} · {self.travels_on}"

    def get_absolute_url(self) -> str:
        return reverse("travel:case", args=[self.case.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    @property
    def travels_on(self) -> datetime.date:
        """The same as ``day``, for a row changed since it was read."""
        return self.departed_on or self.confirmed_for or self.planned_on

    @property
    def waiting_steps(self) -> list[Any]:
        """Steps that were requested and not answered, the longest wait first (R107)."""
        rows = [step for step in self.steps.all() if step.status == StepStatus.REQUESTED]
        return sorted(rows, key=lambda step: step.requested_on)


class JourneyEventQuerySet(OfCaseQuerySet):
    case_path = "journey__case"


class JourneyEvent(models.Model):
    """One thing that happened to a journey: status or day, before and after, who and why (R106)."""

    journey = models.ForeignKey(
        Journey, models.PROTECT, related_name="events", verbose_name=_("journey")
    )
    kind = models.CharField(_("what"), max_length=20, choices=EventKind.choices)
    from_status = models.CharField(
        _("from"), max_length=10, choices=JourneyStatus.choices, blank=True
    )
    to_status = models.CharField(_("to"), max_length=10, choices=JourneyStatus.choices)
    day_before = models.DateField(_("day before the change"), null=True, blank=True)
    day_after = models.DateField(_("day after the change"), null=True, blank=True)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = JourneyEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey event")
        verbose_name_plural = _("journey events")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=sorted(REASONED_EVENTS)) | ~Q(reason=""),
                name="journey_change_has_reason",
                violation_error_message=_("Write why this is changed."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.journey.case.reference

    @property
    def change(self) -> str:
        """The days before and after, in a sentence; empty when no day changed."""
        if not self.day_before or not self.day_after or self.day_before == self.day_after:
            return ""
        return gettext("From %(before)s to %(after)s.") % {
            "before": date_format(self.day_before),
            "after": date_format(self.day_after),
        }
