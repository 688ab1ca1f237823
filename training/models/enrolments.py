"""Enrolments and the half-days people attended (R072–R083)."""

import datetime
import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cases.enums import ConsentPurpose
from cases.models import Case, Commitment, OfCaseQuerySet, reporting_group
from core.models import Record, ScopedQuerySet
from training.enums import EnrolmentReason, EnrolmentStatus, Half, Mark
from training.models.editions import PARTNER_ROLES, Edition, run_by_partner, whole_percent
from training.models.steps import Step
from training.workflow import ATTENDED, BEFORE_START, DROPPED, ENROLMENT_TONES, LIVE, SEATED


def new_reference() -> str:
    """A random reference, under which partner systems know one enrolment."""
    return secrets.token_hex(8)


class EnrolmentQuerySet(OfCaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Whoever sees the case; and the training partner its own rosters, while the person agrees
        to share with it and for some days after the course (R003).
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(case__in=Case.objects.visible_to(user))
        if user.organisations_for(*PARTNER_ROLES):
            seen |= self._of_partner(user)
        return self.filter(seen)

    @staticmethod
    def _of_partner(user: Any) -> Q:
        editions = Edition.objects.filter(run_by_partner(user)).roster_open()
        agreed = Case.objects.with_current_consent(ConsentPurpose.TRAINING_PARTNER)
        return Q(edition__in=editions.values("pk"), case__in=agreed.values("pk"))

    def with_list_data(self) -> Self:
        """What rosters and lists show, with the half-days attended and marked."""
        attended = Q(marks__mark__in=ATTENDED)
        return self.select_related(
            "case__person",
            "edition__module_version__module",
            "edition__office",
            "edition__trainer_organisation",
            "commitment",
        ).annotate(
            attended=Count("marks", filter=attended),
            marked=Count("marks"),
        )

    def with_group(self) -> Self:
        """Adds ``group``: the reporting group (R018)."""
        return self.annotate(group=reporting_group("case__person", "case__registered_on"))

    def by_name(self) -> Self:
        return self.order_by("case__person__family_name", "case__person__given_name", "id")

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def seated(self) -> Self:
        return self.filter(status__in=SEATED)

    def waiting(self) -> Self:
        """Nominated, and the training partner has not answered (R104)."""
        return self.filter(status=EnrolmentStatus.NOMINATED)

    def trained_by(self, day: datetime.date) -> Self:
        """Attended at least one half-day on or before a day."""
        return self.filter(Exists(_attended_marks().filter(day__lte=day)))

    def in_group(self, group: str) -> Self:
        """Of modules counted under a group, whichever scheme they belong to (R072, R082)."""
        return self.filter(edition__module_version__module__group=group)

    def two_modules(self, *, by_group: bool) -> Self:
        """Enrolments of people with two or more courses among these rows (R081).

        ``by_group``: the parts of an earlier scheme count as one course; else each on its own.
        """
        module = "edition__module_version__module"
        course = f"{module}__group" if by_group else module
        people = (
            self.order_by()
            .values("case__person")
            .annotate(courses=Count(course, distinct=True))
            .filter(courses__gte=2)
        )
        return self.filter(case__person__in=people.values("case__person"))

    def cut_short(self) -> Self:
        """Started, but an approved departure ended the person's time before the course (R109)."""
        return self.filter(
            Q(commitment__days__endswith__lte=F("edition__ends_on"))
            | Q(commitment__is_released=True),
            status=EnrolmentStatus.STARTED,
        )

    def given_up_for_travel(self, *, on: datetime.date) -> Self:
        """Not begun and not over, and its days were released: a journey comes first (R108)."""
        return self.filter(
            status__in=BEFORE_START,
            commitment__is_released=True,
            edition__ends_on__gte=on,
        )


def _attended_marks() -> models.QuerySet:
    return AttendanceMark._base_manager.filter(enrolment=OuterRef("pk"), mark__in=ATTENDED)


class Enrolment(Record):
    """One person in one edition: nominated, acknowledged, enrolled, started, completed (R104)."""

    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=new_reference, editable=False
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="enrolments", verbose_name=_("edition")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="enrolments", verbose_name=_("case")
    )
    application = models.ForeignKey(
        "training.Application",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="enrolments",
        verbose_name=_("application"),
        help_text=_("The decision by which the person has a vocational place."),
    )
    status = models.CharField(
        _("status"),
        max_length=14,
        choices=EnrolmentStatus.choices,
        default=EnrolmentStatus.NOMINATED,
        editable=False,
    )
    nominated_on = models.DateField(_("nominated on"))
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    is_ended_by_closing = models.BooleanField(
        _("ended with the course"),
        default=False,
        editable=False,
        help_text=_("And not on its own before: opening the course again takes it back."),
    )
    reason = models.CharField(
        _("reason"),
        max_length=20,
        choices=EnrolmentReason.choices,
        blank=True,
        help_text=_("Why the course was not started or not finished."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    override_reason = models.CharField(_("reason for the exception"), max_length=500, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    commitment = models.OneToOneField(
        Commitment, models.PROTECT, null=True, editable=False, related_name="enrolment"
    )

    objects = EnrolmentQuerySet.as_manager()
    tones = {"status": ENROLMENT_TONES}

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes = [
            models.Index(F("nominated_on").desc(), F("id").desc(), name="enrolment_list"),
            models.Index(fields=["edition", "status"], name="enrolment_by_edition"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "case"],
                condition=~Q(status=EnrolmentStatus.WITHDRAWN),
                name="enrolment_once_per_edition",
                violation_error_message=_("This person is enrolled in this course already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(LIVE), ended_on__isnull=True)
                | ~Q(status__in=sorted(LIVE)) & Q(ended_on__isnull=False),
                name="enrolment_ended_with_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("nominated_on")),
                name="enrolment_ends_after_nomination",
                violation_error_message=_("The end lies before the nomination."),
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_on__isnull=True)
                | Q(acknowledged_on__gte=F("nominated_on")),
                name="enrolment_acknowledged_after_nomination",
                violation_error_message=_("The answer lies before the nomination."),
            ),
            models.CheckConstraint(
                condition=Q(is_ended_by_closing=False) | Q(ended_on__isnull=False),
                name="enrolment_ended_by_closing_has_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(DROPPED)) | ~Q(reason=""),
                name="enrolment_dropped_with_reason",
                violation_error_message=_("Choose a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(status=EnrolmentStatus.ACKNOWLEDGED)
                | Q(acknowledged_on__isnull=False),
                name="enrolment_acknowledged_with_day",
            ),
            models.CheckConstraint(
                condition=Q(override_reason="", approved_by__isnull=True)
                | ~Q(override_reason="") & Q(approved_by__isnull=False),
                name="enrolment_override_with_approver",
                violation_error_message=_("An exception needs a reason and an approver."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("training:enrolment-detail", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    def name_for(self, user: Any) -> str:
        """How this user reads the person: of a restricted file, training partners know the
        reference of the case and no name (R003, R006).
        """
        if self.case.is_restricted and not user.has_permission(Permission.VIEW_CASES):
            return self.case.reference
        return self.case.person.full_name

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def status_before(self) -> str:
        """Where the enrolment stood before its last step."""
        last = self.steps.last()
        return last.from_status if last is not None else ""

    @property
    def needs_child_care(self) -> bool:
        return self.case.children_in_care > 0

    @property
    def attendance_percent(self) -> int:
        """Share of the module's half-days attended (R077)."""
        return whole_percent(self.attended, self.edition.module_version.half_days)  # type: ignore[attr-defined]


class OfEnrolmentQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Rows of an enrolment are seen by whoever sees the enrolment."""
        return self.filter(enrolment__in=Enrolment.objects.visible_to(user))


class EnrolmentStep(Step):
    """One step of an enrolment."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="steps", verbose_name=_("enrolment")
    )

    objects = OfEnrolmentQuerySet.as_manager()

    class Meta(Step.Meta):
        verbose_name = _("step of an enrolment")
        verbose_name_plural = _("steps of enrolments")

    @property
    def label(self) -> str:
        return EnrolmentStatus(self.to_status).label


class MarkQuerySet(OfEnrolmentQuerySet):
    def attended(self) -> Self:
        return self.filter(mark__in=ATTENDED)


class AttendanceMark(Record):
    """Whether somebody was there on one half-day of a course (R077)."""

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="marks", verbose_name=_("enrolment")
    )
    day = models.DateField(_("day"))
    half = models.CharField(_("half-day"), max_length=2, choices=Half.choices)
    mark = models.CharField(_("attendance"), max_length=7, choices=Mark.choices)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("marked by"),
    )
    marked_at = models.DateTimeField(_("marked at"), auto_now=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance mark")
        verbose_name_plural = _("attendance marks")
        indexes = [
            models.Index(
                fields=["enrolment", "day"],
                condition=Q(mark__in=sorted(ATTENDED)),
                name="mark_attended",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "day", "half"],
                name="attendance_mark_once",
                violation_error_message=_("This half-day is marked already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.day} · {self.half}"

    @property
    def audit_reference(self) -> str:
        return self.enrolment.case.reference
