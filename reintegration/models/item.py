"""Assistance items against a grant ceiling, and who decided on them (R121, R122, R132, R138)."""

import datetime
import secrets
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.search import TrigramSimilarity
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Func, Q, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, Role
from core.models import Record, ScopedQuerySet
from core.text import Fold, fold
from programmes.models import Programme
from reintegration.enums import (
    SOCIAL_ASSISTANCE,
    ItemKind,
    ItemStatus,
    PaymentMethod,
    SupportForm,
)
from reintegration.models.plan import Plan
from reintegration.workflow import COUNTED, FOR_FINANCE, ITEM_TONES, PAID, RUNNING

#: From this share of common trigrams on, two descriptions are shown beside each other.
MUCH_ALIKE = 0.45


def item_reference() -> str:
    """A random reference of an assistance item."""
    return f"AS-{secrets.token_hex(5).upper()}"


class AssistanceItemQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Items of visible plans; of one's programme for its managers; for finance once approved.

        An item names whoever is paid, which may be the person, and nothing else of the case:
        managers and finance officers decide and pay without reading it (R006, R138).
        """
        if not user.is_authenticated or not user.has_permission(Permission.VIEW_ITEMS):
            return self.none()
        return self.filter(
            Q(plan__in=Plan.objects.visible_to(user))
            | Q(programme__in=user.programmes_for(Role.PROGRAMME_MANAGER))
            | Q(
                programme__in=user.programmes_for(Role.FINANCE_OFFICER),
                status__in=sorted(FOR_FINANCE),
            )
        )

    def with_list_data(self) -> Self:
        """What a list row shows, in one query."""
        return self.select_related("plan__case", "programme", "proposed_by", "approved_by")

    def counted(self) -> Self:
        """Those that take up the grant: neither rejected nor cancelled."""
        return self.filter(status__in=sorted(COUNTED))

    def to_decide(self) -> Self:
        """Proposed, and their plan is signed or they cannot wait for it."""
        return self.filter(status=ItemStatus.PROPOSED).filter(
            Q(plan__status__in=sorted(RUNNING)) | Q(kind__in=sorted(SOCIAL_ASSISTANCE))
        )

    def decidable_by(self, user: Any) -> Self:
        """Those this manager may decide on now: not their own, not decided by them already."""
        if not user.is_authenticated or not user.has_permission(Permission.APPROVE_ITEMS):
            return self.none()
        return (
            self.to_decide()
            .filter(programme__in=user.programmes_for(Role.PROGRAMME_MANAGER))
            .exclude(proposed_by=user)
            .exclude(approved_by=user)
        )

    def payable_by(self, user: Any) -> Self:
        """Approved items of the programmes this finance officer pays for."""
        if not user.is_authenticated or not user.has_permission(Permission.PAY):
            return self.none()
        return self.filter(
            status=ItemStatus.APPROVED,
            programme__in=user.programmes_for(Role.FINANCE_OFFICER),
        )

    def of_person(self, person: int) -> Self:
        """Over all their plans and cases."""
        return self.filter(plan__case__person=person)

    def like(self, item: "AssistanceItem") -> Self:
        """What the person is given under words much like those of this item (R132)."""
        return (
            self.counted()
            .of_person(item.plan.case.person_id)
            .exclude(pk=item.pk)
            .alias(likeness=TrigramSimilarity(Fold("description"), fold(item.description)))
            .filter(likeness__gte=MUCH_ALIKE)
        )

    def totals_by_kind(self) -> list[dict[str, Any]]:
        """Items, people and value by kind, of what was neither rejected nor cancelled (R123)."""
        rows = (
            self.counted()
            .order_by()
            .values("kind")
            .annotate(
                items=Count("pk"),
                people=Count("plan__case__person", distinct=True),
                total=Sum("amount"),
                settled=Sum("amount", filter=Q(status__in=sorted(PAID)), default=Decimal(0)),
            )
        )
        found = {row["kind"]: row for row in rows}
        return [found[kind] | {"label": kind.label} for kind in ItemKind if kind in found]


class AssistanceItem(Record):
    """One thing a programme gives for a plan, in kind or in cash, with its value and day (R121)."""

    tones = {"status": ITEM_TONES}

    reference = models.CharField(
        _("reference"), max_length=13, unique=True, default=item_reference, editable=False
    )
    plan = models.ForeignKey(
        Plan, models.PROTECT, related_name="items", verbose_name=_("plan"), editable=False
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        related_name="assistance_items",
        verbose_name=_("paid by programme"),
    )
    kind = models.CharField(_("used for"), max_length=20, choices=ItemKind.choices)
    form = models.CharField(_("given"), max_length=7, choices=SupportForm.choices)
    description = models.CharField(
        _("what exactly"),
        max_length=200,
        help_text=_("The same thing is entered once, whichever programme pays for it."),
    )
    amount = models.DecimalField(
        _("value"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"), message=_("Enter a value above zero."))],
        help_text=_("In the currency of the grant ceiling."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR", editable=False)
    local_amount = models.CharField(
        _("value in local currency"),
        max_length=60,
        blank=True,
        help_text=_("As quoted, for example “4,300,000 GNF”."),
    )
    proposed_on = models.DateField(_("proposed on"), editable=False)
    due_on = models.DateField(_("needed by"))
    payee_name = models.CharField(
        _("to be paid to"),
        max_length=120,
        blank=True,
        help_text=_("The returnee, or the supplier of what is given in kind."),
    )
    payment_method = models.CharField(
        _("way of payment"), max_length=12, choices=PaymentMethod.choices, blank=True
    )
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=ItemStatus.choices,
        default=ItemStatus.PROPOSED,
        editable=False,
    )
    round = models.PositiveSmallIntegerField(_("round of approval"), default=1, editable=False)
    needs_second = models.BooleanField(_("needs two approvals"), default=False, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("proposed by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("approved by"),
    )
    second_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("second approval by"),
    )
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("paid by"),
    )

    objects = AssistanceItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("assistance item")
        verbose_name_plural = _("assistance items")
        ordering = ["proposed_on", "id"]
        indexes = [
            models.Index(fields=["programme", "status", "proposed_on"], name="item_by_status"),
        ]
        constraints = [
            models.UniqueConstraint(
                "plan",
                Fold("description"),
                condition=~Q(status__in=[ItemStatus.REJECTED, ItemStatus.CANCELLED]),
                name="item_once_per_plan",
                violation_error_message=_(
                    "This item is in the plan already. The same thing is not paid twice, also not "
                    "by another programme."
                ),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="item_amount_positive",
                violation_error_message=_("Enter a value above zero."),
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("proposed_on")),
                name="item_due_after_proposed",
                violation_error_message=_("The item is needed before it is proposed."),
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by"))
                & ~Q(second_approved_by=F("proposed_by"))
                & ~Q(second_approved_by=F("approved_by"))
                & ~Q(paid_by=F("proposed_by"))
                & ~Q(paid_by=F("approved_by"))
                & ~Q(paid_by=F("second_approved_by")),
                name="item_by_different_people",
                violation_error_message=_(
                    "An item is proposed, approved and paid by different people."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(FOR_FINANCE))
                | Q(approved_by__isnull=False, needs_second=False)
                | Q(approved_by__isnull=False, second_approved_by__isnull=False),
                name="item_approved_by_enough_people",
                violation_error_message=_("This item lacks an approval."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(PAID), paid_by__isnull=False)
                | ~Q(status__in=sorted(PAID)) & Q(paid_by__isnull=True),
                name="item_paid_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.description}"

    def get_absolute_url(self) -> str:
        return reverse("reintegration:item", args=[self.reference])

    @property
    def audit_reference(self) -> str:
        return self.plan.case.reference

    @property
    def is_open_proposal(self) -> bool:
        return self.status == ItemStatus.PROPOSED

    @property
    def is_half_approved(self) -> bool:
        """One of two managers has approved."""
        return self.status == ItemStatus.PROPOSED and self.approved_by_id is not None


class KindExclusionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(programme__in=Programme.objects.visible_to(user))

    def on(self, day: datetime.date) -> Self:
        """In force on a day; both ends count."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), from_on__lte=day)


class KindExclusion(Record):
    """A use that a programme does not pay for, between dates, and the rule that says so (R122)."""

    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        related_name="kind_exclusions",
        verbose_name=_("programme"),
    )
    kind = models.CharField(_("not paid"), max_length=20, choices=ItemKind.choices)
    rule = models.CharField(
        _("rule that says so"),
        max_length=200,
        help_text=_("For example: grant agreement, annex 3, point 2."),
    )
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = KindExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("use that is not paid")
        verbose_name_plural = _("uses that are not paid")
        ordering = ["programme", "kind", "from_on"]
        constraints = [
            ExclusionConstraint(
                name="kind_exclusion_once",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(
                            F("from_on"),
                            F("until_on"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_(
                    "This programme excludes this use already in part of that time."
                ),
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="kind_exclusion_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("reintegration:exclusions")
