"""Frozen figures, the reports made from them, and what was released to whom (R238, R239)."""

import datetime
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from core.models import Record, Run, RunStatus, ScopedQuerySet, StoredFile, paired
from programmes.models import Programme
from reports.enums import RUN_TONES, Reader

#: Roles that read every figure of their programme as it is (design §4.10).
INTERNAL_ROLES = (Role.ME_OFFICER, Role.PROGRAMME_MANAGER)


def new_reference() -> str:
    """Unguessable name of a report in addresses."""
    return secrets.token_hex(8)


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of content, however its keys are ordered."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


#: What a snapshot holds beside the figures of its day.
SALT, AGAIN = "salt", "again"


def in_groups(digest: str) -> list[str]:
    """A fingerprint in parts that a narrow page can break."""
    return [digest[place : place + 8] for place in range(0, len(digest), 8)]


class SnapshotQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Exact figures: only the programme's own officers see them."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(programme__in=user.programmes_for(*INTERNAL_ROLES))

    def released(self) -> Self:
        """From which a report was released that still stands."""
        return self.filter(
            runs__release__isnull=False, runs__release__withdrawn_on__isnull=True
        ).distinct()


class Snapshot(models.Model):
    """Every figure of a programme as of a day, exact and never changed again (R239).

    Beside them are the figures of the day of the last released report, counted again from the same
    data, and a random value: without it, whoever knows the printed fingerprint could try small
    numbers that are withheld until one fits (R240).
    """

    reference = models.CharField(_("reference"), max_length=60, unique=True, editable=False)
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="snapshots", verbose_name=_("programme")
    )
    as_of = models.DateField(_("figures as of"))
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField(_("figures"))
    sha256 = models.CharField(max_length=64, editable=False)
    catalogue_version = models.CharField(_("version of the definitions"), max_length=10)
    earlier = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later",
        verbose_name=_("corrects"),
        help_text=_("The last released figures, of the same day or an earlier one."),
    )
    taken_on = models.DateField(_("taken on"))
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("taken by")
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        ordering = ["programme", "as_of", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "as_of", "number"], name="snapshot_number_once"
            ),
            models.UniqueConstraint(
                fields=["programme", "as_of", "sha256"], name="snapshot_of_same_figures_once"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def hash_in_groups(self) -> list[str]:
        return in_groups(self.sha256)

    @property
    def figures(self) -> dict[str, Any]:
        """The figures of the day, without what is kept beside them."""
        return {key: value for key, value in self.content.items() if key not in (SALT, AGAIN)}

    @property
    def again(self) -> dict[str, Any]:
        """The day of the last released report as it is known now; it may be this day."""
        counted: dict[str, Any] = self.content.get(AGAIN) or self.figures
        return counted

    @property
    def is_intact(self) -> bool:
        """Whether the figures still are those that the fingerprint was taken of."""
        return fingerprint(self.content) == self.sha256


class ReportRunQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The programme's officers see every report; its donor the released ones (R004)."""
        if not user.is_authenticated:
            return self.none()
        own = Q(programme__in=user.programmes_for(*INTERNAL_ROLES))
        paid = Q(
            programme__in=user.programmes_for(Role.DONOR),
            release__isnull=False,
            release__withdrawn_on__isnull=True,
        )
        return self.filter(own | paid)

    def with_list_data(self) -> Self:
        """What a list row shows, in one query."""
        return self.select_related(
            "programme", "snapshot", "requested_by", "release__released_by"
        ).defer("snapshot__content")

    def unfinished(self) -> Self:
        return self.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING])

    def ready(self) -> Self:
        """Compiled, and nobody has released it."""
        return self.filter(status=RunStatus.DONE, release__isnull=True)

    def failed(self) -> Self:
        return self.filter(status=RunStatus.FAILED)

    def released(self) -> Self:
        return self.filter(release__isnull=False, release__withdrawn_on__isnull=True)


class ReportRun(Run):
    """One report in one language: requested, compiled from a snapshot, kept as a file (R238)."""

    tones = {"status": RUN_TONES}

    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=new_reference, editable=False
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="report_runs", verbose_name=_("programme")
    )
    as_of = models.DateField(_("figures as of"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    audience = models.CharField(
        _("for"), max_length=10, choices=Reader.choices, default=Reader.DONOR
    )
    snapshot = models.ForeignKey(
        Snapshot,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="runs",
        verbose_name=_("snapshot"),
    )
    template_version = models.CharField(_("version of the layout"), max_length=10, editable=False)
    printed = models.JSONField(_("what it prints"), null=True, editable=False)
    after = models.ForeignKey(
        "Release",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("protected against releases up to"),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    pdf_sha256 = models.CharField(_("fingerprint of the file"), max_length=64, editable=False)

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [
            models.Index(F("requested_at").desc(), F("id").desc(), name="report_run_list"),
            models.Index(fields=["status"], name="report_run_by_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status=RunStatus.DONE)
                | Q(snapshot__isnull=False, progress=100, finished_at__isnull=False)
                & ~Q(pdf_sha256=""),
                name="report_done_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(status=RunStatus.FAILED) | ~Q(message=""),
                name="report_failed_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.as_of.isoformat()} · {self.get_language_display()}"

    def get_absolute_url(self) -> str:
        return reverse("reports:run", args=[self.reference])

    @property
    def hash_in_groups(self) -> list[str]:
        return in_groups(self.pdf_sha256)

    @property
    def is_unfinished(self) -> bool:
        return self.status in (RunStatus.QUEUED, RunStatus.RUNNING)

    @property
    def is_done(self) -> bool:
        return self.status == RunStatus.DONE

    @property
    def is_failed(self) -> bool:
        return self.status == RunStatus.FAILED

    @property
    def standing_release(self) -> "Release | None":
        """Its release, unless that was withdrawn."""
        release: Release | None = getattr(self, "release", None)
        return release if release is not None and release.withdrawn_on is None else None

    @property
    def file_name(self) -> str:
        """Under which name the file is saved."""
        return f"{self.programme.code}-{self.as_of.isoformat()}-{self.language}.pdf"


class ReportFile(StoredFile):
    """The PDF of a report. Served only to whoever sees the report, at each download anew."""

    run = models.OneToOneField(
        ReportRun, models.PROTECT, related_name="pdf", verbose_name=_("report")
    )

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")

    def __str__(self) -> str:
        return self.original_name


class ReleaseQuerySet(models.QuerySet):
    """What was printed once stays known: withdrawn releases count, unless `standing` is asked."""

    def to(self, programme: Programme, audience: str) -> Self:
        """The reports on a programme for an audience, in the order of their release."""
        rows = self.filter(run__programme=programme, run__audience=audience)
        return rows.select_related("run__snapshot").order_by("pk")

    def of(self, snapshot: Snapshot) -> Self:
        return self.filter(run__snapshot=snapshot)

    def standing(self) -> Self:
        return self.filter(withdrawn_on__isnull=True)

    def as_of(self, day: datetime.date) -> Self:
        """Reports on a day or an earlier one."""
        return self.filter(run__as_of__lte=day)

    def first_of_each_snapshot(self) -> Self:
        """Those that printed figures nobody outside had seen: others repeat them."""
        repeated = self.filter(run__snapshot=OuterRef("run__snapshot"), pk__lt=OuterRef("pk"))
        return self.filter(~Exists(repeated.order_by()))

    def earlier_than(self, snapshot: Snapshot) -> Self:
        """Of figures of an earlier day, or of the same day before corrections."""
        same_day = Q(run__as_of=snapshot.as_of, run__snapshot__number__lt=snapshot.number)
        return self.filter(Q(run__as_of__lt=snapshot.as_of) | same_day)

    def later_than(self, snapshot: Snapshot) -> Self:
        same_day = Q(run__as_of=snapshot.as_of, run__snapshot__number__gt=snapshot.number)
        return self.filter(Q(run__as_of__gt=snapshot.as_of) | same_day)

    def by_day(self) -> Self:
        return self.order_by("run__as_of", "run__snapshot__number")


class Release(Record):
    """A report handed to the donor by a second person, with what it printed (R240, design §5)."""

    run = models.OneToOneField(
        ReportRun, models.PROTECT, related_name="release", verbose_name=_("report")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("released by")
    )
    released_on = models.DateField(_("released on"))
    released_at = models.DateTimeField(_("released at"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=500)
    published = models.JSONField(_("what was printed"), editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawal_reason = models.CharField(
        _("reason of the withdrawal"), max_length=500, blank=True, editable=False
    )

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            models.CheckConstraint(
                condition=~Q(released_by=F("prepared_by")),
                name="release_by_second_person",
                violation_error_message=_("Another person than the author releases a report."),
            ),
            models.CheckConstraint(
                condition=paired("withdrawn_on", "withdrawn_by")
                & (Q(withdrawn_on__isnull=True) | ~Q(withdrawal_reason="")),
                name="release_withdrawn_with_reason",
                violation_error_message=_("Say why the report is withdrawn."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.run)

    @property
    def reference(self) -> str:
        return self.run.reference
