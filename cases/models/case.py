"""The case: one return of one person, from registration to the end of the follow-up."""

import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, FilteredRelation, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Role
from cases import references
from cases.enums import (
    CaseOutcome,
    CaseStatus,
    ConsentAnswer,
    ConsentGiver,
    ConsentPurpose,
    ReportingGroup,
)
from cases.models.person import EighteenYearsBefore, Person, reporting_group
from cases.workflow import BEFORE_DEPARTURE, OPEN, TONES, WAY
from core.clock import today
from core.models import Record, ScopedQuerySet
from core.text import fold
from reference import rules
from reference.models import label_column

HOST_ROLES = (Role.CLERK, Role.CASEWORKER)
ORIGIN_ROLES = (Role.FOCAL_POINT, Role.REINTEGRATION_OFFICER)
#: Everybody who works on a side; children travelling alone are the protection officers' alone.
HOST_SIDE = (*HOST_ROLES, Role.PROTECTION_OFFICER)
ORIGIN_SIDE = (*ORIGIN_ROLES, Role.PROTECTION_OFFICER)
MANY_PEOPLE = 2_000


class CaseQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Cases of one's offices; of one's country once handed over; of one's programme.

        The country of origin sees a case while the person agrees to sharing it: a withdrawal
        counts from the next request (design §4.6). A child travelling alone is seen by protection
        officers only (R006). Nobody else sees any: not donors, trainers, referrers or
        administrators (R002–R004).
        """
        if not user.is_authenticated:
            return self.none()
        ordinary = (
            Q(office__in=user.offices_for(*HOST_ROLES))
            | Q(country__in=user.countries_for(*ORIGIN_ROLES), is_shared_with_origin=True)
            | Q(programme__in=user.programmes_for(Role.PROGRAMME_MANAGER))
        )
        protected = Q(office__in=user.offices_for(Role.PROTECTION_OFFICER)) | Q(
            country__in=user.countries_for(Role.PROTECTION_OFFICER), is_shared_with_origin=True
        )
        return self.filter((ordinary & Q(is_restricted=False)) | protected)

    def countable_by(self, user: Any) -> Self:
        """Cases whose figures this user may ask for, without seeing one; only for reports."""
        return self.filter(
            programme__in=user.programmes_for(Role.ME_OFFICER, Role.PROGRAMME_MANAGER, Role.DONOR)
        )

    def with_list_data(self) -> Self:
        """What a list row shows, in one query."""
        window = rules.in_query(rules.USUAL_WINDOW_DAYS, on=today())
        return (
            self.select_related("person", "person__nationality", "office", "country", "programme")
            .with_departed_on()
            .annotate(usual_window=window)
        )

    def with_page_data(self) -> Self:
        """What the page of one case shows of the rows it points to, and its steps.

        Adds the ``declaration`` in force, where there is one, and of the person the names of their
        ``experience``, ``interests`` and ``languages``.
        """
        places = [
            f"{place}__{above}"
            for place in ("destination", "person__community")
            for above in ("country", "parent")
        ]
        steps = models.Prefetch("events", CaseEvent.objects.select_related("by"))
        return (
            self.with_list_data()
            .select_related("registered_by", "referral_source", *places)
            .select_related("handover__sent_by", "handover__answered_by")
            .annotate(
                declaration=FilteredRelation(
                    "declarations", condition=Q(declarations__withdrawn_on__isnull=True)
                ),
                **{lot: _names_of(lot) for lot in ("experience", "interests", "languages")},
            )
            .select_related("declaration")
            .prefetch_related(steps)
        )

    def with_departed_on(self) -> Self:
        """Adds ``departed_on``: the day of departure as it stands after corrections (R036)."""
        departed = CaseEvent.objects.standing().filter(
            case=models.OuterRef("pk"), to_status=CaseStatus.DEPARTED
        )
        return self.annotate(departed_on=models.Subquery(departed.values("on")[:1]))

    def with_group(self) -> Self:
        """Adds ``group``: the reporting group on the day of registration (R018)."""
        return self.annotate(group=reporting_group("person", "registered_on"))

    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def before_departure(self) -> Self:
        return self.filter(status__in=BEFORE_DEPARTURE)

    def registered_by(self, day: datetime.date) -> Self:
        """Registered on or before a day."""
        return self.filter(registered_on__lte=day)

    def search(self, text: str) -> Self:
        """By reference, name or phone, accents and case aside; three letters at least (R037).

        Few people are looked up first, so that words which nobody has together cost no walk along
        the list. Many are met along the list: everybody is found, however common the name.
        """
        if reference := references.read(text):
            return self.filter(reference=reference)
        key = fold(text)
        if len(key) < 3:
            return self.none()
        names = Person.objects.all()
        for word in key.split():
            names = names.filter(name_key__contains=word)
        few = list(names.values_list("pk", flat=True)[: MANY_PEOPLE + 1])
        found = Q(person__in=few if len(few) <= MANY_PEOPLE else names)
        return self.filter(found | Q(pk__in=_once_registered_as(names)))

    def with_current_consent(self, purpose: str) -> Self:
        """Cases whose latest answer for a purpose is yes."""
        from cases.models.consent import Consent

        return self._agreed(Consent.objects.filter(purpose=purpose))

    def with_consent(self, purpose: str, *, on: Any) -> Self:
        """Cases whose latest answer for a purpose was yes on a day; ``on``: see ``declared``."""
        from cases.models.consent import Consent

        answers = Consent.objects.filter(purpose=purpose, answered_on__lte=models.OuterRef("_on"))
        return self._as_of(on)._agreed(answers)

    def _agreed(self, answers: models.QuerySet) -> Self:
        """For a child travelling alone the yes of a guardian or a best-interest decision counts."""
        of_itself = Q(
            given_by=ConsentGiver.SELF,
            case__is_unaccompanied_child=True,
            case__person__birth_on__gt=EighteenYearsBefore(F("answered_on")),
        )
        latest = (
            answers.filter(case=models.OuterRef("pk"))
            .order_by("-answered_on", "-id")
            .values(counted=models.Case(When(of_itself, then=Value("")), default="answer"))[:1]
        )
        return self.alias(_answer=models.Subquery(latest)).filter(_answer=ConsentAnswer.GIVEN)

    def declared(self, *, on: Any) -> Self:
        """Cases with a declaration of voluntary return in force on a day (R020).

        ``on`` is that day, or an expression of it where each case has its own.
        """
        from cases.models.consent import Declaration

        day = models.OuterRef("_on")
        in_force = Declaration.objects.filter(
            Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day),
            case=models.OuterRef("pk"),
            signed_on__lte=day,
        )
        return self._as_of(on).filter(models.Exists(in_force))

    def with_papers(self, *, on: Any) -> Self:
        """Cases with everything signed on a day without which nobody travels (R020)."""
        return self.declared(on=on).with_consent(ConsentPurpose.PROCESSING, on=on)

    def shared_with_origin(self, *, on: Any) -> Self:
        """Cases handed over by a day whose person agreed to it then (R117)."""
        handed_over = self._as_of(on).filter(handed_over_at__date__lte=F("_on"))
        return handed_over.with_consent(ConsentPurpose.SHARE_WITH_ORIGIN, on=on)

    def _as_of(self, on: Any) -> Self:
        is_expression = hasattr(on, "resolve_expression")
        return self.alias(_on=on if is_expression else models.Value(on, models.DateField()))


def _names_of(lot: str) -> ArraySubquery:
    """The names of what the person of a case has in one of the lists of the profile."""
    people = Person.objects.filter(pk=models.OuterRef("person"), **{f"{lot}__isnull": False})
    return ArraySubquery(people.order_by(lot).values(f"{lot}__{label_column()}"))


def _once_registered_as(people: models.QuerySet) -> list[int]:
    """Files that were registered under the name of somebody joined with another since (R037)."""
    from cases.models.merge import MergedCase

    moved = MergedCase.objects.filter(is_moved=True, merge__absorbed__in=people)
    return list(moved.values_list("case", flat=True)[:MANY_PEOPLE])


class Case(Record):
    """One person's return, with its reference, office, country of origin and status (R015)."""

    reference = models.CharField(
        _("reference"),
        max_length=11,
        unique=True,
        default=references.new,
        editable=False,
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="cases", verbose_name=_("person")
    )
    office = models.ForeignKey(
        "accounts.Office",
        models.PROTECT,
        related_name="cases",
        verbose_name=_("migrant orientation point"),
    )
    registered_on = models.DateField(_("registered on"))
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("registered by"),
    )
    country = models.ForeignKey(
        "reference.Country",
        models.PROTECT,
        related_name="cases",
        verbose_name=_("country of origin"),
        help_text=_("The country the person returns to; it may differ from the nationality."),
    )
    destination = models.ForeignKey(
        "reference.Place",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("community of return"),
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("programme"),
    )
    referral_source = models.ForeignKey(
        "reference.ReferralSource",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("referred by"),
    )
    referred_on = models.DateField(_("referred on"), null=True, blank=True)
    is_unaccompanied_child = models.BooleanField(_("child travelling alone"), default=False)
    is_restricted = models.BooleanField(_("restricted file"), default=False, editable=False)
    children_in_care = models.PositiveSmallIntegerField(
        _("children needing care during courses"), default=0
    )
    wished_travel_on = models.DateField(_("wished date of return"), null=True, blank=True)
    status = models.CharField(
        _("status"),
        max_length=16,
        choices=CaseStatus.choices,
        default=CaseStatus.REGISTERED,
        editable=False,
    )
    outcome = models.CharField(
        _("outcome"),
        max_length=14,
        choices=CaseOutcome.choices,
        blank=True,
        editable=False,
    )
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, editable=False)
    #: Handed over, and the person agrees to this day; written with every handover and answer.
    is_shared_with_origin = models.BooleanField(
        _("shared with the country of origin"), default=False, editable=False
    )

    objects = CaseQuerySet.as_manager()

    tones: ClassVar = {"status": TONES}

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(F("registered_on").desc(), F("id").desc(), name="case_list"),
            models.Index(
                "office",
                F("registered_on").desc(),
                F("id").desc(),
                name="case_by_office",
            ),
            models.Index(
                "country",
                F("registered_on").desc(),
                F("id").desc(),
                name="case_by_country",
            ),
            models.Index("programme", "registered_on", name="case_by_programme"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    status=CaseStatus.CLOSED,
                    closed_on__isnull=False,
                    closed_by__isnull=False,
                )
                & ~Q(outcome="")
                | ~Q(status=CaseStatus.CLOSED)
                & Q(closed_on__isnull=True, closed_by__isnull=True, outcome=""),
                name="case_closed_with_outcome",
                violation_error_message=_("A closed case has an outcome, a day and an author."),
            ),
            models.CheckConstraint(
                condition=Q(is_shared_with_origin=False) | Q(handed_over_at__isnull=False),
                name="case_shared_once_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(is_restricted=True) | Q(is_unaccompanied_child=False),
                name="case_of_child_is_restricted",
            ),
            models.CheckConstraint(
                condition=Q(referred_on__isnull=True) | Q(referred_on__lte=F("registered_on")),
                name="case_referred_before_registered",
                violation_error_message=_("The referral lies after the registration."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:detail", args=[self.reference])

    @property
    def is_closed(self) -> bool:
        return self.status == CaseStatus.CLOSED

    def was_closed_before(self, day: datetime.date) -> bool:
        """Had the person left the programme by a day? Who was registered twice goes on."""
        return (
            self.closed_on is not None
            and self.closed_on < day
            and self.outcome != CaseOutcome.DUPLICATE
        )

    @property
    def position(self) -> int:
        """Place of the status on the way, for the stepper."""
        return WAY.index(self.status)

    @property
    def stands_at(self) -> str:
        """Where the person is on the way; a closed case stands where it was closed."""
        if self.status != CaseStatus.CLOSED:
            return self.status
        closing = self.events.standing().filter(to_status=CaseStatus.CLOSED).last()
        return closing.from_status if closing is not None else self.status

    @property
    def age_at_registration(self) -> int | None:
        return self.person.age_on(self.registered_on)

    @property
    def reporting_group(self) -> ReportingGroup:
        """The reporting group on the day of registration (R018)."""
        return self.person.group_on(self.registered_on)

    def days_since_registration(self, day: datetime.date) -> int:
        """Day of the usual window: 41 of 56 (R036)."""
        return (day - self.registered_on).days


class OfCaseQuerySet(ScopedQuerySet):
    """Rows of a case are seen by whoever sees the case."""

    case_path = "case"

    def visible_to(self, user: Any) -> Self:
        return self.filter(**{f"{self.case_path}__in": Case.objects.visible_to(user)})


class CaseEventQuerySet(OfCaseQuerySet):
    def standing(self) -> Self:
        """Steps as they stand: neither taken back nor taking back."""
        return self.filter(corrects__isnull=True, correction__isnull=True)


class CaseEvent(models.Model):
    """One step of a case: from, to, on which day, by whom, and what it corrects (R034)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", verbose_name=_("case"))
    from_status = models.CharField(_("from"), max_length=16, choices=CaseStatus.choices, blank=True)
    to_status = models.CharField(_("to"), max_length=16, choices=CaseStatus.choices)
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction"
    )

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["case", "on"], name="case_event_by_case")]

    def __str__(self) -> str:
        return f"{self.get_to_status_display()} · {self.on}"

    @property
    def audit_reference(self) -> str:
        return self.case.reference
