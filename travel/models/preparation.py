"""What is prepared before a departure: the authorities' steps, the checklist, needs on arrival."""

import datetime
from typing import Any, Self, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.models import OfCaseQuerySet
from cases.models.case import ORIGIN_SIDE
from core.fields import EncryptedTextField
from core.models import Record, paired
from travel.enums import NeedKind, StepKind, StepStatus
from travel.models.journey import Journey
from travel.workflow import BEFORE_DEPARTURE, STEP_TONES


class OfJourneyQuerySet(OfCaseQuerySet):
    """Rows of a journey are seen by whoever sees its case."""

    case_path = "journey__case"


class TravelStepQuerySet(OfJourneyQuerySet):
    def waiting(self) -> Self:
        """Requested and not answered, of journeys still to be made (R107)."""
        return self.filter(status=StepStatus.REQUESTED, journey__status__in=BEFORE_DEPARTURE)


class TravelStep(Record):
    """One procedure with the authorities: asked when, answered when, valid until when (R107)."""

    journey = models.ForeignKey(
        Journey, models.PROTECT, related_name="steps", verbose_name=_("journey")
    )
    kind = models.CharField(_("step"), max_length=20, choices=StepKind.choices)
    status = models.CharField(_("state"), max_length=10, choices=StepStatus.choices)
    requested_on = models.DateField(_("requested on"), null=True, blank=True)
    answered_on = models.DateField(_("obtained or refused on"), null=True, blank=True)
    authority = models.CharField(
        _("authority"),
        max_length=120,
        blank=True,
        help_text=_("The consulate, ministry, doctor or carrier that was asked."),
    )
    number = EncryptedTextField(_("number of the document"), blank=True, default="")
    expires_on = models.DateField(_("valid until"), null=True, blank=True)

    objects = TravelStepQuerySet.as_manager()
    tones = {"status": STEP_TONES}

    class Meta:
        verbose_name = _("travel step")
        verbose_name_plural = _("travel steps")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "kind"],
                condition=~Q(status=StepStatus.REFUSED),
                name="one_travel_step_of_a_kind",
                violation_error_message=_("This step is on the list already. Change that line."),
            ),
            models.CheckConstraint(
                condition=~Q(status=StepStatus.REQUESTED)
                | Q(requested_on__isnull=False, answered_on__isnull=True),
                name="travel_step_requested_on_a_day",
                violation_error_message=_(
                    "A step that waits has the day of the request and no answer yet."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[StepStatus.OBTAINED, StepStatus.REFUSED])
                | Q(answered_on__isnull=False),
                name="travel_step_answered_on_a_day",
                violation_error_message=_("Enter the day on which it was obtained or refused."),
            ),
            models.CheckConstraint(
                condition=Q(requested_on__isnull=True)
                | Q(answered_on__isnull=True)
                | Q(answered_on__gte=F("requested_on")),
                name="travel_step_answered_after_request",
                violation_error_message=_("The answer lies before the request."),
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(answered_on__isnull=True)
                | Q(expires_on__gte=F("answered_on")),
                name="travel_step_expires_after_answer",
                violation_error_message=_("The document would expire before it was obtained."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_status_display()}"

    def get_absolute_url(self) -> str:
        return self.journey.get_absolute_url()

    @property
    def audit_reference(self) -> str:
        return self.journey.case.reference

    @property
    def asked_on(self) -> datetime.date:
        """Since when a step waits; the database sees to it that such a step has this day."""
        return cast(datetime.date, self.requested_on)

    def is_expired_on(self, day: datetime.date) -> bool:
        """Was it obtained, but for a time that ends before this day?"""
        return (
            self.status == StepStatus.OBTAINED
            and self.expires_on is not None
            and self.expires_on < day
        )


#: What is done on the day of departure; columns of the checklist (R031, R111).
CHECK_ITEMS = (
    "handouts_given",
    "contact_plan_agreed",
    "travel_document_handed_over",
    "pocket_money_paid",
    "reception_explained",
)
ALL_DONE = Q(**dict.fromkeys(CHECK_ITEMS, True))


class DepartureCheckQuerySet(OfJourneyQuerySet):
    def closed(self) -> Self:
        return self.filter(closed_on__isnull=False)


class DepartureCheck(Record):
    """The checklist of the day of departure; what is missing when it is closed has a reason."""

    journey = models.OneToOneField(
        Journey, models.PROTECT, related_name="checklist", verbose_name=_("journey")
    )
    handouts_given = models.BooleanField(_("hand-outs given"), default=False)
    contact_plan_agreed = models.BooleanField(
        _("contact plan agreed"),
        default=False,
        help_text=_("Told why staying reachable matters, and agreed on how."),
    )
    travel_document_handed_over = models.BooleanField(
        _("travel document handed over"), default=False
    )
    pocket_money_paid = models.BooleanField(_("pocket money paid"), default=False)
    reception_explained = models.BooleanField(_("told who meets them on arrival"), default=False)
    missing_reason = models.CharField(
        _("why something is missing"),
        max_length=500,
        blank=True,
        help_text=_("Needed to close the list while a point is not done."),
    )
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects = DepartureCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("departure checklist")
        verbose_name_plural = _("departure checklists")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | ALL_DONE | ~Q(missing_reason=""),
                name="departure_check_complete_or_reasoned",
                violation_error_message=_(
                    "Something on the list is not done. Do it, or write why it is missing."
                ),
            ),
            models.CheckConstraint(
                condition=paired("closed_on", "closed_by"),
                name="departure_check_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.journey)

    def get_absolute_url(self) -> str:
        return self.journey.get_absolute_url()

    @property
    def audit_reference(self) -> str:
        return self.journey.case.reference

    @property
    def points(self) -> list[tuple[Any, bool]]:
        """Each point of the list in words, and whether it is done."""
        fields = {f.name: f for f in self._meta.concrete_fields}
        return [(fields[name].verbose_name, getattr(self, name)) for name in CHECK_ITEMS]


class ArrivalNeedQuerySet(OfJourneyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """By the people who send and who receive the person; they may be about health (R005)."""
        if not user.is_authenticated:
            return self.none()
        senders = user.offices_for(Role.CASEWORKER, Role.PROTECTION_OFFICER)
        receivers = user.countries_for(*ORIGIN_SIDE)
        return (
            super()
            .visible_to(user)
            .filter(Q(journey__case__office__in=senders) | Q(journey__case__country__in=receivers))
        )

    def standing(self) -> Self:
        return self.filter(withdrawn_reason="")

    def unanswered(self) -> Self:
        """Announced, not withdrawn, and not acknowledged by the office of origin (R114)."""
        return self.standing().filter(acknowledged_at__isnull=True)

    def late(self, *, flights_until: datetime.date) -> Self:
        """Unanswered while the journey is as near as this day."""
        return self.unanswered().filter(journey__day__lte=flights_until)


class ArrivalNeed(Record):
    """A special need on arrival, announced before travel and acknowledged by the other side."""

    journey = models.ForeignKey(
        Journey, models.PROTECT, related_name="needs", verbose_name=_("journey")
    )
    kind = models.CharField(_("need"), max_length=16, choices=NeedKind.choices)
    text = EncryptedTextField(
        _("what is needed"),
        help_text=_("The office of the country of origin reads this once the case is handed over."),
    )
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("announced by"),
    )
    announced_at = models.DateTimeField(_("announced at"), auto_now_add=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("acknowledged by"),
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=500, blank=True, editable=False)
    withdrawn_reason = models.CharField(
        _("why it was withdrawn"), max_length=500, blank=True, editable=False
    )

    objects = ArrivalNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("need on arrival")
        verbose_name_plural = _("needs on arrival")
        ordering = ["announced_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=paired("acknowledged_by", "acknowledged_at"),
                name="arrival_need_acknowledged_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return self.journey.get_absolute_url()

    @property
    def audit_reference(self) -> str:
        return self.journey.case.reference
