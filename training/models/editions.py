"""Editions: one holding of a module in one city (R076)."""

import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases.models.case import HOST_SIDE
from core.clock import today
from core.models import Record, ScopedQuerySet
from partners.models import CityDuty, OrganisationKind
from reference import rules
from training.enums import EditionStatus, EnrolmentStatus
from training.models.modules import ModuleVersion
from training.models.steps import Step
from training.workflow import ATTENDED, EDITION_TONES, OPEN_EDITIONS, SEATED

PARTNER_ROLES = (Role.TRAINER, Role.PARTNER_COORDINATOR, Role.PARTNER_CLIENT)


def whole_percent(part: int, whole: int) -> int:
    """Share of half-days attended, whole percent, halves up (R077)."""
    return int((Decimal(100 * part) / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def run_by_partner(user: Any) -> Q:
    """Editions that the user's organisation teaches, supports, or whose city it leads (R087)."""
    organisations = user.organisations_for(*PARTNER_ROLES)
    if not organisations:
        return Q(pk__in=[])
    led = CityDuty.objects.in_force(OuterRef("starts_on")).filter(
        office=OuterRef("office"),
        duty=CityDuty.Duty.LEAD,
        agreement__organisation__in=user.organisations_for(Role.PARTNER_COORDINATOR),
    )
    return (
        Q(trainer_organisation__in=organisations)
        | Q(support_organisation__in=organisations)
        | Exists(led)
    )


def run_by_own_staff(user: Any) -> Q:
    """Editions that our own organisation teaches, at an orientation point of the user's."""
    return Q(
        trainer_organisation__kind=OrganisationKind.INTERNATIONAL,
        office__in=user.offices_for(Role.CASEWORKER, Role.PROTECTION_OFFICER),
    )


class EditionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Editions of one's offices; a partner's: those it teaches, supports or leads the city of;
        a programme manager's: those with the programme's people or applicants, and those still
        empty.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Q(office__in=user.offices_for(*HOST_SIDE)) | run_by_partner(user)
        programmes = user.programmes_for(Role.PROGRAMME_MANAGER)
        if programmes:
            enrolled = _enrolments().filter(edition=OuterRef("pk"))
            applied = _applications().filter(edition=OuterRef("pk"))
            seen |= (
                Exists(enrolled.filter(case__programme__in=programmes))
                | Exists(applied.filter(case__programme__in=programmes))
                | ~Exists(enrolled)
            )
        return self.filter(seen)

    def with_list_data(self) -> Self:
        """What a list row shows, with the places taken and those promised to applicants."""
        return self.select_related(
            "module_version__module",
            "office",
            "trainer_organisation",
            "support_organisation",
            "language",
        ).annotate(
            seats_taken=_count(_enrolments().filter(status__in=SEATED)),
            seats_promised=_count(_applications().promised()),
            unanswered=_count(_enrolments().filter(status=EnrolmentStatus.NOMINATED)),
        )

    def with_totals(self) -> Self:
        """Adds ``people`` and ``half_days_attended``: of the whole roster, whoever asks (R077)."""
        there = _marks().filter(mark__in=ATTENDED)
        return self.annotate(
            people=_count(_enrolments().exclude(status=EnrolmentStatus.WITHDRAWN)),
            half_days_attended=_count(there, by="enrolment__edition"),
        )

    def called_by(self, user: Any) -> Self:
        """Whoever gives the course calls its roll: the partner; our staff where we teach ourselves.

        Our staff supervises the partners' courses (R087) and does not also write the evidence of
        them (R089).
        """
        return self.filter(run_by_partner(user) | run_by_own_staff(user))

    def open(self) -> Self:
        return self.filter(status__in=OPEN_EDITIONS)

    def joinable(self, day: datetime.date) -> Self:
        """Editions somebody may still be enrolled in on a day."""
        return self.open().filter(ends_on__gte=day)

    def held_by(self, day: datetime.date) -> Self:
        """Begun on or before a day and not cancelled (R076)."""
        return self.exclude(status=EditionStatus.CANCELLED).filter(starts_on__lte=day)

    def of_programme(self, programme: Any) -> Self:
        """With at least one person of the programme."""
        people = _enrolments().filter(edition=OuterRef("pk"), case__programme=programme)
        return self.filter(Exists(people))

    def roster_open(self) -> Self:
        """Whose people the training partner still sees, for as long as the rule says (R003)."""
        days = rules.current(rules.ROSTER_DAYS_AFTER_COURSE, on=today())
        since = today() - datetime.timedelta(days=days)
        return self.filter(Q(status__in=OPEN_EDITIONS) | Q(ends_on__gte=since))


def _enrolments() -> models.QuerySet:
    from training.models.enrolments import Enrolment

    return Enrolment._base_manager.order_by()


def _applications() -> Any:
    from training.models.applications import Application

    return Application.objects.order_by()


def _marks() -> models.QuerySet:
    from training.models.enrolments import AttendanceMark

    return AttendanceMark._base_manager.order_by()


def _count(rows: models.QuerySet, by: str = "edition") -> Coalesce:
    """How many of these rows belong to the edition."""
    counted = (
        rows.filter(**{by: OuterRef("pk")})
        .values(by)
        .annotate(total=models.Count("pk"))
        .values("total")
    )
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


class Edition(Record):
    """One holding of a module: city, days, trainer, room (R076)."""

    reference = models.CharField(_("reference"), max_length=24, unique=True, editable=False)
    module_version = models.ForeignKey(
        ModuleVersion, models.PROTECT, related_name="editions", verbose_name=_("module")
    )
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        related_name="editions",
        verbose_name=_("city"),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), editable=False)
    skipped_days = ArrayField(
        models.DateField(),
        verbose_name=_("days not held"),
        default=list,
        blank=True,
        editable=False,
    )
    trainer_organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("training organisation"),
    )
    trainer_name = models.CharField(_("trainer"), max_length=120, blank=True)
    support_organisation = models.ForeignKey(
        "partners.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation that supports attendance"),
    )
    language = models.ForeignKey(
        "reference.Language",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("language"),
    )
    room = models.CharField(_("room"), max_length=100, blank=True)
    capacity = models.PositiveSmallIntegerField(_("places"), default=15)
    transit_reason = models.CharField(
        _("why a course in a place of transit"), max_length=500, blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=EditionStatus.choices,
        default=EditionStatus.PLANNED,
        editable=False,
    )
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("planned by"),
    )

    objects = EditionQuerySet.as_manager()
    tones = {"status": EDITION_TONES}

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        indexes = [
            models.Index(F("starts_on").desc(), F("id").desc(), name="edition_list"),
            models.Index("office", F("starts_on").desc(), name="edition_by_office"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="edition_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1),
                name="edition_has_places",
                violation_error_message=_("A course has at least one place."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_version} · {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("training:edition-detail", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_EDITIONS

    @property
    def half_days_possible(self) -> int:
        """Half-days of the module times the people on the roster."""
        return self.people * self.module_version.half_days  # type: ignore[attr-defined]

    @property
    def attendance_percent(self) -> int | None:
        """Share of these half-days attended; None without people."""
        possible = self.half_days_possible
        return whole_percent(self.half_days_attended, possible) if possible else None  # type: ignore[attr-defined]


class EditionStepQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Steps are seen by whoever sees the edition."""
        return self.filter(edition__in=Edition.objects.visible_to(user))


class EditionStep(Step):
    """One step of an edition."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="steps", verbose_name=_("edition")
    )

    objects = EditionStepQuerySet.as_manager()

    class Meta(Step.Meta):
        verbose_name = _("step of an edition")
        verbose_name_plural = _("steps of editions")

    @property
    def label(self) -> str:
        if self.from_status == self.to_status:
            return str(_("Other days"))
        return EditionStatus(self.to_status).label
