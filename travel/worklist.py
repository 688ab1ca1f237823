"""What waits around journeys, on both sides of the route."""

import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Permission as P
from cases import policies as case_policies
from cases.workflow import BEFORE_DEPARTURE as CASE_BEFORE_DEPARTURE
from core.clock import today
from core.worklist import LIMIT, Item, Section
from reference import rules
from travel.enums import JourneyStatus
from travel.models import (
    ArrivalNeed,
    Journey,
    JourneyQuerySet,
    TravelOverride,
    TravelStep,
    signed_gate,
)
from travel.workflow import BEFORE_DEPARTURE

SOON_DAYS = 7


def sections(user: Any) -> list[Section]:
    """Departures and arrivals of the user's side, steps, papers, exceptions, safeguards."""
    found = []
    if user.has_permission(P.PLAN_JOURNEYS):
        found += [_departures(user), _steps(user), _papers(user), _queries(user)]
    if user.has_permission(P.CONFIRM_ARRIVAL) and case_policies.own_countries(user):
        found.append(_arrivals(user))
    if user.has_permission(P.PLAN_JOURNEYS) or user.has_permission(P.CONFIRM_ARRIVAL):
        found.append(_needs(user))
    if user.has_permission(P.APPROVE_OVERRIDES):
        found.append(_overrides(user))
    if user.has_permission(P.VIEW_PROTECTION):
        found.append(_children(user))
    return found


def _journeys(user: Any) -> JourneyQuerySet:
    rows: JourneyQuerySet = Journey.objects.visible_to(user).select_related(
        "case__person", "case__country"
    )
    return rows.order_by("day", "id")


def _of_own_offices(user: Any, path: str = "case__office") -> Q:
    return Q(**{f"{path}__in": case_policies.own_offices(user)})


def _journey_item(row: Journey, detail: str, *, is_late: bool) -> Item:
    return Item(
        title=row.case.person.full_name,
        detail=detail,
        url=row.get_absolute_url(),
        due=row.travels_on,
        is_late=is_late,
        records=[row.case],
    )


def _departures(user: Any) -> Section:
    day = today()
    rows = (
        _journeys(user)
        .before_departure()
        .filter(_of_own_offices(user), day__lte=day + datetime.timedelta(days=SOON_DAYS))
    )
    return Section(
        title=_("Departures in the next 7 days"),
        items=[
            _journey_item(row, _departure_detail(row), is_late=row.travels_on < day)
            for row in rows[:LIMIT]
        ],
        empty=_("Nobody departs in the next 7 days."),
        url=reverse("travel:list"),
        url_label=_("All journeys"),
    )


def _departure_detail(row: Journey) -> str:
    if row.case.status not in CASE_BEFORE_DEPARTURE:
        return _("The case was closed: cancel this journey.")
    return f"{row.get_status_display()} · {row.case.country}"


def _steps(user: Any) -> Section:
    soon = today() + datetime.timedelta(days=SOON_DAYS)
    rows = (
        TravelStep.objects.visible_to(user)
        .waiting()
        .filter(_of_own_offices(user, "journey__case__office"))
        .select_related("journey__case__person")
        .order_by("requested_on", "id")
    )
    return Section(
        title=_("Steps waiting for an authority"),
        items=[
            Item(
                title=row.journey.case.person.full_name,
                detail=_("%(step)s, since %(day)s")
                % {"step": row.get_kind_display(), "day": date_format(row.asked_on)},
                url=row.get_absolute_url(),
                due=row.journey.travels_on,
                is_late=row.journey.travels_on <= soon,
                records=[row.journey.case],
            )
            for row in rows[:LIMIT]
        ],
        empty=_("No authority owes an answer."),
        url=f"{reverse('travel:list')}?waiting=steps",
        url_label=_("All journeys that wait"),
    )


def _papers(user: Any) -> Section:
    soon = today() + datetime.timedelta(days=SOON_DAYS)
    rows = _journeys(user).before_departure().filter(_of_own_offices(user))
    rows = rows.without_papers(on=today())
    return Section(
        title=_("Journeys without declaration or consent"),
        items=[
            _journey_item(row, _("Nobody travels without these."), is_late=row.travels_on <= soon)
            for row in rows[:LIMIT]
        ],
        empty=_("Every journey has its declaration and consent."),
        url=f"{reverse('travel:list')}?waiting=papers",
        url_label=_("All journeys without papers"),
    )


def _query_days() -> int:
    return rules.current(rules.ARRIVAL_QUERY_DAYS, on=today())


def _queries(user: Any) -> Section:
    """Non-arrivals, for the side that sent the people (R112)."""
    rows = (
        _journeys(user).overdue(on=today(), after_days=_query_days()).filter(_of_own_offices(user))
    )
    return Section(
        title=_("Departed, no arrival confirmed"),
        items=[
            _journey_item(
                row,
                _query_detail(row),
                is_late=True,
            )
            for row in rows[:LIMIT]
        ],
        empty=_("Every arrival that is due was confirmed."),
        url=f"{reverse('travel:arrivals')}?state=overdue",
        url_label=_("All missing arrivals"),
    )


def _query_detail(row: Journey) -> str:
    if not row.case.is_shared_with_origin:
        return _("The office of origin does not see this file: ask the person or the family.")
    return _("Ask the office in %(country)s.") % {"country": row.case.country}


def _arrivals(user: Any) -> Section:
    """People under way, for the side that receives them; late after the usual days (R112)."""
    limit = today() - datetime.timedelta(days=_query_days())
    rows = _journeys(user).under_way().filter(case__country__in=case_policies.own_countries(user))
    return Section(
        title=_("Arrivals to confirm"),
        items=[
            _journey_item(
                row,
                _("Departed on %(day)s") % {"day": date_format(row.departed_on)},
                is_late=row.departed_on <= limit,
            )
            for row in rows[:LIMIT]
        ],
        empty=_("Nobody is under way."),
        url=reverse("travel:arrivals"),
        url_label=_("All arrivals"),
    )


def _needs(user: Any) -> Section:
    """Needs on arrival without an answer; late so many hours before the flight (R114)."""
    hours = rules.current(rules.ARRIVAL_NEEDS_HOURS, on=today())
    alarm = today() + datetime.timedelta(days=-(-hours // 24))
    rows = (
        ArrivalNeed.objects.visible_to(user)
        .unanswered()
        .filter(journey__status__in=BEFORE_DEPARTURE | {JourneyStatus.DEPARTED})
        .select_related("journey__case__person")
        .order_by("journey__day", "id")
    )
    return Section(
        title=_("Needs on arrival to acknowledge"),
        items=[
            Item(
                title=row.journey.case.person.full_name,
                detail=row.get_kind_display(),
                url=row.get_absolute_url(),
                due=row.journey.travels_on,
                is_late=row.journey.travels_on <= alarm,
                records=[row.journey.case],
            )
            for row in rows[:LIMIT]
        ],
        empty=_("Every need on arrival is acknowledged."),
        url=f"{reverse('travel:arrivals')}?state=expected",
        url_label=_("People expected"),
    )


def _overrides(user: Any) -> Section:
    rows = (
        TravelOverride.objects.visible_to(user)
        .waiting()
        .exclude(requested_by=user)
        .with_list_data()
        .order_by("day", "id")
    )
    return Section(
        title=_("Exceptions to decide"),
        items=[
            Item(
                title=row.journey.case.person.full_name,
                detail=row.get_cause_display(),
                url=row.get_approval_url(),
                due=row.day,
                is_late=row.day <= today(),
                records=[row.journey.case],
            )
            for row in rows[:LIMIT]
        ],
        empty=_("No exception waits for you."),
        url=reverse("travel:overrides"),
        url_label=_("All exceptions"),
    )


def _children(user: Any) -> Section:
    """Children travelling alone whose safeguards are not complete and signed."""
    soon = today() + datetime.timedelta(days=SOON_DAYS)
    rows = (
        _journeys(user)
        .filter(status__in=BEFORE_DEPARTURE, case__is_restricted=True)
        .filter(~signed_gate("case"))
    )
    return Section(
        title=_("Safeguards of children to complete"),
        items=[
            Item(
                title=row.case.person.full_name,
                detail=row.case.reference,
                url=reverse("travel:child-gate", args=[row.case.reference]),
                due=row.travels_on,
                is_late=row.travels_on <= soon,
                records=[row.case],
            )
            for row in rows[:LIMIT]
        ],
        empty=_("No child waits for safeguards."),
    )
