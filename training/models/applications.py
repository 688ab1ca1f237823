"""Applications for vocational places: by what criteria, who decided, and why (R074)."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case as Choose
from django.db.models import Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from cases.models import Case, OfCaseQuerySet
from cases.workflow import BEFORE_DEPARTURE
from core.models import Record, ScopedQuerySet, paired
from training.enums import ApplicationStatus, Fit
from training.models.editions import Edition
from training.models.enrolments import Enrolment, new_reference
from training.models.steps import Step
from training.workflow import (
    APPLICATION_TONES,
    DECISIONS,
    FIT_POINTS,
    FIT_TONES,
    OPEN_EDITIONS,
    PENDING,
)


class CriterionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Criteria are public: seen by whoever sees the course."""
        return self.filter(edition__in=Edition.objects.visible_to(user))


class SelectionCriterion(Record):
    """What the places of one vocational course are given by; written before anybody applies."""

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="criteria", verbose_name=_("edition")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("criterion"), max_length=200)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion of selection")
        verbose_name_plural = _("criteria of selection")
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"],
                name="criterion_position_once",
                violation_error_message=_("This course has a criterion at this position."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class ApplicationQuerySet(OfCaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Whoever sees the case and works with applications: never a training partner (R003)."""
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_APPLICATIONS):
            return self.none()
        return super().visible_to(user)

    def with_list_data(self) -> Self:
        """What lists show, with the points of the answers."""
        return self.select_related(
            "case__person", "edition__module_version__module", "edition__office", "decided_by"
        ).annotate(points=Coalesce(Subquery(_points(), output_field=IntegerField()), 0))

    def by_points(self) -> Self:
        """The best answers first; among equals, whoever applied first."""
        return self.order_by("-points", "applied_on", "id")

    def pending(self) -> Self:
        return self.filter(status__in=PENDING)

    def promised(self) -> Self:
        """Accepted, and the place not taken yet: it is kept free until the person leaves."""
        return self.filter(
            ~Exists(Enrolment._base_manager.filter(application=OuterRef("pk"))),
            status=ApplicationStatus.ACCEPTED,
            case__status__in=BEFORE_DEPARTURE,
        )

    def still_possible(self) -> Self:
        """Of people who have not left, for courses that can still be joined."""
        return self.filter(case__status__in=BEFORE_DEPARTURE, edition__status__in=OPEN_EDITIONS)


def _points() -> models.QuerySet:
    worth = Choose(
        *(When(fit=fit, then=Value(points)) for fit, points in FIT_POINTS.items()),
        output_field=IntegerField(),
    )
    return (
        CriterionAnswer._base_manager.filter(application=OuterRef("pk"))
        .order_by()
        .values("application")
        .annotate(total=Sum(worth))
        .values("total")
    )


class Application(Record):
    """Somebody who would like a vocational place, and what was decided, by whom and why (R074)."""

    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=new_reference, editable=False
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="applications", verbose_name=_("edition")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, related_name="applications", verbose_name=_("case")
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ApplicationStatus.choices,
        default=ApplicationStatus.SUBMITTED,
        editable=False,
    )
    applied_on = models.DateField(_("applied on"))
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    motivation = models.CharField(
        _("interest and motivation"),
        max_length=1000,
        help_text=_("Why this course, in the person's own words. Training partners do not see it."),
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    reason = models.CharField(_("reason of the decision"), max_length=500, blank=True)

    objects = ApplicationQuerySet.as_manager()
    tones = {"status": APPLICATION_TONES}

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [
            models.Index(F("applied_on").desc(), F("id").desc(), name="application_list"),
            models.Index(fields=["edition", "status"], name="application_by_edition"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "case"],
                condition=~Q(status=ApplicationStatus.WITHDRAWN),
                name="application_once_per_edition",
                violation_error_message=_("This person has applied for this course already."),
            ),
            models.CheckConstraint(
                condition=paired("decided_on", "decided_by"),
                name="application_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(DECISIONS)) | Q(decided_on__isnull=False),
                name="application_decision_with_day",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.SUBMITTED) | Q(decided_on__isnull=True),
                name="application_undecided_without_day",
            ),
            models.CheckConstraint(
                condition=~Q(status=ApplicationStatus.REFUSED) | ~Q(reason=""),
                name="application_refused_with_reason",
                violation_error_message=_("Write the reason: the person will be told."),
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("applied_on")),
                name="application_decided_after_it_was_made",
                violation_error_message=_("The decision lies before the application."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("training:application-detail", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.case.reference

    @property
    def is_accepted(self) -> bool:
        return self.status == ApplicationStatus.ACCEPTED

    @property
    def is_undecided(self) -> bool:
        return self.status == ApplicationStatus.SUBMITTED

    @property
    def is_refused(self) -> bool:
        return self.status == ApplicationStatus.REFUSED


class OfApplicationQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Rows of an application are seen by whoever sees the application."""
        return self.filter(application__in=Application.objects.visible_to(user))


class CriterionAnswer(Record):
    """How far one applicant meets one criterion; private, unlike the criterion (R074)."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="answers", verbose_name=_("application")
    )
    criterion = models.ForeignKey(
        SelectionCriterion, models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    fit = models.CharField(_("met"), max_length=8, choices=Fit.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = OfApplicationQuerySet.as_manager()
    tones = {"fit": FIT_TONES}

    class Meta:
        verbose_name = _("answer to a criterion")
        verbose_name_plural = _("answers to criteria")
        ordering = ["application", "criterion__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "criterion"],
                name="criterion_answered_once",
                violation_error_message=_("This criterion is answered already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id} · {self.fit}"

    @property
    def audit_reference(self) -> str:
        return self.application.case.reference


class ApplicationStep(Step):
    """One step of an application."""

    application = models.ForeignKey(
        Application, models.PROTECT, related_name="steps", verbose_name=_("application")
    )

    objects = OfApplicationQuerySet.as_manager()

    class Meta(Step.Meta):
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")

    @property
    def label(self) -> str:
        return ApplicationStatus(self.to_status).label
