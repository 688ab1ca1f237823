"""Exceptions to a rule: asked for by one person, decided by another (design §4.4)."""

from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core import workflow
from core.clock import today
from core.exceptions import Refused
from core.models import Record, ScopedQuerySet, paired


class OverrideStatus(models.TextChoices):
    REQUESTED = "requested", _("Waiting for a decision")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OVERRIDE_TRANSITIONS: dict[str, frozenset[str]] = {
    OverrideStatus.REQUESTED: frozenset(
        {OverrideStatus.APPROVED, OverrideStatus.REFUSED, OverrideStatus.WITHDRAWN}
    ),
    OverrideStatus.APPROVED: frozenset(),
    OverrideStatus.REFUSED: frozenset(),
    OverrideStatus.WITHDRAWN: frozenset(),
}
TONES: dict[str, str] = {
    OverrideStatus.REQUESTED: "warning",
    OverrideStatus.APPROVED: "success",
    OverrideStatus.REFUSED: "danger",
    OverrideStatus.WITHDRAWN: "neutral",
}
DECIDED = sorted((OverrideStatus.APPROVED, OverrideStatus.REFUSED))


class OverrideQuerySet(ScopedQuerySet):
    def waiting(self) -> Self:
        return self.filter(status=OverrideStatus.REQUESTED)


class Override(Record):
    """Why a rule should not hold once, what for, and what the second person decided."""

    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=OverrideStatus.choices,
        default=OverrideStatus.REQUESTED,
        editable=False,
    )
    requested_on = models.DateField(_("asked on"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("asked by"),
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True, editable=False)

    tones = {"status": TONES}
    #: Names of the pages on which a second person decides.
    approval_page: ClassVar[str]
    refusal_page: ClassVar[str]

    class Meta:
        abstract = True
        ordering = ["-requested_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="%(class)s_has_reason",
                violation_error_message=_("Write why an exception is needed."),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="%(class)s_by_two_people",
                violation_error_message=_("Somebody else than the person who asked decides."),
            ),
            models.CheckConstraint(
                condition=paired("decided_on", "decided_by"),
                name="%(class)s_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, decided_by__isnull=False)
                | ~Q(status__in=DECIDED) & Q(decided_by__isnull=True),
                name="%(class)s_decision_has_author",
                violation_error_message=_("A decision has a day and an author."),
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.status == OverrideStatus.REQUESTED

    def get_approval_url(self) -> str:
        return reverse(self.approval_page, args=[self.pk])

    def get_refusal_url(self) -> str:
        return reverse(self.refusal_page, args=[self.pk])

    def is_own(self, user: Any) -> bool:
        """Is this the person who asked?"""
        return bool(self.requested_by_id == user.pk)

    def waits_for(self, user: Any) -> bool:
        """Is it for somebody like this user, who did not ask, to decide?"""
        return self.is_waiting and not self.is_own(user)


M = TypeVar("M", bound=Override)


def require_second_person(override: Override, user: Any, *, may_decide: bool) -> None:
    """Raises Refused for the person who asked, and for whoever may not decide on it."""
    if override.is_own(user):
        raise Refused(_t("Somebody else than the person who asked decides."), override)
    if override.is_waiting and not may_decide:
        raise Refused(_t("You may not decide on this exception."), override)


def approve(override: M, *, answer: str, by: Any) -> M:
    """Note the yes; the verb that calls does what was asked for."""
    return _decide(override, OverrideStatus.APPROVED, answer=answer, by=by)


def refuse(override: M, *, answer: str, by: Any) -> M:
    """Note the no; the person who asked reads why. Raises ValidationError without an answer."""
    if not answer.strip():
        raise ValidationError({"answer": _t("Write why it is refused.")}, code="no_reason")
    return _decide(override, OverrideStatus.REFUSED, answer=answer, by=by)


def withdraw(override: M, *, by: Any) -> M:
    """Nobody has to decide any more."""
    return workflow.move(
        override, OverrideStatus.WITHDRAWN, transitions=OVERRIDE_TRANSITIONS, by=by
    )


def _decide(override: M, to: str, *, answer: str, by: Any) -> M:
    values = {"decided_on": today(), "decided_by": by, "answer": answer.strip()[:500]}
    return workflow.move(override, to, transitions=OVERRIDE_TRANSITIONS, by=by, values=values)
