"""Two files of one person joined into one person's history (R037, ADR 0012)."""

import secrets
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.enums import MergeStatus
from cases.models.calendar import Commitment
from cases.models.case import Case
from cases.models.person import Person
from cases.workflow import MERGE_TONES
from core.models import Record, ScopedQuerySet, paired


def new_reference() -> str:
    """Unguessable name of a merge in addresses."""
    return secrets.token_hex(8)


class MergeQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Only to whoever sees both files, so that neither betrays the other (AB44)."""
        cases = Case.objects.visible_to(user)
        return self.filter(kept_case__in=cases, other_case__in=cases)

    def with_list_data(self) -> Self:
        """What both files show. Merges are rare: planning one join of all of this for the page of
        every case costs more than asking a few times for those that have one.
        """
        files = ("kept_case", "other_case")
        return self.select_related("kept", "absorbed", *files).prefetch_related(
            *(f"{person}__nationality" for person in ("kept", "absorbed")),
            *(
                f"{case}__{column}"
                for case in files
                for column in ("office", "country", "programme", "destination")
            ),
            "proposed_by",
            "decided_by",
            "undone_by",
        )

    def waiting(self) -> Self:
        """Proposed, and not decided by a second person yet."""
        return self.filter(status=MergeStatus.PROPOSED)

    def in_force(self) -> Self:
        """Done, and not undone."""
        return self.filter(status=MergeStatus.DONE)

    def standing_for(self, people: Iterable[int]) -> dict[int, int]:
        """Who stands for absorbed people now, by number; merges of merged people are followed."""
        kept = dict(self.in_force().values_list("absorbed", "kept"))
        found = {}
        for person in people:
            last = person
            while last in kept:
                last = kept[last]
            if last != person:
                found[person] = last
        return found

    def of_case(self, case: Case) -> Self:
        """Those that this file took part in, the latest first."""
        touched = MergedCase.objects.filter(case=case).values("merge")
        return self.filter(Q(kept_case=case) | Q(other_case=case) | Q(pk__in=touched)).order_by(
            "-id"
        )


class Merge(Record):
    """The joining of two files of one person: who is kept, what moved, who decided, who undid it.

    The absorbed person's row stays as it was, without cases; what moved is listed, so that undoing
    moves exactly that back.
    """

    reference = models.CharField(
        _("reference"), max_length=16, unique=True, default=new_reference, editable=False
    )
    kept_case = models.ForeignKey(
        Case, models.PROTECT, related_name="+", verbose_name=_("leading file")
    )
    other_case = models.ForeignKey(
        Case, models.PROTECT, related_name="+", verbose_name=_("other file")
    )
    kept = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("person who is kept")
    )
    absorbed = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("person who is joined")
    )
    reason = models.CharField(_("why it is the same person"), max_length=300)
    is_two_person = models.BooleanField(_("needs a second person"), editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=MergeStatus.choices,
        default=MergeStatus.PROPOSED,
        editable=False,
    )
    proposed_on = models.DateField(_("proposed on"), editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
        editable=False,
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
        editable=False,
    )
    decline_reason = models.CharField(
        _("why it is not the same person"), max_length=300, blank=True, editable=False
    )
    undone_on = models.DateField(_("undone on"), null=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("undone by"),
        editable=False,
    )
    undo_reason = models.CharField(_("why it was undone"), max_length=300, blank=True)
    commitments = models.ManyToManyField(
        Commitment, related_name="+", editable=False, verbose_name=_("days that moved")
    )
    released = models.ManyToManyField(
        Commitment, related_name="+", editable=False, verbose_name=_("past days that gave way")
    )

    objects = MergeQuerySet.as_manager()

    tones: ClassVar = {"status": MERGE_TONES}

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")) & ~Q(kept_case=F("other_case")),
                name="merge_of_two",
                violation_error_message=_("Choose two files of two registrations."),
            ),
            models.CheckConstraint(
                condition=paired("decided_on", "decided_by"), name="merge_decided_paired"
            ),
            models.CheckConstraint(
                condition=Q(status=MergeStatus.PROPOSED, decided_on__isnull=True)
                | ~Q(status=MergeStatus.PROPOSED) & Q(decided_on__isnull=False),
                name="merge_decided_once_not_proposed",
            ),
            models.CheckConstraint(
                condition=paired("undone_on", "undone_by"), name="merge_undone_paired"
            ),
            models.CheckConstraint(
                condition=Q(status=MergeStatus.UNDONE, undone_on__isnull=False)
                | ~Q(status=MergeStatus.UNDONE) & Q(undone_on__isnull=True),
                name="merge_undone_has_day",
            ),
            models.CheckConstraint(
                condition=Q(is_two_person=False)
                | Q(status__in=[MergeStatus.PROPOSED, MergeStatus.DECLINED])
                | ~Q(decided_by=F("proposed_by")),
                name="merge_decided_by_second_person",
                violation_error_message=_("Somebody else than the person who proposed it decides."),
            ),
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(status__in=[MergeStatus.PROPOSED, MergeStatus.DONE]),
                name="person_absorbed_once",
                violation_error_message=_("This person is being joined with another already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kept_case} · {self.other_case}"

    def get_absolute_url(self) -> str:
        return reverse("cases:merge-detail", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.kept_case.reference

    @property
    def is_standing(self) -> bool:
        """Waiting or done, so that both files tell of it."""
        return self.status in (MergeStatus.PROPOSED, MergeStatus.DONE)

    @property
    def is_waiting(self) -> bool:
        return self.status == MergeStatus.PROPOSED

    def counterpart(self, case: Case) -> Case:
        """The file that ``case`` was joined with."""
        return self.other_case if case.pk == self.kept_case_id else self.kept_case


class MergedCaseQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            merge__in=Merge.objects.visible_to(user), case__in=Case.objects.visible_to(user)
        )


class MergedCase(models.Model):
    """What a merge did to one file: moved it to the kept person, closed it, restricted it."""

    merge = models.ForeignKey(Merge, models.PROTECT, related_name="cases", verbose_name=_("merge"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    is_moved = models.BooleanField(_("moved to the kept person"), default=False)
    is_closed = models.BooleanField(_("closed as registered twice"), default=False)
    is_restricted = models.BooleanField(_("restricted like the other file"), default=False)

    objects = MergedCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a merge")
        verbose_name_plural = _("files of a merge")
        constraints = [
            models.UniqueConstraint(fields=["merge", "case"], name="merged_case_once"),
            models.CheckConstraint(
                condition=Q(is_moved=True) | Q(is_closed=False, is_restricted=True),
                name="merged_case_was_touched",
            ),
        ]

    def __str__(self) -> str:
        return str(self.case)

    @property
    def audit_reference(self) -> str:
        return self.case.reference
