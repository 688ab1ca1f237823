"""From registration to a sustainable return (R235)."""

from collections.abc import Callable, Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models import Case
from reference import rules
from reintegration.models import FirstContact, Plan
from reports.indicators.base import Indicator, People, PlacedSplit, Scope, Trait
from reports.indicators.splits import (
    ALONE,
    AREA,
    NOT_ALONE,
    NOT_STATED,
    REGION,
    SOURCE,
    TRAVELLING,
    places_of,
)
from surveys.models import Response, ResponseQuerySet
from training.models import AttendanceMark, Invitation
from travel.models import Journey

SPLITS = ("group", "mop", "country", "month")


def registered(scope: Scope) -> QuerySet:
    return (
        Case.objects.countable_by(scope.user)
        .filter(programme=scope.programme)
        .registered_by(scope.as_of)
    )


def oriented(scope: Scope) -> QuerySet:
    return Invitation.objects.filter(case__programme=scope.programme).attended_by(scope.as_of)


def trained(scope: Scope) -> QuerySet:
    marks = AttendanceMark.objects.filter(enrolment__case__programme=scope.programme)
    return marks.attended().filter(day__lte=scope.as_of)


def departed(scope: Scope) -> QuerySet:
    return Journey.objects.filter(case__programme=scope.programme).departed_by(scope.as_of)


def contacted(scope: Scope) -> QuerySet:
    return FirstContact.objects.filter(case__programme=scope.programme).contacted_by(scope.as_of)


def with_project(scope: Scope) -> QuerySet:
    return Plan.objects.filter(case__programme=scope.programme).with_project_by(scope.as_of)


def scored(scope: Scope) -> ResponseQuerySet:
    responses = Response.objects.filter(case__programme=scope.programme)
    return responses.latest_scored_per_person(scope.as_of)


def sources(scope: Scope, first_registrations: QuerySet) -> Iterable[tuple[str, str, int]]:
    """Who sent people to us, as noted with their first registration (R017)."""
    rows = first_registrations.order_by().values_list("office__code", "referral_source")
    for mop, source, people in rows.annotate(people=Count("pk")):
        yield mop, source or NOT_STATED, people


def children_alone(scope: Scope) -> Iterable[tuple[int, str]]:
    """Those registered as children travelling alone (R006, R057)."""
    children = registered(scope).filter(is_unaccompanied_child=True).order_by()
    for person in children.values_list("person", flat=True).distinct():
        yield person, ALONE


def returned_to(level: str) -> Callable[[Scope], Iterable[tuple[int, str]]]:
    """The region people returned to with their first journey, or the area in it (R021)."""

    def rows(scope: Scope) -> Iterable[tuple[int, str]]:
        above = places_of(scope.programme).above
        journeys = departed(scope).order_by("case__person", "departed_on", "pk")
        first = journeys.distinct("case__person").values_list("case__person", "case__destination")
        for person, place in first.iterator():
            region, area = above.get(place, (NOT_STATED, NOT_STATED))
            yield person, region if level == REGION else area

    return rows


INDICATORS = (
    Indicator(
        slug="registered",
        label=pgettext_lazy("people", "Registered"),
        definition=_(
            "Persons registered for the programme at a migrant orientation point on or before the "
            "day. A person who was registered twice counts once, at the first registration."
        ),
        sentence=_("%(value)s people registered for the programme."),
        rows=registered,
        measure=People(case="", on="registered_on"),
        split_by=(*SPLITS, SOURCE),
        placed=(PlacedSplit(name=SOURCE, rows=sources),),
    ),
    Indicator(
        slug="oriented",
        label=pgettext_lazy("people", "Oriented"),
        definition=_(
            "Registered persons who attended an orientation session or an individual counselling "
            "talk on or before the day. How many of them are children travelling alone is told "
            "inside the programme only."
        ),
        sentence=_(
            "%(value)s of %(denominator)s registered people attended orientation (%(percent)s)."
        ),
        rows=oriented,
        measure=People(on="attended_on"),
        of="registered",
        split_by=(*SPLITS, TRAVELLING),
        traits=(Trait(name=TRAVELLING, rows=children_alone, rest=NOT_ALONE),),
        never_outside=True,
    ),
    Indicator(
        slug="trained",
        label=_("Trained"),
        definition=_(
            "Oriented persons who attended at least one half-day of at least one course module on "
            "or before the day, whether or not they completed it."
        ),
        sentence=_(
            "%(value)s of %(denominator)s oriented people attended at least one course module "
            "(%(percent)s)."
        ),
        rows=trained,
        measure=People(case="enrolment__case", on="day"),
        of="oriented",
        split_by=SPLITS,
        never_outside=True,
    ),
    Indicator(
        slug="departed",
        label=pgettext_lazy("people", "Departed"),
        definition=_(
            "Oriented persons who left for their country of origin on or before the day, whether "
            "or not they were trained. The region and the prefecture or locality they return to "
            "are told inside the programme only."
        ),
        sentence=_(
            "%(value)s of %(denominator)s oriented people returned to their country of origin "
            "(%(percent)s)."
        ),
        rows=departed,
        measure=People(on="departed_on"),
        of="oriented",
        split_by=(*SPLITS, REGION, AREA),
        traits=(
            Trait(name=REGION, rows=returned_to(REGION)),
            Trait(name=AREA, rows=returned_to(AREA)),
        ),
    ),
    Indicator(
        slug="contacted",
        label=_("In contact after the return"),
        definition=_(
            "Departed persons who spoke with the office of the country of origin for the first "
            "time after their return, on or before the day, whoever began the contact."
        ),
        sentence=_(
            "%(value)s of %(denominator)s people who returned were in contact with the office of "
            "their country of origin (%(percent)s)."
        ),
        rows=contacted,
        measure=People(on="on"),
        of="departed",
        split_by=SPLITS,
    ),
    Indicator(
        slug="with_project",
        label=_("With a reintegration project"),
        definition=_(
            "Persons in contact after the return whose individual, collective or community project "
            "was begun or done on or before the day."
        ),
        sentence=_(
            "%(value)s of %(denominator)s people in contact began or finished a reintegration "
            "project (%(percent)s)."
        ),
        rows=with_project,
        measure=People(on="project_events__on"),
        of="contacted",
        split_by=SPLITS,
    ),
    Indicator(
        slug="scored",
        label=_("Scored"),
        definition=_(
            "Departed persons with a reintegration survey on or before the day that has enough "
            "answers for a composite score. This is the coverage of the score: it is measured "
            "against everybody who returned, children among them, who are not asked."
        ),
        sentence=_(
            "%(value)s of %(denominator)s people who returned have a reintegration score "
            "(%(percent)s)."
        ),
        rows=scored,
        measure=People(on="answered_on"),
        of="departed",
        split_by=SPLITS,
    ),
    Indicator(
        slug="sustainable",
        label=_("Score of %(rule)s or more"),
        definition=_(
            "Scored persons whose latest composite score on or before the day reached the "
            "threshold in force when it was stored. The name of this figure has the threshold in "
            "force on the day."
        ),
        sentence=_(
            "%(value)s of %(denominator)s scored people reached %(rule)s or more (%(percent)s)."
        ),
        rows=lambda scope: scored(scope).sustainable(),
        measure=People(on="answered_on"),
        of="scored",
        same_day=True,
        split_by=SPLITS,
        rule=rules.SCORE_THRESHOLD,
    ),
)
