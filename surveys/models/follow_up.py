"""Follow-up after the return: what is due when, and what came of it (R154)."""

import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.models import Case, OfCaseQuerySet
from cases.workflow import OPEN
from core.models import Record
from surveys.enums import FollowUpKind, FollowUpObstacle, FollowUpStatus
from surveys.models.response import Response, new_reference
from surveys.workflow import TONES


class FollowUpQuerySet(OfCaseQuerySet):
    """Follow-ups are seen with their case."""

    def open(self) -> Self:
        """Still to be done, of people who are still followed."""
        return self.filter(status=FollowUpStatus.PLANNED, case__status__in=OPEN)

    def overdue(self, day: datetime.date) -> Self:
        """Due before a day and not done (R154)."""
        return self.open().filter(due_on__lt=day)

    def upcoming(self, day: datetime.date, *, days: int = 30) -> Self:
        """Due from a day on, within this many days."""
        return self.open().filter(due_on__range=(day, day + datetime.timedelta(days=days)))

    def with_list_data(self) -> Self:
        return self.select_related("case__person", "case__country", "case__destination")


class FollowUp(Record):
    """A visit or survey due some months after the arrival, with the days in which it counts."""

    tones: ClassVar[dict[str, dict[str, str]]] = {"status": TONES}

    reference = models.CharField(max_length=32, unique=True, default=new_reference, editable=False)
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="follow_ups", verbose_name=_("case")
    )
    month = models.PositiveSmallIntegerField(
        _("months after the arrival"),
        null=True,
        blank=True,
        help_text=_("Empty for a follow-up outside the plan."),
    )
    kind = models.CharField(_("kind"), max_length=6, choices=FollowUpKind.choices)
    due_on = models.DateField(_("due on"))
    window_days = models.PositiveSmallIntegerField(_("days before and after"), default=30)
    status = models.CharField(
        _("status"),
        max_length=12,
        choices=FollowUpStatus.choices,
        default=FollowUpStatus.PLANNED,
        editable=False,
    )
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    obstacle = models.CharField(
        _("why it was not possible"),
        max_length=11,
        choices=FollowUpObstacle.choices,
        blank=True,
        editable=False,
    )
    response = models.OneToOneField(
        Response,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="follow_up",
        verbose_name=_("response"),
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(status=FollowUpStatus.PLANNED),
                name="follow_up_planned",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "month"],
                condition=Q(month__isnull=False) & ~Q(status=FollowUpStatus.CANCELLED),
                name="follow_up_once_a_month",
                violation_error_message=_("A follow-up of this month is planned already."),
            ),
            models.CheckConstraint(
                condition=Q(status=FollowUpStatus.DONE, done_on__isnull=False, obstacle="")
                | Q(status=FollowUpStatus.NOT_POSSIBLE, done_on__isnull=True) & ~Q(obstacle="")
                | Q(
                    status__in=[FollowUpStatus.PLANNED, FollowUpStatus.CANCELLED],
                    done_on__isnull=True,
                    obstacle="",
                ),
                name="follow_up_status_has_its_facts",
                violation_error_message=_(
                    "A follow-up that is done has a day; one that was not possible has a reason."
                ),
            ),
            models.CheckConstraint(
                condition=Q(response__isnull=True) | Q(status=FollowUpStatus.DONE),
                name="follow_up_with_response_is_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:case", args=[self.case.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    @property
    def title(self) -> str:
        """After how many months, or that it stands outside the plan."""
        if self.month is None:
            return str(_("Additional follow-up"))
        return ngettext("After %(months)s month", "After %(months)s months", self.month) % {
            "months": self.month
        }

    @property
    def window(self) -> tuple[datetime.date, datetime.date]:
        """First and last day on which it counts for its month."""
        days = datetime.timedelta(days=self.window_days)
        return self.due_on - days, self.due_on + days

    def is_overdue(self, day: datetime.date) -> bool:
        return self.status == FollowUpStatus.PLANNED and self.due_on < day


class FollowUpEventQuerySet(OfCaseQuerySet):
    case_path = "follow_up__case"


class FollowUpEvent(models.Model):
    """One step of a follow-up: from, to, on which day, by whom, and why."""

    follow_up = models.ForeignKey(
        FollowUp, models.PROTECT, related_name="events", verbose_name=_("follow-up")
    )
    from_status = models.CharField(
        _("from"), max_length=12, choices=FollowUpStatus.choices, blank=True
    )
    to_status = models.CharField(_("to"), max_length=12, choices=FollowUpStatus.choices)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = FollowUpEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a follow-up")
        verbose_name_plural = _("steps of follow-ups")
        ordering = ["on", "id"]
        indexes = [
            models.Index(F("follow_up"), F("on"), name="follow_up_event"),
        ]

    def __str__(self) -> str:
        return f"{self.get_to_status_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.follow_up.case.reference
