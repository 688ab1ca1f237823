"""Orientation: sessions, who is invited, who came, what was covered (R051–R060)."""

import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.enums import CaseOutcome
from cases.models import Case, Commitment, OfCaseQuerySet, reporting_group
from cases.models.case import HOST_SIDE
from core.models import Record, ScopedQuerySet
from training.enums import (
    AbsenceReason,
    Attendance,
    InvitationAnswer,
    Outcome,
    SessionMode,
    SessionStatus,
)
from training.models.steps import Step
from training.workflow import SESSION_TONES


class SessionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Sessions of one's offices; a programme manager's: those of the programme's people, and
        those that nobody is invited to yet. A session holds no personal data, its invitations do.
        """
        if not user.is_authenticated:
            return self.none()
        own = Q(office__in=user.offices_for(*HOST_SIDE))
        programmes = user.programmes_for(Role.PROGRAMME_MANAGER)
        if not programmes:
            return self.filter(own)
        invited = Invitation.objects.filter(session=OuterRef("pk"))
        return self.filter(
            own | Exists(invited.filter(case__programme__in=programmes)) | ~Exists(invited)
        )

    def with_list_data(self) -> Self:
        """What a list row shows, the number of invited and present people included."""
        invited = Q(invitations__answer__in=[InvitationAnswer.OPEN, InvitationAnswer.ACCEPTED])
        present = Q(invitations__attendance=Attendance.PRESENT)
        return self.select_related("office", "facilitator", "language").annotate(
            invited=Count("invitations", filter=invited),
            present=Count("invitations", filter=present),
        )

    def planned(self) -> Self:
        return self.filter(status=SessionStatus.PLANNED)

    def without_roll_call(self, now: datetime.datetime) -> Self:
        """Begun by now, and nobody called the roll."""
        return self.planned().filter(starts_at__lte=now)

    def between(self, start: datetime.datetime, end: datetime.datetime) -> Self:
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class OrientationSession(Record):
    """An hour at an orientation point: with a group, or with one person (R051, R060)."""

    reference = models.CharField(_("reference"), max_length=24, unique=True, editable=False)
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        related_name="orientation_sessions",
        verbose_name=_("orientation point"),
    )
    mode = models.CharField(
        _("kind"), max_length=10, choices=SessionMode.choices, default=SessionMode.GROUP
    )
    starts_at = models.DateTimeField(_("starts at"))
    minutes = models.PositiveSmallIntegerField(_("length in minutes"))
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("facilitator"),
        help_text=_("Our own staff, never a partner's (R053)."),
    )
    language = models.ForeignKey(
        "reference.Language",
        models.PROTECT,
        related_name="+",
        verbose_name=_("language"),
    )
    room = models.CharField(_("room"), max_length=100, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places"), default=20)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=SessionStatus.choices,
        default=SessionStatus.PLANNED,
        editable=False,
    )
    unticked_reason = models.CharField(
        _("why items of the checklist were left out"), max_length=500, blank=True
    )

    objects = SessionQuerySet.as_manager()
    tones = {"status": SESSION_TONES}

    class Meta:
        verbose_name = _("orientation session")
        verbose_name_plural = _("orientation sessions")
        indexes = [
            models.Index(F("starts_at").desc(), F("id").desc(), name="session_list"),
            models.Index("office", F("starts_at").desc(), name="session_by_office"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=600),
                name="session_length_plausible",
                violation_error_message=_("A session lasts between 10 minutes and 10 hours."),
            ),
            models.CheckConstraint(
                condition=Q(mode=SessionMode.GROUP, capacity__gte=1)
                | Q(mode=SessionMode.INDIVIDUAL, capacity=1),
                name="session_capacity_fits_mode",
                violation_error_message=_(
                    "A group session has at least one place, an individual talk exactly one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("training:session-detail", args=[self.reference])

    @property
    def day(self) -> datetime.date:
        """The day of the session where it takes place."""
        return self.starts_at.astimezone(ZoneInfo(self.office.time_zone)).date()

    @property
    def ends_at(self) -> datetime.datetime:
        return self.starts_at + datetime.timedelta(minutes=self.minutes)

    @property
    def is_group(self) -> bool:
        return self.mode == SessionMode.GROUP


class OfSessionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Rows of a session are seen by whoever sees the session."""
        return self.filter(session__in=OrientationSession.objects.visible_to(user))


class SessionStep(Step):
    """One step of an orientation session."""

    session = models.ForeignKey(
        OrientationSession,
        models.PROTECT,
        related_name="steps",
        verbose_name=_("orientation session"),
    )

    objects = OfSessionQuerySet.as_manager()

    class Meta(Step.Meta):
        verbose_name = _("step of an orientation session")
        verbose_name_plural = _("steps of orientation sessions")

    @property
    def label(self) -> str:
        return SessionStatus(self.to_status).label


class InvitationQuerySet(OfCaseQuerySet):
    """Invitations are seen by whoever sees the case."""

    def with_list_data(self) -> Self:
        return self.select_related(
            "case__person__nationality", "case__country", "session__office", "commitment"
        )

    def with_group(self) -> Self:
        """Adds ``group``: the reporting group (R018, R057)."""
        return self.annotate(group=reporting_group("case__person", "case__registered_on"))

    def expected(self) -> Self:
        """Everybody who has not declined, nor left the programme before the day."""
        gone = Q(attendance=Attendance.UNKNOWN, case__closed_on__lt=F("session__starts_at__date"))
        return self.exclude(answer=InvitationAnswer.DECLINED).exclude(
            gone & ~Q(case__outcome=CaseOutcome.DUPLICATE)
        )

    def present(self) -> Self:
        return self.filter(attendance=Attendance.PRESENT)

    def attended_by(self, day: datetime.date) -> Self:
        """Attended on or before a day: the oriented (R060: one person may have several)."""
        return self.filter(attended_on__lte=day)

    def without_outcome(self) -> Self:
        """Present people who have not been told what is recommended to them (R059)."""
        return self.present().filter(outcomes=[])


class Invitation(Record):
    """One person's place in one orientation session: answer, attendance, outcome (R056–R059)."""

    session = models.ForeignKey(
        OrientationSession,
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("orientation session"),
    )
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="orientations", verbose_name=_("case")
    )
    invited_on = models.DateField(_("invited on"))
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("invited by"),
    )
    answer = models.CharField(
        _("answer"),
        max_length=10,
        choices=InvitationAnswer.choices,
        default=InvitationAnswer.OPEN,
    )
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    reason = models.CharField(
        _("reason for staying away"),
        max_length=15,
        choices=AbsenceReason.choices,
        blank=True,
    )
    attendance = models.CharField(
        _("attendance"),
        max_length=10,
        choices=Attendance.choices,
        default=Attendance.UNKNOWN,
    )
    called_on = models.DateField(_("roll called on"), null=True, editable=False)
    attended_on = models.DateField(_("attended on"), null=True, editable=False)
    outcomes = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("recommended"),
        default=list,
        blank=True,
        help_text=_("Courses, codes of services, or nothing explicitly."),
    )
    commitment = models.OneToOneField(
        Commitment, models.PROTECT, null=True, editable=False, related_name="invitation"
    )
    override_reason = models.CharField(
        _("reason for one nationality more"), max_length=500, blank=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(
                fields=["attended_on", "case"],
                condition=Q(attended_on__isnull=False),
                name="invitation_attended",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "case"],
                name="invitation_once_per_session",
                violation_error_message=_("This person is invited to this session already."),
            ),
            models.CheckConstraint(
                condition=Q(attendance=Attendance.PRESENT, attended_on__isnull=False)
                | ~Q(attendance=Attendance.PRESENT) & Q(attended_on__isnull=True),
                name="invitation_attended_when_present",
            ),
            models.CheckConstraint(
                condition=Q(attendance=Attendance.UNKNOWN, called_on__isnull=True)
                | ~Q(attendance=Attendance.UNKNOWN) & Q(called_on__isnull=False),
                name="invitation_called_with_day",
            ),
            models.CheckConstraint(
                condition=Q(answer=InvitationAnswer.OPEN, answered_on__isnull=True)
                | ~Q(answer=InvitationAnswer.OPEN) & Q(answered_on__isnull=False),
                name="invitation_answered_with_day",
            ),
            models.CheckConstraint(
                condition=~Q(answer=InvitationAnswer.DECLINED) | ~Q(reason=""),
                name="invitation_declined_with_reason",
                violation_error_message=_("Enter why the person will not come."),
            ),
            models.CheckConstraint(
                condition=~Q(answer=InvitationAnswer.DECLINED) | ~Q(attendance=Attendance.PRESENT),
                name="invitation_declined_is_not_present",
            ),
            models.CheckConstraint(
                condition=~Q(outcomes__contains=[Outcome.NONE]) | Q(outcomes=[Outcome.NONE]),
                name="invitation_none_stands_alone",
                violation_error_message=_(
                    "“Nothing recommended” excludes every other recommendation."
                ),
            ),
            models.CheckConstraint(
                condition=Q(override_reason="", approved_by__isnull=True)
                | ~Q(override_reason="") & Q(approved_by__isnull=False),
                name="invitation_override_with_approver",
                violation_error_message=_("An exception needs a reason and an approver."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.case}"

    def get_absolute_url(self) -> str:
        return self.session.get_absolute_url()

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    @property
    def is_called(self) -> bool:
        """Was the roll called for this person?"""
        return self.attendance != Attendance.UNKNOWN

    @property
    def has_declined(self) -> bool:
        """Is the person not expected, and the place free for somebody else?"""
        return self.answer == InvitationAnswer.DECLINED
